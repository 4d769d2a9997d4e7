"""The answer or one chart as a page for a frame of another site, and the markup of that frame; the state is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import unknown
from models.text import html as escape
from policy.outcomes.summary import Summary
from ui.comparison import answer
from ui.comparison.figures import CHARTS, charts_of
from ui.export.html_page import Drawer, document_of
from ui.export.provenance import episode, foot
from ui.menu import EMBED
from ui.state import link
from ui.state.items import CHART_NAMES
from ui.state.state import State
from ui.words import names, verdicts


@dataclass(frozen=True)
class Embeddable:
    """Something that another site may show: its address in the folder, what it is, and the height that it needs, px."""

    path: str
    title: str
    height: int


ANSWER, SANDBOX = Embeddable("answer", "The answer", 560), Embeddable("sandbox", "The sandbox itself", 900)


def embeddables(state: State) -> tuple[Embeddable, ...]:
    """All that a screen offers: the answer, the sandbox, and each of its charts."""
    there = charts_of(state.world)
    return (ANSWER, SANDBOX, *(Embeddable(f"chart/{key}", CHART_NAMES[key], 640) for key in there))


def frame_markup(own: Embeddable, state: State, base: str) -> str:
    """What a course site takes up; `base` is the address of the app and ends in a slash. Raises `Refused`."""
    address = f"{base}{EMBED}/{own.path}?{link.PARAMETER}={link.pack(state)}"
    title = f"{own.title}: {episode(state.world)}"
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="{own.height}" loading="lazy" '
        'style="border:0"></iframe>'
    )


def answer_page(state: State, summary: Summary, said: Sequence[str], home: str) -> str:
    """The answer: sentence, a hundred crises for each policy and three figures; `home` is the way to the app."""
    sentence = verdicts.sentence(summary, state.counting.weights)
    return _page(
        names.QUESTION,
        f'<p class="sb-verdict">{escape(sentence)}</p>{answer.picture(summary)}'
        f'<p class="note">{escape(answer.dots(summary).note)}</p>',
        summary, said, _home(state, home),
    )  # fmt: skip


def chart_page(key: str, state: State, summary: Summary, said: Sequence[str], home: str) -> str:
    """One chart with its finding and its numbers. Raises `Refused`."""
    known = charts_of(state.world)
    if key not in known:
        raise unknown("chart of this screen", key[:60], list(known))
    return _page(
        "", Drawer().chart(CHARTS[key](summary, state.view.tenor), 1), summary, said, _home(state, home)
    )


def refusal_page(text: str) -> str:
    """Why there is nothing to see."""
    return document_of(
        f'<h1>This cannot be shown</h1><p role="alert">{escape(text)}</p>', "This cannot be shown"
    )


def _home(state: State, home: str) -> str:
    return f"{home}?{link.PARAMETER}={link.pack(state)}"


def _page(title: str, body: str, summary: Summary, said: Sequence[str], home: str) -> str:
    heading = f"<h1>{escape(title)}</h1>" if title else ""
    notes = "".join(f"<li>{escape(line)}</li>" for line in said)
    return document_of(
        f"<style>{_CSS}</style><p>{escape(names.changed_words(summary.world))}</p>{heading}{f'<ul>{notes}</ul>' if notes else ''}{body}"
        f'<p><a href="{escape(home)}" target="_blank" rel="noopener">Open it in the sandbox</a></p>'
        f'<p class="note">{escape(foot(summary))}</p>',
        title or episode(summary.world),
    )


_CSS = "main{padding:1rem}h1{font-size:1.25rem}a{color:inherit}"
