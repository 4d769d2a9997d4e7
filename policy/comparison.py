"""Several policies on the same shocks, so that differences between them are paired path by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import MODEL_VERSION
from models.errors import Refused
from models.scenario import World
from models.simulation import Run, simulate, simulate_central
from policy.interventions.base import Intervention
from policy.interventions.no_action import NoAction
from policy.interventions.triggers import number
from policy.spec import Policy, parse_policy, policy

NONE = policy([NoAction()])
DEFAULT_SPECS = ("none", "outright", "repo", "hedged-auction")
MOST_PATHS = 1_000_000


@dataclass(frozen=True)
class Comparison:
    """One run per policy on one world and seed; `none` is always there and first."""

    world: World
    policies: tuple[Policy, ...]
    runs: tuple[Run, ...]
    seed: int
    paths: int
    model_version: int = MODEL_VERSION

    @property
    def baseline(self) -> Run:
        return self.runs[0]


def arms(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """The policies with `none` first; no two may share a label, and no action is there once. Raises `Refused`."""
    rest = [p for p in policies if p.interventions != NONE.interventions]
    first = next((p for p in policies if p.interventions == NONE.interventions), NONE)
    labels = [p.label for p in (policies if first in policies else (first, *rest))]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise Refused(
            f"label {sorted(twice)[0]!r} is used by two policies; give each a label of its own, LABEL=…"
        )
    idle = [p.label for p in policies if p.interventions == NONE.interventions]
    if len(idle) > 1:
        raise Refused(f"no action is given {len(idle)} times ({', '.join(idle[:4])}); it is always run, once")
    return (first, *rest)


@dataclass(frozen=True)
class Likeness:
    """Whether policies act on the same trigger and buy at the same pace, with a sentence for users."""

    equal: bool
    sentence: str


def equal_trigger_and_pace(policies: Sequence[Policy]) -> Likeness:
    """Whether all policies that act share their start, and all that buy their daily pace.

    Otherwise a difference between them may come from when or how fast they act, not from what they do.
    """
    acting = [(p.label, i) for p in policies for i in p.interventions if hasattr(i, "start")]
    starts = {label: str(i.start) for label, i in acting}
    paces = {label: pace for label, i in acting if (pace := _pace(i)) is not None}
    differ = [
        f"{what} ({', '.join(f'{label}: {value}' for label, value in values.items())})"
        for what, values in (("start", starts), ("daily pace in $bn", paces))
        if len(set(values.values())) > 1
    ]
    if not differ:
        return Likeness(True, "These policies act on the same trigger and buy at the same pace.")
    return Likeness(
        False,
        f"These policies differ in {' and '.join(differ)}: differences between them may come from that, "
        "not from what they do.",
    )


def _pace(intervention: Intervention) -> str | None:
    """Daily pace of an intervention that buys, as text."""
    paces = (getattr(intervention, name, None) for name in ("pace_bn", "size_bn"))
    return next((number(value) for value in paces if value is not None), None)


def default_policies() -> tuple[Policy, ...]:
    """No action, outright purchases, the standing repo facility and the hedged auction."""
    return tuple(parse_policy(spec) for spec in DEFAULT_SPECS)


def check_draws(paths: int, seed: int) -> None:
    """That so many paths can be drawn from a seed. Raises `Refused`."""
    if not 1 <= paths <= MOST_PATHS:
        raise Refused(f"paths = {paths} is out of bounds: it must be between 1 and {MOST_PATHS}")
    if not 0 <= seed < 2**63:
        raise Refused(f"seed = {seed} is out of bounds: it must be between 0 and {2**63 - 1}")


def compare(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Comparison:
    """Run policies side by side on `paths` random paths. Raises `Refused`."""
    check_draws(paths, seed)
    chosen = arms(policies)
    runs = simulate([p.prepare(world) for p in chosen], [p.orders for p in chosen], paths, seed)
    return Comparison(world, chosen, tuple(runs), seed, paths)


def compare_central(world: World, policies: Sequence[Policy]) -> Comparison:
    """The same on the central path: severity one, no noise, one path."""
    chosen = arms(policies)
    runs = simulate_central([p.prepare(world) for p in chosen], [p.orders for p in chosen])
    return Comparison(world, chosen, tuple(runs), 0, 1)
