"""What a lever's values mean: where the shipped episodes stood, words between them, and what binds at its ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from models.library import EPISODES, shipped
from models.scenario import REQUIREMENT, SHOCKS, World
from policy.studies.lever_ends import LeverEnd
from ui.words import factors

TEN_YEARS = 2  # place of the 10-year among the tenors
NEAR = 0.03  # relative distance within which a value is as in an episode
ALIKE = 0.02  # relative distance within which two episodes share a tick
FUNDS = {
    "basis": "the basis funds",
    "swap_spread": "the swap-spread funds",
    "off_the_run": "the off-the-run funds",
}
DOLLARS = ("real_money_sales", "client_financing", "desired_longs", "money_fund_run", "cash_drain")


@dataclass(frozen=True)
class Tick:
    """Where episodes stood on a lever's scale."""

    at: float
    text: str


@dataclass(frozen=True)
class Band:
    """Words for the values up to one, from the band before it on."""

    upto: float
    text: str


def round_step(low: float, high: float, value: float) -> float:
    """A round step of about a tenth of a value between its bounds."""
    size = abs(value) / 10 or (high - low) / 50
    power = 10.0 ** math.floor(math.log10(size))
    return max((m for m in (1, 2, 5) if m * power <= size * 1.0001), default=1) * power


def digits(size: float) -> int:
    """Decimals in which multiples of a round size are written."""
    return max(0, -math.floor(math.log10(size) + 1e-9))


def ticks(world: World, name: str) -> tuple[Tick, ...]:
    """Where the historical episodes would stand on this world's lever: alike in leverage, in capacity for the size of the
    market, in the footprint of repo, or in the shock for the size of the market."""
    unit = _measure(name)(world, 1.0)
    if unit <= 0:
        return ()
    stood = [(_own(episode, name) / unit, _short(episode)) for episode in _historical()]
    joined: list[tuple[float, list[str]]] = []
    for at, text in sorted((at, text) for at, text in stood if at > 0):
        if joined and at - joined[-1][0] <= ALIKE * at:
            joined[-1][1].append(text)
        else:
            joined.append((at, [text]))
    return tuple(Tick(float(f"{at:.3g}"), _listed(texts)) for at, texts in joined)


@lru_cache(maxsize=1)
def _historical() -> tuple[World, ...]:
    return tuple(world for world in map(shipped, EPISODES) if world.kind == "historical")


def _short(world: World) -> str:
    """The month of an episode, or months, without what it is called for."""
    first, to, last = world.title.partition(":")[0].partition(" to ")
    return f"{first[:3]}–{last[:3]}{last[-5:]}" if to else first


def _listed(texts: Sequence[str]) -> str:
    if len(texts) == len(_historical()):
        return "every episode"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _own(world: World, name: str) -> float:
    """An episode's own level, in the measure that makes worlds comparable."""
    value: Any = world
    for part in name.split("."):
        value = getattr(value, part)
    return _measure(name)(world, float(value))


def _measure(name: str) -> Callable[[World, float], float]:
    parts = name.split(".")
    if len(parts) == 3 and parts[1] in SHOCKS:
        return lambda world, size: size * _shock(world, parts[1])
    return {"funds.scale": _leverage, "dealers.capacity_bn": _capacity}.get(name, lambda world, value: value)


def _leverage(world: World, scale: float) -> float:
    """Face of all positions over funds' equity."""
    cohorts = world.funds.cohorts
    return scale * sum(c.equity_bn * c.leverage for c in cohorts) / sum(c.equity_bn for c in cohorts)


def _capacity(world: World, capacity_bn: float) -> float:
    """$bn of balance sheet, for a market of the size of 2020's."""
    return capacity_bn / world.dealers.market_size


def _shock(world: World, name: str) -> float:
    """A shock's largest value at size 1 or, for sales day by day, their sum; in dollars for a market of 2020's size."""
    shock = getattr(world.scenario, name)
    held = world.scenario.held_fundamentals_bp
    if name == "fundamentals" and held:
        return max(abs(row[TEN_YEARS]) for row in held)
    profile = shock.model_copy(update={"size": 1.0}).profile(world.scenario.days)
    largest = sum(profile) if name == "real_money_sales" else max(map(abs, profile))
    if name in DOLLARS:
        return abs(largest) / world.dealers.market_size
    tenors = getattr(shock, "tenors", None)
    return abs(largest) * (tenors[TEN_YEARS] if tenors else 1.0)


def bands(name: str, at: Sequence[Tick]) -> tuple[Band, ...]:
    """Words for every value of a lever, from the lowest up."""
    shock = name.endswith(".size")
    told = [Band(0.0, "calm: none of it")] if shock else []
    if not at:
        return (*told, Band(1e9, "in no episode")) if shock else ()
    less, more = {
        "dealers.capacity_bn": ("tighter than anything seen", "roomier than in any episode"),
        "dealers.repo_footprint": ("less than in any episode", "more than in any episode"),
    }.get(name, ("calmer than any episode", "beyond anything seen"))
    for before, tick, after in zip((None, *at), at, (*at[1:], None), strict=False):
        between = less if before is None else f"between {before.text} and {tick.text}"
        low, high = tick.at * (1 - NEAR), tick.at * (1 + NEAR)
        if before is not None:
            low = max(low, (before.at + tick.at) / 2)
        if after is not None:
            high = min(high, (tick.at + after.at) / 2)
        told += [Band(low, between), Band(high, f"as in {tick.text}")]
    return (*told, Band(1e9, more))


def level_words(value: float, words: Sequence[Band]) -> str:
    """The words of one value."""
    return next((band.text for band in words if value <= band.upto), "")


def end_words(end: LeverEnd, unit: str, low: bool) -> str:
    """Why a lever ends where it does, in a clause; nothing at its own bound."""
    if end.breach is None:
        return ""
    side = f"{'below' if low else 'beyond'} {factors.with_unit(end.value, unit)}"
    if end.breach.rule == REQUIREMENT:
        return f"{side} {FUNDS[end.breach.who]} could not post their margin"
    return f"{side} dealers could not carry the funds’ repo"
