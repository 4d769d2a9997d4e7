"""Pages for phones: small HTML of our own with forms that work without a script, in the reader's light or dark theme."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from models.text import html as escape
from ui.rooms import rules
from ui.rooms.views import RoomSeat, RoomView
from ui.words import names

Given = Mapping[str, str]


@dataclass(frozen=True)
class Phone:
    """What one phone shows: its seat, what was refused and what had been typed, where routes begin, and the time."""

    view: RoomView
    seat: RoomSeat
    prefix: str
    now: float
    refused: str = ""
    given: Given | None = None
    where: str = ""  # the form that was refused

    @property
    def address(self) -> str:
        return f"{self.prefix}/room/{self.view.code}"

    def typed(self, field: str, usual: str = "") -> str:
        """What had been typed into a field, escaped."""
        return escape((self.given or {}).get(field, usual))


@lru_cache(maxsize=1)
def css() -> str:
    """The styles, with the colours of the app's own theme."""
    theme = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))
    light, dark = (_colours(theme[name], name) for name in ("light", "dark"))
    own = resources.files("ui.rooms").joinpath("phone.css").read_text(encoding="utf-8")
    return f":root{{color-scheme:light dark;{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{own}"


def _colours(theme: Mapping[str, str], name: str) -> str:
    dark = name == "dark"
    return (
        f"--paper:{theme['backgroundColor']};--ink:{theme['textColor']};--soft:{theme['secondaryBackgroundColor']};"
        f"--line:{theme['borderColor']};--link:{theme['linkColor']};--primary:{theme['primaryColor']};"
        f"--on:{theme['backgroundColor']};--edge:{'#7C8A9C' if dark else '#6B7785'};--bad:{'#F0883E' if dark else '#B5420A'}"
    )


@lru_cache(maxsize=1)
def script() -> str:
    """The script that hears of news."""
    return resources.files("ui.rooms").joinpath("phone.js").read_text(encoding="utf-8")


def page(title: str, body: str, prefix: str, listens: str = "", again: bool = False) -> str:
    """The frame of a page; `listens` are the body's attributes where it hears of news, `again` looks without a script."""
    reload = '<noscript><meta http-equiv="refresh" content="15"></noscript>' if again else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">{reload}'
        f'<link rel="stylesheet" href="{prefix}/room/phone.css"><script src="{prefix}/room/phone.js" defer></script>'
        f"</head><body{listens}>{body}</body></html>"
    )


def said(text: str, kind: str = "said") -> str:
    """A line that stands out; refusals are read aloud."""
    role = ' role="alert"' if kind == "refused" else ""
    return f'<p class="{kind}"{role}>{escape(text)}</p>'


def radios(field: str, options: Sequence[tuple[str, str, str]], chosen: str) -> str:
    """Choices of which one is taken: value, words and a hint each."""
    return "".join(
        f'<label class="choice"><input type="radio" name="{field}" value="{escape(value)}" required'
        f"{' checked' if value == chosen else ''}><span>{escape(text)}"
        f"{f'<small>{escape(hint)}</small>' if hint else ''}</span></label>"
        for value, text, hint in options
    )


def message(title: str, text: str, prefix: str, way: tuple[str, str] | None = None) -> str:
    """A page that says one thing, with a way on."""
    on = f'<p><a href="{escape(way[0])}">{escape(way[1])}</a></p>' if way else ""
    return page(title, f"<main><h1>{escape(title)}</h1>{said(text, 'refused')}{on}</main>", prefix)


def down(text: str, prefix: str, kept: Given) -> str:
    """A page for when the database does not answer: it tries again by itself, or sends again what was typed."""
    fields = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in kept.items())
    again = f'<form method="post">{fields}<button>Send it again</button></form>' if kept else ""
    head = "" if kept else '<meta http-equiv="refresh" content="4">'
    body = f"<main><h1>One moment</h1>{said(text, 'refused')}{again}</main>{FOOT}"
    return page("One moment", body, prefix).replace("</head>", f"{head}</head>")


FOOT = f"<footer>{escape(names.QUIET)}</footer>"


# Joining


def code_form(prefix: str, refused: str = "", code: str = "") -> str:
    """Where a code is typed."""
    body = (
        f"<main><h1>Join a room</h1>{said(refused, 'refused') if refused else ''}"
        f'<form method="post" action="{prefix}/join"><label for="code">The six letters on the screen</label>'
        f'<input class="code" type="text" id="code" name="code" value="{escape(code)}" maxlength="12" autocomplete="off" '
        'autocapitalize="characters" spellcheck="false" required autofocus><button>Go on</button></form></main>'
    )
    return page("Join a room", body + FOOT, prefix)


def way_back(view: RoomView, prefix: str, seat: RoomSeat, key: str) -> str:
    """Where a seat is taken up again, by a button: what only looks at the address takes nothing."""
    body = (
        f"<header><span>Room <b>{view.code}</b></span></header><main><h1>Back to the seat of {escape(seat.name)}</h1>"
        "<p>What was sent from it is kept. The browser that had this seat before loses it; a browser that has another seat "
        f'in this room changes to this one.</p><form method="post" action="{prefix}/seat/{view.code}/{escape(key)}">'
        "<button>Take this seat</button></form></main>"
    )
    return page("Back to a seat", body + FOOT, prefix)


def name_form(
    view: RoomView, prefix: str, refused: str = "", name: str = "", other: str | None = None
) -> str:
    """Where a name is chosen; after a refusal with another that would be taken, in one click."""
    address = f"{prefix}/join/{view.code}"
    offer = (
        f'<form method="post" action="{address}"><input type="hidden" name="name" value="{escape(other)}">'
        f'<button class="offer">Sit down as “{escape(other)}”</button></form>'
        if other and other != name
        else ""
    )
    body = (
        f"<header><span>Room <b>{view.code}</b></span></header><main><h1>{escape(view.plan.question)}</h1>"
        f"<p>{escape(names.changed_words(view.plan.screen.world))}</p>{said(refused, 'refused') if refused else ''}{offer}"
        f'<form method="post" action="{address}"><label for="name">Your name in this room</label>'
        f'<input type="text" id="name" name="name" value="{escape(name)}" maxlength="{rules.LONGEST_SEAT}" '
        'autocomplete="nickname" required autofocus><span class="hint">The board shows names only if the facilitator says so. '
        "What you send is kept on this server until the room expires, a day after it was opened, or is closed.</span>"
        "<button>Take a seat</button></form></main>"
    )
    return page("Join the room", body + FOOT, prefix)
