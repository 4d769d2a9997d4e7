"""What bonds bought outright earn or lose: carry over the policy rate until they leave, and the price they leave at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models import bonds, series
from models.parameters.base import DAYS_A_YEAR, TENORS
from models.simulation import Run
from models.stack import Array
from policy.outcomes.rates_after import RateStep, factor_count, lead_years, steps
from policy.outcomes.terms import TERMS, Terms

DUST = 1e-9  # $bn
LOWEST_YIELD = -0.5  # keeps the price formula defined however wide the factors


@dataclass(frozen=True)
class Bought:
    """One tenor's purchases, summed over days where the result is linear in them; arrays (path,), $bn and bp."""

    tenor: int
    face: Array
    paid: Array  # Σ face × yield paid
    carry_so_far: Array  # Σ face × years held by the run's end × (yield paid − policy rate)
    gap: Array  # Σ face × (exit yield − yield paid)
    gap_squared: Array
    exit_yield: Array  # without the Fed's own effect and without dislocation, the mean of what was bought
    dislocation: Array  # on the last day
    duration: float
    convexity: float
    policy_rate_bp: float

    def left(self, terms: Terms, time: float) -> Array:
        """Dislocation left after `time` years, bp."""
        half_life = terms.dislocation_half_life_years
        return self.dislocation * (0.5 ** (time / half_life) if half_life > 0 else 0.0)

    def gain(self, terms: Terms, step: RateStep) -> Array:
        """Price gain if all of it left at the end of a step, $bn (draw, path)."""
        maturity = max(self.tenor - step.time, 0.0)
        move = step.move(terms, maturity, self.tenor) + self.left(terms, step.time)
        if terms.valuation == "duration":
            first = self.gap + self.face * move
            second = self.gap_squared + 2 * self.gap * move + self.face * move**2
            return -self.duration * first / 1e4 + 0.5 * self.convexity * second / 1e8
        rate = np.maximum((self.exit_yield + move) / 1e4, LOWEST_YIELD)
        principal = (1 + rate / 2) ** (-2 * maturity)
        flat = np.abs(rate) < 1e-8
        annuity = np.where(flat, maturity, (1 - principal) / np.where(flat, 1.0, rate))
        return self.paid / 1e4 * annuity + self.face * (principal - 1)

    def may_sell(self, terms: Terms, step: RateStep) -> Array:
        """Demand-led exit: 1 where the market's yield is at or below what was paid and dislocation is gone (draw, path)."""
        maturity = max(self.tenor - step.time, 0.0)
        left = self.left(terms, step.time)
        market = self.exit_yield + step.move(terms, maturity, self.tenor) + left
        limit = np.divide(self.paid, self.face, out=np.zeros_like(self.paid), where=self.face > 0)
        return ((market <= limit - terms.exit_margin_bp) & (left <= terms.exit_dislocation_bp)).astype(float)


def exit_dates(after: float, terms: Terms) -> tuple[float, ...]:
    """Dates of sales, years after the run: none if held, else evenly spaced in the window, at the horizon at the latest."""
    if terms.exit == "hold":
        return ()
    start = min(terms.sale_start_years, after)
    end = min(start + terms.sale_years, after)
    return tuple(sorted({float(t) for t in np.linspace(start, end, terms.sale_dates)}))


def dates(after: float, terms: Terms) -> tuple[float, ...]:
    """All dates at which rates must be known: sales, maturities before the horizon if bonds are priced anew, the horizon."""
    ends = [float(n) for n in TENORS if terms.valuation == "repriced" and n < after]
    return tuple(sorted({*ends, *exit_dates(after, terms), after}))


def years_after(run: Run, terms: Terms) -> float:
    """Years from the run's last day to the horizon, never negative."""
    return max(terms.horizon_years - (run[series.YIELD].shape[0] - 1) / DAYS_A_YEAR, 0.0)


def normals_needed(run: Run, terms: Terms) -> int:
    """How many normals a draw needs for this run and these terms."""
    return factor_count(dates(years_after(run, terms), terms))


def outright_result(run: Run, z: Array, terms: Terms) -> Array:
    """Carry less funding plus price gains at exit, $bn (draw, path).

    Bonds of 2 and 5 years that mature before the horizon run off at par. Without further moves the result is
    Σ face × [years held × (yield paid − policy rate) + price change to the exit yield].
    """
    total = np.zeros(z.shape[1:])
    if not np.diff(run[series.OUTRIGHT], axis=0, prepend=0.0).any():
        return total
    after = years_after(run, terms)
    book = [b for b in purchases(run, terms) if b.face.any() or b.gap_squared.any()]
    held: list[Array | float] = [1.0] * len(book)
    sales = exit_dates(after, terms)
    for b in book:
        total = total + b.carry_so_far / 1e4
    for step in steps(z, dates(after, terms), terms, _lead(run, terms)):
        for k, b in enumerate(book):
            margin = b.paid - b.face * b.policy_rate_bp - b.face * step.policy_rate
            total = total + held[k] * step.years * margin / 1e4
            leaving = _leaving(b, held[k], step, sales, after, terms)
            if np.any(leaving):
                total = total + leaving * b.gain(terms, step)
                held[k] = held[k] - leaving
    return total


def _leaving(
    b: Bought, held: Array | float, step: RateStep, sales: tuple[float, ...], after: float, terms: Terms
) -> Array | float:
    """Share of the original holding that leaves at the end of a step: all of it at maturity or horizon."""
    if step.time >= after or (terms.valuation == "repriced" and step.time >= b.tenor):
        return held
    if step.time not in sales:
        return 0.0
    due = (sales.index(step.time) + 1) / len(sales)
    offered = np.minimum(held, np.maximum(due - (1 - np.asarray(held)), 0.0))
    return offered * b.may_sell(terms, step) if terms.exit == "demand" else offered


def _lead(run: Run, terms: Terms) -> Array | float:
    """Mean years from purchase to the run's last day, over which rates are uncertain too (path,); none with hindsight."""
    if terms.fundamentals == "scripted":
        return 0.0
    return lead_years(np.add.reduce(np.abs(np.diff(run[series.OUTRIGHT], axis=0, prepend=0.0)), axis=1))


def purchases(run: Run, terms: Terms = TERMS) -> list[Bought]:
    """The Fed's purchases by tenor."""
    flow = np.diff(run[series.OUTRIGHT], axis=0, prepend=0.0)
    opening = run.world.scenario.opening_yields_pct
    rate = 100 * run.world.scenario.policy_rate_pct
    so_far = np.arange(flow.shape[0])[::-1, None] / DAYS_A_YEAR
    gaps = price_gap(run, terms)
    out = []
    for i, tenor in enumerate(TENORS):
        face, paid, gap = flow[:, i], 100 * run[series.YIELD][:, i], gaps[:, i]
        bought, cost, gained = (np.add.reduce(face * x, axis=0) for x in (np.ones_like(paid), paid, gap))
        out.append(
            Bought(
                tenor=tenor,
                face=bought,
                paid=cost,
                carry_so_far=np.add.reduce(face * so_far * (paid - rate), axis=0),
                gap=gained,
                gap_squared=np.add.reduce(face * gap**2, axis=0),
                exit_yield=np.divide(
                    cost + gained, bought, out=paid[-1] + gap[-1], where=np.abs(bought) > DUST
                ),
                dislocation=run[series.DYSFUNCTION][-1, i],
                duration=bonds.modified_duration(opening[i], tenor),
                convexity=bonds.convexity(opening[i], tenor),
                policy_rate_bp=rate,
            )
        )
    return out


def price_gap(run: Run, terms: Terms) -> Array:
    """Yields at exit without further moves and dislocation, less those paid on each day, bp (day, tenor, path).

    Fundamentals unchanged, a bond bought on a day loses that day's dislocation and regains the Fed's own effect; with
    hindsight it goes to what the run ends with.
    """
    if terms.fundamentals == "unchanged":
        return run[series.FED_EASING] - run[series.DYSFUNCTION]
    return exit_yields(run) - 100 * run[series.YIELD]


def exit_yields(run: Run) -> Array:
    """Yields at the end of the run without dislocation and without the Fed's own effect, bp (tenor, path)."""
    names = (series.FUNDAMENTALS, series.TERM_PREMIUM, series.FED_EASING, series.POLICY_SIGNAL)
    last = {name: run[name][-1] for name in names}
    opening = 100 * np.array(run.world.scenario.opening_yields_pct)[:, None]
    own_effect = last[series.FED_EASING] + last[series.POLICY_SIGNAL]
    return np.asarray(opening + last[series.FUNDAMENTALS] + last[series.TERM_PREMIUM] + own_effect)
