"""Random worlds side by side, as the endurance run has them: their accounts are each world's own."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from support.paths import ROOT

from models import accounts, shocks
from models.scenario import SHOCKS
from models.simulation import Run, run_columns
from models.stack import stack
from policy.comparison import NONE


@pytest.fixture(scope="module")
def endurance():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import endurance
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    return endurance


def test_random_worlds_and_policies_balance(endurance) -> None:
    found = endurance.side_by_side(3)
    assert found.failures == [] and found.pairs > 100 and found.residual < 1e-6


def test_accounts_of_worlds_side_by_side_are_each_worlds_own(endurance) -> None:
    draw = random.Random(5)
    base = endurance.family(draw)
    worlds = [endurance.world_of(draw, base) for _ in range(4)]
    drawn = [shocks.draw(w.scenario, 1, k, 8) for k, w in enumerate(worlds)]
    wide = shocks.Shocks(**{n: np.concatenate([getattr(d, n) for d in drawn], axis=-1) for n in SHOCKS})
    columns = np.repeat(np.arange(4), 8)
    records = run_columns(stack(worlds, columns), wide, [NONE.orders], [32])
    whole = accounts.balance_sheets(Run(endurance.together([worlds[k] for k in columns]), records))
    for k, world in enumerate(worlds):
        own = {name: values[..., 8 * k : 8 * k + 8] for name, values in records.items()}
        alone = accounts.balance_sheets(Run(world, own))
        np.testing.assert_allclose(whole.values[..., 8 * k : 8 * k + 8], alone.values, rtol=1e-12, atol=1e-9)
    records["fund_equity_bn"] = records["fund_equity_bn"] + 1.0
    assert accounts.residuals(Run(endurance.together([worlds[k] for k in columns]), records)) > 0.5


@pytest.mark.parametrize("seed", [1])
def test_mutated_documents_and_links_end_in_data_or_refusals(endurance, seed: int) -> None:
    for work in (endurance.documents_for, endurance.links_for):
        count, failures = work(1.0, seed)
        assert count > 20 and failures == []
