"""The peer that the benchmarks time the engine against is the same market: agents and arrays give the same numbers."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from support.paths import ROOT

pytest.importorskip("mesa", reason="the peer needs the extra `bench`")
sys.path.insert(0, str(ROOT / "benchmarks"))

import mesa_market
import rows

from models import library, shocks
from models.orders import NO_ORDERS, Orders
from models.reference import run as reference
from models.reference.reading import market_of
from models.simulation import run_columns
from models.stack import stack
from models.worlds import replace

PATHS = 6
EVERY = np.ones((3, 1))
POLICIES = {
    "none": NO_ORDERS,
    "uniform auction": Orders(auction_capacity=60.0, reserve_discount=0.1, eligible=EVERY),
    "reserve in bp": Orders(
        auction_capacity=60.0, reserve_penalty=np.array([[30.0], [15.0], [10.0]]), eligible=EVERY
    ),
    "rationed, pay as bid, open to dealers": Orders(
        auction_capacity=4.0, reserve_discount=0.05, eligible=EVERY, pay_as_bid=1.0, dealers_eligible=1.0
    ),
    "hedged purchases, repo and relief": Orders(
        hedged_purchases=np.array([[4.0], [3.0], [1.0]]), repo_cap=np.array([[60.0], [80.0], [40.0]]), repo_price=5.0, repo_slope=5.0,
        capacity_multiple=1.1, footprint_multiple=0.9, margin_multiple=0.9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", POLICIES)
def test_the_mesa_model_is_the_same_market(name: str) -> None:
    world = replace(
        library.shipped("crowded"),
        {"scenario.days_to_delivery": 14, "scenario.money_fund_run.knots": ((2, 0.0), (9, 300.0))},
    )
    drawn, market = shocks.draw(world.scenario, 7, 0, PATHS + 2), market_of(world)
    plan, wide = rows.plan_of(POLICIES[name], world.scenario.days), rows.series_of(world, drawn)
    for path in range(PATHS):
        collected = mesa_market.run(market, rows.days_of(wide, path), rows.orders_of(plan))
        got = np.array([collected.model_vars[key] for key in reference.MAIN]).T
        want = reference.run(market, rows.one_path(wide, path), plan)
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)
    engine = run_columns(stack([world]), drawn, [rows.from_day(POLICIES[name])], [PATHS + 2])
    np.testing.assert_allclose(got[:, 0], engine["charge_bp"][1:, PATHS - 1], rtol=1e-6)
    np.testing.assert_allclose(got[:, 13], 100 * engine["yield_pct"][1:, 2, PATHS - 1], rtol=1e-6)
    assert got[:, 3].max() > 1


def test_a_changed_equation_of_an_agent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = library.shipped("crowded")
    market, plan = market_of(world), rows.plan_of(NO_ORDERS, world.scenario.days)
    wide = rows.series_of(world, shocks.draw(world.scenario, 7, 0, 8))
    want = reference.run(market, rows.one_path(wide, 0), plan)
    kept = mesa_market.FundCohort.decide

    def eager(self: Any) -> None:
        kept(self)
        self.share = min(1.0, 1.001 * self.share)

    monkeypatch.setattr(mesa_market.FundCohort, "decide", eager)
    got = mesa_market.run(market, rows.days_of(wide, 0), rows.orders_of(plan)).model_vars["charge_bp"]
    assert not np.allclose(got, want[:, 0], rtol=1e-6)
