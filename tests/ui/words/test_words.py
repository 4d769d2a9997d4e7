"""Sentences, figures and charts say what the numbers say: winners, ties, and why nothing happened."""

import math
import re
from functools import lru_cache

import pytest

from models.library import SHIPPED, shipped
from models.scenario import SHOCKS
from models.simulation import PUBLISHED
from models.worlds import replace
from policy.comparison import compare, default_policies
from policy.described import settings_of
from policy.outcomes.scorecard import TILES
from policy.outcomes.statistics import Gap
from policy.outcomes.summary import Summary, summarise
from policy.outcomes.terms import TERMS
from policy.spec import parse_policy
from ui.charts import styles as charts
from ui.charts import vega
from ui.comparison import by_day, findings, unused
from ui.comparison import changes as comparison_changes
from ui.comparison import figures as comparison_figures
from ui.state import state as s
from ui.words import amounts, verdicts
from ui.words import names as words

PEAK = "peak_dislocation_10y_bp"


@lru_cache(maxsize=32)
def summary(episode: str, specs: tuple[str, ...] = (), paths: int = 48) -> Summary:
    policies = [parse_policy(x) for x in specs] if specs else default_policies()
    return summarise(compare(shipped(episode), policies, paths, 3))


def changed(episode: str, changes: dict[str, object], *specs: str) -> Summary:
    return summarise(compare(replace(shipped(episode), changes), [parse_policy(x) for x in specs], 32, 3))


def test_equal_policies_tie_and_are_unmarked() -> None:
    made = summary("crowded", ("none", "A=outright", "B=outright"))
    assert made.rivals[PEAK] == Gap(0.0, 0.0, 0.0)
    assert verdicts.sentence(made).startswith("A and B help alike")
    assert [c.mark for c in made.cells[PEAK]] == ["worst", "", ""]


def test_marks_agree_with_the_figures() -> None:
    for episode in SHIPPED:
        for key, cells in summary(episode).cells.items():
            values = [c.value for c in cells]
            order = sorted(values, reverse=key == "taxpayer_mean_bn")
            for cell in cells:
                assert cell.mark != "best" or (cell.value == order[0] and order[0] != order[1])
                assert cell.mark != "worst" or (cell.value == order[-1] and order[-1] != order[-2])


def test_no_action_differs_from_itself_by_nothing() -> None:
    made = summary("march_2020")
    for key in TILES:
        gap = made.cells[key][0].gap
        assert (gap.value, gap.low, gap.high) == (0, 0, 0)
        assert amounts.against_none(key, made.cells[key][0], made.outcomes[0]) == "same as no action"


@pytest.mark.parametrize(
    ("price", "told", "digits"),
    [
        ("reserve_discount=5", "reserve discount of 5 points per 100", 2),
        ("penalty_bp=900", "penalty of 900 bp", 1),
    ],
)
def test_a_price_out_of_reach_is_explained_with_both_numbers(price: str, told: str, digits: int) -> None:
    made = summary("april_2025", ("none", f"hedged-auction:{price}"))
    (line,) = unused.nothing_happened(made)
    use = made.outcomes[1].uses[0]
    assert use.used == 0 and use.discount < use.reserve
    assert f"never reached the {told}" in line and f"{use.discount:.{digits}f}" in line
    assert made.cells[PEAK][1].gap == Gap(0, 0, 0)


def test_a_trigger_never_met_is_explained_with_the_nearest_close() -> None:
    made = summary("april_2025", ("none", "outright:start=dislocation_10y_bp.above.900.for.2"))
    (line,) = unused.nothing_happened(made)
    assert "above 900 bp for 2 days running" in line and f"{made.outcomes[1].uses[0].extreme:.1f} bp" in line


def test_other_reasons_for_nothing() -> None:
    plenty = changed("april_2025", {"funding.slack_bn": 2000.0}, "none", "repo:start=2025-04-02")
    assert unused.nothing_happened(plenty)[0].startswith(
        "Standing repo facility (start 2025-04-02): nothing happened, because cash in repo never cost more than the facility's price of 14.5 bp"
    )
    dear = changed("april_2025", {}, "none", "repo:start=2025-04-02,rate_bp=300")
    assert "never cost more than the facility's price of 302 bp" in unused.nothing_happened(dear)[0]
    late = changed("april_2025", {}, "none", "outright:start=2030-01-02")
    assert "starts on 2030-01-02, after the last day (2025-04-30)" in unused.nothing_happened(late)[0]
    empty = changed("april_2025", {}, "none", "outright:pace_bn=0")
    assert unused.nothing_happened(empty)[0].endswith("because its size is zero.")
    calm = unused.nothing_happened(summary("calm"))
    assert len(calm) == 3 and all("trigger was never met" in line for line in calm)


def test_used_policies_need_no_excuse() -> None:
    made = summary("crowded")
    assert all(u.used > 0 for o in made.outcomes[1:] for u in o.uses)
    assert unused.nothing_happened(made) == []


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5.14, "$bn", "$5.1bn"),
        (-0.374, "$bn", "−$0.37bn"),
        (0.001, "$bn", "$0bn"),
        (1103.8, "$bn", "$1,104bn"),
        (22.49, "bp", "22.5 bp"),
        (-0.01, "bp", "0 bp"),
        (91.01, "% of capacity", "91.0%"),
    ],
)
def test_amounts(value: float, unit: str, text: str) -> None:
    assert amounts.amount(value, unit) == text


def test_gain_and_loss_are_said() -> None:
    assert amounts.figure("taxpayer_mean_bn", 5.1) == "$5.1bn gain"
    assert amounts.figure("taxpayer_es95_bn", 47.7) == "$47.7bn loss"
    assert amounts.figure("taxpayer_es95_bn", -0.04) == "$0.04bn gain"
    assert amounts.figure("taxpayer_mean_bn", 0.0) == "$0bn"


def test_what_changed_is_computed_from_the_state() -> None:
    state = s.opening()
    assert (
        comparison_changes.world_lines(state.world) == []
        and comparison_changes.policy_lines(state.policies, s.usual_policies(state.world)) == []
    )
    base = state.world.dealers.capacity_bn
    state = s.with_world(state, {"dealers.capacity_bn": 1000.0})
    assert comparison_changes.world_lines(state.world) == [f"Dealers' capacity: {base:,.6g} → 1,000 $bn"]
    state = s.with_setting(s.remove_policy(state, 2), 1, 0, "pace_bn", 75.0)
    lines = comparison_changes.policy_lines(state.policies, s.usual_policies(state.world))
    assert any("Pace 40 → 75" in line for line in lines) and "Standing repo facility: removed" in lines


@pytest.mark.parametrize("episode", SHIPPED)
def test_every_chart_is_small_and_says_its_finding(episode: str) -> None:
    made = summary(episode)
    figures = [*comparison_figures.all_figures(made), *(by_day.parts(made, tenor) for tenor in (2, 5, 30))]
    for figure in figures:
        assert figure.title and figure.note and figure.unit and "nan" not in figure.title
        for panel in figure.panels:
            assert len(vega.frame(panel)) <= 500 and len(panel.alt) > 20
            assert not re.search(r"\bnan\b", panel.alt)
            assert "data" not in vega.spec(panel)
        text = comparison_figures.csv_text(figure, made)
        for part in (
            f"# unit: {figure.unit}",
            f"# scenario: {episode}",
            "# seed: 3; paths: 48; model version:",
        ):
            assert part in text


def test_findings_are_the_scorecards_figures() -> None:
    made = summary("crowded")
    assert amounts.amount(made.outcomes[0].means[PEAK], "bp") in findings.finding_dislocation(made)
    assert amounts.amount(sum(made.outcomes[0].sold), "$bn") in findings.finding_sales(made)


def test_charts_take_one_run_or_eight() -> None:
    for specs in (("none",), ("none", *(f"P{k}=outright:pace_bn={k}0" for k in range(1, 8)))):
        made = summary("april_2025", specs, 16)
        drawn = charts.styles(made.policies)
        assert len({x.colour for x in drawn}) == len(specs) == len({x.dash for x in drawn})
        assert tuple(f.key for f in comparison_figures.all_figures(made)) == comparison_figures.charts_of(
            made.world
        )
        assert math.isfinite(sum(c.value for row in made.cells.values() for c in row))
        assert verdicts.sentence(made)


def test_a_policy_keeps_its_colour_when_another_leaves() -> None:
    before = charts.styles(default_policies())
    after = charts.styles([default_policies()[k] for k in (0, 1, 3)])
    assert [before[k] for k in (0, 1, 3)] == list(after)


def test_every_name_that_words_know_is_covered() -> None:
    assert set(words.METRIC_NAMES) == set(PUBLISHED)
    assert set(words.SHOCK_NAMES) == set(SHOCKS)
    assert all(words.term_line(row) for row in settings_of(TERMS))
    for world in map(shipped, SHIPPED):
        assert world.title and world.summary


def test_policy_names_are_distinct_and_say_what_differs() -> None:
    made = [
        parse_policy(x) for x in ("none", "outright", "outright:pace_bn=60", "Mine=repo", "outright+repo")
    ]
    names = words.policy_names(made)
    assert names[2] == "Outright purchases (pace 60)" and names[3] == "Mine"
    assert names[4] == "Outright purchases + Standing repo facility" and len(set(names)) == 5
