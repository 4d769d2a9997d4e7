"""The best design of a policy: many settings on the same shocks, and which of them no other beats on the chosen outcomes.

Nobody has to say how outcomes weigh against each other: a design is beaten only by one that is no worse on any chosen
outcome and clearly better, path by path, on at least one (the rule of `policy.ranking`). The leverage that funds choose
if they expect a design is added on request for a few of them (`policy.leverage.who_pays`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models.errors import Refused
from models.scenario import World
from models.stack import Array
from policy.leverage.game import Game
from policy.leverage.who_pays import WithError, who_pays
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import KEYS
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy
from policy.studies.evaluation import Evaluator, Note, Study, silent, worked
from policy.studies.factors import Factor, moved, policy_factors, ranged
from policy.studies.frontier import Frontier

MOST_SETTINGS, MOST_DESIGNS = 3, 512
STEPS = (
    50  # a range is cut into at least so many round steps, so that a setting reads well and prints exactly
)
STREAM = 13
FEW = 5  # designs for which the game is played, the current one among them
REACH = (0.2, 3.0)  # usual range of a setting, as multiples of its value
# What is searched first, by kind of policy: the price, the size and the moment of help.
FIRST = {
    "hedged-auction": ("penalty_bp", "reserve_discount", "size_bn", "start.level"),
    "hedged-purchases": ("pace_bn", "total_bn", "start.level"),
    "outright": ("pace_bn", "total_bn", "start.level"),
    "repo": ("rate_bp", "cap_bn", "clearing"),
    "non-bank-repo": ("rate_bp", "limit_pct", "start.level"),
}


# The designs that are tried


@dataclass(frozen=True)
class Search:
    """A policy in a world, one to three of its settings with ranges, and how many designs on how many paths."""

    world: World
    policy: Policy
    factors: tuple[Factor, ...]
    designs: int
    paths: int
    seed: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.factors) <= MOST_SETTINGS:
            raise Refused(f"{len(self.factors)} settings are refused: choose 1 to {MOST_SETTINGS}")
        if len({x.key for x in self.factors}) < len(self.factors):
            raise Refused("a setting is named twice; choose different ones")
        if not 4 <= self.designs <= MOST_DESIGNS:
            raise Refused(
                f"designs = {self.designs} is out of bounds: it must be between 4 and {MOST_DESIGNS}"
            )

    @property
    def study(self) -> Study:
        """What is run. It does not depend on the current values of what is searched: the current design is one point of it."""
        bare = moved(self.world, (self.policy,), self.factors, _grid(self)[0])[1][0]
        return Study(self.world, (Policy("design", bare.interventions),), self.factors, self.paths, self.seed)


def design_factors(policy: Policy) -> tuple[Factor, ...]:
    """Every setting of a policy that can be searched, with a usual range; the usual ones to search come first."""
    usual = [_usual(x) for x in policy_factors((policy,), choices=True)]
    first = [name for part in policy.interventions for name in FIRST.get(part.name, ())]
    order = {name: k for k, name in enumerate(first)}
    return tuple(sorted(usual, key=lambda x: order.get(x.name, len(order))))


def usual_factors(policy: Policy) -> tuple[Factor, ...]:
    """Which settings are searched if nobody chooses: the price and the size of help where there are such."""
    return design_factors(policy)[:2]


def _usual(factor: Factor) -> Factor:
    if factor.choices:
        return factor
    if factor.base > 0:
        low, high = (max(factor.least, REACH[0] * factor.base), min(factor.most, REACH[1] * factor.base))
        narrowed = ranged(factor, round(low, 10), round(high, 10))
        return replace(narrowed, why="setting")
    return factor


def step(low: float, high: float) -> float:
    """A round step of a range."""
    return float(10.0 ** math.floor(math.log10((high - low) / STEPS)))


def _stepped(low: float, high: float, value: float) -> float:
    """A value on round steps, within the range."""
    size = step(low, high)
    return float(min(max(round(round(value / size) * size, 10), low), high))


def sampled(search: Search) -> Array:
    """Settings of the designs (design, setting): the current one first, then points that fill the ranges evenly.

    One setting is a lattice; more are scrambled Sobol points. A design whose settings contradict each other is left out.
    The points do not depend on the current design, so they keep their numbers when another one becomes it.
    """
    return np.array([[x.base for x in search.factors], *_grid(search)])


@lru_cache(maxsize=32)
def _grid(search: Search) -> tuple[tuple[float, ...], ...]:
    points = _unit(len(search.factors), search.designs, search.seed)
    rows = [
        tuple(_setting(x, float(u)) for x, u in zip(search.factors, point, strict=True)) for point in points
    ]
    kept = tuple(row for row in dict.fromkeys(rows) if _accepted(search, row))
    if len(kept) < 2:
        raise Refused("hardly any design in these ranges is accepted; give a setting a wider range")
    return kept


def _unit(size: int, count: int, seed: int) -> Array:
    if size == 1:
        return np.linspace(0.0, 1.0, count)[:, None]
    from scipy.stats import qmc

    drawn = qmc.Sobol(size, scramble=True, rng=np.random.default_rng([seed, STREAM]))
    return np.asarray(drawn.random_base2(math.ceil(math.log2(count)))[:count])


def _setting(factor: Factor, u: float) -> float:
    if factor.choices:
        return float(min(int(u * len(factor.choices)), len(factor.choices) - 1))
    value = factor.low + u * (factor.high - factor.low)
    return float(round(value)) if factor.whole else _stepped(factor.low, factor.high, value)


def _accepted(search: Search, row: Sequence[float]) -> bool:
    try:
        world, (policy,) = moved(search.world, (search.policy,), search.factors, row)
        policy.prepare(world)
    except Refused:
        return False
    return True


# Their outcomes


@dataclass(frozen=True, eq=False)
class Designs:
    """Every design's outcomes by path: `values` (design, key, path), keys in the order of `KEYS`; design 0 is the current one."""

    search: Search
    settings: Array
    values: Array

    def costs(self, aims: Sequence[Metric]) -> Array:
        """Outcomes by path, turned so that lower is better (aim, design, path)."""
        return np.stack([aim.sign * self.outcome(aim.key) for aim in aims])

    def outcome(self, key: str) -> Array:
        """An outcome by path (design, path)."""
        return np.asarray(self.values[:, KEYS.index(key)])

    def policy(self, k: int) -> Policy:
        """The policy of a design, under the current one's label."""
        search = self.search
        return moved(search.world, (search.policy,), search.factors, self.settings[k])[1][0]


def explored(search: Search, evaluator: Evaluator | None = None, note: Note = silent) -> Designs:
    """All designs on common random numbers. `evaluator` brings a pool of workers and what was evaluated before. Raises `Refused`."""
    note(0.0, "choosing designs")
    settings = sampled(search)
    run = evaluator or Evaluator(worked(search.study, "by_path"), {}, note=note, phase="running designs")
    return Designs(search, settings, run(settings)[:, 0])


# Leverage that responds


@dataclass(frozen=True)
class Response:
    """What funds' choice of leverage makes of a design; None where no equilibrium was found."""

    design: int
    leverage_change_pct: WithError | None
    moral_hazard_loss: WithError | None  # $bn a year


def few(frontier: Frontier, most: int = FEW) -> tuple[int, ...]:
    """The current design and some of the frontier, from end to end."""
    line = [k for k in frontier.having("frontier") if k != 0]
    room = most - 1
    if len(line) > room:
        line = [line[round(x)] for x in np.linspace(0, len(line) - 1, room)]
    return (0, *line)


def with_response(
    designs: Designs,
    chosen: Sequence[int],
    game: Game | None = None,
    terms: Terms = TERMS,
    note: Callable[[str], None] = lambda text: None,
) -> tuple[Response, ...]:
    """Some designs in the game of `policy.leverage.who_pays`. `note` hears each phase and may raise to stop. Raises `Refused`."""
    policies = [Policy(f"Design {k}", designs.policy(k).interventions) for k in chosen]
    played = who_pays(designs.search.world, policies, designs.search.seed, game, terms, note=note)
    played_outcomes = [(k, played.outcome(p.label)) for k, p in zip(chosen, policies, strict=True)]
    return tuple(Response(k, o.leverage_change_pct, o.moral_hazard_loss) for k, o in played_outcomes)
