"""The sentence on losses for those who need help says what the figures say, in each of its cases."""

from __future__ import annotations

import pytest

from policy.leverage.losses_borne import HelpAtPrice, LossesBorne
from policy.leverage.who_pays import WithError
from ui.words.third_claim import price_matters, third_claim


def at(
    penalty: float | None, borne: float, purchases: float, se: float = 1.0, take_up: float = 50.0
) -> HelpAtPrice:
    over = WithError(borne - purchases, se)
    return HelpAtPrice(penalty, WithError(take_up, 1.0), WithError(20.0, 1.0), WithError(borne, se), over)


def shares(
    own: HelpAtPrice, points: tuple[float, ...], purchases: float = 40.0, lost: float = 10.0
) -> LossesBorne:
    grid = tuple(at(p, share, purchases) for p, share in zip((0.0, 20.0, 80.0), points, strict=True))
    return LossesBorne(lost, WithError(purchases, 1.0), own, grid)


CASES = {
    "holds": (
        shares(at(80.0, 60.0, 40.0), (20.0, 41.0, 60.0)),
        "Losses stay with those who need help: at its penalty of 80 bp funds bear 60% of what they would lose without help, against "
        "40% under purchases; up to 20 bp it spares them at least as much as purchases, from 80 bp on they bear more",
    ),
    "fails": (
        shares(at(0.0, 20.0, 40.0), (20.0, 30.0, 60.0)),
        "The auction spares those who need help more than purchases do: free of a penalty funds bear 20%",
    ),
    "as much": (
        shares(at(20.0, 41.0, 40.0), (20.0, 41.0, 60.0)),
        "The auction spares those who need help as much as purchases do: at its penalty of 20 bp funds bear 41% of what they would lose "
        "without help, 40% under purchases",
    ),
    "always": (shares(at(20.0, 70.0, 40.0), (50.0, 60.0, 70.0)), "they would even without a penalty"),
    "never": (shares(at(20.0, 20.0, 40.0), (10.0, 20.0, 30.0)), "no penalty up to 80 bp makes them bear more than purchases do"),
    "in points": (shares(at(None, 60.0, 40.0), (20.0, 30.0, 60.0)), "at its own price funds bear 60%"),
    "nothing lost": (shares(at(20.0, 0.0, 0.0), (0.0, 0.0, 0.0), lost=0.01), "cannot be tested in this world"),
    "nobody buys": (shares(at(20.0, 100.0, 100.0, take_up=0.0), (100.0, 100.0, 100.0), purchases=100.0), "does not tell them apart"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_said(case: str) -> None:
    borne, says = CASES[case]
    sentence = third_claim(borne)
    assert says in sentence
    assert sentence.count("; ") <= 1 and "\n" not in sentence


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ((20.0, 30.0, 60.0), "leaves more"),
        ((60.0, 30.0, 20.0), "leaves less"),
        ((40.0, 41.0, 42.0), "hardly changes"),
    ],
)
def test_whether_a_price_matters_is_judged_beyond_noise(points: tuple[float, ...], says: str) -> None:
    assert says in price_matters(shares(at(20.0, 40.0, 40.0), points))
