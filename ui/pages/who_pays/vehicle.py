"""How the vehicle can lose: its result by strategy, if dislocation has healed when its futures expire and if it has not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from models.parameters.base import STRATEGIES
from policy.outcomes.scores import ALL, EXITS
from policy.outcomes.terms import TERMS, Terms
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.pages.who_pays.public import DUST, SURE, Public, Results, gain_or_loss, money, years_words
from ui.words import names as words

EXIT_NAMES = {"healed": "healed", "rolled": "rolled at the market"}
SMALL = 0.005  # $bn of bundles that round to nothing


def bought(results: Results) -> list[int]:
    """Policies under which the public took over bundles."""
    return [k for k, o in enumerate(results.outcomes) if sum(o.bundles) > SMALL]


def verdict(results: Results, names: Sequence[str], terms: Terms) -> str:
    """The vehicle that is likeliest to lose if nothing heals, by both exits."""
    chances = {k: results.outcomes[k].vehicle for k in bought(results)}
    k = max(chances, key=lambda j: chances[j]["rolled"].losses[ALL])
    healed, rolled = (_percent(chances[k][name].losses[ALL][0]) for name in EXITS)
    return (
        f"Under {names[k]} the bundles lose money in {healed} of outcomes if dislocation has healed when their futures "
        f"expire, and in {rolled} if they must be rolled at the market's price"
    )


def _percent(value: float) -> str:
    """A share in full per cent, with a digit more where it would look certain."""
    return f"{value:.1f}%" if 0 < value < 1 or 99 < value < 100 else f"{value:.0f}%"


def meaning(results: Results, terms: Terms) -> str:
    """What the two exits stand for, which one counts elsewhere and why, what else can go wrong, and who bears it first."""
    counted = (
        "All other figures take it to have healed: such gaps have halved within 3 to 11 business days, and a holder that funds its "
        "margin need not sell."
        if terms.vehicle_exit == TERMS.vehicle_exit
        else "By your choice all other figures roll it at the market."
    )
    return (
        "Healed: every bundle earns back the discount at which it was bought. Rolled at the market: nothing heals between the run's "
        f"last day and expiry, and nothing that heals later is counted. {counted} Both include a bond that does not fit at "
        f"delivery, funding of margin, and sellers that fail before they deliver.{_first_loss(results)}"
    )


def _first_loss(results: Results) -> str:
    """Who bears losses first, and how often they go beyond it."""
    shared = [k for k in bought(results) if results.outcomes[k].equity > DUST]
    if not shared:
        return ""
    beyond = max(f.beyond[0] for k in shared for f in results.outcomes[k].vehicle.values())
    reached = f"in {_percent(beyond)} of outcomes at most" if beyond else "in none of these outcomes"
    return f" Losses fall on the Treasury's money first, and {reached} go beyond it, to the Fed."


def table_html(results: Results, names: Sequence[str], terms: Terms) -> str:
    """A row for each policy's vehicle and one for each of its strategies."""
    rows = []
    for k in bought(results):
        o = results.outcomes[k]
        rows.append(Row(names[k], _cells(o, ALL, sum(o.bundles)), kind="tb-total"))
        rows += [
            Row(words.STRATEGY_NAMES[name], _cells(o, name, face))
            for name, face in zip(STRATEGIES, o.bundles, strict=True)
            if face > SMALL
        ]
    also = {name: " (counted)" if terms.vehicle_exit == name else "" for name in EXITS}
    columns = [
        f"{figure}, {EXIT_NAMES[name]}{also[name]}"
        for figure in ("Probability of loss", "Expected")
        for name in EXITS
    ]
    title = f"The vehicle's result after {years_words(terms.horizon_years)}"
    return tables.table(title, "Policy and trade", [*columns, "Bundles bought, mean"], rows, "vehicle")


def _cells(o: Public, key: str, face: float) -> list[TableCell]:
    losses, means = (
        [getattr(o.vehicle[name], figure)[key] for name in EXITS] for figure in ("losses", "means")
    )
    return [
        *(TableCell(f"{value:.1f}%", f"± {SURE * error:.1f}") for value, error in losses),
        *(
            TableCell("$0")
            if abs(value) < DUST
            else TableCell(gain_or_loss(value), f"± {money(SURE * error, value)}")
            for value, error in means
        ),
        TableCell(money(face), kind="tb-quiet"),
    ]


def frame_of(results: Results, names: Sequence[str]) -> pd.DataFrame:
    """The same in numbers."""
    rows = [
        (
            names[k],
            words.STRATEGY_NAMES.get(key, "All"),
            EXIT_NAMES[name],
            *figures.means[key],
            *figures.losses[key],
        )
        for k in bought(results)
        for name, figures in results.outcomes[k].vehicle.items()
        for key in figures.means
    ]
    columns = [
        "Policy",
        "Trade",
        "Exit",
        "Expected, $bn",
        "Standard error, $bn",
        "Probability of loss, %",
        "Standard error, %",
    ]
    return pd.DataFrame(rows, columns=columns)
