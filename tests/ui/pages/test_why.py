"""The page that explains: links say what the run says, waterfalls draw the parts, equations hold on the central path."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.app_pages import html, opened, ran
from support.policy_strategies import early
from support.policy_strategies import policies as random_policies
from support.strategies import worlds

from models import trace
from models.errors import Refused
from models.library import shipped
from models.scenario import World
from models.trace import Walk
from models.worlds import replace
from policy.comparison import Comparison, compare, compare_central
from policy.interventions import REGISTRY
from policy.outcomes.attribution import Attribution, attribution
from policy.outcomes.scorecard import BY_KEY, TILES
from policy.outcomes.summary import Summary, summarise
from policy.spec import Policy, build_intervention, parse_policy, policy
from ui.pages.why import chain, equations, waterfalls
from ui.pages.why.chain import Link
from ui.pages.why.equation_card import plain_number, tex
from ui.state import session
from ui.state import state as s
from ui.state.state import State
from ui.words import amounts, verdicts
from ui.words import names as words

PATHS = 8
FIXED = (
    "none", "outright", "repo", "repo:clearing=cleared,slope_bn=20", "non-bank-repo", "repo:access=direct", "Both=outright+repo:clearing=cleared", "leverage-relief+margin", "actual",
    "hedged-auction", "hedged-auction:sellers=funds_and_dealers,strategies=basis/swap_spread/off_the_run,format=discriminatory,reserve_discount=0.02",
)  # fmt: skip


@cache
def case(world: str) -> tuple[State, Summary]:
    state = s.with_draws(s.with_episode(s.opening(), world), paths=PATHS)
    return state, summarise(compare(state.world, state.policies, PATHS, 1))


@cache
def pair(world: str, k: int) -> Comparison:
    state, _ = case(world)
    return compare(state.world, [state.policies[k]], PATHS, 1)


def links(world: str, k: int) -> dict[str, Link]:
    return {link.key: link for link in chain.chain(pair(world, k), case(world)[1], k)}


# The chain


@pytest.mark.parametrize("world", ["april_2025", "march_2020", "crowded", "funding_run", "calm", "kahn"])
def test_every_link_reads_on_every_world(world: str) -> None:
    for k in range(len(case(world)[0].policies)):
        for link in links(world, k).values():
            assert link.text.endswith(".") and link.figure and link.title
            assert not re.search(r"\b(nan|inf)\b", link.text + link.figure + link.day)
            assert link.happened or not link.day or link.key == "payers"


def test_links_agree_with_the_scorecard_and_the_run() -> None:
    for world in ("april_2025", "crowded", "march_2020"):
        _, summary = case(world)
        for k in range(len(summary.policies)):
            made, run = links(world, k), pair(world, k).runs[-1]
            assert made["dislocation"].figure == amounts.amount(
                summary.cells["peak_dislocation_10y_bp"][k].value, "bp"
            )
            assert made["dealers"].figure == amounts.amount(
                summary.cells["peak_dealer_use_pct"][k].value, "%"
            )
            assert made["sales"].figure == amounts.amount(summary.outcomes[k].means["forced_sales_bn"], "$bn")
            missing = float(np.mean(run["missing_funding_bn"].max(axis=0)))
            dearest = float(np.mean(run["repo_spread_bp"].max(axis=0)))
            assert made["funding"].figure == (
                amounts.amount(missing, "$bn") if missing >= chain.SEEN_BN else amounts.amount(dearest, "bp")
            )
            day = int(np.median(np.argmax(run["dislocation_bp"][:, 2], axis=0)))
            assert made["dislocation"].day in {
                amounts.day_words(summary, day),
                amounts.day_words(summary, day + 1),
            }
            assert ("Under no action" in made["dislocation"].text) == (k > 0)


def test_what_did_not_happen_says_so() -> None:
    calm = links("calm", 1)
    assert not any(link.happened for link in calm.values())
    assert calm["margins"].text.startswith("No margin call: measured volatility stays at its calm level")
    assert "No forced sale" in calm["sales"].text and "nobody must sell" in calm["feedback"].text
    assert "nothing happened, because" in calm["policy"].text
    run = links("funding_run", 0)
    assert (
        run["shock"].text == re.sub(r"^m", "M", run["shock"].text) and "Money funds lose" in run["shock"].text
    )
    assert links("april_2025", 0)["policy"].happened is False
    body = chain.chain_html(tuple(calm.values()))
    assert body.count("did not happen") == len(calm) and body.count("<li") == len(calm)


def test_a_spiral_is_a_link_only_where_there_is_one() -> None:
    crowded, calm = links("crowded", 0)["feedback"], links("calm", 0)["feedback"]
    run = pair("crowded", 0).runs[-1]
    multiple = run["forced_sales_bn"].sum(axis=(0, 1)).mean() / run["first_round_bn"].sum(axis=0).mean()
    assert crowded.happened and crowded.figure == f"× {multiple:.2f}"
    assert not calm.happened and "No fire sale" in calm.text


def test_an_unused_policy_among_used_ones_is_told_apart() -> None:
    state = s.with_policies(
        case("april_2025")[0], [parse_policy(x) for x in ("outright", "hedged-auction:penalty_bp=900")]
    )
    summary = summarise(compare(state.world, state.policies, PATHS, 1))
    told = {
        k: chain.chain(compare(state.world, [state.policies[k]], PATHS, 1), summary, k)[8] for k in (1, 2)
    }
    assert told[1].happened and "Use of Outright purchases" in told[1].text
    assert not told[2].happened and "penalty of 900 bp" in told[2].text


# Waterfalls


@cache
def explained(world: str) -> Attribution:
    state, _ = case(world)
    return attribution(state.world, state.policies, PATHS, 1)


@pytest.mark.parametrize("world", ["april_2025", "crowded", "calm"])
def test_steps_lead_from_nothing_to_the_tile(world: str) -> None:
    made, (state, summary) = explained(world), case(world)
    names = words.policy_names(state.policies)
    for k, falls in enumerate(made.waterfalls):
        for key, fall in falls.items():
            steps, level = waterfalls.steps(fall), 0.0
            for step in steps[:-1]:
                if step.kind == "Level":
                    assert step.start == 0 and (
                        step.name == "Calm" or step.end == pytest.approx(level, abs=1e-9)
                    )
                else:
                    assert step.start == pytest.approx(level, abs=1e-9)
                    assert (step.end >= step.start) == (step.kind == "Adds")
                level = step.end
            if fall.parts:
                assert steps[-1].end == pytest.approx(level, abs=1e-8)
                shown = -steps[-1].end if key == "taxpayer_es95_bn" else steps[-1].end
                assert shown == pytest.approx(summary.cells[key][k].value, abs=1e-8)
                figure = waterfalls.waterfall(fall, names[k], PATHS)
                assert amounts.figure(key, fall.total) in figure.title and figure.panels[0].alt.endswith(".")
                assert len(figure.table) == len(steps) and figure.unit == BY_KEY[key].unit
        drawn = waterfalls.figures(made, k, names[k], PATHS)
        empty = waterfalls.empty_words(made, k, names[k])
        assert len(drawn) == len(TILES) or empty
    assert "expected result" in waterfalls.empty_words(made, 0, "No action")


def test_no_action_stands_between_shocks_and_policy() -> None:
    falls = explained("crowded").waterfalls
    steps = waterfalls.steps(falls[1]["peak_dislocation_10y_bp"])
    none = next(x for x in steps if x.name == "No action")
    assert none.end == pytest.approx(falls[0]["peak_dislocation_10y_bp"].total)
    assert [x.name for x in steps].index("No action") == len(steps) - 3


# Equations


def walked(world: World, made: Policy) -> Walk:
    return trace.walk(made.prepare(world), made.orders)


def holds(made: Walk, days: range) -> None:
    for day in days:
        for card in equations.cards(made, day):
            assert card.holds, (day, card.key, card.left, card.right)
            assert card.symbols and card.numbers and card.meaning.endswith(".") and card.terms
            assert "nan" not in re.findall(r"nan|inf\b", card.numbers)


@pytest.mark.parametrize("spec", FIXED)
@pytest.mark.parametrize("world", ["march_2020", "crowded", "funding_run"])
def test_equations_hold_on_the_central_path(world: str, spec: str) -> None:
    made = walked(shipped(world), parse_policy(spec))
    last = len(made.days)
    holds(made, range(1, last + 1, 3))
    holds(made, range(made.worst, min(made.worst + 2, last + 1)))


@pytest.mark.parametrize("kind", [k.name for k in REGISTRY])
def test_equations_hold_under_every_policy(kind: str) -> None:
    made = walked(shipped("crowded"), policy([early(build_intervention(kind, {}))]))
    holds(made, range(1, len(made.days) + 1, 5))


@settings(max_examples=15)
@given(world=worlds(days=6), data=st.data())
def test_equations_hold_on_random_worlds_and_policies(world: World, data: st.DataObject) -> None:
    drawn = data.draw(random_policies(most=2))
    made = policy([early(i) for i in drawn.interventions])
    funding = {"cash_drain": data.draw(st.floats(0, 2500)), "dealer_lending_cut": data.draw(st.floats(0, 1))}
    world = replace(world, {f"scenario.{k}.knots": ((2, 0.0), (4, v)) for k, v in funding.items()})
    try:
        found = walked(world, made)
    except Refused:
        assume(False)
        raise
    for day in range(1, 7):
        for card in equations.cards(found, day):
            assert card.holds, (day, card.key, card.left, card.right)


def test_the_charge_holds_where_dealers_own_no_bonds_that_investors_could_take() -> None:
    world = replace(shipped("crowded"), {"dealers.normal_inventory_bn": 0.0})
    walk = walked(world, parse_policy("outright:start=1990-01-01,pace_bn=300,total_bn=5000"))
    sold = [k for k, day in enumerate(walk.days, 1) if trace.sold_out(day)]
    cards = {k: next(c for c in equations.cards(walk, k) if c.key == "charge") for k in sold}
    assert sold and all(card.holds for card in cards.values())
    assert any("own no bonds" in card.note for card in cards.values())


def test_the_walk_is_the_engines_central_path() -> None:
    made = parse_policy("hedged-auction")
    walk = walked(shipped("crowded"), made)
    whole = compare_central(shipped("crowded"), [made]).runs[1]
    for name in ("yield_pct", "charge_bp", "fund_equity_bn", "vehicle_bn", "missing_funding_bn"):
        by_hand = [np.broadcast_to(d.figures[name], d.figures[name].shape)[..., 0] for d in walk.days]
        assert np.allclose(whole[name][1:, ..., 0], np.stack(by_hand), atol=1e-12)


def test_cards_are_those_of_the_policy_and_the_day() -> None:
    none = {c.key for c in equations.cards(walked(shipped("crowded"), parse_policy("none")), 8)}
    assert len(none) == 17 and not none & {"auction", "facility", "lending_cut"}
    walk = walked(shipped("crowded"), parse_policy("hedged-auction"))
    cards = {c.key: c for c in equations.cards(walk, walk.worst)}
    assert cards.keys() == none | {"auction"} and cards["auction"].left > 0
    assert cards["yields"].left == pytest.approx(100 * walk.run["yield_pct"][walk.worst, 2, 0])
    assert any(trade in cards["trade_margin"].title for trade in ("basis", "swap-spread", "off-the-run"))
    assert "the same to rounding" in waterfalls.sides(cards["charge"])
    assert "terms_charge" in waterfalls.terms_html(cards["charge"])


def test_what_dealers_will_not_lend_and_what_a_facility_lends_in_their_place() -> None:
    cut = {"scenario.dealer_lending_cut.knots": ((1, 0.0), (4, 0.3))}
    world = replace(shipped("calm"), cut)
    left = {}
    for spec in ("none", "repo:start=2026-01-06", "non-bank-repo:start=2026-01-06"):
        made = walked(world, parse_policy(spec))
        cards = {c.key: c for c in equations.cards(made, 5)}
        assert cards["lending_cut"].left > 0 and ("facility" in cards) == (spec != "none")
        left[spec] = cards["missing"].left
        holds(made, range(1, 8))
    dealers, funds = (left[spec] for spec in list(left)[1:])
    assert dealers == pytest.approx(left["none"]) and funds < dealers / 2


def test_a_wrong_side_would_be_seen() -> None:
    card = equations.cards(walked(shipped("crowded"), parse_policy("none")), 8)[0]
    assert not type(card)(**{**vars(card), "right": card.right + 1e-3}).holds


@given(st.floats(-1e6, 1e6))
def test_numbers_in_equations_read_back(value: float) -> None:
    shown = plain_number(abs(value)).replace(",", "")
    assert float(shown) == pytest.approx(abs(value), rel=6e-3, abs=1e-6)
    assert tex(value).startswith("({-}") == (value < 0 and float(shown) != 0)
    assert tex(float("inf")) == r"\infty"


# The page


def test_the_page_explains_and_takes_figures_apart_on_request() -> None:
    at = opened("why")
    state = at.session_state[session.STATE]
    made = summarise(compare(state.world, state.policies, state.paths, state.seed))
    assert verdicts.sentence(made) in html(at).replace("&#x27;", "'")
    assert html(at).count('class="wy-link') == 10 and f'data-state="{s.digest(state)}"' in html(at)
    assert len(at.get("latex")) == 0 or at.get("latex")
    assert "Off until you ask: 16 more runs" in " ".join(c.value for c in at.caption)
    at.button(key="why.parts.run").click()
    ran(at)
    assert len(at.get("vega_lite_chart")) == len(TILES)
    at.selectbox(key="why.policy").set_value("none")
    ran(at)
    assert len(at.get("vega_lite_chart")) == 3
    assert "Nothing to split under No action" in " ".join(c.value for c in at.caption)
    at.session_state[session.STATE] = s.with_draws(state, seed=9)
    ran(at)
    assert len(at.get("vega_lite_chart")) == 0, "a result belongs to exactly its inputs"


def test_another_day_of_the_equations() -> None:
    at = opened("why")
    walk = walked(s.opening().world, parse_policy("outright"))
    assert at.session_state["why.day"] == walk.worst
    at.select_slider(key="why.day").set_value(3)
    ran(at)
    told = waterfalls.sides(equations.cards(walk, 3)[0]).replace("$", "\\$")
    assert told in " ".join(c.value for c in at.caption)
    at.button(key="why.worst").click()
    ran(at)
    assert at.session_state["why.day"] == walk.worst
