"""Which numbers are today's: headline figures of every shipped world under every policy's defaults, and their fingerprints.

`golden.json` holds them to the digits that are shown. A fingerprint stands until one of its figures moves: a new policy
adds figures of its own, a new outcome one figure more, which earlier fingerprints do not cover, and neither changes a
fingerprint. Documents, links, scripts and sweeps keep the fingerprints of their worlds and policies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from models import MODEL_VERSION
from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from policy.comparison import compare
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.spec import Policy, policy

PATHS, SEED = 16, 1
DIGITS = 2  # behind the point, as `backstop compare` prints
FILE = "golden.json"
WORLDS = (*SHIPPED, World().name)

Figures = tuple[float, ...]
Pair = tuple[World, Sequence[Policy]]
Fingerprints = Mapping[str, str]  # of all kinds of policies together, by world


@dataclass(frozen=True)
class GoldenRow:
    """Figures of a world under a policy in the order of `Golden.outcomes`; the fingerprint is of the first `covers`."""

    fingerprint: str
    covers: int
    figures: Figures


@dataclass(frozen=True)
class Golden:
    """All rows by world and kind of policy. Outcomes are in the order in which they joined."""

    outcomes: tuple[str, ...]
    rows: Mapping[str, Mapping[str, GoldenRow]]


# Reading


@cache
def golden() -> Golden:
    """The figures as they were last written."""
    return parsed(resources.files("policy").joinpath(FILE).read_text(encoding="utf-8"))


def parsed(text: str) -> Golden:
    """Golden figures from their file's text."""
    data = json.loads(text)
    rows = {
        world: {
            kind: GoldenRow(mark, covers, tuple(figures)) for kind, (mark, covers, figures) in kinds.items()
        }
        for world, kinds in data["rows"].items()
    }
    return Golden(tuple(data["outcomes"]), rows)


def nearest(world: World) -> str:
    """The shipped world that a world was made from; the default world where there is none."""
    return world.name if world.name in SHIPPED else World().name


def fingerprints(pairs: Iterable[Pair]) -> Fingerprints:
    """Today's fingerprints of worlds under the kinds of their policies, no action always among them."""
    kept: dict[str, list[str]] = {}
    for world, _, mark in _marks(pairs):
        kept.setdefault(world, []).append(mark)
    return {world: " ".join(dict.fromkeys(marks)) for world, marks in kept.items()}


def moved_words(then: Fingerprints, pairs: Iterable[Pair]) -> list[str]:
    """A line for each world whose figures are no longer those of earlier fingerprints, with the kinds of policies."""
    moved: dict[str, list[str]] = {}
    for world, kind, mark in _marks(pairs):
        if world in then and mark not in then[world].split() and kind not in moved.setdefault(world, []):
            moved[world].append(kind)
    return [
        f"numbers of {world} have changed under {', '.join(kinds)}" for world, kinds in moved.items() if kinds
    ]


def _marks(pairs: Iterable[Pair]) -> Iterator[tuple[str, str, str]]:
    """World, kind and fingerprint of every part of every policy that has figures."""
    for world, policies in pairs:
        rows = golden().rows.get(nearest(world), {})
        for kind in ("none", *(i.name for p in policies for i in p.interventions)):
            if kind in rows:
                yield nearest(world), kind, rows[kind].fingerprint


def stamp(world: World, policies: Sequence[Policy]) -> str:
    """The model version and one fingerprint of everything that a comparison's numbers rest on."""
    marks = " ".join(mark for _, _, mark in _marks([(world, policies)]))
    return f"{MODEL_VERSION}-{_hash(marks)}"


# Writing


def figures(name: str, kinds: Sequence[type[Intervention]] = REGISTRY) -> dict[str, dict[str, float]]:
    """Headline figures of a world by kind of policy and outcome, unrounded."""
    world = shipped(name) if name in SHIPPED else World()
    policies = [p for p in (policy([kind()]) for kind in kinds) if _fits(p, world)]
    compared = compare(world, policies, PATHS, SEED)
    scored = zip(compared.policies, all_scores(compared), strict=True)
    return {p.interventions[0].name: {m.key: m.headline(s.values[m.key]) for m in METRICS} for p, s in scored}


def _fits(chosen: Policy, world: World) -> bool:
    try:
        chosen.prepare(world)
    except Refused:
        return False
    return True


def renewed(kept: Golden | None, now: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Golden:
    """Today's figures, where one has not moved as it was kept; a row gets a new fingerprint only where one has moved."""
    before = kept or Golden((), {})
    known = {key for kinds in now.values() for values in kinds.values() for key in values}
    joined = [m.key for m in METRICS if m.key in known and m.key not in before.outcomes]
    outcomes = (*(key for key in before.outcomes if key in known), *joined)
    same_order = outcomes[: len(before.outcomes)] == before.outcomes
    return Golden(
        outcomes,
        {
            world: {
                kind: _row(
                    before.rows.get(world, {}).get(kind) if same_order else None,
                    [values[key] for key in outcomes],
                )
                for kind, values in kinds.items()
            }
            for world, kinds in now.items()
        },
    )


def _row(kept: GoldenRow | None, values: Sequence[float]) -> GoldenRow:
    old = kept.figures if kept else ()
    shown = (
        *(a if still(a, b) else _shown(b) for a, b in zip(old, values, strict=False)),
        *map(_shown, values[len(old) :]),
    )
    if kept and fingerprint(shown[: kept.covers]) == kept.fingerprint:
        return GoldenRow(kept.fingerprint, kept.covers, shown)
    return GoldenRow(fingerprint(shown), len(shown), shown)


def still(kept: float, now: float) -> bool:
    """Whether a figure would be shown as it was, but for what differs between machines."""
    return abs(now - kept) <= 0.5 * 10.0**-DIGITS + 1e-6 * max(1.0, abs(kept))


def fingerprint(shown: Sequence[float]) -> str:
    """Four hexadecimal digits of figures as they are shown."""
    return _hash(" ".join(f"{value:.{DIGITS}f}" for value in shown))


def _shown(value: float) -> float:
    return round(value, DIGITS) + 0.0  # no negative zero


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]


def printed(golden: Golden) -> str:
    """The file's text, a line for each row."""
    worlds = [
        f'  "{world}": {{\n'
        + ",\n".join(
            f'   "{kind}": {json.dumps([row.fingerprint, row.covers, list(row.figures)])}'
            for kind, row in kinds.items()
        )
        + "\n  }"
        for world, kinds in golden.rows.items()
    ]
    outcomes = ",\n".join(f'  "{key}"' for key in golden.outcomes)
    return f'{{\n "outcomes": [\n{outcomes}\n ],\n "rows": {{\n' + ",\n".join(worlds) + "\n }\n}\n"
