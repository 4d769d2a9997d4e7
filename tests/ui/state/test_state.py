"""The state: links, files and scripts restore it whole, refusals are listed, undo and redo walk over it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to
from support.paths import APP, ROOT
from support.policy_strategies import policies
from support.strategies import worlds

from models import MODEL_VERSION
from models.errors import Refused
from models.library import SHIPPED, shipped
from models.library import from_toml as world_from_toml
from models.parameters.base import TENORS
from models.scenario import World
from models.worlds import replace as changed_world
from policy import comparison, presets
from policy.comparison import compare
from policy.outcomes.summary import summarise
from policy.spec import parse_policy
from ui.menu import PAGES, path
from ui.state import document as files
from ui.state import link, runs, script, session, talk
from ui.state import state as s
from ui.state.items import CHART_NAMES, STEP_NAMES, TalkItem

HORIZONS = {"horizon_years": 5.0, "valuation": "repriced"}


@st.composite
def named_runs(draw: Any, world: World) -> s.NamedRun:
    name = draw(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60))
    note = draw(st.text(st.characters(categories=("L", "N", "P", "S")), max_size=60))
    made = draw(policies(most=2, labelled=draw(st.booleans())))
    return s.NamedRun(
        name.strip() or "x", note.strip(), world, made, draw(st.integers(0, 9)), draw(st.integers(2, 4096))
    )


@st.composite
def states(draw: Any) -> s.State:
    """Any state that the page could be brought into: what does not fit together is left out as the page would."""
    some = st.sampled_from([shipped(name) for name in SHIPPED])
    world = draw(some | worlds())
    made = s.State(world, s.usual_policies(World()))
    if world.name in SHIPPED:
        made = tried(made, lambda x: s.with_world(x, {"dealers.capacity_bn": draw(st.floats(700, 3000))}))
        made = tried(made, lambda x: s.with_world(x, {"funds.scale": draw(st.floats(0.5, 1.2))}))
        made = s.reset_policies(made) if draw(st.booleans()) else made
    for policy_ in draw(st.lists(policies(most=3, labelled=True), max_size=3)):
        made = tried(made, lambda x, policy_=policy_: s.with_policies(x, [*x.policies, policy_]))
    made = tried(made, lambda x: s.with_policies(x, x.policies))
    made = tried(
        made, lambda x: s.with_draws(x, draw(st.integers(0, 2**31 - 1)), draw(st.integers(2, s.MOST_PATHS)))
    )
    made = s.with_page(s.with_tenor(made, draw(st.sampled_from(TENORS))), draw(st.sampled_from(list(PAGES))))
    if draw(st.booleans()):
        made = s.with_counting(made, "terms", HORIZONS)
        made = s.with_counting(made, "game", {"crises_a_year": draw(st.floats(0.01, 0.2))})
        made = s.with_penalties(made, (0.0, draw(st.floats(1, 900))))
        made = s.with_weight(made, "taxpayer_mean_bn", draw(st.floats(0, 10)))
    for run in draw(st.lists(named_runs(draw(some)), max_size=3)):
        made = tried(made, lambda x, run=run: runs.with_run(x, run))
    for item in draw(st.lists(talk_items(draw(some)), max_size=3)):
        made = tried(made, lambda x, item=item: talk.with_item(x, item))
    return made


@st.composite
def talk_items(draw: Any, world: World) -> TalkItem:
    """A slide of any kind."""
    chart = draw(st.sampled_from(["", *CHART_NAMES]))
    step = TalkItem("step", draw(st.sampled_from(STEP_NAMES)))
    live = TalkItem("screen", chart=chart, lever=draw(st.sampled_from(["", *s.TOP_LEVERS])))
    run = draw(named_runs(world))
    return draw(st.sampled_from([step, live, replace(talk.run_item(run), chart=chart)]))


def tried(state: s.State, change: Any) -> s.State:
    try:
        return change(state)
    except Refused:
        return state


def fits(state: s.State) -> bool:
    try:
        return s.with_policies(state, state.policies) == state
    except Refused:
        return False


# Links and files


@given(states())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_state_survives_link_and_file(state: s.State) -> None:
    assume(fits(state))
    assert files.from_toml(files.to_toml(state)) == files.Restored(state)
    back = link.unpack(link.pack(state))
    assert back.refused == ()
    assert s.with_page(back.state, state.view.page) == state


@given(states())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_restored_states_give_the_same_numbers(state: s.State) -> None:
    assume(fits(state))
    state = s.with_draws(replace(state, runs=()), paths=16)
    back = link.unpack(link.pack(state)).state
    assert figures(back) == figures(state) and s.digest(back) == s.digest(state)


def figures(state: s.State) -> dict[str, Any]:
    return dict(summarise(compare(state.world, state.policies, state.paths, state.seed)).cells)


def test_a_link_is_short_and_names_the_page() -> None:
    opening = s.with_world(s.opening(), {"funds.scale": 0.9, "dealers.capacity_bn": 1500.0})
    found = link.link(s.with_page(opening, "who_pays"), "http://localhost:8501/")
    assert found.startswith("http://localhost:8501/who-pays?s=")
    assert len(found) <= 205  # two changes and a fingerprint, whose digits no packing makes shorter
    assert link.link(opening, "/").startswith("/?s=")
    long = opening
    for k in range(s.MOST_RUNS):
        long = runs.keep_run(long, k % 4, f"Run {k}")
    assert len(link.link(long)) < 1500


@pytest.mark.parametrize("cut", [0, 1, 5, 12, -1, -4])
def test_a_damaged_link_is_refused(cut: int) -> None:
    whole = link.pack(s.with_draws(s.opening(), seed=9))
    broken = (
        whole[:cut] if cut >= 0 else whole[:cut] + ("A" if whole[cut] != "A" else "B") + whole[cut:][1:-1] * 2
    )
    with pytest.raises(Refused, match="the link is damaged"):
        link.unpack(broken)


def test_a_link_that_unpacks_to_a_flood_is_refused() -> None:
    import zlib

    packed = zlib.compress(b"#" * 30_000_000, 9, wbits=-15)
    text = base64.urlsafe_b64encode(zlib.crc32(packed).to_bytes(4, "big") + packed).decode().rstrip("=")
    with pytest.raises(Refused, match="damaged"):
        link.unpack(text)


def document(**changes: Any) -> str:
    return tomli_w.dumps({"model_version": MODEL_VERSION, "episode": "crowded"} | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model_version": 999}, "made with model version 999 and this is version"),
        ({"episode": "atlantis"}, "episode = 'atlantis' is unknown: it must be one of april_2025"),
        ({"world": {"funds.scale": 99.0, "funding.slack_bn": 20.0}}, "funds.scale"),
        ({"world": {"funds": {"scael": 0.9}}}, "funds.scael"),
        ({"policies": ["outright:pace_bn=900", "repo"]}, "pace_bn"),
        ({"policies": ["@/etc/passwd"]}, "must be written out"),
        ({"policies": "outright"}, "must be a list"),
        ({"paths": 1}, "paths = 1 is out of bounds"),
        ({"seed": "one"}, "must be a whole number"),
        ({"tenor": 7}, "tenor = 7 is refused"),
        ({"page": "nowhere"}, "nowhere"),
        ({"colour": "red"}, "'colour' is not known"),
        ({"counting": {"terms": {"horizon_years": 99.0}}}, "horizon_years"),
        ({"counting": {"penalties": [10.0]}}, "between 2 and 12"),
        ({"counting": {"penalties": [10.0, 2000.0]}}, "from 0 to 1000 bp"),
        ({"counting": {"grid": [0.1, 0.5]}}, "reserve discounts is not carried over"),
        ({"counting": {"weights": "beauty=3"}}, "beauty"),
        ({"runs": [{"name": "A", "episode": "crowded", "policy": "outrigth"}]}, "run 'A' is left out: "),
        ({"runs": [{"episode": "crowded", "policy": "repo"}]}, "name and note must be text"),
        ({"talk": 1}, "talk is refused: it must be a list of tables"),
        ({"talk": [{"shows": "step", "name": "clam"}]}, "slide 'clam' is left out: "),
        ({"talk": [{"shows": "film"}]}, "it must show a step, the screen or a comparison"),
        ({"talk": [{"shows": "screen", "chart": "pie"}]}, "slide 'screen' is left out: "),
        ({"talk": [{"shows": "screen", "lever": "funds.cohorts"}]}, "is no number of this world"),
        (
            {"talk": [{"shows": "comparison", "name": "A", "policies": ["outrigth"]}]},
            "slide 'A' is left out: ",
        ),
        ({"talk": [{"shows": "step", "name": "calm"}] * 25}, "25 slides are out of bounds"),
    ],
)
def test_what_cannot_be_restored_is_listed_and_the_rest_is_kept(changes: dict[str, Any], said: str) -> None:
    restored = files.from_toml(document(**changes))
    assert len(restored.lines) == 1 and said in restored.lines[0]
    if changes.get("episode") is None:
        assert restored.state.world.name == "crowded"
    if "world" in changes and "funding.slack_bn" in changes["world"]:
        assert (
            restored.state.world.funding.slack_bn == 20
            and restored.state.world.funds.scale == shipped("crowded").funds.scale
        )
    if changes.get("policies") == ["outright:pace_bn=900", "repo"]:
        assert [p.label for p in restored.state.policies] == ["none", "repo"]


@given(st.dictionaries(st.sampled_from(["episode", "world", "policies", "seed", "paths", "page", "tenor", "counting", "runs", "talk"]),
                       st.recursive(st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.floats(allow_nan=False),
                                    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=4), x, max_size=3))))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_no_document_breaks_the_reader(data: dict[str, Any]) -> None:
    try:
        restored = files.from_toml(tomli_w.dumps(data))
    except Refused as refusal:
        assert "episode" not in data and "no episode" in str(refusal)
        return
    assert fits(restored.state) and restored.refused  # a model version is missing at least


def test_a_saved_file_is_for_people_too() -> None:
    state = s.with_world(s.opening(), {"funds.scale": 0.9})
    data = tomllib.loads(files.to_toml(runs.keep_run(s.add_preset(state, presets.ALL[0].name), 1, "Mine")))
    assert data["world"] == {"funds.scale": 0.9} and data["runs"][0]["name"] == "Mine"
    assert all(isinstance(p, str) for p in data["policies"])


# The script


@pytest.mark.parametrize("episode", ["april_2025", "crowded"])
def test_the_script_gives_the_screen_to_the_last_bit(episode: str, tmp_path: Path) -> None:
    state = s.with_draws(s.with_episode(s.opening(), episode), seed=3, paths=24)
    state = s.with_world(
        state, {"funds.scale": 0.8123456789, "yields.duration_loadings": (0.3, 0.6, 1.0, 1.1)}
    )
    state = s.with_policies(
        state, [*state.policies, parse_policy("Mine=outright:pace_bn=33.3,start=2025-04-09+repo")]
    )
    state = runs.keep_run(state, 2, "Kept 'run' \\ with \"quotes\"")
    assert ran(script.script(state), tmp_path) == expected(state)


def test_a_script_of_a_world_of_ones_own_carries_dates_and_groups(tmp_path: Path) -> None:
    world = shipped("april_2025").model_copy(update={"name": "mine"})
    state = s.with_draws(s.State(world, s.usual_policies(world)), paths=8)
    assert ran(script.script(state), tmp_path) == expected(state)


def ran(text: str, folder: Path) -> dict[str, Any]:
    file = folder / "screen.py"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def expected(state: s.State) -> dict[str, Any]:
    found = {"": by_label(state)}
    for run in state.runs:
        found[run.name] = by_label(s.State(run.world, comparison.arms([run.policy]), run.seed, run.paths))
    return found


def by_label(state: s.State) -> dict[str, Any]:
    cells = figures(state)
    return {p.label: {key: row[k].value for key, row in cells.items()} for k, p in enumerate(state.policies)}


# Named runs


def test_runs_are_kept_renamed_opened_and_dropped() -> None:
    state = runs.keep_run(runs.keep_run(s.opening(), 1), 1)
    assert [r.name for r in state.runs] == [
        "Outright purchases · Crowded trades",
        "Outright purchases · Crowded trades 2",
    ]
    state = runs.note_run(runs.rename_run(state, 1, " Second "), 1, "why")
    assert (state.runs[1].name, state.runs[1].note) == ("Second", "why")
    moved = s.with_episode(state, "april_2025")
    back = runs.open_run(moved, 1)
    assert back.world == state.world and [p.label for p in back.policies] == ["none", "outright"]
    assert runs.drop_run(state, 0).runs == state.runs[1:]


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "1 to 60"), ("x" * 61, "1 to 60"), ("a\nb", "cannot be printed"), ("Second", "used by two")],
)
def test_names_that_would_confuse_are_refused(name: str, said: str) -> None:
    state = runs.keep_run(runs.keep_run(s.opening(), 1, "First"), 1, "Second")
    with pytest.raises(Refused, match=said):
        runs.rename_run(state, 0, name)


def test_a_seventh_run_is_refused() -> None:
    state = s.opening()
    for k in range(s.MOST_RUNS):
        state = runs.keep_run(state, 1, f"Run {k}")
    with pytest.raises(Refused, match="at most 6"):
        runs.keep_run(state, 1)


# Undo, redo, replay, and what a link opens


def opened(query: str | None = None, page: str = "sandbox") -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    if query is not None:
        at.query_params[link.PARAMETER] = query
    at.run()
    if page != "sandbox":
        go_to(at, page).run()
    assert [e.message for e in at.exception] == []
    return at


def now(at: AppTest) -> s.State:
    return at.session_state[session.STATE]


def moved(at: AppTest, value: float) -> s.State:
    at.slider(key="world.funds.scale").set_value(value)
    at.run()
    return now(at)


def click(at: AppTest, key: str) -> s.State:
    at.button(key=key).click().run()
    assert [e.message for e in at.exception] == []
    return now(at)


def test_undo_and_redo_walk_the_whole_way() -> None:
    at = opened(link.pack(s.with_draws(s.opening(), paths=16)))
    walk = [now(at)]
    for value in (0.9, 0.8):
        walk.append(moved(at, value))
        at.session_state[session.LAST] = ("", 0.0)  # as if time had passed
    at.number_input(key="seed").set_value(5).run()
    walk.append(now(at))
    assert at.button(key="toolbar.redo").disabled
    for wanted in (*walk[-2::-1], walk[0]):
        if not at.button(key="toolbar.undo").disabled:
            assert click(at, "toolbar.undo") == wanted
    assert at.button(key="toolbar.undo").disabled
    for wanted in walk[1:]:
        assert click(at, "toolbar.redo") == wanted
        assert at.query_params[link.PARAMETER] in (link.pack(wanted), [link.pack(wanted)])
    click(at, "toolbar.undo")
    moved(at, 0.7)
    assert at.button(key="toolbar.redo").disabled  # a new change ends what could be redone


def test_quick_changes_of_one_lever_are_one_step() -> None:
    at = opened(link.pack(s.with_draws(s.opening(), paths=16)))
    first = now(at)
    for value in (0.9, 0.8, 0.7):
        at.slider(key="world.funds.scale").set_value(value)
        at.session_state[session.LAST] = ("world.funds.scale", float("inf"))  # as if no time had passed
        at.run()
    assert now(at).world.funds.scale == 0.7 and len(at.session_state[session.HISTORY]) == 1
    assert click(at, "toolbar.undo") == first


def test_replay_shows_the_screen_before_and_then_the_present_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SHOWN_BEFORE", 0.0)
    at = opened(link.pack(s.with_draws(s.opening(), paths=16)))
    after = moved(at, 0.9)
    shown: list[s.State] = []
    real = session.finish_replay
    monkeypatch.setattr(session, "finish_replay", lambda: (shown.append(session.current()), real())[1])
    assert click(at, "toolbar.replay") == after
    assert [x.world.funds.scale for x in shown] == [1.0, 0.9]
    assert len(at.session_state[session.HISTORY]) == 1 and not at.button(key="toolbar.undo").disabled


def test_each_lever_has_its_own_reset() -> None:
    at = opened(link.pack(s.with_draws(s.opening(), paths=16)))
    first = now(at)
    moved(at, 0.9)
    at.slider(key="world.dealers.capacity_bn").set_value(1500.0).run()
    assert click(at, "world.funds.scale.back").world.funds.scale == first.world.funds.scale
    assert now(at).world.dealers.capacity_bn == 1500
    assert "world.funds.scale.back" not in {b.key for b in at.button}


OLD = {"wedges.basis_mix": [0.25] * 4, "funding.scarcity_bp": 60.0, "funds.scale": 0.9}


@pytest.mark.parametrize("version", [{}, {"model_version": 1}])
def test_an_older_document_opens_and_says_what_changed_and_what_it_loses(version: dict[str, int]) -> None:
    run = {"name": "Kept", "episode": "calm", "world": OLD, "policy": "outright"}
    text = tomli_w.dumps(version | {"episode": "crowded", "world": OLD, "runs": [run]})
    restored = files.from_toml(text)
    assert restored.refused == () and restored.lines == restored.said and len(restored.said) == 3
    changed, *lost = restored.said
    assert "numbers have changed with the model: cash in repo has a price" in changed
    assert any("each group of funds holds contracts of its own" in line for line in lost)
    assert any("means something else now" in line for line in lost)
    assert not any("." in word.rstrip(".") for line in restored.said for word in line.split())
    for world in (restored.state.world, restored.state.runs[0].world):
        assert world.funds.scale == 0.9
        assert world.funding.scarcity_bp == s.base_world(world).funding.scarcity_bp


def test_todays_document_keeps_todays_meaning() -> None:
    restored = files.from_toml(document(world={"funding.scarcity_bp": 7.0}))
    assert restored.lines == () and restored.state.world.funding.scarcity_bp == 7.0
    assert "basis_mix" in files.from_toml(document(world={"wedges.basis_mix": [0.25] * 4})).refused[0]


def test_a_world_file_of_the_older_model_opens() -> None:
    old = "base = 'crowded'\n[funds]\nscale = 0.9\n[funding]\nscarcity_bp = 60.0\n[wedges]\nbasis_mix = [0.25, 0.25, 0.25, 0.25]\n"
    assert world_from_toml(old) == changed_world(shipped("crowded"), {"funds.scale": 0.9})


@pytest.mark.parametrize("page", ["sandbox", "accounts"])
def test_a_link_opens_what_it_holds(page: str) -> None:
    wanted = s.with_draws(s.with_episode(s.opening(), "crowded"), seed=4, paths=16)
    at = opened(link.pack(wanted), page)
    assert now(at) == s.with_page(wanted, page)
    assert at.button(key="toolbar.undo").disabled
    assert not any("restored" in w.value for w in at.warning)


def test_a_refused_link_opens_with_the_list_until_it_is_read() -> None:
    state = s.with_draws(s.opening(), paths=16)
    text = (
        'colour = "red"\nmodel_version = 999\n'
        + files.to_toml(state).partition("[fingerprints]")[0].partition("\n")[2]
    )
    at = opened(packed(text))
    assert "model version 999" in at.warning[0].value and "'colour' is not known" in at.warning[0].value
    assert now(at) == state
    click(at, "toolbar.notices")
    assert not any("999" in told.value for told in at.warning)
    at = opened("nonsense")
    assert "the link is damaged" in at.warning[0].value and now(at) == s.opening()


def packed(text: str) -> str:
    import zlib

    body = zlib.compress(text.encode(), 9, wbits=-15)
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def test_every_page_has_a_path_of_its_own() -> None:
    assert len({path(name) for name in PAGES}) == len(PAGES)


def test_a_policy_is_kept_from_the_sandbox() -> None:
    at = opened(link.pack(s.with_draws(s.opening(), paths=16)))
    kept = runs.keep_run(now(at), 2)
    assert kept.runs[0].name == "Standing repo facility · Crowded trades"
    at.session_state[session.STATE] = kept
    at.run()
    assert "Kept on the page Compare runs: Standing repo facility · Crowded trades." in " ".join(
        c.value for c in at.caption
    )
