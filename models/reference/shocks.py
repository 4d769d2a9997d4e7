"""One path's shocks: profiles over days times a severity, plus daily noise. Random normals come from outside."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import Array, Four, clip
from models.reference.run import Series

LEAST_MARGIN_STEP = -0.9


class Course(NamedTuple):
    """A shock's profile: straight lines between knots, zero before the first, held after the last; and its randomness."""

    days: Array  # of the knots (knot,), rising
    values: Array  # at the knots (knot,)
    size: float  # multiplies the whole profile
    severity_sd: float  # log points
    noise_sd: float  # unit of the series


class Courses(NamedTuple):
    """A scenario: the course of every shock, tenors of those that have them, and what is given day by day."""

    real_money_sales: Course
    client_financing: Course
    fundamentals: Course
    swap_spread_shock: Course
    off_the_run_shock: Course
    basis_shock: Course
    desired_longs: Course
    money_fund_run: Course
    margin_step: Course
    auction_withdrawal: Course
    cash_drain: Course
    dealer_lending_cut: Course
    sales_tenors: Four
    fundamentals_tenors: Four
    swap_spread_tenors: Four
    off_the_run_tenors: Four
    held_fundamentals: Array  # bp (day, tenor)
    auction_size: Array  # $bn (day,)


class Luck(NamedTuple):
    """A path's draws in the order of `Courses`: severities (shock,) and standard normals of the noise (shock, day)."""

    severity: Array
    noise: Array


def severity(course: Course, normal: float) -> float:
    """exp(v·z − v²/2): the random severity of a path, 1 on average."""
    v = course.severity_sd
    return math.exp(v * normal - v * v / 2)


def profile(course: Course, day: float) -> float:
    """The profile on a day, before severity and noise."""
    if len(course.days) == 0 or day < course.days[0]:
        return 0.0
    for k in range(len(course.days) - 1):
        if day < course.days[k + 1]:
            part = (day - course.days[k]) / (course.days[k + 1] - course.days[k])
            return course.size * (course.values[k] + (course.values[k + 1] - course.values[k]) * part)
    return course.size * course.values[len(course.values) - 1]


def levels(course: Course, luck: Luck, place: int, cumulated: bool) -> Array:
    """The series of the shock at this place among the courses, (day,); its noise adds up where it is cumulated."""
    days = len(luck.noise[0])
    series, walked = np.zeros(days), 0.0
    for d in range(days):
        noise = course.noise_sd * luck.noise[place, d]
        walked = walked + noise if cumulated else noise
        series[d] = profile(course, d + 1.0) * luck.severity[place] + walked
    return series


def by_tenor(series: Array, tenors: Four) -> Array:
    """A series spread over tenors, (day, tenor)."""
    spread = np.zeros((len(series), 4))
    for d in range(len(series)):
        for i in range(4):
            spread[d, i] = series[d] * tenors[i]
    return spread


def within(series: Array, low: float, high: float) -> Array:
    """A series kept between two ends, (day,)."""
    kept = np.zeros(len(series))
    for d in range(len(series)):
        kept[d] = clip(series[d], low, high)
    return kept


def fundamentals_path(courses: Courses, luck: Luck) -> Array:
    """Fundamentals: the shock with its cumulated noise, and what observed yields left to explain; bp (day, tenor)."""
    path = by_tenor(levels(courses.fundamentals, luck, 2, True), courses.fundamentals_tenors)
    for d in range(len(path)):
        for i in range(4):
            path[d, i] += courses.held_fundamentals[d, i]
    return path


def series_of(courses: Courses, luck: Luck) -> Series:
    """All shocks of one path."""
    c, days = courses, len(luck.noise[0])
    return Series(
        by_tenor(levels(c.real_money_sales, luck, 0, False), c.sales_tenors),
        levels(c.client_financing, luck, 1, False),
        fundamentals_path(c, luck),
        by_tenor(levels(c.swap_spread_shock, luck, 3, False), c.swap_spread_tenors),
        by_tenor(levels(c.off_the_run_shock, luck, 4, False), c.off_the_run_tenors),
        levels(c.basis_shock, luck, 5, False),
        levels(c.desired_longs, luck, 6, False),
        within(levels(c.money_fund_run, luck, 7, False), 0.0, math.inf),
        within(levels(c.margin_step, luck, 8, False), LEAST_MARGIN_STEP, math.inf),
        within(levels(c.auction_withdrawal, luck, 9, False), -1.0, 1.0),
        levels(c.cash_drain, luck, 10, False),
        within(levels(c.dealer_lending_cut, luck, 11, False), 0.0, 1.0),
        c.auction_size,
        np.zeros((days, 4)),
        False,
    )


def central(courses: Courses) -> Series:
    """The central path: severity one and no noise."""
    days = len(courses.auction_size)
    return series_of(courses, Luck(np.ones(12), np.zeros((12, days))))
