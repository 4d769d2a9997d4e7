"""Comparisons of the shipped worlds at 200 paths, run once per process and shared by all test files."""

from __future__ import annotations

from functools import cache

from models.library import SHIPPED, shipped
from models.stack import Array
from policy.comparison import Comparison, compare, compare_central, default_policies
from policy.outcomes.scores import Scores, all_scores
from policy.spec import parse_policy

PATHS, SEED = 200, 1
HISTORICAL = tuple(name for name in SHIPPED if shipped(name).kind == "historical")


@cache
def compared(name: str) -> Comparison:
    """The default policies on a shipped world, and `actual` where history followed a policy."""
    extra = (parse_policy("actual"),) if name in HISTORICAL else ()
    return compare(shipped(name), (*default_policies(), *extra), PATHS, SEED)


@cache
def central(name: str) -> Comparison:
    """The same policies on the central path."""
    return compare_central(shipped(name), compared(name).policies)


@cache
def scored(name: str) -> dict[str, Scores]:
    """Scores of `compared` by policy label."""
    made = compared(name)
    return {p.label: s for p, s in zip(made.policies, all_scores(made), strict=True)}


def values(name: str, label: str, key: str) -> Array:
    """One outcome per path."""
    return scored(name)[label].values[key]
