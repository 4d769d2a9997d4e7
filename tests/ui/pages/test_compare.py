"""Named runs side by side: figures, intervals, what changed, the ranking on the page, and that all of it can be undone."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, ran
from support.paths import APP
from support.policy_strategies import interventions, policies
from support.strategies import worlds

from models.library import SHIPPED, shipped
from models.worlds import flatten
from models.worlds import replace as changed_world
from policy.comparison import compare
from policy.outcomes import statistics
from policy.outcomes.scorecard import BY_KEY, METRICS
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import difference
from policy.outcomes.summary import summarise
from policy.ranking import criteria, ranking
from policy.ranking.criteria import DEFAULT_WEIGHTS, KEYS
from policy.spec import BY_NAME, build_intervention, parse_policy, policy
from ui.pages.compare import changes as compare_changes
from ui.pages.compare import ranking as compare_ranking
from ui.pages.compare import results, view
from ui.pages.compare.changes import UNUSED, WORLD, changes
from ui.pages.compare.results import SERIES, Entry, entries
from ui.state import session
from ui.state import state as s
from ui.state.state import NamedRun
from ui.widgets import keep
from ui.words import amounts, verdicts
from ui.words import names as words

PATHS = 8
CROWDED, APRIL = shipped("crowded"), shipped("april_2025")
LESS = changed_world(CROWDED, {"funds.scale": 0.8})
RUNS = (
    NamedRun("Purchases", "", CROWDED, parse_policy("outright"), 1, PATHS),
    NamedRun("Less <leverage>", "half & half", LESS, parse_policy("none"), 1, PATHS),
    NamedRun("Other draws", "", APRIL, parse_policy("Mine=hedged-auction+repo:cap_bn=100"), 2, 12),
)
# Two of one world, with draws of their own, and one of another: only the two are ranked.
RIVALS = (RUNS[0], NamedRun("Bundles", "", CROWDED, parse_policy("hedged-auction"), 2, 12), RUNS[1])


@pytest.fixture(scope="module")
def three() -> tuple[Entry, ...]:
    return entries(RUNS)


def opened(runs: tuple[NamedRun, ...] = ()) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = replace(s.with_draws(s.opening(), paths=PATHS), runs=runs)
    go_to(at, "compare")
    return ran(at)


def state(at: AppTest) -> s.State:
    return at.session_state[session.STATE]


def rows(body: str, key: str) -> dict[str, list[str]]:
    """A table's cells by row header."""
    found = re.search(rf'data-testid="{key}".*?</table>', body)
    assert found
    return {
        unescape(re.findall(r"<th[^>]*>(.*?)</th>", row)[0]): re.findall(r"<td[^>]*>(.*?)</td>", row)
        for row in re.findall(r"<tr.*?</tr>", found[0])[1:]
    }


# Figures and intervals


@pytest.mark.parametrize("k", range(len(RUNS)))
def test_figures_are_those_of_the_comparison(three: tuple[Entry, ...], k: int) -> None:
    run = RUNS[k]
    made = compare(run.world, [run.policy], run.paths, run.seed)
    scored = all_scores(made)
    for m in METRICS:
        assert three[k].found.mean(m.key) == pytest.approx(np.mean(scored[-1].values[m.key]), abs=1e-8)
    assert np.array_equal(three[k].found.columns, ranking.columns(scored[-1]))


def test_the_table_shows_them_with_paired_and_unpaired_intervals() -> None:
    body = html(opened(RUNS))
    table = rows(body, "outcomes")
    assert table["Compared with the base"] == ["the base", "path by path", "unpaired: other draws"]
    direct = [all_scores(compare(r.world, [r.policy], r.paths, r.seed))[-1] for r in RUNS]
    key, title = "peak_dislocation_10y_bp", "Peak 10-year dislocation"
    means = [float(d.values[key].mean()) for d in direct]
    assert [cell.split("<")[0] for cell in table[title]] == [amounts.amount(x, "bp") for x in means]
    low, high = difference(direct[1].values[key], direct[0].values[key])["mean_ci95"]
    gap = amounts.amount(means[1] - means[0], "bp", signed=True)
    assert f"{gap} ({amounts.bare(low, 1)} to {amounts.bare(high, 1)})" in table[title][1]
    errors = [float(np.std(direct[j].values[key], ddof=1)) / math.sqrt(RUNS[j].paths) for j in (0, 2)]
    half, gap = 1.96 * math.hypot(*errors), means[2] - means[0]
    shown = f"({amounts.bare(gap - half, 1)} to {amounts.bare(gap + half, 1)})"
    assert shown in table[title][2]
    assert "“Other draws” they are not, so the interval is unpaired" in body


def test_intervals_against_ones_own_no_action_are_the_scorecards(three: tuple[Entry, ...]) -> None:
    run = RUNS[2]
    scored = all_scores(compare(run.world, [run.policy], run.paths, run.seed))
    for key in ("market_sales_bn", "taxpayer_es95_bn", "failure_share_pct"):
        own = difference(scored[1].values[key], scored[0].values[key])
        found = results.gap(three[2], None, key)
        assert [found.value, found.low, found.high] == pytest.approx(
            [own["mean"], *own["mean_ci95"]], abs=1e-8
        )


def test_every_outcome_and_base_reads(three: tuple[Entry, ...]) -> None:
    for base in (None, 0, 2):
        body = view.outcomes_html(three, base, view.KEYS)
        assert "nan" not in body and "Less &lt;leverage&gt;" in body
        frame = view.outcomes_frame(three, base)
        assert len(frame) == len(three) * len(view.KEYS)
        assert not frame.isna().to_numpy().any()
        own = frame[frame["Compared"] == view.BASE]
        assert (own["Difference to base"] == 0).all() and len(own) == (0 if base is None else len(frame) / 3)


def test_a_tail_is_told_as_a_result() -> None:
    worse = view.gap_words("taxpayer_es95_bn", statistics.Gap(5.0, 4.0, 6.0))
    assert worse == "−$5.0bn (−6.0 to −4.0), worse"
    assert view.gap_words("taxpayer_mean_bn", statistics.Gap(5.0, 4.0, 6.0)).endswith(", better")
    assert view.gap_words("peak_dislocation_10y_bp", statistics.Gap(0.4, -1.0, 1.8)).endswith(", noise")
    assert (
        view.gap_words("peak_yield_10y_pct", statistics.Gap(0.4, 0.2, 0.6)) == "+0.40 points (0.20 to 0.60)"
    )


# Charts


@pytest.mark.parametrize("name", SERIES)
def test_charts_hold_each_runs_bands_and_say_its_worst(three: tuple[Entry, ...], name: str) -> None:
    whole, apart = view.overlay(three, name), view.multiples(three, name)
    assert len(apart.panels) == 3 and len(whole.table) == sum(len(e.calendar) for e in three)
    for e in three:
        rows_of = whole.table[whole.table["Run"] == e.run.name]
        run = compare(e.run.world, [e.run.policy], e.run.paths, e.run.seed).runs[-1]
        middle = np.median(SERIES[name].value(run), axis=1)
        np.testing.assert_allclose(rows_of["Median"], middle, atol=1e-9)
        assert e.run.name in whole.panels[0].alt
    worst = [
        (e.found.bands[name][1].min if SERIES[name].low else e.found.bands[name][1].max)() for e in three
    ]
    first = int(np.argmin(worst) if SERIES[name].low else np.argmax(worst))
    assert view.level(name, worst[first]) in whole.title
    assert "in every run" in whole.title or f"“{three[first].run.name}”" in whole.title
    assert "days since the opening" in whole.note


def test_runs_of_one_calendar_are_drawn_by_date(three: tuple[Entry, ...]) -> None:
    figure = view.overlay(three[:2], "dealer_use")
    assert "by date" in figure.note and "Jun" in str(figure.panels[0].x)
    assert "under" not in view.series_words(three[:1], "dealer_use")


# What changed


@settings(max_examples=8)
@given(worlds(), worlds())
def test_the_differences_lead_from_one_world_to_the_other(one: Any, other: Any) -> None:
    first = NamedRun("A", "", one, parse_policy("none"), 1, PATHS)
    found = changes(first, replace(first, name="B", world=other))
    assert all(c.part == WORLD and c.old != c.new for c in found)
    new = {c.name: c.new for c in found}
    before, after = flatten(one), flatten(other)
    assert {**before, **new} == after | {k: before[k] for k in compare_changes.ABOUT if k not in new}
    assert {c.name: c.old for c in found} == {name: before[name] for name in new}
    assert all(compare_changes.shown(x) for c in found for x in (c.old, c.new))


@settings(max_examples=25)
@given(st.data())
def test_the_differences_lead_from_one_setting_to_the_other(data: Any) -> None:
    kind = data.draw(st.sampled_from([k for k in BY_NAME.values() if k.model_fields]))
    one, other = data.draw(interventions(kind)), data.draw(interventions(kind))
    first = NamedRun("A", "", CROWDED, policy([one]), 1, PATHS)
    found = changes(first, replace(first, policy=policy([other])))
    new = {c.name.partition(".")[2]: c.new for c in found}
    assert build_intervention(kind.name, {**one.settings(), **new}) == other
    assert all(getattr(one, c.name.partition(".")[2]) == c.old for c in found)


@settings(max_examples=25)
@given(policies(labelled=True), policies(labelled=True))
def test_tools_that_come_and_go_are_named(one: Any, other: Any) -> None:
    first = NamedRun("A", "", CROWDED, one, 1, PATHS)
    found = changes(first, replace(first, policy=other, seed=2))
    gone = {c.name for c in found if c.old == "used" and c.new == UNUSED}
    come = {c.name for c in found if c.old == UNUSED and c.new == "used"}
    before, after = set(compare_changes.tools(one)), set(compare_changes.tools(other))
    assert (gone, come) == (before - after, after - before)
    assert [c.name for c in found][-1] == "seed"
    assert compare_changes.changes_html(found, "A", "B").count("<tr") == len(found) + 1


def test_the_page_lists_what_changed() -> None:
    at = opened(RUNS)
    table = rows(html(at), "changes")
    assert table["Funds' leverage"] == ["World", "1", "0.8", "multiple"]
    assert table["Outright purchases"] == ["Policy", "used", "not used", ""]
    assert (
        "From “Purchases” to “Less &lt;leverage&gt;”: 2 differences, 1 in the world and 1 in the policy"
        in html(at)
    )
    at.selectbox(key="compare.to").set_value("Other draws")
    ran(at)
    table = rows(html(at), "changes")
    assert table["Seed"][1:3] == ["1", "2"] and table["Paths"][1:3] == ["8", "12"]
    assert table["Standing repo facility: cap"][1:3] == ["not used", "100"]
    at.selectbox(key="compare.to").set_value("Purchases")
    assert "Nothing that bears on a number differs" in html(ran(at))


@pytest.mark.parametrize("name", SHIPPED)
def test_cards_say_what_was_changed(name: str) -> None:
    world = changed_world(shipped(name), {"funding.slack_bn": 12.0})
    lines = view.about(NamedRun("A", "", world, parse_policy("Mine=repo"), 3, PATHS))
    assert lines[1].startswith("World changed: Spare cash in repo") and "→ 12 $bn" in lines[1]
    assert lines[2:] == ["Policy: Mine: Standing repo facility", "Seed 3, 8 paths"]


# The page


def test_without_kept_runs_the_screens_policies_are_offered() -> None:
    at = opened()
    assert "No run is kept yet" in at.info[0].value
    assert f'data-state="{s.digest(state(at))}" data-ready="1"' in html(at)
    assert len(rows(html(at), "outcomes")["Compared with the base"]) == 4
    at.button(key="compare.keep.2").click()
    ran(at)
    assert [(r.policy, r.world, r.paths) for r in state(at).runs] == [
        (state(at).policies[2], state(at).world, PATHS)
    ]
    assert "appear here once there are two" in " ".join(c.value for c in at.caption)


def test_keep_all_is_one_step_that_can_be_undone() -> None:
    at = opened()
    before = state(at)
    at.button(key="compare.keep_all").click()
    ran(at)
    assert [r.policy for r in state(at).runs] == list(before.policies)
    (past,) = at.session_state[session.HISTORY]
    assert s.with_page(session.step(past), "compare") == before
    at.button(key="toolbar.undo").click()
    assert state(ran(at)) == before
    at.button(key="toolbar.redo").click()
    assert len(state(ran(at)).runs) == 4


def test_names_and_notes_are_edited_and_refusals_keep_the_run() -> None:
    at = opened(RUNS)
    at.selectbox(key="compare.base").set_value("Less <leverage>")
    ran(at)
    at.text_input(key="runs.1.name").set_value("Calmer")
    at.text_area(key="runs.0.note").set_value(" for the seminar ")
    ran(at)
    assert [(r.name, r.note) for r in state(at).runs][:2] == [
        ("Purchases", "for the seminar"),
        ("Calmer", "half & half"),
    ]
    assert at.selectbox(key="compare.base").value == "Calmer"
    at.text_input(key="runs.1.name").set_value("Purchases")
    ran(at)
    assert "used by two runs" in at.error[0].value and state(at).runs[1].name == "Calmer"
    assert at.text_input(key="runs.1.name").value == "Calmer"


def test_a_run_is_dropped_and_another_opened() -> None:
    at = opened(RUNS)
    at.button(key="runs.0.drop").click()
    ran(at)
    assert state(at).runs == RUNS[1:]
    at.button(key="runs.1.open").click()
    ran(at)
    now = state(at)
    assert (now.world, now.seed, now.paths, now.policies[1:]) == (APRIL, 2, 12, (RUNS[2].policy,))
    assert now.runs == RUNS[1:] and now.view.page == "sandbox"


def test_more_is_kept_from_the_screen_until_six_are_there() -> None:
    six = tuple(replace(RUNS[k % 3], name=f"Run {k}") for k in range(5))
    at = opened(six)
    more = at.get("menu_button")
    assert not next(b for b in more if b.proto.id.endswith("compare.more")).proto.disabled
    at = opened((*six, replace(RUNS[0], name="Run 5")))
    more = at.get("menu_button")
    assert next(b for b in more if b.proto.id.endswith("compare.more")).proto.disabled


def test_a_name_or_note_costs_no_new_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [replace(RUNS[0], seed=4242)]
    first = entries(runs)[0].found
    monkeypatch.setattr(results, "evidence", lambda run: pytest.fail("was computed again"))
    label = parse_policy("Another label=outright")
    assert entries([replace(runs[0], name="Renamed", note="noted", policy=label)])[0].found is first


# Ranking


def test_the_ranking_is_the_models_own_within_one_world() -> None:
    two = compare_ranking.largest(entries(RIVALS))
    assert [e.run.name for e in two] == ["Purchases", "Bundles"]
    made = compare_ranking.result(two, DEFAULT_WEIGHTS)
    ranked = ranking.rank([e.found.columns for e in two], DEFAULT_WEIGHTS, [e.draws for e in two])
    at = opened(RIVALS)
    table = rows(html(at), "ranking")
    assert list(table) == [made.names[k] for k in ranked.order]
    assert [cells[0] for cells in table.values()] == ["1", "2"]
    behind = ranked.order[1]
    assert list(table.values())[1][1].startswith(f"{ranked.gaps[behind].value:,.1f}<small>")
    assert not ranked.gaps[behind].paired and f"{made.names[ranked.winner]}" in compare_ranking.verdict(made)
    at.button_group(key="compare.world").set_value("Crowded trades, changed")
    ran(at)
    assert "A ranking needs two runs on one world" in " ".join(i.value for i in at.info)


def test_runs_of_one_world_and_the_same_draws_get_the_sandboxs_verdict() -> None:
    other = NamedRun("Bundles", "", CROWDED, parse_policy("hedged-auction"), 1, PATHS)
    made = summarise(compare(CROWDED, [RUNS[0].policy, other.policy], PATHS, 1))
    told = verdicts.sentence(made)
    for run, name in zip((RUNS[0], other), words.policy_names(made.policies)[1:], strict=True):
        told = told.replace(name, run.name)
    assert told in html(opened((RUNS[0], other)))


def test_parts_sum_to_the_points_behind(three: tuple[Entry, ...]) -> None:
    made = compare_ranking.result(three, DEFAULT_WEIGHTS)
    behind = made.parts.sum(axis=1) - made.parts[made.ranked.winner].sum()
    assert behind == pytest.approx([g.value for g in made.ranked.gaps], abs=1e-8)
    table = rows(compare_ranking.parts_html(made), "parts")
    for n, k in enumerate(made.ranked.order[1:], 1):
        assert table["All"][n] == compare_ranking.signed(behind[k])


def test_words_about_weights_are_true(three: tuple[Entry, ...]) -> None:
    made = compare_ranking.result(three, DEFAULT_WEIGHTS)
    values = ranking.means([e.found.columns for e in three])
    for key, parts in zip(KEYS, made.segments, strict=True):
        for part in parts:
            middle = criteria.weights({**dict(DEFAULT_WEIGHTS.importance), key: (part.low + part.high) / 2})
            assert int(ranking.contributions(values, middle).sum(axis=1).argmin()) == part.winner
    told = " ".join(compare_ranking.stays_words(made))
    for stay in made.stays:
        short = BY_KEY[stay.key].brief
        assert (f"{short}, now 5:" in told) == (not stay.always)
    figure = compare_ranking.sensitivity(made)
    assert len(figure.panels[0].pieces) == sum(len(x) for x in made.segments)
    assert "“Other draws”" in compare_ranking.shares_words(made)


def test_noise_is_never_called_a_lead() -> None:
    base = entries(RUNS[:1])[0]
    swing = 1e3 * np.resize([1.0, -1.0], PATHS) - 1.0
    outcomes = {k: v + swing for k, v in base.found.outcomes.items()}
    other = Entry(replace(RUNS[0], name="Noisy", seed=9), replace(base.found, outcomes=outcomes))
    made = compare_ranking.result([base, other], DEFAULT_WEIGHTS)
    assert "no run can be told from" in compare_ranking.verdict(made)
    both = compare_ranking.result([base, base], DEFAULT_WEIGHTS)
    assert "no run can be told from" in compare_ranking.verdict(both) and both.shares == (0.5, 0.5)


def test_weights_move_the_ranking_and_are_reset() -> None:
    at = opened(RIVALS)
    assert "With equal weights" in html(at)
    for key in KEYS:
        at.slider(key=f"weights.{key}").set_value(10.0 if key == "taxpayer_mean_bn" else 0.0)
    ran(at)
    profits = [e.found.mean("taxpayer_mean_bn") for e in entries(RIVALS[:2])]
    best = RIVALS[int(np.argmax(profits))].name
    assert next(iter(rows(html(at), "ranking"))) == best and "By your weights" in html(at)
    at.slider(key="weights.taxpayer_mean_bn").set_value(0.0)
    ran(at)
    assert "All weights are 0" in at.error[0].value and at.slider(key="weights.taxpayer_mean_bn").value == 10
    assert next(iter(rows(html(at), "ranking"))) == best
    at.button(key="weights.reset").click()
    ran(at)
    assert "With equal weights" in html(at) and not at.error
    assert at.session_state[session.STATE].runs == RIVALS


def test_a_file_names_every_run(three: tuple[Entry, ...]) -> None:
    text = view.csv_text(view.outcomes(three, 0, KEYS), RUNS)
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert any("run: Less <leverage>; scenario: crowded; seed: 1; paths: 8" in line for line in head)
    assert any("world changed: Funds' leverage: 1 → 0.8" in line for line in head)
    assert any("policy: Mine=hedged-auction+repo:cap_bn=100" in line for line in head)
    assert any("note: half & half" in line for line in head)
    assert len(text.splitlines()) == len(head) + 1 + len(RUNS) * len(KEYS)


def test_long_policy_names_of_the_screen_make_names_of_runs() -> None:
    long = [
        parse_policy(f"outright:pace_bn={n},total_bn=123,taper_days=7,start=2025-04-09") for n in (51, 52)
    ]
    made = keep.of_screen(s.with_policies(s.opening(), long))
    assert len({r.name for r in made}) == 3
    assert all(1 <= len(r.name) <= s.LONGEST_NAME for r in made)
