"""The term sheet in words: the aim, a facility's terms, the answer, and why there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from models.library import shipped
from policy.interventions.triggers import number
from policy.outcomes.scorecard import TAKE_UP
from policy.studies.aims import Aim
from policy.studies.alarms import Alarm
from policy.studies.facilities import HelpTerms
from policy.studies.term_sheet import Order, SheetRow, TermSheet, Trial, reason
from ui.words import amounts, names
from ui.words.amounts import listed


def aim_words(aim: Aim) -> str:
    """The aim as a clause."""
    side = "at most" if aim.at_most else "at least"
    return f"{amounts.lower(aim.metric.title)} {side} {level_words(aim, aim.level)} with {100 * aim.probability:g}% probability"


def level_words(aim: Aim, level: float) -> str:
    """A level of the aim's outcome with its unit."""
    unit = aim.metric.unit
    return f"{number(round(level, 2))} {unit}" if unit in ("days", "groups") else amounts.amount(level, unit)


def price_words(terms: HelpTerms) -> str:
    """The price of help."""
    return "market price" if terms.price is None else f"{number(terms.price)} {terms.kind.unit}"


def start_words(terms: HelpTerms) -> str:
    """When help begins."""
    start = terms.start
    return f"on {names.value_words(start)}" if isinstance(start, dt.date) else names.trigger_words(start)


def size_words(size: float) -> str:
    return f"${size:,.0f}bn"


def chance(share: float) -> str:
    """A share as a percentage; only certainty is 100."""
    text = f"{100 * share:.1f}"
    return f"{'99.9' if text == '100.0' and share < 1 else text.removesuffix('.0')}%"


def answer_words(order: Order, row: SheetRow) -> str:
    """The size, or that there is none and why."""
    trial = row.trial
    if row.size is not None:
        return f"{size_words(row.size)}: kept on {chance(trial.share)} of {trial.paths} fresh paths, with a bound of {chance(trial.bound)}"
    why = reason(order, row)
    assert why is not None
    kept = f"{size_words(row.nearest)} keeps it on {chance(why.share)} of paths"
    because = {
        "unused": f"on {chance(why.unused)} of the paths that miss the aim nobody uses it; {kept}",
        "no_more": f"more size would not help: only about {amounts.amount(trial.figure(TAKE_UP.key), '$bn')} is used on average; {kept}",
        "unproved": f"the search found a size, but fresh draws do not prove it: {kept}, with a bound of {chance(trial.bound)}",
        "short": f"even {kept}",
    }[why.kind]
    return f"Not reachable, because {because}; {_within(order.aim, trial)}"


def _within(aim: Aim, trial: Trial) -> str:
    """What would be kept with the same probability."""
    side = "at most" if aim.at_most else "at least"
    return f"it keeps {side} {level_words(aim, trial.within)} with {100 * aim.probability:g}%"


def verdict(sheet: TermSheet) -> str:
    """The page's finding: the smallest facility, and which kinds cannot do it."""
    order = sheet.order
    aim = aim_words(order.aim)
    if not sheet.needed:
        return (
            f"No facility is needed for {aim}: without any it is kept on {chance(sheet.none.share)} of paths."
        )
    reached = [row for row in sheet.rows if row.size is not None]
    kinds = list(dict.fromkeys(row.terms.base.title for row in sheet.rows))
    never = [kind for kind in kinds if all(row.terms.base.title != kind for row in reached)]
    if not reached:
        nearest = max(sheet.rows, key=lambda row: row.trial.share)
        return (
            f"Not reachable: none of these facilities keeps {aim}. {nearest.terms.base.title} of {size_words(nearest.nearest)} comes nearest: "
            f"{_within(order.aim, nearest.trial)}."
        )
    least = min(row.size or 0.0 for row in reached)
    best = [row for row in reached if row.size == least]
    who = listed(list(dict.fromkeys(row.terms.base.title for row in best)))
    said = f"The smallest that keeps {aim}: {amounts.lower(who)} of {size_words(least)}, begun at {start_words(best[0].terms)}."
    return f"{said} Not reachable with: {listed([amounts.lower(kind) for kind in never])}." if never else said


def alarm_words(told: Sequence[Alarm]) -> str:
    """In which quiet worlds the trigger would have fired."""
    fired = [f"{shipped(a.world).title} {chance(a.share)}" for a in told if a.share > 0 or a.happened]
    return listed(fired) if fired else "in none"


def alarm_lines(alarmed: Mapping[str, Sequence[Alarm]], rows: Sequence[SheetRow]) -> list[str]:
    """A line for every trigger."""
    starts = {str(row.terms.start): start_words(row.terms) for row in rows}
    return [f"{starts[text]}: {alarm_words(told)}" for text, told in alarmed.items()]


def world_title(name: str) -> str:
    """A shipped world's title."""
    return shipped(name).title
