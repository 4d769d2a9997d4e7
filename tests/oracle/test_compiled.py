"""numba takes the reference whole: the compiled day gives the plain day's numbers."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from support import strategies as own
from support.paths import ROOT
from support.side_by_side import orders_of

from models import library, orders
from models.reference.reading import courses_of, market_of
from models.reference.run import Plan, run
from models.reference.shocks import central
from models.scenario import World

pytest.importorskip("numba", reason="compiling needs the extra `bench`")
sys.path.insert(0, str(ROOT / "benchmarks"))

from compiled import compiled

DAYS = 10


def rows_of(plan: Any) -> Plan:
    """Orders of all days as arrays (day,) or (day, row)."""
    plain = [orders_of(given_orders, 0) for given_orders in plan]
    return Plan(*(np.array([getattr(day, name) for day in plain]) for name in Plan._fields))


def test_compiled_and_plain_runs_are_the_same() -> None:
    calm = library.shipped("calm")
    quiet = rows_of([orders.NO_ORDERS] * calm.scenario.days)
    fast = compiled(run, market_of(calm), central(courses_of(calm)), quiet)

    @given(own.worlds(DAYS), own.plans(DAYS))
    def agree(world: World, plan: Any) -> None:
        given_rows = (market_of(world), central(courses_of(world)), rows_of(plan))
        np.testing.assert_allclose(fast(*given_rows), run(*given_rows), rtol=1e-9, atol=1e-9)
        assert len(fast.signatures) == 1, "compiled again for other types"

    agree()
