"""The page on who pays: the public's figures equal Python's, the game runs on a click, refusals stand beside their control."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, ran
from support.paths import APP

from models.library import SHIPPED, shipped
from models.worlds import revised
from policy.comparison import compare, default_policies
from policy.leverage.assumptions import ASSUMPTIONS, Extremes, Unknown
from policy.leverage.game import NEVER_ESTIMATED, ExAnte, Game
from policy.leverage.penalty import PenaltyPoint, penalty_curve
from policy.leverage.ranges import over_assumptions
from policy.leverage.who_pays import WhoPays, WithError, who_pays
from policy.outcomes.scorecard import TAKE_UP
from policy.outcomes.scores import per_dollar, profit_figures
from policy.outcomes.taxpayer import first_loss_pct, taxpayer
from policy.outcomes.terms import TERMS
from policy.spec import parse_policy
from ui.charts import figure as charts_figure
from ui.charts import styles as charts
from ui.charts import vega
from ui.comparison import figures as comparison_figures
from ui.pages.who_pays import controls, penalty, rules, unknown
from ui.pages.who_pays import leverage as game_view
from ui.pages.who_pays import public as view
from ui.pages.who_pays import replies as who_pays_replies
from ui.state import session
from ui.state import state as s
from ui.widgets import jobs

QUICK = Game(paths=8, scales=5, probe_scales=6, resamples=4)
RULES = (ExAnte(fee=0.01), ExAnte(largest_scale=0.9), ExAnte(minimum_haircut=0.02))


def opened(state: s.State | None = None, game: Game = QUICK) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    now = state or s.with_draws(s.with_episode(s.opening(), "april_2025"), paths=16)
    at.session_state[session.STATE] = replace(now, counting=s.Counting(game=game))
    at.run()
    go_to(at, "who_pays")
    return ran(at)


def rows(body: str, key: str) -> dict[str, list[str]]:
    found = re.search(rf'data-testid="{key}".*?</table>', body)
    assert found
    return {
        re.findall(r"<th[^>]*>(.*?)</th>", row)[0]: re.findall(r"<td[^>]*>(.*?)</td>", row)
        for row in re.findall(r"<tr.*?</tr>", found[0])[1:]
    }


def dollars(text: str) -> float:
    """$bn from the first amount of a cell; a loss is negative."""
    found = re.match(r"(−|\+)?\$([\d,.]+)(bn|m)?( loss)?", text)
    assert found, text
    value = float(found[2].replace(",", "")) * {"bn": 1, "m": 1e-3, None: 1}[found[3]]
    return -value if found[1] == "−" or found[4] else value


@cache
def played(world: str = "april_2025", game: Game = QUICK) -> WhoPays:
    return over_assumptions(who_pays(shipped(world), default_policies(), 1, game, tools=RULES))


@cache
def counted(world: str = "april_2025", horizon: float = 1.0) -> view.Results:
    terms = revised(TERMS, horizon_years=horizon, valuation="repriced")
    return view.public_results(shipped(world), default_policies(), 1, 16, terms)


LINES = charts.styles(default_policies())
NAMES = {p.label: line.name for p, line in zip(default_policies(), LINES, strict=True)}


# The taxpayer


def test_it_opens_with_the_publics_figures_and_nothing_else_is_run() -> None:
    at = opened()
    now = at.session_state[session.STATE]
    body = html(at)
    assert at.title[0].value == "Who pays?"
    assert f'data-state="{s.digest(now)}" data-ready="1"' in body
    assert rows(body, "public").keys() == rows(body, "split").keys() == set(NAMES.values())
    assert 'data-testid="game"' not in body
    assert at.button(key="who_pays.game.run") and at.button(key="who_pays.penalty.run")


@pytest.mark.parametrize("horizon", [1.0, 10.0])
def test_the_table_equals_python(horizon: float) -> None:
    at = opened()
    terms = TERMS
    if horizon > 1:
        at.button(key="ready.Ten years, held").click()
        ran(at)
        terms = revised(TERMS, horizon_years=10.0, valuation="repriced")
        assert at.session_state[session.STATE].counting.terms == terms
    made = compare(shipped("april_2025"), default_policies(), 16, 1)
    public, split = rows(html(at), "public"), rows(html(at), "split")
    for name, p, run in zip(NAMES.values(), made.policies, made.runs, strict=True):
        result = taxpayer(run, 1, terms, first_loss=first_loss_pct(p.interventions))
        figures, cents = profit_figures(result.total), per_dollar(result.total, TAKE_UP.value(run))
        expected, hindsight, *others, _ = public[name]
        later = taxpayer(run, 1, revised(terms, fundamentals="scripted")).total
        assert dollars(hindsight) == pytest.approx(float(later.mean()), rel=0.06, abs=1e-6)
        for cell, key in zip([expected, *others], view.COLUMNS, strict=True):
            wanted = view.result_of(key, figures[key])
            if key == "loss_probability_pct":
                assert float(cell.split("%")[0]) == pytest.approx(wanted, abs=0.051)
                continue
            assert dollars(cell) == pytest.approx(wanted, rel=0.06, abs=1e-6)
            if abs(wanted) > view.DUST:
                shown = float(re.search(r"; ([−+]?[\d.]+)¢", cell)[1].replace("−", "-"))  # type: ignore[index]
                share = cents[key.removesuffix("_bn") + "_cents"]
                assert shown == pytest.approx(-share if key == "es95_bn" else share, rel=0.06)
        assert dollars(split[name][0]) == pytest.approx(float(result.treasury.mean()), rel=0.06, abs=1e-6)
        assert dollars(split[name][2]) == pytest.approx(float(result.fed.mean()), rel=0.06, abs=1e-6)


def test_the_vehicles_chances_of_loss_equal_pythons_under_both_exits() -> None:
    at = opened(s.with_draws(s.with_episode(s.opening(), "crowded"), paths=16))
    body = html(at)
    run = compare(shipped("crowded"), [parse_policy("hedged-auction")], 16, 1).runs[1]
    shown = rows(body, "vehicle")
    assert list(shown) == ["Hedged SPV auction", "Basis", "Swap spread"]
    for k, vehicle_exit in enumerate(("healed", "rolled")):
        result = taxpayer(run, 1, revised(TERMS, vehicle_exit=vehicle_exit))
        for name, profits in zip(shown, (result.vehicle, *result.bundles), strict=False):
            chance, mean = shown[name][k], shown[name][2 + k]
            assert float(chance.split("%")[0]) == pytest.approx(100 * float(np.mean(profits < 0)), abs=0.051)
            assert dollars(mean) == pytest.approx(float(profits.mean()), rel=0.06)
    assert "healed (counted)" in body and "Losses fall on the Treasury" in body
    at.button(key="ready.Rolled at the market").click()
    ran(at)
    assert at.session_state[session.STATE].counting.terms == revised(TERMS, vehicle_exit="rolled")
    assert "rolled at the market (counted)" in html(at)
    assert rows(html(at), "vehicle") == shown


def test_a_long_horizon_is_refused_with_a_way_out() -> None:
    at = opened()
    before = s.digest(at.session_state[session.STATE])
    at.number_input(key=f"{controls.TERMS_KEY}.horizon_years").set_value(5.0)
    ran(at)
    assert "take valuation = repriced" in at.error[0].value
    assert at.number_input(key=f"{controls.TERMS_KEY}.horizon_years").value == 1.0
    at.button(key="who_pays.reprice").click()
    ran(at)
    assert at.session_state[session.STATE].counting.terms == revised(
        TERMS, horizon_years=5.0, valuation="repriced"
    )
    assert not at.error and "after 5 years" in html(at)
    assert s.digest(at.session_state[session.STATE]) == before, (
        "how results count moves no result of the market"
    )


def test_every_setting_can_be_reached() -> None:
    at = opened()
    at.selectbox(key=f"{controls.TERMS_KEY}.exit").set_value("demand")
    at.session_state["who_pays.all_terms"] = True
    at.session_state["who_pays.all_game"] = True
    ran(at)
    keys = {w.key for kind in (at.number_input, at.selectbox, at.text_input) for w in kind}
    assert {f"{controls.TERMS_KEY}.{n}" for n in type(TERMS).model_fields} <= keys
    wanted = {f"{controls.GAME_KEY}.{n}" for n in Game.model_fields if n != "purchases_probability"}
    assert wanted <= keys
    assert {f"{controls.TOOLS_KEY}.{n}" for n in ExAnte.model_fields} <= keys
    for kind in (at.number_input, at.text_input):
        assert all("Source:" in w.help for w in kind if w.key.startswith(controls.TERMS_KEY))
    assert set(controls.NAMES) == {*type(TERMS).model_fields, *Game.model_fields, *ExAnte.model_fields}


def test_unlike_policies_are_called_out() -> None:
    at = opened()
    assert "differ in start" in at.info[0].value
    assert "Outright purchases: 10-year dislocation above 5 bp for 2 days running" in at.info[0].value
    alike = tuple(parse_policy(t) for t in ("none", "outright", "hedged-auction"))
    assert view.likeness(alike) is None


@pytest.mark.parametrize("world", SHIPPED)
@pytest.mark.parametrize("own", [False, True])
def test_distributions_read_on_every_world(world: str, own: bool) -> None:
    made = counted(world)
    figure = view.distribution(made, LINES, TERMS, "", own)
    assert "nan" not in figure.title + "".join(p.alt for p in figure.panels)
    for line in LINES:
        mine = figure.table[figure.table["Policy"] == line.name]
        assert mine["Share of outcomes, %"].sum() == pytest.approx(100)
    assert "nan" not in view.verdict(made, list(NAMES.values()), TERMS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "$0"),
        (5.75, "$5.8bn"),
        (-46.7, "−$46.7bn"),
        (0.0921, "$92.1m"),
        (0.001, "$1.00m"),
        (0.25, "$250m"),
    ],
)
def test_amounts(value: float, text: str) -> None:
    assert view.money(value) == text
    assert dollars(text) == pytest.approx(value, rel=0.01)


@pytest.mark.parametrize(
    ("years", "text"),
    [
        (0.25, "3 months"),
        (1.0, "1 year"),
        (1.5, "18 months"),
        (2.0, "2 years"),
        (10.0, "10 years"),
        (1.1, "1.1 years"),
    ],
)
def test_horizons_in_words(years: float, text: str) -> None:
    assert view.years_words(years) == text


# The game


def test_the_game_runs_on_a_click_for_its_own_state_only() -> None:
    at = opened()
    at.button(key="who_pays.game.run").click()
    ran(at)
    body = rows(html(at), "game")
    found = played()
    for name, o in zip(NAMES.values(), found.outcomes, strict=True):
        change, loss = o.leverage_change_pct, o.moral_hazard_loss
        assert change and loss and np.isfinite([change.value, change.se, loss.value, loss.se]).all()
        assert body[name][0].startswith(unknown.leverage_range(o))
        shown = float(body[name][0].split("yours: ")[1].split("%")[0].replace("−", "-"))
        assert shown == pytest.approx(change.value, abs=0.051)
        assert body[name][1].startswith(unknown.loss_range(o))
        assert dollars(body[name][1].split("yours: ")[1]) == pytest.approx(loss.value, rel=0.06, abs=1e-6)
        assert f"{o.equilibria.accepted[0].scale:.3f}" in body[name][5]
    assert NEVER_ESTIMATED in html(at)
    assert 'data-testid="time"' in html(at)
    at.session_state[session.STATE] = s.with_draws(at.session_state[session.STATE], seed=2)
    ran(at)
    assert 'data-testid="game"' not in html(at) and 'data-testid="time"' not in html(at)
    at.session_state[session.STATE] = s.with_draws(at.session_state[session.STATE], seed=1)
    ran(at)
    assert rows(html(at), "game") == body
    at.number_input(key=f"{controls.GAME_KEY}.crises_a_year").set_value(0.1)
    ran(at)
    assert 'data-testid="game"' not in html(at)


def test_a_risk_aversion_that_is_too_small_is_raised_and_said() -> None:
    bold = revised(QUICK, purchases_probability=0.0, risk_aversion=0.001)
    game = who_pays(shipped("crowded"), default_policies(), 1, bold)
    assert "yours, 0.001, is raised to it" in game_view.anchor_words(game)
    assert "yours is 0.04" in game_view.anchor_words(played())


def test_ranges_read_as_sentences_and_small_ones_as_none() -> None:
    def said(low: float, high: float, error: float = 0.0) -> tuple[str, str]:
        ends = Unknown(Extremes(low, error, high, error), ())
        o = replace(played().outcomes[0], leverage_unknown=ends, loss_unknown=ends)
        return unknown.leverage_range(o), unknown.loss_range(o)

    assert said(-10.2, -2.1) == ("between −10.2% and −2.1%", "between −$10,200m and −$2,100m")
    assert said(-0.4, 3.0)[0] == "between practically none and +3.0%"
    assert said(-0.002, 0.004) == ("practically none", "practically none")
    assert said(-3.0, 3.0, error=2.0)[0] == "practically none"
    assert said(-33.6, -33.6)[0] == "−33.6%"


def test_the_tornado_is_one_click_away_and_holds_every_swing() -> None:
    found = played("crowded")
    figure = unknown.tornado(found, LINES, "")
    assert len(figure.table) == 2 * len(LINES) * len(ASSUMPTIONS) and NEVER_ESTIMATED in figure.note
    for panel, read in zip(figure.panels, ("leverage_unknown", "loss_unknown"), strict=True):
        times = 1 if read == "leverage_unknown" else 1000
        for line, o in zip(LINES, found.outcomes, strict=True):
            own = (o.leverage_change_pct if times == 1 else o.moral_hazard_loss).value
            mine = sorted(m.across for m in panel.points if m.series == line.name)
            wanted = sorted(
                (min(ends), max(ends))
                for s in getattr(o, read).swings
                for ends in ([times * s.at_low, times * s.at_high, times * own],)
            )
            assert np.allclose(mine, wanted)
    assert set(figure.table["Interval"]) == {a.source for a in ASSUMPTIONS}


def test_a_rule_that_makes_crises_dearer_says_why() -> None:
    told = game_view.rule_words(
        [(controls.rule_name(tool), o) for tool, outcomes in played("crowded").tools for o in outcomes]
    )
    assert told.count("Minimum haircut of 2%:") >= 1 and "Fee" not in told and "no cushion" in told
    assert game_view.rule_words(list(zip(NAMES.values(), played().outcomes, strict=True))) == ""


def test_the_precedent_is_chosen_in_words() -> None:
    at = opened()
    choice = at.button_group(key="who_pays.precedent")
    assert choice.value == controls.PURCHASES
    choice.set_value(controls.MIX)
    ran(at)
    assert at.session_state[session.STATE].counting.game.purchases_probability == 0.5
    at.number_input(key=f"{controls.GAME_KEY}.purchases_probability").set_value(0.0)
    ran(at)
    assert at.button_group(key="who_pays.precedent").value == controls.NO_ACTION


def test_a_stopped_game_shows_nothing_and_phases_have_words() -> None:
    at = opened()
    now = at.session_state[session.STATE]
    key = (s.digest(now), *(x.model_dump_json() for x in (TERMS, QUICK, s.TOOLS)))
    at.session_state["who_pays.game.stopped"] = key
    ran(at)
    assert any("Stopped" in i.value for i in at.info) and 'data-testid="game"' not in html(at)
    heard: list[tuple[float, str]] = []
    world = shipped("april_2025")
    phases = jobs.Phases(
        lambda a, b: heard.append((a, b)), jobs.notes_of(world, QUICK, len(default_policies()), RULES) + 1
    )
    over_assumptions(who_pays(world, default_policies(), 1, QUICK, tools=RULES, note=phases), phases)
    assert len(heard) == phases.total == phases.heard
    shares = [share for share, _ in heard]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] < 1
    assert heard[0][1] == "running crises at leverage 1 of 5"
    assert all("scale " not in text.removeprefix("Rule set beforehand: largest scale") for _, text in heard)


@pytest.mark.parametrize("world", ["april_2025", "crowded", "calm"])
def test_figures_of_the_game_carry_its_numbers(world: str) -> None:
    found = played(world)
    figures = (
        game_view.leverage(found, LINES, ""), game_view.losses(found, LINES, ""), who_pays_replies.best_replies(found, LINES, ""),
        rules.rules(found, LINES, ""), game_view.costs(found, LINES, NAMES, ""),
    )  # fmt: skip
    for figure in figures:
        assert figure.title and "nan" not in figure.title and NEVER_ESTIMATED in figure.note
        assert all(p.alt for p in figure.panels) and not figure.table.empty
        assert sum(len(vega.frame(p)) for p in figure.panels) < 2000
    replies = figures[2]
    for panel, o in zip(replies.panels, found.outcomes, strict=True):
        kinds = [mark.series for mark in panel.points]
        assert sorted(m.x for m in panel.points) == pytest.approx(
            sorted(c.scale for c in o.equilibria.crossings)
        )
        assert kinds.count("Rejected") == len(o.equilibria.rejected)
        assert kinds.count("Counts") == (o.equilibria.selected is not None)
    parts = figures[1].table
    for name, o in zip(NAMES.values(), found.outcomes, strict=True):
        if o.moral_hazard_loss is not None:
            mine = parts[parts["Policy"] == name].set_index("Part")["$m a year"]
            assert mine["Total"] == pytest.approx(1000 * o.moral_hazard_loss.value)
            assert mine.drop("Total").sum() == pytest.approx(mine["Total"], abs=1e-6)


def test_best_before_and_after_agree_with_the_costs() -> None:
    found = played("crowded")
    made = found.time_consistency
    assert made is not None
    words = game_view.time_words(found, NAMES)
    assert NAMES[made.best_ex_post] in words and NAMES[made.best_ex_ante] in words
    body = rows(game_view.time_html(found, NAMES), "time")
    by = {o.label: o for o in found.outcomes}
    ex_post = body["Best once the crisis is there (ex post)"]
    assert ex_post[0] == NAMES[made.best_ex_post]
    assert dollars(ex_post[1]) == pytest.approx(by[made.best_ex_post].cost_today.value, rel=0.01)


def test_rules_that_do_nothing_are_left_out() -> None:
    assert controls.alone(ExAnte()) == ()
    assert controls.alone(s.TOOLS) == RULES
    assert [controls.rule_name(rule) for rule in RULES] == [
        "Fee of 1%", "Cap at 0.9 times", "Minimum haircut of 2%",
    ]  # fmt: skip


# The penalty


def test_the_curve_runs_on_its_own_click() -> None:
    at = opened()
    at.text_input(key=f"{controls.GRID_KEY}.box").set_value("10 / nonsense")
    ran(at)
    assert "must be numbers" in at.error[0].value
    at.text_input(key=f"{controls.GRID_KEY}.box").set_value("20 / 5")
    ran(at)
    assert at.session_state[session.STATE].counting.penalties == (5.0, 20.0)
    at.button(key="who_pays.penalty.run").click()
    ran(at)
    curve = penalty_curve(shipped("april_2025"), 1, QUICK, (5.0, 20.0))
    for before in (False, True):
        figure = penalty.penalty(curve, "#009E73", before, "")
        assert figure.title in html(at).replace("&#x27;", "'")
    take_up = penalty.penalty(curve, "#009E73", False, "").panels[0].points
    assert [mark.y for mark in take_up] == pytest.approx([p.take_up_bn.value for p in curve.points])
    assert 'data-testid="game"' not in html(at)


def test_no_shape_is_forced_on_the_curve() -> None:
    def said(*values: float, error: float = 0.1) -> str:
        found = [
            PenaltyPoint(d, WithError(v, error), WithError(v, error), WithError(v, error), None, None)
            for d, v in zip((0.1, 0.2, 0.5), values, strict=True)
        ]
        return penalty.curve_title(found, penalty.IN_CRISIS[0])

    assert "falls from $9.0bn to $1.0bn" in said(9, 5, 1)
    assert "rises from $1.0bn to $9.0bn" in said(1, 5, 9)
    assert "highest at 0.2 bp ($9.0bn)" in said(1, 9, 5)
    assert "lowest at 0.2 bp ($1.0bn)" in said(5, 1, 9)
    assert "hardly moves" in said(5, 5.1, 5.05, error=1)


def test_files_name_settings_seed_and_version() -> None:
    origin = charts_figure.Origin(shipped("april_2025"), default_policies(), 1, 8)
    changed = controls.changed_words(QUICK, Game())
    assert "paths at every scale 8 paths" in changed
    text = comparison_figures.csv_text(game_view.leverage(played(), LINES, changed), origin)  # type: ignore[arg-type]
    for part in (
        "# unit: %",
        "# scenario: april_2025",
        "seed: 1; paths: 8; model version:",
        "never been estimated",
        changed,
    ):
        assert part in text
