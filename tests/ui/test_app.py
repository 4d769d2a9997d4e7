"""The page through Streamlit's own test driver: it opens, levers change numbers, refusals leave the state alone."""

import re

import pytest
from streamlit.testing.v1 import AppTest
from support.paths import APP

from models.errors import Refused
from models.library import SHIPPED, shipped
from policy.comparison import compare
from policy.described import equivalents, parameters
from policy.interventions.hedged_auction import HedgedAuction
from policy.outcomes.summary import summarise
from policy.spec import parse_policy
from ui.state import session
from ui.state import state as s
from ui.words import amounts, names, verdicts
from ui.words.price import price_words

OPEN: dict[int, set[str]] = {}


def opened() -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    OPEN.pop(id(at), None)
    at.session_state["closer"] = "All figures"
    return ran(at)


def ran(at: AppTest) -> AppTest:
    """One run; open folds stay open, which the test driver forgets and a browser does not."""
    for key in OPEN.get(id(at), ()):
        at.session_state[key] = True
    at.run()
    assert [e.message for e in at.exception] == []
    return at


def state(at: AppTest) -> s.State:
    return at.session_state[session.STATE]


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def tile(at: AppTest, key: str, policy: int) -> str:
    found = re.search(rf'data-key="{key}" data-policy="{policy}">.*?sb-value">([^<]*)<', html(at))
    assert found
    return found[1]


def errors(at: AppTest) -> str:
    return " ".join(e.value for e in at.error)


def fold(at: AppTest, key: str) -> AppTest:
    OPEN.setdefault(id(at), set()).add(key)
    return ran(at)


def test_opens_with_a_finished_comparison() -> None:
    at = opened()
    assert state(at) == s.opening()
    assert at.title[0].value == names.QUESTION
    assert names.QUIET in " ".join(c.value for c in at.caption)
    made = summarise(compare(*_inputs(state(at))))
    assert verdicts.sentence(made) in re.sub("</?strong>", "", html(at))
    for key, cells in made.cells.items():
        for k, cell in enumerate(cells):
            assert tile(at, key, k) == amounts.figure(key, cell.value)
    assert f'data-state="{s.digest(state(at))}" data-ready="1"' in html(at)


def _inputs(now: s.State) -> tuple:
    return now.world, now.policies, now.paths, now.seed


@pytest.mark.parametrize("episode", SHIPPED)
def test_opens_on_every_episode(episode: str) -> None:
    at = opened()
    at.selectbox(key="episode").set_value(episode)
    ran(at)
    assert state(at).world == shipped(episode) and state(at).policies == s.usual_policies(shipped(episode))


def test_a_lever_changes_numbers_and_can_be_reset() -> None:
    at = opened()
    before = tile(at, "peak_dislocation_10y_bp", 0)
    assert at.button(key="reset_world").disabled
    at.slider(key="world.dealers.capacity_bn").set_value(1000.0)
    ran(at)
    assert state(at).world.dealers.capacity_bn == 1000
    assert tile(at, "peak_dislocation_10y_bp", 0) != before
    assert "What changed" in " ".join(m.value for m in at.markdown)
    at.button(key="reset_world").click()
    ran(at)
    assert state(at) == s.opening() and tile(at, "peak_dislocation_10y_bp", 0) == before
    assert at.slider(key="world.dealers.capacity_bn").value == s.opening().world.dealers.capacity_bn


def test_a_refused_value_springs_back_and_says_why() -> None:
    at = opened()
    at.slider(key="world.dealers.capacity_bn").set_value(100.0)
    ran(at)
    assert state(at) == s.opening()
    assert (
        errors(at)
        == "Dealers could not carry the funds’ repo: their capacity must be at least \\$742bn here."
    )
    assert at.slider(key="world.dealers.capacity_bn").value == s.opening().world.dealers.capacity_bn
    at.slider(key="world.funds.scale").set_value(0.9)
    ran(at)
    assert errors(at) == ""


def test_a_value_out_of_bounds_is_refused_with_the_bound_named() -> None:
    at = fold(opened(), "policy.1")
    at.number_input(key="policy.1.outright.pace_bn").set_value(900.0)
    ran(at)
    assert state(at) == s.opening()  # the widget itself drops it, and the model names the bound
    with pytest.raises(Refused, match=r"pace_bn = 900.0 is out of bounds: it must be at most 500"):
        s.with_setting(state(at), 1, 0, "pace_bn", 900.0)
    at.text_input(key="policy.1.outright.mix").set_value("50 / 20 / 20 / 20")
    ran(at)
    assert "Mix sums to 110" in errors(at) and state(at) == s.opening()


def test_policies_are_configured_added_duplicated_and_removed() -> None:
    at = fold(opened(), "policy.1")
    before = tile(at, "peak_dislocation_10y_bp", 1)
    at.number_input(key="policy.1.outright.pace_bn").set_value(80.0)
    ran(at)
    assert state(at).policies[1].interventions[0].pace_bn == 80
    assert tile(at, "peak_dislocation_10y_bp", 1) != before
    at.button(key="policy.1.duplicate").click()
    ran(at)
    assert [p.label for p in state(at).policies[1:3]] == ["outright:pace_bn=80", "Outright purchases 2"]
    at.text_input(key="policy.1.label").set_value("Faster")
    ran(at)
    assert state(at).policies[1].label == "Faster" and "Faster" in html(at)
    at.text_input(key="policy.1.label").set_value("a=b")
    ran(at)
    assert "Label 'a=b' is refused" in errors(at) and state(at).policies[1].label == "Faster"
    at.button(key="policy.1.remove").click()
    ran(at)
    assert len(state(at).policies) == 4
    at.button(key="reset_policies").click()
    ran(at)
    assert state(at) == s.opening()


def test_the_start_is_a_date_or_a_trigger() -> None:
    at = fold(opened(), "policy.1")
    key = "policy.1.outright.start"
    at.number_input(key=f"{key}.level").set_value(15.0)
    ran(at)
    assert str(state(at).policies[1].interventions[0].start) == "dislocation_10y_bp.above.15.for.2"
    at.button_group(key=f"{key}.way").set_value("On a date")
    ran(at)
    assert state(at).policies[1].interventions[0].start == s.opening().world.scenario.calendar[1]


def test_every_kind_of_policy_can_be_added_and_opened() -> None:
    for kind in s.kinds():
        at = opened()
        at.session_state[session.STATE] = s.with_draws(s.add_policy(s.opening(), kind.name), paths=8)
        fold(at, "policy.4")
        assert (
            any(w.key.startswith(f"policy.4.{kind.name}.") for w in at.number_input) or kind.name == "actual"
        )


def test_an_optional_end() -> None:
    at = fold(opened(), "policy.2")
    assert state(at).policies[2].interventions[0].stop is None
    at.button_group(key="policy.2.repo.stop.way").set_value("On a date")
    ran(at)
    assert state(at).policies[2].interventions[0].stop == s.opening().world.scenario.calendar[1]
    at.button_group(key="policy.2.repo.stop.way").set_value("Never")
    ran(at)
    assert state(at) == s.opening()


def test_strategies_and_choices() -> None:
    at = fold(opened(), "policy.3")
    at.button_group(key="policy.3.hedged-auction.strategies").set_value(["swap_spread"])
    ran(at)
    assert state(at).policies[3].interventions[0].strategies == ("swap_spread",)
    at.selectbox(key="policy.3.hedged-auction.format").set_value("discriminatory")
    ran(at)
    assert state(at).policies[3].interventions[0].format == "discriminatory"


def test_an_auction_that_never_buys_says_so() -> None:
    at = fold(opened(), "policy.3")
    at.number_input(key="policy.3.hedged-auction.penalty_bp").set_value(900.0)
    ran(at)
    said = " ".join(i.value for i in at.info)
    assert "nothing happened" in said and "penalty of 900 bp" in said


def test_a_price_stands_in_both_units_and_can_be_given_in_another_form() -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = s.with_policies(
        s.opening(), [parse_policy("hedged-auction:reserve_discount=0.3")]
    )
    at = fold(at, "policy.1")
    prefix = "policy.1.hedged-auction"

    def own() -> HedgedAuction:
        (auction,) = state(at).policies[1].interventions
        assert isinstance(auction, HedgedAuction)
        return auction

    assert at.number_input(key=f"{prefix}.reserve_discount").value == 0.3
    assert f"{prefix}.penalty_bp" not in [w.key for w in at.number_input]
    assert price_words(own(), state(at).world) in [c.value.replace("\\", "") for c in at.caption]
    in_bp = tuple(round(x, 1) for x in equivalents(own(), state(at).world))
    for wanted in (in_bp, min(in_bp), (min(in_bp),) * 3):
        at.button(key=f"{prefix}.price").click()
        ran(at)
        assert own().penalty_bp == wanted and own().reserve_discount is None
    at.text_input(key=f"{prefix}.penalty_bp").set_value("40 / 20")
    ran(at)
    assert any("three as 40/20/40" in e.value for e in at.error) and own().penalty_bp == (min(in_bp),) * 3


def test_world_and_policies_are_reset_apart() -> None:
    at = opened()
    at.slider(key="world.funds.scale").set_value(0.8)
    ran(at)
    fold(at, "policy.1")
    at.button(key="policy.1.remove").click()
    ran(at)
    at.button(key="reset_world").click()
    ran(at)
    assert state(at).world == s.opening().world and len(state(at).policies) == 3
    at.slider(key="world.funds.scale").set_value(0.8)
    ran(at)
    at.button(key="reset_policies").click()
    ran(at)
    assert state(at).policies == s.usual_policies(state(at).world) and state(at).world.funds.scale == 0.8


def test_every_parameter_is_one_click_down() -> None:
    at = fold(opened(), "more_world")
    seen = set()
    for group in (
        "yields",
        "dealers",
        "wedges",
        "margins",
        "funding",
        "funds",
        "issuance",
        "liquidity",
        "scenario",
    ):
        at.selectbox(key="group").set_value(group)
        ran(at)
        seen |= {w.key for w in (*at.number_input, *at.text_input, *at.slider) if w.key.startswith("world.")}
    assert {f"world.{row['name']}" for row in parameters(s.opening().world)} <= seen
    at.selectbox(key="group").set_value("dealers")
    ran(at)
    at.number_input(key="world.dealers.steepness").set_value(14.0)
    ran(at)
    assert state(at).world.dealers.steepness == 14


def test_tables_and_files_open_on_demand() -> None:
    at = opened()
    assert len(at.dataframe) == 0
    fold(at, "table.dealers")
    assert len(at.dataframe) == 1


def test_history_keeps_the_old_states_and_is_bounded() -> None:
    at = opened()
    for value in (0.9, 0.8, 0.7):
        at.slider(key="world.funds.scale").set_value(value)
        at.session_state[session.LAST] = ("", 0.0)  # as if more than a second had passed
        ran(at)
    past = at.session_state[session.HISTORY]
    assert [session.step(p).world.funds.scale for p in past] == [1.0, 0.9, 0.8]


def test_seed_and_paths() -> None:
    at = opened()
    at.number_input(key="paths").set_value(64)
    ran(at)
    at.number_input(key="seed").set_value(7)
    ran(at)
    assert (state(at).paths, state(at).seed) == (64, 7)
    assert "Means over 64 paths" in " ".join(c.value for c in at.caption)


def test_the_state_alone_refuses_what_it_must() -> None:
    now = s.opening()
    for bad in (
        lambda: s.remove_policy(now, 0),
        lambda: s.with_draws(now, paths=1),
        lambda: s.with_draws(now, seed=-1),
        lambda: s.with_tenor(now, 7),
        lambda: s.with_world(now, {"dealers.capacity": 1.0}),
        lambda: s.remove_part(now, 1, 0),
        lambda: s.add_part(now, 1, "outright"),
    ):
        with pytest.raises(Refused):
            bad()
    full = now
    for _ in range(4):
        full = s.add_policy(full, "outright")
    with pytest.raises(Refused, match="at most 8"):
        s.add_policy(full, "repo")
    assert len({p.label for p in full.policies}) == 8


def test_combined_policies() -> None:
    both = s.add_part(s.opening(), 1, "repo")
    assert both.policies[1].label == "outright+repo"
    with pytest.raises(Refused, match="used by two policies"):
        s.remove_part(both, 1, 0)


def test_the_digest_names_inputs_and_not_the_view() -> None:
    now = s.opening()
    assert s.digest(now) == s.digest(s.with_tenor(now, 30))
    assert s.digest(now) != s.digest(s.with_draws(now, seed=2))
    assert s.digest(now) != s.digest(s.with_world(now, {"funds.scale": 0.9}))
