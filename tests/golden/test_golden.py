"""Golden figures are today's, and their fingerprints move with them alone: not with a policy, an outcome or a page more."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest
import tomli_w
from golden.regenerate import differences
from support.paths import ROOT

from models import worlds
from models.library import shipped
from models.orders import Orders
from models.scenario import World
from models.simulation import View
from policy import golden as g
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.outcomes.scorecard import METRICS
from policy.spec import parse_policy
from ui.state import document as files
from ui.state import state as s

WHAT_TO_DO = "run python tests/golden/regenerate.py and read what it prints"


@cache
def now() -> dict[str, dict[str, dict[str, float]]]:
    """Every figure anew."""
    return {name: g.figures(name) for name in g.WORLDS}


def test_golden_figures_are_todays() -> None:
    made = g.renewed(g.golden(), now())
    assert differences(g.golden(), made) == [], WHAT_TO_DO
    assert g.printed(made) == (ROOT / "policy" / g.FILE).read_text(encoding="utf-8"), WHAT_TO_DO


def test_every_world_policy_and_outcome_has_its_figure() -> None:
    kept = g.golden()
    assert set(kept.outcomes) == {m.key for m in METRICS} and set(kept.rows) == set(g.WORLDS)
    for rows in kept.rows.values():
        assert set(rows) <= {kind.name for kind in REGISTRY} and "none" in rows
        for row in rows.values():
            assert len(row.figures) == len(kept.outcomes)
            assert row.fingerprint == g.fingerprint(row.figures[: row.covers])


class Idle(Intervention):
    """Does nothing."""

    name: ClassVar[str] = "idle"
    title: ClassVar[str] = "Idle"
    what: ClassVar[str] = "Nothing. Made up for a test."
    source: ClassVar[str] = "a test"

    def orders(self, view: View) -> Orders:
        return Orders()


def marks(made: g.Golden) -> dict[tuple[str, str], str]:
    return {(world, kind): row.fingerprint for world, rows in made.rows.items() for kind, row in rows.items()}


def test_a_policy_adds_its_own_rows_and_moves_no_fingerprint() -> None:
    own = g.figures("calm", [REGISTRY[0], Idle])["idle"]
    made = g.renewed(g.golden(), {world: {**rows, "idle": own} for world, rows in now().items()})
    assert differences(g.golden(), made) == [f"{world} under idle joined" for world in g.WORLDS]
    assert marks(g.golden()).items() <= marks(made).items()


def test_an_outcome_adds_its_figure_and_moves_no_fingerprint() -> None:
    first, *rest = METRICS
    few = {w: {k: {m.key: v[m.key] for m in rest} for k, v in rows.items()} for w, rows in now().items()}
    before = g.renewed(None, few)
    after = g.renewed(before, now())
    assert after.outcomes == (*(m.key for m in rest), first.key)
    assert marks(after) == marks(before) and differences(before, after) == [f"outcome {first.key} joined"]
    # a figure that moves later is covered with all that stands then
    moved = {**now(), "calm": {**now()["calm"], "none": {**now()["calm"]["none"], first.key: 99.0}}}
    assert marks(g.renewed(after, moved)) == marks(after)
    moved["calm"]["none"][rest[0].key] = 99.0
    row = g.renewed(after, moved).rows["calm"]["none"]
    assert row.covers == len(METRICS) and row.fingerprint != after.rows["calm"]["none"].fingerprint


def test_what_is_not_shown_moves_nothing() -> None:
    assert g.still(22.49, 22.4949) and g.still(0.0, -1e-9) and not g.still(22.49, 22.4961)
    assert g.fingerprint([-0.0 + 0.0]) == g.fingerprint([0.0])


CHANGED = "settings are restored, but since it was made numbers of crowded have changed under outright"


def with_another_fingerprint(monkeypatch: pytest.MonkeyPatch, world: str, kind: str) -> None:
    """Today's figures with one row of another fingerprint."""
    kept = g.golden()
    other = replace(kept.rows[world][kind], fingerprint="0000")
    rows = {**kept.rows, world: {**kept.rows[world], kind: other}}
    monkeypatch.setattr(g, "golden", lambda: g.Golden(kept.outcomes, rows))


def test_a_document_warns_only_of_its_own_worlds_and_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    state = s.with_policies(
        s.with_episode(s.opening(), "crowded"), [parse_policy("mine=outright:pace_bn=30+repo")]
    )
    text, digest = files.to_toml(state), s.digest(state)
    assert files.from_toml(text).lines == ()
    with monkeypatch.context() as patch:
        for world, kind in (("calm", "outright"), ("crowded", "hedged-auction"), ("crowded", "twist")):
            with_another_fingerprint(patch, world, kind)
        assert files.from_toml(text).lines == () and s.digest(state) == digest
    with_another_fingerprint(monkeypatch, "crowded", "outright")
    assert files.from_toml(text).lines == (CHANGED,) and s.digest(state) != digest
    assert files.from_toml(files.to_toml(state)).lines == ()


def test_a_world_of_ones_own_counts_as_the_one_it_was_made_from() -> None:
    changed = worlds.replace(shipped("calm"), {"funds.scale": 0.9})
    mine = [(World(name="mine"), [parse_policy("repo")]), (changed, [parse_policy("mine=twist+repo")])]
    rows, found = g.golden().rows, g.fingerprints(mine)
    assert {world: set(marks.split()) for world, marks in found.items()} == {
        world: {rows[world][kind].fingerprint for kind in kinds}
        for world, kinds in (("custom", ("none", "repo")), ("calm", ("none", "twist", "repo")))
    }
    assert g.moved_words(found, mine) == g.moved_words({"atlantis": ""}, mine) == []
    assert g.moved_words({"calm": "0000"}, [(changed, [])]) == ["numbers of calm have changed under none"]


@pytest.mark.parametrize("marks", ["all", ["crowded"], {"crowded": {"none": "a"}}, {"crowded": 3}])
def test_fingerprints_that_are_none_are_refused(marks: object) -> None:
    restored = files.from_toml(
        tomli_w.dumps({"model_version": 2, "episode": "crowded", "fingerprints": marks})
    )
    assert len(restored.lines) == 1 and restored.lines[0].startswith("fingerprints is refused")
