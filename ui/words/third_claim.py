"""The third claim made for the hedged auction, losses for those who need help, in one sentence by what a world shows."""

from __future__ import annotations

from policy.leverage.losses_borne import HelpAtPrice, LossesBorne
from policy.outcomes.statistics import WIDTH

LITTLE_BN = 0.05  # losses, or purchases, too small to speak of
ALL_PCT = 99.5  # borne from here on: nobody is spared anything


def third_claim(borne: LossesBorne) -> str:
    """Whether funds bear more under the auction at its own price than under purchases, and from which penalty on they would."""
    own, bought = borne.own, borne.purchases_pct.value
    if borne.without_help_bn < LITTLE_BN:
        return "Funds lose next to nothing here, so that help leaves losses with those who need it cannot be tested in this world."
    if own.take_up_bn.value < LITTLE_BN and bought >= ALL_PCT:
        return "Neither the auction nor purchases spare funds anything here, so this world does not tell them apart."
    under = f"{bought:.0f}% under purchases"
    bears = f"{own.borne_pct.value:.0f}% of what they would lose without help"
    if own.dearer:
        verdict = f"Losses stay with those who need help: {_at(own)} funds bear {bears}, against {under}"
    elif own.cheaper:
        verdict = f"The auction spares those who need help more than purchases do: {_at(own)} funds bear {bears}, against {under}"
    else:
        verdict = f"The auction spares those who need help as much as purchases do: {_at(own)} funds bear {bears}, {under}"
    return f"{verdict}; {_where(borne)}"


def _at(own: HelpAtPrice) -> str:
    if own.penalty_bp is None:
        return "at its own price"
    return "free of a penalty" if own.penalty_bp == 0 else f"at its penalty of {own.penalty_bp:g} bp"


def _where(borne: LossesBorne) -> str:
    """From which penalty of the grid on funds bear more than under purchases, or that none does."""
    points = borne.points
    last = points[-1]
    if all(p.dearer for p in points):
        return "they would at any penalty" if points[0].penalty_bp else "they would even without a penalty"
    if not last.dearer:
        return f"no penalty up to {last.penalty_bp:g} bp makes them bear more than purchases do"
    first = next(k for k in range(len(points)) if all(p.dearer for p in points[k:]))
    return (
        f"up to {points[first - 1].penalty_bp:g} bp it spares them at least as much as purchases, "
        f"from {points[first].penalty_bp:g} bp on they bear more"
    )


def price_matters(borne: LossesBorne) -> str:
    """Whether a penalty changes what funds bear at all, judged beyond the errors of both ends."""
    first, last = borne.points[0], borne.points[-1]
    noise = WIDTH * (first.borne_pct.se + last.borne_pct.se)
    ends = f"{first.borne_pct.value:.0f}% at {first.penalty_bp:g} bp and {last.borne_pct.value:.0f}% at {last.penalty_bp:g} bp"
    if last.borne_pct.value - first.borne_pct.value > noise:
        return f"A higher penalty leaves more with funds: {ends}."
    if first.borne_pct.value - last.borne_pct.value > noise:
        return f"A higher penalty leaves less with funds: {ends}."
    return f"The penalty hardly changes what funds bear: {ends}."
