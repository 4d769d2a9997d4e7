"""How often a ranking of policies survives parameter uncertainty: draws consistent with the calibration, common shocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.calibration.free import STRUCTURAL, capacity_bn, trial
from models.calibration_report import stored
from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.simulation import with_held_fundamentals
from models.stack import Array
from models.worlds import replace
from policy.comparison import compare
from policy.outcomes.scorecard import BY_KEY, METRICS
from policy.outcomes.scores import Scores, all_scores
from policy.spec import Policy

STREAM = 7
DRAWS = 24
PATHS = 64


@lru_cache(maxsize=8)
def parameter_draws(count: int, seed: int) -> tuple[dict[str, float], ...]:
    """Structural values drawn from the fit: log-normal with its Gauss–Newton covariance, kept within bounds."""
    data = stored()
    free = STRUCTURAL
    order = [row["name"] for row in data["fitted"]]
    structural = [order.index(f.name) for f in free]
    centre = np.log([data["fitted"][k]["value"] for k in structural])
    covariance = np.array(data["log_covariance"])[np.ix_(structural, structural)]
    draws = np.random.default_rng([seed, STREAM]).multivariate_normal(
        centre, covariance, count, method="eigh"
    )
    low, high = np.log([f.low for f in free]), np.log([f.high for f in free])
    values = np.exp(np.clip(draws, low, high))
    return tuple({f.name: float(v) for f, v in zip(free, row, strict=True)} for row in values)


def drawn_world(world: World, values: dict[str, float]) -> World:
    """`world` with drawn structural values; where yields were observed, its own shipped episode explains them again."""
    moved = trial(world, values)
    moved = replace(moved, {"dealers.capacity_bn": _capacity(world, values)})
    if not world.scenario.observed_yields_pct:
        return moved
    base = shipped(world.name) if world.name in SHIPPED else world
    again = trial(base, values)
    again = with_held_fundamentals(replace(again, {"dealers.capacity_bn": _capacity(base, values)}))
    return replace(moved, {"scenario.held_fundamentals_bp": again.scenario.held_fundamentals_bp})


def _capacity(world: World, values: dict[str, float]) -> float:
    """The world's own capacity, moved as the rule for capacity moves."""
    return world.dealers.capacity_bn * capacity_bn(world, values) / capacity_bn(world)


@dataclass(frozen=True)
class Robustness:
    """Headline figures by draw, policy and outcome key; draws that no valid world supports are counted."""

    labels: tuple[str, ...]
    keys: tuple[str, ...]
    values: Array  # (draw, policy, key)
    refused: int
    reasons: tuple[tuple[int, str], ...] = ()  # number of each refused draw, from 1, and why

    def best_share(self, key: str) -> dict[str, float]:
        """Share of draws in which each policy is best on a key; ties are shared."""
        rows = -BY_KEY[key].sign * self.values[:, :, self.keys.index(key)]
        top = rows >= rows.max(axis=1, keepdims=True) - 1e-9
        shares = (top / top.sum(axis=1, keepdims=True)).mean(axis=0)
        return dict(zip(self.labels, (float(x) for x in shares), strict=True))

    def better_share(self, key: str, first: str, second: str) -> float:
        """Share of draws in which the first policy is strictly better than the second on a key."""
        rows = -BY_KEY[key].sign * self.values[:, :, self.keys.index(key)]
        gap = rows[:, self.labels.index(first)] - rows[:, self.labels.index(second)]
        return float(np.mean(gap > 1e-9))


KEYS = tuple(m.key for m in METRICS if m.better != "neither")


def robustness(
    world: World,
    policies: Sequence[Policy],
    seed: int,
    draws: int = DRAWS,
    paths: int = PATHS,
    note: Callable[[float, str], None] = lambda share, text: None,
) -> Robustness:
    """Compare policies under many parameter draws on the same shocks. `note` is told the share done; it may raise to stop."""
    if not 2 <= draws <= 1000:
        raise Refused(f"draws = {draws} is out of bounds: it must be between 2 and 1000")
    rows: list[list[list[float]]] = []
    labels: tuple[str, ...] = ()
    reasons: list[tuple[int, str]] = []
    for k, values in enumerate(parameter_draws(draws, seed)):
        note(k / draws, f"parameter draw {k + 1} of {draws}")
        try:
            result = compare(drawn_world(world, values), policies, paths, seed)
        except Refused as refusal:
            reasons.append((k + 1, str(refusal)))
            continue
        labels = tuple(p.label for p in result.policies)
        rows.append([_headlines(s) for s in all_scores(result)])
    if not rows:
        raise Refused("no parameter draw gives a world that is valid; fewer changes to the world may help")
    note(1.0, "done")
    return Robustness(labels, KEYS, np.array(rows), len(reasons), tuple(reasons))


def _headlines(scores: Scores) -> list[float]:
    return [BY_KEY[key].headline(scores.values[key]) for key in KEYS]
