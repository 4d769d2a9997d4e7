"""The argument worlds' own criteria: by which weights each case is made, and who should win by them."""

from __future__ import annotations

from dataclasses import dataclass

from policy.outcomes.scorecard import (
    LENDER_LOSSES,
    LOSSES_SPARED,
    MARKET_SALES,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    SPIRAL_SHARE,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights, weights

MARKET = (SPIRAL_SHARE, PEAK_DISLOCATION, PEAK_DEALER_USE, MARKET_SALES, LENDER_LOSSES)


@dataclass(frozen=True)
class Argument:
    """A case made in a world: by `weights`, which are a judgement, the policy of that kind comes first, for `why`."""

    world: str
    winner: str  # the kind of policy
    weights: Weights
    why: str


def _by(market: float, **others: float) -> Weights:
    return weights({row.key: market for row in MARKET} | others)


ARGUMENTS: dict[str, Argument] = {
    argument.world: argument
    for argument in (
        Argument("kashyap_stein", "hedged-auction", DEFAULT_WEIGHTS, "every point counts alike"),
        Argument("kahn", "repo", DEFAULT_WEIGHTS, "every point counts alike"),
        Argument(
            "sceptic",
            "none",
            _by(
                1,
                **{
                    TAXPAYER_MEAN.key: 5,
                    TAXPAYER_TAIL.key: 5,
                    UNINTENDED_EASING.key: 10,
                    LOSSES_SPARED.key: 10,
                },
            ),
            "a market that mends by itself counts little; moving yields and sparing funds their losses count most",
        ),
        Argument(
            "outright_wins",
            "outright",
            _by(10, **{TAXPAYER_MEAN.key: 5, TAXPAYER_TAIL.key: 1, LOSSES_SPARED.key: 5}),
            "a working market counts most; easing is welcome, and a loss on bonds that are held counts little",
        ),
    )
}
