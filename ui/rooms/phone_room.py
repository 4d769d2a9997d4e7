"""A seat's page in each phase of the room."""

from __future__ import annotations

from models.text import html as escape
from policy.outcomes.scorecard import BY_KEY
from policy.spec import BY_NAME
from ui.rooms import lever as levers
from ui.rooms import phone_quiz, rules, words
from ui.rooms.phone import FOOT, Phone, page, radios, said
from ui.rooms.phone_results import open_in_sandbox, own_result, policies_list, prediction_result, together
from ui.rooms.plan import RoomLever, asked_words
from ui.rooms.rules import DIRECTIONS
from ui.rooms.views import BoardEntry, RoomView
from ui.words import names


def room(phone: Phone) -> str:
    """A seat's page in the room's present phase."""
    view = phone.view
    parts = {
        rules.QUIZ_BEFORE.name: phone_quiz.quiz_form, rules.QUIZ_AFTER.name: phone_quiz.quiz_form,
        rules.PREDICT.name: _predict, rules.SUBMIT.name: _submit, rules.REVEAL.name: _reveal,
        rules.DISCUSS.name: _discuss, rules.VOTE.name: _vote, rules.MINUTES.name: _minutes,
    }  # fmt: skip
    refused = said(phone.refused, "refused") if phone.refused else ""
    body = (
        f"<header><span>Room <b>{view.code}</b></span><span>{escape(phone.seat.name)}</span></header>"
        f'<main data-phase="{view.phase.name}">{_steps(view)}<h1>{escape(view.plan.question)}</h1>{_clock(phone)}{refused}'
        f'{parts[view.phase.name](phone)}</main><p id="line" role="status"></p>{FOOT}'
    )
    listens = f' data-room="{phone.address}" data-news="{view.news}"'
    return page(f"{view.phase.title}: room {view.code}", body, phone.prefix, listens, True)


HERE = ' aria-current="step"'


def _steps(view: RoomView) -> str:
    """Where the session stands."""
    items = "".join(
        f"<li{HERE if phase == view.phase else ''}>{escape(phase.title)}</li>" for phase in view.plan.phases
    )
    long = " long" if view.plan.quiz else ""
    return f'<ol class="steps{long}" aria-label="The session">{items}</ol>'


def _clock(phone: Phone) -> str:
    left = phone.view.left(phone.now)
    if left is None:
        return f'<p class="quiet">{escape(phone.view.phase.what)}</p>'
    shown = words.minutes_words(left)
    return (
        f'<p class="quiet">{escape(phone.view.phase.what)} Time left: <span class="clock" id="timer" data-live '
        f'data-left="{left:.0f}">{shown}</span></p>'
    )


def _kinds(phone: Phone, field: str, chosen: str) -> str:
    options = [(kind, words.kind_title(kind), BY_NAME[kind].what) for kind in words.choices(phone.view.plan)]
    return f"<fieldset><legend>What should the Fed do?</legend>{radios(field, options, chosen)}</fieldset>"


def _predict(phone: Phone) -> str:
    view, seat = phone.view, phone.seat.id
    unit, mine = words.outcome_unit(view.plan), view.predictions.get(seat)
    kept = ""
    if mine is not None:
        kept = said(
            f"Kept: {words.predicted(mine, unit)}; the Fed should choose: {words.kind_title(view.before[seat])}. "
            "You can change it until predictions close."
        )
    guess = mine.direction if mine else ""
    size = f"{mine.size:g}" if mine and mine.size else ""
    options = [(key, text.capitalize(), "") for key, text in DIRECTIONS.items()]
    row = BY_KEY[view.plan.outcome]
    return (
        f'{kept}<form method="post" action="{phone.address}/predict"><fieldset><legend>{escape(asked_words(view.plan))}</legend>'
        f'<p class="hint">Against no action, on the same shocks: {escape(names.changed_words(view.plan.screen.world))}. '
        f"{escape(row.title)}: {escape(row.description)}.</p>{radios('direction', options, phone.typed('direction', guess))}"
        f'<label for="size">By how much, {escape(words.unit_of_change(unit))}</label><input type="text" inputmode="decimal" id="size" name="size" '
        f'value="{phone.typed("size", size)}" autocomplete="off" aria-describedby="size-hint">'
        '<span class="hint" id="size-hint">A number above 0; left empty where nothing clearly changes.</span></fieldset>'
        f"{_kinds(phone, 'before', phone.typed('before', view.before.get(seat, '')))}<button>Send my prediction</button></form>"
    )


def _submit(phone: Phone) -> str:
    view = phone.view
    entry = view.entry_of(phone.seat.id)
    kept = ""
    if entry is not None:
        kept = said(f"Kept: {words.policy_words(entry)}. A new one takes its place until submissions close.")
        kept += open_in_sandbox(phone, entry)
    forms = "".join(_kind_form(phone, kind, entry) for kind in view.plan.kinds)
    return f"{kept}<h2>Choose a policy and set its levers</h2>{forms}{_document_form(phone)}"


def _kind_form(phone: Phone, kind: str, entry: BoardEntry | None) -> str:
    own = next((part for part in (entry.policy.interventions if entry else ()) if part.name == kind), None)
    fields = "".join(
        _lever_field(phone, lever, getattr(own, lever.setting, None))
        for lever in phone.view.plan.levers_of(kind)
    )
    opened = " open" if phone.where == kind or (not phone.where and own is not None) else ""
    return (
        f'<details id="of-{escape(kind)}" name="kind"{opened}><summary>{escape(words.kind_title(kind))}</summary>'
        f'<p class="hint">{escape(BY_NAME[kind].what)}</p><form method="post" action="{phone.address}/submit">'
        f'<input type="hidden" name="kind" value="{escape(kind)}">{fields}<button>Submit this policy</button></form></details>'
    )


def _lever_field(phone: Phone, lever: RoomLever, own: object) -> str:
    """A lever where one's own policy has it, or at its usual place."""
    value = own if isinstance(own, int | float) else lever.usual
    field = escape(lever.key)
    return (
        f'<label for="{field}">{escape(words.lever_words(lever))}</label><input type="text" inputmode="decimal" id="{field}" '
        f'name="{field}" value="{phone.typed(lever.key, f"{value:g}")}" autocomplete="off" aria-describedby="{field}-hint">'
        f'<span class="hint" id="{field}-hint">{escape(lever.meaning)}</span>'
    )


def _document_form(phone: Phone) -> str:
    if not phone.view.plan.full:
        return ""
    opened = " open" if phone.where == "document" else ""
    return (
        f'<details id="of-document" name="kind"{opened}><summary>A policy from the sandbox</summary><p class="hint">Build it in '
        f'<a href="{phone.address}/open/0">the sandbox</a>, then “Share and save”, '
        "“Save as TOML”. Only its policy counts: the room has a world of its own.</p>"
        f'<form method="post" enctype="multipart/form-data" action="{phone.address}/document">'
        '<label for="file">A saved screen</label><input type="file" id="file" name="file" accept=".toml">'
        f'<label for="document">or its text</label><textarea id="document" name="document" spellcheck="false">{phone.typed("document")}'
        '</textarea><label for="label">Which policy, where it holds several</label><input type="text" id="label" name="label" '
        f'value="{phone.typed("label")}" autocomplete="off"><button>Submit this policy</button></form></details>'
    )


def _reveal(phone: Phone) -> str:
    return f"{prediction_result(phone)}{own_result(phone)}{policies_list(phone)}"


def _discuss(phone: Phone) -> str:
    view = phone.view
    if view.moved is None or not view.lever:
        return f"<p>The facilitator chooses the lever that you all move.</p>{policies_list(phone)}"
    lever = levers.lever_of(view.moved, view.lever)
    mine = view.moves.get(phone.seat.id, levers.value_of(view.moved, lever))
    return (
        f'<form method="post" action="{phone.address}/move"><fieldset><legend>{escape(lever.title)}, {escape(lever.unit)}</legend>'
        f'<p class="hint">Of {escape(names.policy_name(view.moved))}. {escape(lever.meaning)} The room’s value is the median of '
        f'everybody’s.</p><label for="value">Your value, {lever.low:g} to {lever.high:g}</label><input type="text" '
        f'inputmode="decimal" id="value" name="value" value="{phone.typed("value", f"{mine:g}")}" autocomplete="off">'
        f"<button>Move the lever</button></fieldset></form>{together(view)}"
    )


def _vote(phone: Phone) -> str:
    view, seat = phone.view, phone.seat.id
    mine = view.votes.get(seat)
    kept = ""
    if mine is not None:
        kept = said(f"Kept: {words.kind_title(mine.after)}. You can change it until the vote closes.")
    named = zip(view.entries, words.labels(view), strict=True)
    chosen = phone.typed("entry", str(mine.entry or 0) if mine else "0")
    options = "".join(
        f'<option value="{value}"{" selected" if str(value) == chosen else ""}>{escape(text)}</option>'
        for value, text in (
            (0, words.NO_ACTION),
            *((e.id, f"{name}: {words.policy_words(e)}") for e, name in named),
        )
    )
    after = phone.typed("after", mine.after if mine else "")
    return (
        f'{kept}<form method="post" action="{phone.address}/vote">{_kinds(phone, "after", after)}'
        f'<label for="entry">Which policy of the board would you choose?</label><select id="entry" name="entry">{options}</select>'
        "<button>Send my vote</button></form>"
    )


def _minutes(phone: Phone) -> str:
    return (
        f"<p>The session is over. Its minutes hold everything with which the figures can be had again.</p>"
        f'<p><a href="{phone.address}/minutes.html" download>Minutes as a web page</a></p>'
        f'<p><a href="{phone.address}/minutes.toml" download>Minutes as a document (TOML)</a></p>'
        f"{phone_quiz.own_quiz(phone)}{prediction_result(phone)}{own_result(phone)}{policies_list(phone)}"
    )
