"""The pages beside the sandbox: accounts, model against history, robustness. Each says what its numbers say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from support.app_pages import html, opened, ran

from models import accounts
from models.calibration_report import rows as evaluated
from models.calibration_report import stored
from models.library import SHIPPED, shipped
from models.simulation import simulate, simulate_central
from policy.comparison import compare, default_policies
from policy.outcomes.statistics import difference
from policy.ranking.criteria import DEFAULT_WEIGHTS
from policy.spec import parse_policy
from policy.studies.draws import USUAL
from policy.studies.held import KEYS, POINTS
from policy.studies.robustness import Rivalry, robustness
from ui.charts import figure as charts_figure
from ui.charts import vega
from ui.comparison import figures
from ui.html import tables
from ui.pages.accounts import view
from ui.pages.accounts.view import RunBooks
from ui.pages.history import against, paths, targets
from ui.pages.robustness import view as robustness_view
from ui.state import session
from ui.state import state as s
from ui.words import amounts
from ui.words import names as words


def rows(body: str, key: str) -> dict[str, list[str]]:
    """A table's cells by row header."""
    found = re.search(rf'data-testid="{key}".*?</table>', body)
    assert found
    return {
        re.findall(r"<th[^>]*>(.*?)</th>", row)[0]: re.findall(r"<td[^>]*>(.*?)</td>", row)
        for row in re.findall(r"<tr.*?</tr>", found[0])[1:]
    }


@pytest.mark.parametrize("page", ["accounts", "history", "robustness"])
def test_every_page_opens_and_says_which_state_it_shows(page: str) -> None:
    at = opened(page)
    now = at.session_state[session.STATE]
    assert f'data-state="{s.digest(now)}" data-ready="1"' in html(at)
    assert len(at.title) == 1


# Accounts


@cache
def kept(world: str = s.FIRST_EPISODE, policy: str = "outright", path: int | None = None) -> RunBooks:
    return view.keep_books(shipped(world), parse_policy(policy), path, 1)


def test_every_row_column_source_and_flow_has_a_name() -> None:
    assert tuple(view.SECTOR_NAMES) == accounts.SECTORS
    assert tuple(view.INSTRUMENT_NAMES) == accounts.INSTRUMENTS
    assert tuple(view.SOURCE_NAMES) == accounts.SOURCES
    books = kept()
    assert view.FLOW_NAMES.keys() == books.flows.keys()
    assert view.LONG_NAMES.keys() == books.longs.keys()
    assert view.IDENTITY_NAMES.keys() == books.identities.keys()


def test_a_chosen_path_is_the_path_of_the_comparison() -> None:
    made = parse_policy("outright")
    (run,) = simulate([shipped(s.FIRST_EPISODE)], [made.orders], paths=8, seed=1)
    books = kept(path=5)
    np.testing.assert_allclose(books.sheets, accounts.balance_sheets(run, path=5).values[..., 0], atol=1e-6)
    np.testing.assert_allclose(books.gains[:, :, -1], accounts.profit(run)[:, :, 5], atol=1e-6)


@pytest.mark.parametrize("world", SHIPPED)
def test_books_close_and_titles_read_on_every_world(world: str) -> None:
    for policy in ("none", "outright", "hedged-auction", "actual"):
        for path in (None, 3):
            books = kept(world, policy, path)
            assert books.residual < view.CLOSED
            for day in (0, books.worst_day, len(books.calendar) - 1):
                assert "sums to zero" in view.closing_words(books, day)
                for draw in (view.gains, view.flows, view.longs):
                    figure = draw(books, day, "x")
                    assert figure.title and "nan" not in figure.title + figure.note
                    assert all(p.alt for p in figure.panels)


def test_titles_name_who_lost_and_where_bonds_went() -> None:
    books = kept()
    day = len(books.calendar) - 1
    total = books.gains[:, :, day].sum(axis=0)
    names = list(view.SECTOR_NAMES.values())
    assert names[int(total.argmin())] in view.gains_title(books, day)
    most = max(books.flows, key=lambda name: books.flows[name][day])
    taken = amounts.amount(float(books.flows[most][day]), "$bn")
    assert f"{view.FLOW_NAMES[most]} took most, {taken}" in view.flows_title(books, day)
    world, bought = shipped(s.FIRST_EPISODE), parse_policy("outright")
    (run,) = simulate_central(world, [bought.orders])
    assert books.flows["fed_outright"][day] == pytest.approx(run["outright_bn"][-1, :, 0].sum())
    assert view.flows_title(books, 0) == "No bond has changed hands yet"
    assert "Nobody has gained" in view.gains_title(books, 0)


def test_a_broken_ledger_is_caught() -> None:
    books = kept()
    sheets = books.sheets.copy()
    sheets[2, 3, 7] += 1.5
    broken = replace(books, sheets=sheets)
    assert broken.residual == pytest.approx(1.5)
    assert "do not close: the largest of 26 remainders is $1.5bn" in view.closing_words(broken, 7)
    body = view.sheet_html(view.sheet(broken, 7, False), "x")
    assert body.count("does not close") == 3  # its row, its column and the sum of all
    assert "does not close" not in view.sheet_html(view.sheet(books, 7, False), "x")
    held = {**books.longs, "dealers": books.longs["dealers"] + 2}
    assert "the identity fails" in view.longs_title(replace(books, longs=held), 7)


def test_a_broken_ledger_is_called_out_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = view.books_of

    def broken(run):
        books = whole(run)
        books.sheets[0, 0] += 3.0
        return books

    monkeypatch.setattr(view, "books_of", broken)
    at = opened("accounts", s.with_draws(s.opening(), paths=16, seed=987))
    assert "do not close" in at.error[0].value and "do not close" in html(at)


def test_a_day_and_a_policy_are_picked_and_sums_are_zero() -> None:
    at = opened("accounts")
    now = at.session_state[session.STATE]
    assert at.selectbox(key="accounts.policy").options == [
        "No action", "Outright purchases", "Standing repo facility", "Hedged SPV auction",
    ]  # fmt: skip
    at.selectbox(key="accounts.policy").set_value(now.policies[3].label)
    at.select_slider(key="accounts.day").set_value(6)
    ran(at)
    books = kept(s.FIRST_EPISODE, "hedged-auction")
    body = rows(html(at), "godley")
    assert len(body) == 15 and all(len(cells) == 13 for cells in body.values())
    assert all(cells[-1].startswith("0") for cells in body.values())
    assert all(cell.startswith("0") for cell in body["Sum"])
    k = accounts.SECTORS.index("hedge_funds")
    shown = body["Treasuries"][k].replace(",", "").replace("−", "-")
    assert float(shown) == pytest.approx(books.sheets[0, k, 6], abs=0.05)
    at.button(key="accounts.chevron_right").click()
    ran(at)
    assert at.select_slider(key="accounts.day").value == 7
    at.button(key="accounts.trending_up").click()
    ran(at)
    assert at.select_slider(key="accounts.day").value == books.worst_day


def test_changes_and_a_random_path() -> None:
    at = opened("accounts")
    at.button_group(key="accounts.kind").set_value("Change since the opening")
    at.button_group(key="accounts.way").set_value("Random")
    ran(at)
    at.number_input(key="accounts.path").set_value(4)
    ran(at)
    assert "path 4 of seed 1" in html(at) and "change since the opening" in html(at)
    cells = rows(html(at), "godley")["Treasuries"]
    books = kept(path=3)
    gap = (
        books.sheets[0, accounts.SECTORS.index("fed"), -1] - books.sheets[0, accounts.SECTORS.index("fed"), 0]
    )
    assert float(cells[accounts.SECTORS.index("fed")].replace(",", "")) == pytest.approx(gap, abs=0.05)


def test_the_choice_survives_another_world_and_fewer_policies() -> None:
    at = opened("accounts")
    at.selectbox(key="accounts.policy").set_value(at.session_state[session.STATE].policies[3].label)
    ran(at)
    at.session_state[session.STATE] = s.remove_policy(s.with_episode(s.opening(), "calm"), 3)
    ran(at)
    last = len(shipped("calm").scenario.calendar) - 1
    assert at.select_slider(key="accounts.day").value <= last
    assert at.selectbox(key="accounts.policy").value == "outright"


def test_files_name_unit_scenario_seed_and_model_version() -> None:
    books = kept()
    origin = charts_figure.Origin(shipped("april_2025"), (parse_policy("outright"),), 1, 1)
    for figure in (
        view.sheet_figure(books, 9, False, "Central path"),
        view.gains(books, 9, "Central path"),
        view.flows(books, 9, "Central path"),
        view.longs(books, 9, "Central path"),
    ):
        text = figures.csv_text(figure, origin)
        for part in ("# unit: $bn", "# scenario: april_2025", "seed: 1", "model version:", "Central path"):
            assert part in text
    assert view.sheet_frame(books.sheets[:, :, 9]).shape == (15, 14)


def test_the_folds_explain() -> None:
    at = opened("accounts")
    for key in ("accounts.help", "accounts.identities", "table.gains"):
        at.session_state[key] = True
    ran(at)
    assert "Credit lines" in " ".join(m.value for m in at.markdown)
    assert all("holds" in cells[-1] for cells in rows(html(at), "identities").values())
    assert len(at.dataframe) == 1


# Model against history


def test_sentences_come_from_the_report() -> None:
    data = stored()
    text = targets.verdict(data)
    hits = {name: sum(abs(r["z"]) <= 2 for r in data["episodes"][name]) for name in targets.EPISODES}
    assert f"{sum(hits.values())} of {data['count']}" in text
    for name in targets.EPISODES:
        right, wrong = targets.right_and_wrong(data["episodes"][name])
        assert len(right) == hits[name] and len(right) + len(wrong) == len(data["episodes"][name])
        for row in data["episodes"][name]:
            assert any(line.startswith(f"{row['title']}:") for line in (right if targets.met(row) else wrong))
    said = " ".join(targets.counts(data))
    pinned = sum(r["pinned_down"] for r in data["fitted"])
    assert f"pin down {pinned} of {data['free_parameters']}" in said


def test_what_fails_of_the_four_is_said() -> None:
    data = stored()["episodes"]["march_2020"]
    bad = [{**r, "z": 5.0} if r["key"].startswith("implied_repo") else {**r, "z": 0.1} for r in data]
    assert "What fails is implied repo" in targets.together(bad)
    good = [{**r, "z": 0.1} for r in data]
    assert "None of them fails" in targets.together(good)
    assert all(any(r["key"].startswith(key) for r in data) for key in targets.TOGETHER)


def test_a_value_on_its_bound_would_be_named() -> None:
    data = stored()
    data["fitted"][0]["at_bound"] = True
    assert "Resting on a bound: Calm use" in " ".join(targets.counts(data))
    assert "on a bound" in targets.fitted_html(data)


@pytest.mark.parametrize("name", targets.EPISODES)
def test_paths_pass_through_the_reported_values(name: str) -> None:
    """The drawn line is the run behind the report: read off at each target it gives the report's value."""
    data, history = stored(), paths.replay(name)
    reported = {r["key"]: r["model"] for r in data["episodes"][name]}
    now = {r["key"]: r["model"] for r in evaluated(name)}
    found = targets.groups(name)
    assert sum(map(len, found.values())) == len(data["episodes"][name])
    for key, wanted in found.items():
        line = history.lines[key]
        for t in wanted:
            if t.peak or t.trough:
                first, last = t.peak or t.trough
                window = line[first : last + 1]
                value = window.max() if t.peak else window.min()
            else:
                value = line[t.at] - (0 if t.since is None else line[t.since])
            assert value == pytest.approx(now[t.key], abs=1e-6), t.key
            assert value == pytest.approx(reported[t.key], abs=0.02 * t.noise), t.key
    for main in (True, False):
        figure = paths.paths(history, data, main)
        assert all(p.alt and len(vega.frame(p)) < 150 for p in figure.panels)
    assert np.abs(history.yields - history.observed).max() < 1e-6
    assert "by construction" in paths.yields(history).title


def test_every_target_and_value_stands_in_its_table() -> None:
    data = stored()
    for name in targets.EPISODES:
        body = rows(targets.targets_html(data["episodes"][name], "x"), "targets")
        assert len(body) == len(data["episodes"][name])
        verdicts = [cells[0] for cells in body.values()]
        assert verdicts == ["● hit" if targets.met(r) else "◆ miss" for r in data["episodes"][name]]
    assert len(rows(targets.fitted_html(data), "fitted")) == data["free_parameters"]
    assert len(targets.every_target(data).table) == sum(map(len, data["episodes"].values()))
    assert "." not in "".join(c[0] for c in rows(targets.episodes_html(data), "episodes").values())


@pytest.mark.parametrize("name", targets.EPISODES)
def test_one_chart_has_data_model_nothing_changes_and_the_left_out_model(name: str) -> None:
    data = stored()
    found = data["episodes"][name]
    data["left_out"] = {
        name: {kind: {"z": [0.5] * len(found), "within_two": len(found)} for kind in ("none", "own")}
    }
    for figure, each in (
        (targets.scores(stored() | {"left_out": {}}, name), 2),
        (targets.scores(data, name), 3),
    ):
        (chart,) = figure.panels
        kinds = Counter(p.series for p in chart.points)
        assert kinds["Hit"] + kinds["Miss"] == len(found) == kinds["Nothing changes"]
        assert len(chart.points) == each * len(found) and len(figure.legend) == each + 1
    assert figure.title.endswith(f"the model fitted without it {len(found)}")
    drawn = paths.paths(paths.replay(name), data, True)
    assert any({"Left out", "Nothing changes"} <= {p.series for p in chart.points} for chart in drawn.panels)


def test_no_fitted_number_shows_a_dotted_name() -> None:
    for row in stored()["fitted"]:
        told = targets.fitted_name(row["name"])
        assert "." not in told and "_" not in told and told[0].isupper()


def test_march_2020_opens_with_what_the_fed_did() -> None:
    at = opened("history")
    before = at.session_state[session.STATE]
    at.button(key="history.open_march").click()
    ran(at)
    now = at.session_state[session.STATE]
    assert now.world == shipped("march_2020")
    assert [p.label for p in now.policies] == ["none", "outright", "repo", "hedged-auction", "actual"]
    assert session.step(at.session_state[session.HISTORY][-1]) == s.with_page(before, s.FIRST_PAGE)
    assert 'aria-label="How a hundred crises end, by policy"' in html(at)
    assert words.policy_names(now.policies)[4] in html(at)


def test_differences_to_what_was_done_are_paired() -> None:
    found = against.against(16, 1)
    made = compare(shipped("march_2020"), (*default_policies(), parse_policy("actual")), 16, 1)
    key = "peak_dislocation_10y_bp"
    peak = [run["dislocation_bp"][:, 2].max(axis=0) for run in made.runs]
    expected = difference(peak[1], peak[4])
    assert found.actual == 4
    assert found.to_actual[key][1].value == pytest.approx(expected["mean"])
    assert found.to_none[key][4].value == pytest.approx(difference(peak[4], peak[0])["mean"])
    at = opened("history")
    assert 'data-testid="against"' not in html(at)
    at.toggle(key="history.against").set_value(True)
    ran(at)
    assert rows(html(at), "against").keys() == set(found.names)
    at.button_group(key="history.base").set_value("none")
    at.session_state["history.more"] = True
    ran(at)
    assert "yardstick" in rows(html(at), "against")["No action"][0]


@pytest.mark.parametrize("name", targets.EPISODES)
def test_every_episode_is_drawn_with_hits_beside_misses(name: str) -> None:
    at = opened("history")
    at.button_group(key="history.episode").set_value(name)
    ran(at)
    found = stored()["episodes"][name]
    hits = sum(map(targets.met, found))
    heads = " ".join(h.value for h in at.subheader)
    assert f"Right: {hits} target" in heads and f"Wrong: {len(found) - hits} target" in heads
    assert "only March 2020 has forced sales" in " ".join(m.value for m in at.markdown)
    assert rows(html(at), "episodes").keys() == set(targets.EPISODES.values())
    assert len(rows(html(at), "targets")) == len({row["title"] for row in found})


# Robustness


@cache
def held_ranks(draws: int = 1) -> robustness_view.HeldRanks:
    asked = Rivalry(shipped("april_2025"), default_policies(), USUAL, draws, 8)
    return robustness_view.HeldRanks(robustness(asked), asked, DEFAULT_WEIGHTS)


def test_it_is_off_until_asked_and_kept_for_its_own_state_only() -> None:
    at = opened("robustness", s.with_draws(s.with_episode(s.opening(), "april_2025"), paths=16))
    assert 'data-testid="best"' not in html(at)
    assert at.number_input(key="robustness.draws").value == 8
    assert at.number_input(key="robustness.paths").value == 64
    at.number_input(key="robustness.draws").set_value(1)
    at.number_input(key="robustness.paths").set_value(8)
    ran(at)
    at.button(key="robustness.run").click()
    ran(at)
    body = rows(html(at), "best")
    ranks = held_ranks()
    assert robustness_view.verdict(ranks) in html(at).replace("&#x27;", "'")
    assert f"{robustness_view.ranking_words(ranks, POINTS)}." in plain_text(at)
    at.session_state[session.STATE] = s.with_draws(at.session_state[session.STATE], seed=2)
    ran(at)
    assert 'data-testid="best"' not in html(at) and at.button(key="robustness.run")
    at.session_state[session.STATE] = s.with_draws(at.session_state[session.STATE], seed=1)
    ran(at)
    assert rows(html(at), "best") == body
    at.number_input(key="robustness.draws").set_value(2)
    ran(at)
    assert 'data-testid="best"' not in html(at)
    assert at.button(key="robustness.run").label == "Go on with 4 draws"


def plain_text(at) -> str:
    return " ".join(m.value for m in at.markdown).replace("\\", "")


def test_one_click_in_the_sandbox_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.widgets import doubt

    asked = []
    monkeypatch.setattr(doubt.st, "switch_page", asked.append)
    at = opened("sandbox")
    at.button(key="sandbox.doubt").click()
    ran(at)
    assert asked and at.session_state[doubt.ASKED]


def test_a_structure_that_the_world_contradicts_is_left_out_in_words() -> None:
    at = opened("robustness", s.with_world(s.opening(), {"dealers.slow_demand_bn": 9.0}))
    assert "Left out: No slow investors." in " ".join(c.value for c in at.caption)
    assert "slow_demand" not in " ".join(c.value for c in at.caption)
    assert at.button(key="robustness.run").label == "Run 24 draws"


def test_the_page_says_where_a_ranking_breaks() -> None:
    base = held_ranks()
    k = KEYS.index("peak_dislocation_10y_bp")
    figures = np.zeros((4, 4, len(KEYS)))
    figures[:, :, k] = [40.0, 20.0, 40.0, 10.0]
    figures[1, 1, k] = 5.0
    ranks = replace(base, drawn=replace(base.drawn, means=figures, headlines=figures))
    said = robustness_view.verdict(ranks)
    step = "Hedged SPV auction before Outright purchases: in 3 of 4 structures, 75% of draws"
    assert f"Yields: {step}; not in: all that others sold in March 2020 was urgent" in said
    assert said.startswith("0 of 2 rankings hold in all 4 structures")
    assert robustness_view.order_words(ranks, KEYS[k]) == (
        "Hedged SPV auction, then Outright purchases, then No action and Standing repo facility"
    )
    assert robustness_view.finding(ranks) == "2 of 4 steps of the rankings depend on how the market is built"
    assert rows(robustness_view.pairs_html(ranks, KEYS[k]), "pairs")[
        "Hedged SPV auction before Outright purchases"
    ] == ["100%", "0%", "100%", "100%", "75%"]
    drawn = vega.frame(robustness_view.chart(ranks).panels[0])
    assert len(drawn) >= 16
    flat = replace(ranks, drawn=replace(base.drawn, means=0 * figures, headlines=0 * figures))
    assert "In none of 4 draws" in robustness_view.verdict(flat)
    assert robustness_view.chart(flat).panels[0].empty
    refused = replace(ranks, drawn=replace(ranks.drawn, reasons=(("quick_only", 4, "no"),)))
    assert robustness_view.refused_words(refused)[1:] == ["No slow investors, draw 5: no."]


def test_refused_draws_are_left_out_and_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.errors import Refused
    from policy.studies import robustness as module

    real = module.drawn_world

    def first_draw_fails(world, values, under):
        if values:
            raise Refused("capacity is too small")
        return real(world, values, under)

    monkeypatch.setattr(module, "drawn_world", first_draw_fails)
    asked = Rivalry(shipped("april_2025"), default_policies(), ("shipped",), 2, 8)
    ranks = robustness(asked)
    assert ranks.reasons == (("shipped", 1, "capacity is too small"),) and len(ranks.place) == 1


# Tables


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1e-9, "0"), (-12.34, "−12.3"), (1234.5, "1,234.5"), (0.0123, "0.012"), (-1e-5, "−<0.001")],
)
def test_amounts_in_tables(value: float, text: str) -> None:
    assert tables.billions(value).text == text


def test_tiny_numbers() -> None:
    assert tables.power(0) == "0"
    assert tables.power(3.2e-13).replace("\u00a0", " ") == "3 × 10⁻¹³"


def test_a_table_escapes_what_it_is_given() -> None:
    made = tables.table("a<b", "x", ["<i>"], [tables.Row("<b>", ["<u>"])], "k")
    assert "<i>" not in made and "<b>" not in made and "<u>" not in made
