"""Call-outs: each says what is the matter, and its one click does what it says, removes it, and can be undone."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest
from support.paths import APP

from models.library import SHIPPED, shipped
from policy.comparison import compare
from policy.outcomes.statistics import Gap
from policy.outcomes.summary import Summary, summarise
from policy.spec import parse_policy
from ui.comparison import unused
from ui.pages.sandbox.callouts import MORE_PATHS, Callout, callouts, crisis_end, early_day
from ui.state import session
from ui.state import state as s
from ui.state.state import State


def summary(state: State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


def with_(world: str, *specs: str, paths: int = 24) -> State:
    """A shipped world under some policies."""
    state = s.with_draws(s.with_episode(s.opening(), world), paths=paths)
    return s.with_policies(state, [parse_policy(x) for x in specs])


def only_basis(*specs: str) -> State:
    """Crowded trades, but all of them basis trades."""
    state = with_("crowded", *specs)
    cohorts = tuple(c for c in state.world.funds.cohorts if c.mix[0] == 1)
    return s.with_world(state, {"funds.cohorts": cohorts})


def found(state: State) -> dict[str, Callout]:
    return {c.key: c for c in callouts(state, summary(state))}


def fixed(state: State, key: str) -> State:
    made = found(state)[key]
    assert made.change is not None
    after = made.change(state)
    assert after != state
    return after


# Each condition: a state in which it is met, the call-out's key, and what its words say.
CONDITIONS = {
    "reserve out of reach": (with_("april_2025", "hedged-auction:reserve_discount=5"), "nothing.1.0", "Set the reserve to"),
    "reserve and exit": (
        with_("april_2025", "hedged-auction:reserve_discount=5,exit=market,exit_discount=4"), "nothing.1.0", "Set the reserve to"
    ),
    "penalty out of reach": (with_("april_2025", "hedged-auction:penalty_bp=900"), "nothing.1.0", "Set the penalty to"),
    "penalty and exit": (
        with_("april_2025", "hedged-auction:penalty_bp=900,exit=market,exit_bp=800"), "nothing.1.0", "Set the penalty to"
    ),
    "no discount at all": (with_("kahn", "hedged-auction:start=2026-09-02"), "nothing.1.0", "market's price"),
    "size of zero": (with_("april_2025", "outright:pace_bn=0"), "nothing.1.0", "Give it a pace of $40bn"),
    "two sizes of zero": (with_("crowded", "hedged-auction:size_bn=0,total_bn=0"), "nothing.1.0", "$40bn and total of $500bn"),
    "cap of zero": (with_("funding_run", "repo:cap_bn=0"), "nothing.1.0", "cap of $1000bn"),
    "dear facility": (with_("october_2025", "repo:rate_bp=300,start=2025-10-20"), "nothing.1.0", "Lower its rate to"),
    "never triggered": (with_("crowded", "outright:start=dislocation_10y_bp.above.900.for.2"), "nothing.1.0", "Start it on"),
    "no discount and no start": (with_("kahn", "hedged-auction"), "nothing.1.0", "Crowded trades"),
    "cash never dear and no start": (with_("april_2025", "repo"), "nothing.1.0", "Funding run"),
    "starts after the end": (with_("crowded", "outright:start=2030-01-01"), "nothing.1.0", "Start it on"),
    "wrong bundles": (only_basis("hedged-auction:strategies=off_the_run"), "nothing.1.0", "all three trades"),
    "nothing was done": (with_("crowded", "actual"), "nothing.1.0", "where the Fed acted"),
    "a policy of nothing": (with_("crowded", "leverage-relief:relief_pct=0"), "nothing.1.0", "default settings"),
    "late": (with_("crowded", "outright:start=2026-07-29"), "late.1", "Start it on"),
    "unlike buyers": (with_("crowded", "outright:pace_bn=80", "hedged-auction"), "unlike", "start and pace of Outright"),
    "no shock": (with_("calm", "outright"), "quiet_world", "Crowded trades"),
    "full dealers": (s.with_world(with_("crowded", "outright"), {"dealers.calm_use": 0.95}), "full_dealers", "Let them open at"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_click_removes_what_it_names(name: str) -> None:
    state, key, says = CONDITIONS[name]
    here = found(state)
    assert says in (here[key].fix or ""), here[key]
    after = fixed(state, key)
    assert here[key].text not in {c.text for c in found(after).values()}
    if "nothing" in key:
        assert summary(after).outcomes[1].uses[0].used > 0, "the policy acts once it is clicked"


def test_a_quiet_world_has_its_shocks_doubled() -> None:
    quiet = s.with_world(with_("funding_run", "outright"), {"scenario.money_fund_run.size": 0.05})
    assert found(quiet)["quiet_world"].fix == "Make every shock twice as large"
    assert fixed(quiet, "quiet_world").world.scenario.money_fund_run.size == 0.1
    largest = s.with_world(
        with_("funding_run", "outright"),
        {"scenario.money_fund_run.size": 5.0, "funding.recycled_share": 1.0, "funding.slack_bn": 2000.0},
    )
    assert found(largest)["quiet_world"].fix.startswith("Open “Crowded")  # type: ignore[union-attr]


def test_a_facility_without_missing_funding_is_tried_in_a_run() -> None:
    state = s.with_world(with_("crowded", "repo:start=2026-06-02"), {"funding.slack_bn": 2000.0})
    made = found(state)["nothing.1.0"]
    assert "cash in repo never cost more than the facility's price" in made.text and "Funding run" in (
        made.fix or ""
    )
    after = fixed(state, "nothing.1.0")
    assert after.world == shipped("funding_run") and summary(after).outcomes[1].uses[0].used > 0


@pytest.mark.parametrize("world", SHIPPED)
def test_shipped_worlds_open_with_valid_fixes(world: str) -> None:
    """The usual policies of every world: every fix gives a valid state that is another one."""
    state = s.with_draws(s.with_episode(s.opening(), world), paths=24)
    made = callouts(state, summary(state))
    assert len({c.key for c in made}) == len(made)
    for callout in made:
        assert callout.text.endswith(".") and "nan" not in callout.text
        if callout.change is not None:
            assert callout.change(state) != state
    said = [c.text for c in made if c.kind == "nothing"]
    assert said == unused.nothing_happened(summary(state))
    if world == "calm":
        assert [c.key for c in made if c.fix] == ["quiet_world"]


def test_april_2025_says_only_that_help_at_a_price_was_hardly_needed() -> None:
    """Nobody had to borrow from the standing facility, and hardly anybody sold at the auction's penalty."""
    april = s.with_episode(s.opening(), "april_2025")
    made, rare = callouts(april, summary(april))
    assert rare.key == "rare.3.0" and rare.text.startswith("Hedged SPV auction was used on")
    assert made.key == "nothing.2.0" and made.text.startswith("Standing repo facility: nothing happened")
    assert "Funding run" in (made.fix or "")
    after = fixed(april, made.key)
    assert summary(after).outcomes[2].uses[0].used > 0 and after.policies == april.policies


def test_enough_paths_or_a_clear_difference_is_no_warning() -> None:
    state = with_("crowded", "outright", "hedged-auction")
    few = told_apart_by(summary(state), Gap(0.4, -0.2, 1.0))
    (warning,) = (c for c in callouts(state, few) if c.key == "unclear")
    assert warning.change is not None and "1,024 paths" in (warning.fix or "")
    enough = warning.change(state)
    assert enough.paths == MORE_PATHS
    assert "unclear" not in {c.key for c in callouts(enough, dataclasses.replace(few, paths=MORE_PATHS))}
    clear = told_apart_by(few, Gap(0.4, 0.2, 0.6))
    assert "unclear" not in {c.key for c in callouts(state, clear)}


def told_apart_by(made: Summary, gap: Gap) -> Summary:
    """The same comparison with the two policies of the lowest dislocation so far apart."""
    return dataclasses.replace(made, rivals={**made.rivals, "peak_dislocation_10y_bp": gap})


def test_days_of_the_crisis_come_from_no_action() -> None:
    made = summary(with_("crowded", "outright"))
    median = made.outcomes[0].bands["dislocation_bp"][1][:, 2]
    end = crisis_end(made)
    assert end is not None and median[end] < median.max() / 2 <= median[end - 1]
    assert 1 <= early_day(made) < int(median.argmax())
    assert crisis_end(summary(with_("calm", "outright"))) is None


def test_on_the_page_a_click_fixes_and_can_be_undone() -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    before = with_("april_2025", "hedged-auction:reserve_discount=5")
    at.session_state[session.STATE] = before
    at.run()
    assert [e.message for e in at.exception] == []
    assert "nothing happened" in " ".join(i.value for i in at.info)
    at.button(key="callout.nothing.1.0").click()
    at.run()
    assert [e.message for e in at.exception] == []
    after = at.session_state[session.STATE]
    assert after.policies[1].interventions[0].reserve_discount < 5
    assert "nothing happened" not in " ".join(i.value for i in at.info)
    assert before in [session.step(x) for x in at.session_state[session.HISTORY]]


def test_a_start_by_date_is_that_day() -> None:
    """The milestone of a policy that starts on a date is the day itself; the last day still counts, the day after not."""
    calendar = shipped("crowded").scenario.calendar
    for day in (1, 20, len(calendar) - 1):
        made = summary(with_("crowded", f"outright:start={calendar[day].isoformat()}", paths=8))
        start = next(m for m in made.outcomes[1].milestones if m.name == "Policy starts")
        assert (start.day, start.share) == (day, 1.0)
        assert made.outcomes[1].uses[0].started == 1
