"""Moral hazard after the fact: what funds were spared against no action, and the share of losses they still bear.

What funds do beforehand, if they expect a policy, is in `policy.leverage`.
"""

from __future__ import annotations

import numpy as np

from models import series
from models.simulation import Run
from models.stack import Array
from policy.outcomes.statistics import standard_error


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
    return _percent(share_still_borne(run, no_action), lost, base)


def share_over(run: Run, other: Run, no_action: Run) -> tuple[float, float]:
    """How much larger that share is than under another policy, percentage points, with its error, paired path by path."""
    gap = share_still_borne(run, no_action) - share_still_borne(other, no_action)
    return _percent(gap, fund_losses(run) - fund_losses(other), fund_losses(no_action))


def _percent(share: float, part: Array, base: Array) -> tuple[float, float]:
    """A ratio of means in percent and its standard error."""
    mean = float(np.mean(base))
    if mean <= 1e-9 or base.size == 1:
        return 100 * share, 0.0
    return 100 * share, 100 * standard_error((part - share * base) / mean)
