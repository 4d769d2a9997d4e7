"""What a crisis costs society: dysfunction, lenders' shortfall and the public's loss, each weighted as waste.

Transfers are left out: who pays whom stands beside this and is never added.
"""

from __future__ import annotations

import numpy as np

from models import series
from models.simulation import Run
from models.stack import Array
from policy.leverage.game import Game
from policy.outcomes.dysfunction import dysfunction_cost
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import Terms

PARTS = ("dysfunction", "lenders", "taxpayer")


def waste(run: Run, seed: int, game: Game, terms: Terms, first: int = 0, first_loss: float = 10.0) -> Array:
    """Weighted waste by part and path, $bn a crisis (part, path): θ₁·dysfunction + θ₂·shortfall + θ₃·E max(0, −profit)."""
    loss = np.maximum(-taxpayer(run, seed, terms, first, first_loss).total, 0.0)
    return np.stack(
        [
            game.dysfunction_weight * dysfunction_cost(run),
            game.lenders_weight * np.add.reduce(run[series.LENDER_LOSSES], axis=0),
            game.taxpayer_weight * np.add.reduce(loss, axis=0) / loss.shape[0],
        ]
    )
