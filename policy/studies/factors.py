"""What can be moved in a study: numbers of a world and settings of policies, each with a range and where it comes from.

Ranges are judgements. For values fitted to history they are the middle 90% of the fit (`policy.studies.robustness` draws from
the same fit); for other parameters a tenth of their bounds on either side, at most half of their own value, and for a policy's
settings half of the setting's own value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from models.calibration.free import FREE, STRUCTURAL
from models.calibration_report import stored
from models.errors import Refused
from models.scenario import SHOCKS, World
from models.stack import Array
from models.worlds import flatten
from models.worlds import replace as changed_world
from policy.described import parameters, settings_of
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger, number
from policy.spec import Policy, build_intervention

PART_OF_BOUNDS = 0.1  # either side of the value, at the usual width
PART_OF_VALUE = 0.5  # the most, where bounds are far apart
PART_OF_SETTING = 0.5  # of a policy's setting or of a trigger's level
FIT_SDS = 1.645  # standard deviations of the log value: 5 to 95%
LEVEL = ".level"
BETA = "wedges.swap_spread_beta"  # by tenor; its 10-year entry is the factor, the others follow in proportion
Why = Literal["fit", "bounds", "setting", "choice", "given"]


@dataclass(frozen=True)
class Factor:
    """One number (or choice, counted from 0) that is moved from `low` to `high`; `least` and `most` are what is accepted.

    `place` is policy and part for a policy's setting, None for the world's. `name` is dotted as in the catalogue, with
    `.level` after a trigger's name.
    """

    name: str
    unit: str
    base: float
    low: float
    high: float
    least: float
    most: float
    why: Why = "given"
    whole: bool = False
    place: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A name of its own within a study."""
        return self.name if self.place is None else f"{self.place[0]}.{self.place[1]}.{self.name}"

    def value(self, raw: float) -> Any:
        """What is put into the world or the policy for a number between the ends."""
        if self.choices:
            return self.choices[min(max(round(raw), 0), len(self.choices) - 1)]
        return round(raw) if self.whole else float(raw)


def ranged(factor: Factor, low: float, high: float) -> Factor:
    """A factor with a range of one's own. Raises `Refused`."""
    for side, value in (("low", low), ("high", high)):
        if not factor.least <= value <= factor.most:
            raise Refused(
                f"{side} end of {factor.name} = {number(value)} is out of bounds: it must be between "
                f"{number(factor.least)} and {number(factor.most)}"
            )
    if low >= high:
        raise Refused(
            f"range of {factor.name} from {number(low)} to {number(high)} is refused: the low end must be below the high end"
        )
    return replace(factor, low=low, high=high, why="given")


# What there is


def world_factors(world: World, width: float = 1.0) -> tuple[Factor, ...]:
    """Every scalar of a world that can matter in it; shocks that never come are left out. `width` scales all ranges."""
    spread = _fit_spread()
    values = flatten(world)
    rows = [row for row in parameters(world) if _alive(world, row["name"])]
    factors = [
        _numbered(row, float(values[row["name"]]), isinstance(values[row["name"]], int), width, spread)
        for row in rows
        if _scalar(values[row["name"]]) and "low" in row
    ]
    about = next(row for row in rows if row["name"] == BETA)
    return (*factors, _numbered(about, float(values[BETA][2]), False, width, spread))


def _scalar(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alive(world: World, name: str) -> bool:
    """Whether a shock's parameter can change anything: its profile needs knots, its noise a size."""
    parts = name.split(".")
    if len(parts) != 3 or parts[1] not in SHOCKS:
        return True
    shock = getattr(world.scenario, parts[1])
    return bool(shock.noise_sd > 0) if parts[2] == "noise_sd" else bool(shock.knots)


def _fit_spread() -> dict[str, float]:
    """Standard deviation of the log of each fitted structural value."""
    data = stored()
    sds = np.sqrt(np.diag(np.array(data["log_covariance"])))
    named = zip((row["name"] for row in data["fitted"]), sds, strict=True)
    structural = {f.name for f in STRUCTURAL}
    return {name: float(sd) for name, sd in named if name in structural}


def _numbered(
    row: Mapping[str, Any],
    value: float,
    whole: bool,
    width: float,
    spread: Mapping[str, float],
    place: tuple[int, int] | None = None,
) -> Factor:
    least, most = float(row["low"]), float(row["high"])
    sd = spread.get(row["name"]) if place is None else None
    why: Why = "bounds"
    if sd is not None and value > 0:
        times = math.exp(FIT_SDS * sd * width)
        low, high, why = value / times, value * times, "fit"
    elif place is not None and value != 0:
        half = PART_OF_SETTING * width * abs(value)
        low, high, why = value - half, value + half, "setting"
    else:
        half = PART_OF_BOUNDS * (most - least)
        half = width * (min(half, PART_OF_VALUE * abs(value)) if value else half)
        low, high, why = value - half, value + half, "bounds"
    low, high = max(low, least), min(high, most)
    if whole:
        low, high = max(least, math.floor(low)), min(most, math.ceil(high))
    return Factor(row["name"], row["unit"], value, low, high, least, most, why, whole, place)


def policy_factors(
    policies: Sequence[Policy], width: float = 1.0, choices: bool = False
) -> tuple[Factor, ...]:
    """Every numeric setting of some policies, triggers' levels among them, and, with `choices`, those with named choices."""
    return tuple(
        factor
        for k, policy in enumerate(policies)
        for j, part in enumerate(policy.interventions)
        for row in settings_of(part)
        if row["name"] not in part.idle()
        for factor in _of_setting(row, part, (k, j), width, choices)
    )


def _of_setting(
    row: Mapping[str, Any], part: Intervention, place: tuple[int, int], width: float, choices: bool
) -> list[Factor]:
    value = getattr(part, row["name"])
    if isinstance(value, Trigger):
        return [_level(row["name"], value, place, width)]
    if _scalar(value) and "low" in row:
        return [_numbered(row, float(value), isinstance(value, int), width, {}, place)]
    if choices and isinstance(value, str) and row.get("choices"):
        names = tuple(row["choices"])
        top = float(len(names) - 1)
        return [
            Factor(
                row["name"],
                "",
                float(names.index(value)),
                0.0,
                top,
                0.0,
                top,
                "choice",
                True,
                place,
                names,
            )
        ]
    return []


_UNITS = {"bp": "bp", "pct": "%", "mn": "$mn"}


def _level(name: str, trigger: Trigger, place: tuple[int, int], width: float) -> Factor:
    """The level of a trigger. It has no bounds of its own; what is accepted is wide enough for any published figure."""
    half = max(PART_OF_SETTING * abs(trigger.level), 1.0) * width
    unit = _UNITS[trigger.metric.rsplit("_", 1)[1]]
    level = trigger.level
    return Factor(name + LEVEL, unit, level, level - half, level + half, -1e4, 1e4, "setting", False, place)


# Moving them


def moved(
    world: World, policies: Sequence[Policy], factors: Sequence[Factor], values: Sequence[float] | Array
) -> tuple[World, tuple[Policy, ...]]:
    """World and policies with the factors at some values; policies keep their labels. Raises `Refused`."""
    changes: dict[str, Any] = {}
    settings: dict[tuple[int, int], dict[str, Any]] = {}
    for factor, raw in zip(factors, values, strict=True):
        if factor.place is None:
            changes |= _world_change(world, factor, float(raw))
        else:
            settings.setdefault(factor.place, {})[factor.name] = factor.value(float(raw))
    own = flatten(world) if changes else {}
    changes = {name: value for name, value in changes.items() if value != own[name]}
    moved_policies = [_changed(p, k, settings) for k, p in enumerate(policies)]
    return (changed_world(world, changes) if changes else world), tuple(moved_policies)


def _world_change(world: World, factor: Factor, raw: float) -> dict[str, Any]:
    if factor.name == BETA:
        free = next(f for f in FREE if f.name == BETA)
        return free.change(world, raw)
    return {factor.name: factor.value(raw)}


def _changed(policy: Policy, k: int, settings: Mapping[tuple[int, int], Mapping[str, Any]]) -> Policy:
    if not any(place[0] == k for place in settings):
        return policy
    parts = [_part(part, settings.get((k, j), {})) for j, part in enumerate(policy.interventions)]
    return Policy(policy.label, tuple(parts))


def _part(part: Intervention, settings: Mapping[str, Any]) -> Intervention:
    changes: dict[str, Any] = {}
    for name, value in settings.items():
        bare = name.removesuffix(LEVEL)
        changes[bare] = (
            str(getattr(part, bare).model_copy(update={"level": value})) if bare != name else value
        )
    return build_intervention(part.name, part.changed(changes)) if settings else part


# What is moved if nobody chooses: what funds hold, what dealers can and will carry, what margins do, the size of the
# shocks, and the policies' own price, size and trigger.
USUAL = (
    "funds.scale", "dealers.capacity_bn", "dealers.steepness", "dealers.volatility_tightening", "wedges.swap_spread_beta",
    "wedges.swap_spread_own_bp", "wedges.memory_share", "margins.volatility_half_life_days", "yields.duration_slope_bp",
)  # fmt: skip
USUAL_SETTINGS = ("penalty_bp", "reserve_discount", "rate_bp", "pace_bn", "size_bn", "start.level")
MOST_SIZES, MOST_SETTINGS = 3, 2  # of each policy the latter


def usual(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """About a dozen of a study's factors, in their own order."""
    sizes = [
        x for x in factors if x.place is None and x.name.startswith("scenario.") and x.name.endswith(".size")
    ][:MOST_SIZES]
    chosen = [x for x in factors if x.place is None and x.name in USUAL] + sizes
    if any(x.name in ("scenario.money_fund_run.size", "scenario.cash_drain.size") for x in factors):
        chosen += [x for x in factors if x.name == "funding.slack_bn"]
    for k in dict.fromkeys(x.place[0] for x in factors if x.place is not None):
        own = [x for x in factors if x.place is not None and x.place[0] == k and x.name in USUAL_SETTINGS]
        chosen += sorted(own, key=lambda x: USUAL_SETTINGS.index(x.name))[:MOST_SETTINGS]
    return tuple(x for x in factors if x in chosen)
