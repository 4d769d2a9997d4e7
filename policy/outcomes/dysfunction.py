"""What the breakdown costs those who had to trade in it."""

from __future__ import annotations

import numpy as np

from models import bonds
from models.scenario import trade_mixes
from models.simulation import Run
from models.stack import Array


def dysfunction_cost(run: Run) -> Array:
    """Dysfunction cost per path, $bn over the run.

    Σ over days and tenors of d_i·D_i/10⁴ × urgent sales, urgent being real money's, clients' and forced sales that reached
    the market; dislocations and sales below zero cost nothing.
    """
    years = np.array(bonds.durations(run.world.scenario.opening_yields_pct))[:, None]
    mixes = np.array(trade_mixes(run.world))
    forced = np.einsum("dsp,st->dtp", run["market_sales_bn"], mixes)
    urgent = np.maximum(run["real_money_sales_bn"], 0.0) + run["client_sales_bn"] + forced
    return np.add.reduce(np.maximum(run["dislocation_bp"], 0.0) * years / 1e4 * urgent, axis=(0, 1))
