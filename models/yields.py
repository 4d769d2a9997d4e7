"""Treasury yields in four parts that always add up: fundamentals, term premium, policy signal, dysfunction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.stack import Array, Stack


@dataclass(frozen=True)
class YieldParts:
    """Parts of yields over the opening, bp (tenor, column); `signal` is negative when the Fed eases."""

    term_premium: Array
    signal: Array
    dysfunction: Array

    @property
    def rest(self) -> Array:
        """All but fundamentals."""
        return self.term_premium + self.signal + self.dysfunction


def yield_parts(
    s: Stack, supply: Array, announced: Array, cut: Array | float, dislocation: Array, log_charge: Array
) -> YieldParts:
    """τ(G − O) + doubt·(A + a_H·A_H), −ς(A + a_H·A_H) − cut, and d + τ·χ·max(0, ln(λ/λ_r))·(G − O).

    `supply` is G − O in $bn of 10-year equivalents, `announced` A + a_H·A_H in $bn, `dislocation` d in bp.
    """
    p = s.yields
    term_premium = p.duration_slope_bp / 100 * supply * p.duration_loadings
    signal = -p.signal_bp / 100 * announced * p.signal_loadings - cut
    steepening = p.stress_steepening * np.maximum(log_charge, 0.0)
    feared = p.independence_doubt_bp / 100 * announced * p.duration_loadings
    return YieldParts(term_premium + feared, signal, dislocation + term_premium * steepening)


def fed_easing(s: Stack, held: Array, announced: Array) -> Array:
    """What the Fed's holdings (10-year equivalents, $bn) and announcements take off yields, bp (tenor, column); less than
    nothing where doubt of its independence outweighs them."""
    p = s.yields
    return (
        p.duration_slope_bp / 100 * held * p.duration_loadings
        + p.signal_bp / 100 * announced * p.signal_loadings
        - p.independence_doubt_bp / 100 * announced * p.duration_loadings
    )
