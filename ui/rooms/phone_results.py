"""What a phone shows of results: one's guess, one's policy, everybody's, and the lever that the room moves."""

from __future__ import annotations

from models.text import html as escape
from policy.outcomes.scorecard import BY_KEY
from ui.rooms import lever as levers
from ui.rooms import words
from ui.rooms.phone import Phone, said
from ui.rooms.plan import asked_words
from ui.rooms.views import BoardEntry, RoomResult, RoomView

MOST_LISTED = 12  # policies that a phone lists


def open_in_sandbox(phone: Phone, entry: BoardEntry) -> str:
    """A link to a policy in one's own sandbox."""
    return f'<p><a href="{phone.address}/open/{entry.id}">Open it in the sandbox</a></p>'


def prediction_result(phone: Phone) -> str:
    """What came of the policy that was predicted, and how near one's own guess was."""
    view, gap = phone.view, words.asked_gap(phone.view)
    unit, mine = words.outcome_unit(view.plan), view.predictions.get(phone.seat.id)
    if gap is None:
        return '<p id="asked" data-live>The runs are not finished yet; this page follows.</p>'
    told = f"{asked_words(view.plan)}, against no action: {words.happened(gap, unit)}."
    if mine is not None:
        told += f" You said {words.predicted(mine, unit)}: {words.judged(mine, gap, unit)}."
    return f'<div id="asked" data-live><h2>The prediction</h2>{said(told)}</div>'


def own_result(phone: Phone) -> str:
    """What one's own policy does."""
    entry = phone.view.entry_of(phone.seat.id)
    if entry is None:
        return '<div id="own" data-live></div>'
    body = result_table(phone.view, entry.bare)
    return (
        f'<div id="own" data-live><h2>Your policy</h2><p>{escape(words.policy_words(entry))}</p>{body}'
        f"{open_in_sandbox(phone, entry)}</div>"
    )


def result_table(view: RoomView, name: str) -> str:
    """A policy's figures beside those of no action."""
    result, none = view.results.get(name), view.none
    if name in view.refusals:
        return said(f"It could not be run: {view.refusals[name]}", "refused")
    if result is None or none is None:
        return "<p>It is being computed.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(BY_KEY[key].brief)}</th><td>{escape(words.figure_of(result, key))}</td>'
        f"<td>{escape(words.figure_of(none, key))}</td></tr>"
        for key in words.BOARD_KEYS
    )
    return (
        '<table><thead><tr><th scope="col">Figure</th><th scope="col">Here</th><th scope="col">No action</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def policies_list(phone: Phone) -> str:
    """Policies by what they leave of the dislocation, one's own among them."""
    view = phone.view
    named = dict(zip((entry.id for entry in view.entries), words.labels(view), strict=True))
    done = [(entry, result) for entry in view.entries if (result := view.result(entry)) is not None]
    key, money = words.BOARD_KEYS[:2]
    done.sort(key=lambda pair: pair[1].values[key])
    rows = "".join(_listed(phone, entry, result, named[entry.id]) for entry, result in done[:MOST_LISTED])
    more = f'<p class="quiet">The board shows all {len(done)}.</p>' if len(done) > MOST_LISTED else ""
    return (
        f'<div id="all" data-live><h2>Everybody’s policies</h2><table><thead><tr><th scope="col">Policy</th>'
        f'<th scope="col">{escape(BY_KEY[key].brief)}</th><th scope="col">{escape(BY_KEY[money].brief)}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}</div>"
    )


def _listed(phone: Phone, entry: BoardEntry, result: RoomResult, name: str) -> str:
    own = ' class="mine"' if entry.seat == phone.seat.id else ""
    where = f"{phone.address}/open/{entry.id}"
    cells = "".join(f"<td>{escape(words.figure_of(result, key))}</td>" for key in words.BOARD_KEYS[:2])
    return (
        f'<tr{own}><th scope="row"><a href="{where}">{escape(name)}</a><br><small>{escape(words.policy_words(entry))}'
        f"</small></th>{cells}</tr>"
    )


def together(view: RoomView) -> str:
    """Where the room's lever stands, and what it does there."""
    if not view.trail:
        return '<div id="together" data-live></div>'
    lever = levers.lever_of(view.moved, view.lever)  # type: ignore[arg-type]
    value = levers.together(lever, view.moves.values(), levers.value_of(view.moved, lever))  # type: ignore[arg-type]
    step = next((s for s in view.trail if s.value == value), view.trail[-1])
    moved = f"{len(view.moves)} moved it" if view.moves else "nobody has moved it yet"
    return (
        f'<div id="together" data-live><h2>The room: {step.value:g} {escape(lever.unit)}</h2><p class="quiet">{moved}.</p>'
        f"{result_table(view, step.bare)}</div>"
    )
