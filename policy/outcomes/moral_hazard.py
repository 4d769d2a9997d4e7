"""Moral hazard after the fact: what funds were spared against no action, and the share of losses they still bear.

What funds do beforehand, if they expect a policy, is in `leverage_game.py` and `who_pays.py`.
"""

from __future__ import annotations

import numpy as np

from models import series
from models.simulation import Run
from models.stack import Array


def fund_losses(run: Run) -> Array:
    """Equity that funds lost over the run, $bn (path,); what lenders lost on top is counted apart."""
    equity = run[series.FUND_EQUITY]
    return np.asarray(equity[0] - equity[-1])


def losses_spared(run: Run, no_action: Run) -> Array:
    """Funds' losses under no action less those under this policy, $bn (path,)."""
    return fund_losses(no_action) - fund_losses(run)


def share_still_borne(run: Run, no_action: Run) -> float:
    """Funds' mean loss under this policy as a share of that under no action; 1 where there was none to bear."""
    base = float(np.mean(fund_losses(no_action)))
    return float(np.mean(fund_losses(run))) / base if base > 1e-9 else 1.0


def share_with_error(run: Run, no_action: Run) -> tuple[float, float]:
    """The share of losses still borne, %, and its standard error over paths, paired with no action (delta method)."""
    lost, base = fund_losses(run), fund_losses(no_action)
    share, mean = share_still_borne(run, no_action), float(np.mean(base))
    if mean <= 1e-9 or base.size == 1:
        return 100 * share, 0.0
    influence = (lost - share * base) / mean
    return 100 * share, 100 * float(np.std(influence, ddof=1)) / float(np.sqrt(base.size))
