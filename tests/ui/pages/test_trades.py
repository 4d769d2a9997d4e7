"""Balance sheets balance whatever moves, what must be sold is what the market's own constraints ask for, and pages show it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.app_pages import html, opened, ran
from support.strategies import worlds

from models import bonds
from models.library import SHIPPED, shipped
from models.parameters.base import STRATEGIES
from models.scenario import World, calm_margins, cohort_mixes, trade_mixes
from models.stack import stack
from models.trades import Market, Move, Trade, market
from models.worlds import replace
from ui.pages.trades import view
from ui.state import session
from ui.state import state as s
from ui.words import amounts

CALM = Move()
BAD = Move(-40, (100.0, 8.0, 6.0), 0.5, 0.01)
moves = st.builds(
    Move,
    yields_bp=st.integers(-150, 150),
    wedges_bp=st.tuples(st.integers(-50, 400), st.integers(-20, 60), st.integers(-20, 60)),
    margin_rise=st.floats(0, 2),
    haircut_rise=st.floats(0, 0.05),
)


def sheets(trade: Trade) -> tuple:
    return trade.before, trade.after, trade.settled


@given(world=worlds(days=2, shocked=False), move=moves)
def test_assets_are_liabilities_and_equity_at_every_stage(world: World, move: Move) -> None:
    made = market(world, move)
    for trade in made.trades:
        for sheet in sheets(trade):
            assert sheet.assets == pytest.approx(
                sheet.liabilities + sheet.equity, abs=1e-9 * max(1, trade.face)
            )
        assert trade.after.equity - trade.before.equity == pytest.approx(
            trade.gain, abs=1e-9 * max(1, trade.face)
        )
        assert trade.after.cash == pytest.approx(
            trade.before.cash - trade.calls.total, abs=1e-9 * max(1, trade.face)
        )
        assert 0 <= trade.sales.total <= trade.face * (1 + 1e-12)
        assert trade.failed or trade.sales.total <= trade.sales.margin + trade.sales.limit + 1e-9
        assert trade.sales.total >= max(trade.sales.margin, trade.sales.limit) - 1e-9
    assert sum(made.sold) == pytest.approx(made.sales.total, abs=1e-9)


@settings(max_examples=20)
@given(world=worlds(days=2, shocked=False), move=moves)
def test_sales_are_those_of_the_constraints_by_hand(world: World, move: Move) -> None:
    """Group by group: the larger of speed_m·(1 − E/Q) and speed·(1 − ℓ*·E/N), between nothing and all; all without equity."""
    made = market(world, move)
    f, losses = world.funds, [-t.gain / t.face if t.face else 0.0 for t in made.trades]
    haircut = min(1.0, world.margins.calm_haircut + move.haircut_rise)
    total = 0.0
    for c in f.cohorts:
        gross, equity = c.equity_bn * c.leverage * f.scale * f.size, c.equity_bn * f.size
        worth = equity - gross * sum(x * loss for x, loss in zip(c.mix, losses, strict=True))
        terms = [m * (1 + move.margin_rise) for m in calm_margins(world, cohort_mixes(world, c))]
        need = gross * sum(x * (m + haircut) for x, m in zip(c.mix, terms, strict=True)) * (1 + f.buffer)
        limit = c.leverage * f.scale * (1 + f.risk_headroom)
        called = f.margin_call_speed * (1 - worth / need)
        share = max(0.0, called, f.risk_limit_speed * (1 - limit * worth / gross))
        total += gross * (min(1.0, share) if worth > 0 else 1.0)
    assert made.sales.total == pytest.approx(total, abs=1e-7 * max(1.0, total))


@pytest.mark.parametrize("name", SHIPPED)
def test_positions_equity_and_margins_are_the_worlds(name: str) -> None:
    world = shipped(name)
    made, held = market(world, CALM), stack([world])
    tenors = bonds.durations(world.scenario.opening_yields_pct)
    for j, trade in enumerate(made.trades):
        assert trade.face == pytest.approx(float(held.positions[j].sum()))
        assert trade.haircut == world.margins.calm_haircut
        assert trade.margin == pytest.approx(calm_margins(world)[j])
        assert trade.years == pytest.approx(
            sum(w * d for w, d in zip(trade_mixes(world)[j], tenors, strict=True))
        )
    assert sum(t.before.equity for t in made.trades) == pytest.approx(float(held.equity.sum()))


@given(world=worlds(days=2, shocked=False))
def test_nothing_moves_nothing(world: World) -> None:
    made = market(world, CALM)
    assert made.sales.total == pytest.approx(0, abs=1e-9) and made.failed == 0
    for trade in made.trades:
        assert trade.gain == 0 and trade.calls.total == 0 and trade.after == trade.before


def test_a_move_of_all_yields_calls_for_cash_but_costs_nothing() -> None:
    for trade in market(shipped("crowded"), Move(yields_bp=-50)).trades:
        assert trade.gain == pytest.approx(0, abs=1e-9) and trade.sales.total == 0
        assert trade.calls.variation == pytest.approx(trade.face * trade.years * 50 / 1e4)
        assert trade.calls.total == pytest.approx(0, abs=1e-9)
    up = market(shipped("crowded"), Move(yields_bp=50)).trades[0]
    assert up.calls.variation < 0 < up.calls.remark


def test_losses_are_the_markets_own_formulas() -> None:
    """A basis of b bp a year over T days to delivery costs b·(T/252)/100 points; a spread costs duration times its move."""
    world = shipped("crowded")
    basis, swap, old = market(world, Move(wedges_bp=(100.0, 10.0, 5.0))).trades
    days = world.scenario.days_to_delivery
    assert -basis.gain == pytest.approx(basis.face * days / 252 / 100)
    for trade, move in ((swap, 10), (old, 5)):
        assert -trade.gain == pytest.approx(trade.face * trade.years * move / 1e4)


def test_more_stress_never_sells_less() -> None:
    world, before = shipped("crowded"), -1.0
    for k in np.linspace(0, 8, 9):
        found = market(world, Move(0, (100 * k, 8 * k, 6 * k), 0.5 * k, 0.01 * k))
        assert found.sales.total >= before
        before = found.sales.total
    assert found.failed > 0 and any(not np.isfinite(x) or x < 0 for t in found.trades for x in t.leverage)


def test_only_borrowed_bonds_are_owed() -> None:
    made = market(shipped("crowded"), BAD)
    assert [t.before.short > 0 for t in made.trades] == [False, False, True]
    assert made.trades[2].after.lodged == made.trades[2].after.short


# What is shown


@given(world=worlds(days=2, shocked=False), move=moves)
def test_every_sentence_and_table_reads(world: World, move: Move) -> None:
    made = market(world, move)
    texts = [view.lead(made), view.summary_html(made)]
    for trade in made.trades:
        texts += [view.finding(trade)]
        if trade.face:
            texts += [
                view.calls_words(trade),
                view.why_sold(trade),
                view.legs_html(trade, True),
            ]
            texts += [view.sheets_html(trade, per_face) for per_face in (False, True)]
    assert all(text and not re.search(r"\b(nan|inf)\b", text) for text in texts)


def test_tables_show_totals_that_balance() -> None:
    made = market(shipped("crowded"), BAD)
    for trade in made.trades:
        for per_face in (False, True):
            body = view.sheets_html(trade, per_face)
            found = re.findall(r'<tr class="tr-sum">.*?<td>(.*?)</td>', body)
            assert len(found) == 6 and found[0::2] == found[1::2]


def test_words_say_who_lost_and_what_must_go() -> None:
    made: Market = market(shipped("crowded"), BAD)
    lost = amounts.amount(-sum(t.gain for t in made.trades), "$bn")
    assert view.lead(made).startswith(f"Funds lose {lost}, must find")
    assert f"loss of {amounts.amount(-made.trades[1].gain, '$bn')}" in view.finding(made.trades[1])
    assert "a call for cash, not a loss" in view.calls_words(made.trades[0])
    assert tuple(view.ABOUT) == STRATEGIES
    calm = view.lead(market(shipped("crowded"), CALM))
    assert calm == "Funds neither gain nor lose, need no cash and need not sell anything."


def test_the_file_has_every_sheet() -> None:
    frame = view.frame_of(market(shipped("crowded"), BAD))
    sides = frame.groupby(["Trade", "Stage", "Side"])["$bn"].sum()
    for trade in ("Basis", "Swap spread", "Off the run"):
        for _, stage in view.STAGES:
            assert sides[trade, stage, "assets"] == pytest.approx(
                sides[trade, stage, "liabilities and equity"]
            )


def test_the_page_follows_sliders_and_world() -> None:
    at = opened("trades")
    world = at.session_state[session.STATE].world
    assert view.lead(market(world, BAD)) in html(at)
    assert f'data-state="{s.digest(at.session_state[session.STATE])}" data-ready="1"' in html(at)
    at.slider(key="trades.basis").set_value(300)
    ran(at)
    assert view.lead(market(world, Move(-40, (300.0, 8.0, 6.0), 0.5, 0.01))) in html(at)
    at.button(key="trades.calm").click()
    ran(at)
    assert "Funds neither gain nor lose" in html(at)
    at.button(key="trades.reset").click()
    ran(at)
    assert view.lead(market(world, BAD)) in html(at)
    assert at.session_state[session.STATE].world == world, "sliders of this page are no levers"


def test_a_world_without_a_trade_says_so() -> None:
    only = tuple(c for c in shipped("crowded").funds.cohorts if c.mix[0] == 1)
    state = s.with_draws(s.with_episode(s.opening(), "crowded"), paths=8)
    at = opened("trades", s.with_world(state, {"funds.cohorts": only}))
    assert [i.value for i in at.info] == ["No fund holds this trade in this world."] * 2
    assert market(replace(shipped("crowded"), {"funds.cohorts": only}), BAD).trades[1].face == 0
