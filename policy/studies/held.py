"""What rankings say over draws of rival structures: orders, and in how many structures and draws each step of them holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

import numpy as np

from models.stack import Array, Flags
from policy.outcomes.scorecard import (
    BY_KEY,
    LOSSES_SPARED,
    METRICS,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAXPAYER_TAIL,
)
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights
from policy.ranking.criteria import KEYS as CRITERIA_KEYS
from policy.ranking.ranking import factors
from policy.ranking.verdict import Kind as VerdictKind

KEYS = tuple(m.key for m in METRICS if m.direction != "neither")
POINTS = "points"  # all criteria together, by somebody's weights
# What the sandbox promises to compare: yields, dealers, the taxpayer, and those who caused the trouble; then all criteria.
RANKINGS = (PEAK_DISLOCATION.key, PEAK_DEALER_USE.key, TAXPAYER_TAIL.key, LOSSES_SPARED.key, POINTS)
ALIKE = 0.01  # a lead below this part of what one point of a criterion is worth is none
DUST = 1e-9
VERDICTS = get_args(VerdictKind)
AT_LEAST = 0.5  # of a structure's draws, for a ranking to hold in it


@dataclass(frozen=True)
class Held:
    """Whether one policy comes before another: in how many structures, and in what share of all draws.

    `shares` (structure,) are of each structure's draws; a structure counts where the share is above a half.
    """

    first: int
    second: int
    shares: tuple[float, ...]
    share: float

    @property
    def structures(self) -> int:
        return sum(share > AT_LEAST for share in self.shares)

    @property
    def everywhere(self) -> bool:
        """Whether it holds in every structure."""
        return self.structures == len(self.shares)


@dataclass(frozen=True, eq=False)
class Verdicts:
    """The verdict of every draw by equal weights: its kind (draw,), and which policies it is about (draw, policy)."""

    kinds: tuple[str, ...]
    about: Flags


@dataclass(frozen=True, eq=False)
class Robustness:
    """Figures of policies in every draw that gave a valid world; what was refused, with its structure, number and reason.

    `place` (draw,) is each draw's structure; `means` and `headlines` are (draw, policy, outcome), outcomes as in `KEYS`.
    """

    labels: tuple[str, ...]
    structures: tuple[str, ...]
    place: Array
    means: Array
    headlines: Array
    verdicts: Verdicts
    reasons: tuple[tuple[str, int, str], ...] = ()

    def costs(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> Array:
        """What is ranked, lower is better, (draw, policy): an outcome's headline, or points by weights."""
        if key == POINTS:
            columns = [KEYS.index(k) for k in CRITERIA_KEYS]
            return np.asarray(self.means[:, :, columns] @ factors(weights))
        return np.asarray(BY_KEY[key].sign * self.headlines[:, :, KEYS.index(key)])

    def before(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> Flags:
        """Whether the first policy is better than the second by more than nothing, (draw, policy, policy)."""
        costs = self.costs(key, weights)
        return np.asarray(costs[:, :, None] < costs[:, None, :] - smallest(key))

    def order(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> tuple[int, ...]:
        """Policies from best to worst in the first draw of the first structure: the fit itself."""
        return tuple(int(k) for k in np.argsort(self.costs(key, weights)[0], kind="stable"))

    def held(self, key: str, first: int, second: int, weights: Weights = DEFAULT_WEIGHTS) -> Held:
        """How far the first policy comes before the second."""
        own = self.before(key, weights)[:, first, second]
        shares = tuple(float(own[self.place == s].mean()) for s in range(len(self.structures)))
        return Held(first, second, shares, float(own.mean()))

    def rungs(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> tuple[Held | None, ...]:
        """How far each policy comes before the next of the order; nothing where the two are alike in the fit itself."""
        order, before = self.order(key, weights), self.before(key, weights)[0]
        return tuple(self.held(key, a, b, weights) if before[a, b] else None for a, b in pairwise(order))

    def best_in(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> tuple[int, ...]:
        """The policy that is best in each structure's own fit, ties to the first."""
        costs = self.costs(key, weights)
        firsts = [int(np.flatnonzero(self.place == s)[0]) for s in range(len(self.structures))]
        return tuple(int(np.argmin(costs[k])) for k in firsts)

    def verdict_shares(self, structure: int) -> dict[str, float]:
        """Verdicts of a structure's draws, most frequent first: kind and policies, and in what share of the draws."""
        own = np.flatnonzero(self.place == structure)
        said = Counter(self.verdict_text(int(k)) for k in own)
        return {text: times / len(own) for text, times in said.most_common()}

    def verdict_text(self, draw: int) -> str:
        """A draw's verdict as its kind and the labels of the policies it is about."""
        labels = [label for label, about in zip(self.labels, self.verdicts.about[draw], strict=True) if about]
        return f"{self.verdicts.kinds[draw]}: {', '.join(labels)}"

    def best_share(self, key: str, weights: Weights = DEFAULT_WEIGHTS) -> Array:
        """Share of draws in which each policy is best, (policy,); policies alike share a draw."""
        top = ~self.before(key, weights).any(axis=1)
        return np.asarray((top / top.sum(axis=1, keepdims=True)).mean(axis=0))


def smallest(key: str) -> float:
    """The smallest lead that counts, in the outcome's unit or in points."""
    if key == POINTS:
        return ALIKE
    worth = BY_KEY[key].worth
    return ALIKE * worth.amount if worth else DUST


def rankings_document(drawn: Robustness, weights: Weights = DEFAULT_WEIGHTS) -> list[dict[str, object]]:
    """Every ranking as plain data: its order, costs by structure, and how far each step holds."""
    return [_ranking(drawn, key, weights) for key in RANKINGS]


def _ranking(drawn: Robustness, key: str, weights: Weights) -> dict[str, object]:
    order, costs = drawn.order(key, weights), drawn.costs(key, weights)
    return {
        "by": key,
        "smallest_lead": smallest(key),
        "order": [drawn.labels[k] for k in order],
        "best_in": [drawn.labels[k] for k in drawn.best_in(key, weights)],
        "costs": [
            np.round(costs[drawn.place == s].mean(axis=0), 6).tolist() for s in range(len(drawn.structures))
        ],
        "steps": [
            _step(drawn, held, a, b)
            for held, a, b in zip(drawn.rungs(key, weights), order, order[1:], strict=False)
        ],
    }


def _step(drawn: Robustness, held: Held | None, a: int, b: int) -> dict[str, object]:
    names: dict[str, object] = {"first": drawn.labels[a], "second": drawn.labels[b]}
    if held is None:
        return {**names, "alike": True}
    shares = dict(zip(drawn.structures, held.shares, strict=True))
    return {**names, "alike": False, "structures": held.structures, "share": held.share, "shares": shares}
