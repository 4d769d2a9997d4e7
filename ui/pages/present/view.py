"""What a slide on a projector looks like: styles that hide everything else, large text, and charts that can be read from afar."""

from __future__ import annotations

import re
from html import escape

from models.errors import Refused
from ui.charts.figure import Figure
from ui.charts.styles import styles
from ui.html import heads
from ui.story.story import SCORED, Slide
from ui.story.talk import Results, TalkSlide
from ui.words import amounts, verdicts

# Pixels on a screen of 1280 by 720; larger screens zoom everything, so sizes are fixed and nothing is measured.
TALL, TALLER = 404, 470  # beneath a sentence, and without one
WIDE, HALF, GAP = 800, 540, 16

CSS = """<style>
[data-testid=stHeader],[data-testid=stSidebar],[data-testid=stSidebarCollapsedControl],[data-testid=stExpandSidebarButton],
[data-testid=stToolbar],[data-testid=stDecoration]{display:none!important}
.stMainBlockContainer{--z:1;zoom:var(--z);padding:1.1rem 2.6rem .5rem!important;max-width:none!important}
.st-key-present_stage{min-height:calc(100vh / var(--z) - 7.9rem)}
.stMainBlockContainer svg.marks{max-width:100%;height:auto}
.stMainBlockContainer [data-testid=stVerticalBlock]{gap:.45rem}
.pr-top{display:flex;justify-content:space-between;align-items:baseline;gap:2rem}
.pr-top h1{font-size:2.15rem;line-height:1.2;font-weight:720;margin:0;padding:0;text-wrap:balance}
.pr-top span{font-size:1.05rem;opacity:.8;white-space:nowrap;font-variant-numeric:tabular-nums}
.pr-say{font-size:1.38rem;line-height:1.4;margin:.35rem 0 .2rem;text-wrap:pretty;max-width:78rem}
.pr-say.pr-long{font-size:1.2rem}
.st-key-present_stage .sb-verdict{font-size:1.38rem}.st-key-present_lever{max-width:44rem}
.pr-ask{font-size:1.8rem;line-height:1.3;font-weight:680;margin:1.6rem 0 .7rem;padding:0;text-wrap:balance}
.pr-choices{list-style:none;margin:0!important;padding:0!important;display:grid;gap:.7rem;max-width:66rem}
.pr-choices li{display:grid;grid-template-columns:2.6rem 1fr;align-items:center;font-size:1.5rem;line-height:1.3;margin:0!important;
 border:1px solid color-mix(in srgb,currentColor 28%,transparent);border-radius:.5rem;padding:.5rem .9rem}
.pr-choices b{font-weight:700}
.pr-find{font-size:1.02rem;line-height:1.35;font-weight:620;margin:.1rem 0 .15rem}
.pr-stage .sb-legend,.pr-find+.sb-legend{font-size:.98rem}
.pr-right{border-left:5px solid #4F7F6A;padding:.1rem 0 .1rem .8rem;font-size:1.1rem;line-height:1.35;font-weight:640;margin:.1rem 0 .5rem}
.pr-numbers{display:grid;gap:.35rem;margin:0!important;padding:0!important}
.pr-numbers div{border-top:2px solid color-mix(in srgb,currentColor 22%,transparent);padding:.22rem 0}
.pr-numbers dt{font-size:1rem;line-height:1.25;opacity:.88;font-weight:400;padding:0;margin:0}
.pr-numbers dd{font-size:1.58rem;line-height:1.25;font-weight:680;margin:0!important;padding:0;font-variant-numeric:tabular-nums}
.pr-table{border-collapse:collapse;width:100%;font-size:1.02rem;line-height:1.25;font-variant-numeric:tabular-nums}
.pr-table td{white-space:nowrap}
.pr-table th,.pr-table td{text-align:right;padding:.42rem .35rem;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 22%,transparent)}
.pr-table thead th{font-size:.88rem;font-weight:500;vertical-align:bottom;opacity:.9}
.pr-table th:first-child{text-align:left;font-weight:640}
.pr-table th .sb-swatch{width:1.1rem;height:4px!important;vertical-align:middle;margin-right:.4rem}
.pr-won{margin:.2rem 0 .5rem}.pr-won p{font-size:1.08rem;line-height:1.3;font-weight:680;margin:0 0 .2rem}
.pr-notes h1{font-size:1.5rem;line-height:1.25;font-weight:700;margin:.2rem 0 .5rem;padding:0}
:is(.pr-notes,.pr-next) h2{font-size:1rem;font-weight:650;opacity:.9;margin:.8rem 0 .3rem;padding:0}
.pr-notes p{font-size:1.4rem;line-height:1.5;margin:0}.pr-notes .pr-seen{font-size:1.05rem;line-height:1.4;opacity:.9}
.pr-notes small{font-size:1rem;opacity:.85}
.pr-next{border-left:3px solid color-mix(in srgb,currentColor 28%,transparent);padding-left:1rem}
.pr-next p{font-size:1rem;line-height:1.4}.pr-next h2{font-size:1.15rem;margin-top:0}
.pr-next .pr-ask{font-size:1.08rem;margin:.6rem 0 .4rem;opacity:1}.pr-next .pr-choices{gap:.3rem}
.pr-next .pr-choices li{font-size:1rem;padding:.2rem .6rem;grid-template-columns:1.6rem 1fr}
html.stage-idle .stApp{cursor:none}
@media (min-width:1540px) and (min-height:860px){.stMainBlockContainer{--z:1.2}}
@media (min-width:1900px) and (min-height:1050px){.stMainBlockContainer{--z:1.48}}
@media (min-width:2500px) and (min-height:1400px){.stMainBlockContainer{--z:1.95}}
@media (max-width:700px){.stMainBlockContainer{padding:.8rem 1rem!important}.pr-top h1{font-size:1.5rem}
 .pr-say,.pr-ask,.pr-choices li{font-size:1.1rem}.pr-table{font-size:.85rem}.pr-table td{white-space:normal}
 .pr-table :is(th,td){padding:.35rem .2rem}.pr-table :is(th,td):is(:nth-child(3),:nth-child(5)){display:none}}
</style>"""


def made(one: TalkSlide, results: Results) -> Slide | Refused:
    """A slide, or why it cannot be shown: a talk goes on after one that fails."""
    try:
        return one.make(results)
    except Refused as refused:
        return refused


def top_html(title: str, number: int, count: int) -> str:
    """Title and slide number."""
    return (
        f'<div class="pr-top"><h1>{escape(title)}</h1>'
        f'<span aria-label="Slide {number} of {count}">{number} / {count}</span></div>'
    )


def say_html(text: str) -> str:
    """The slide's sentence; a long one a little smaller."""
    return f'<p class="pr-say{" pr-long" if len(text) > 260 else ""}" data-testid="say">{_kept_together(text)}</p>'


def _kept_together(text: str) -> str:
    """Safe text in which a figure and its unit stay on one line."""
    return re.sub(r"(\d) (bp|%)", "\\1\u00a0\\2", escape(text))


def ask_html(slide: Slide) -> str:
    """The question and its choices, for a room to vote on."""
    items = "".join(
        f"<li><b>{letter}</b><span>{escape(choice)}</span></li>"
        for letter, choice in zip("ABCDEFGH", slide.choices, strict=False)
    )
    return f'<h2 class="pr-ask">{escape(slide.question)}</h2><ol class="pr-choices">{items}</ol>'


def answer_html(slide: Slide) -> str:
    """The choice that the run bears out."""
    if slide.truth is None:
        return ""
    letter, choice = "ABCDEFGH"[slide.truth], slide.choices[slide.truth]
    return f'<p class="pr-right">✓ {letter}: {escape(choice)}</p>'


def numbers_html(slide: Slide) -> str:
    """The key figures, large."""
    items = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in slide.numbers
    )
    return f'<dl class="pr-numbers">{items}</dl>' if items else ""


def table_html(slide: Slide) -> str:
    """The scorecard of a comparison as one small table; who wins has a star."""
    summary = slide.summary
    won = verdicts.winners(verdicts.verdict_of(summary, slide.state.counting.weights))
    head = "".join(f'<th scope="col">{escape(m.brief)}</th>' for m in SCORED)
    rows = "".join(
        f'<tr><th scope="row">{heads.swatch(style)}{escape(style.name)}{_STAR if k in won else ""}</th>'
        + "".join(
            f"<td>{escape(amounts.figure(m.key, summary.outcomes[k].means[m.key]))}</td>" for m in SCORED
        )
        + "</tr>"
        for k, style in enumerate(styles(summary.policies))
    )
    return (
        '<table class="pr-table"><caption hidden>Scorecard</caption>'
        f'<thead><tr><th scope="col">Policy</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


_STAR = ' <span role="img" aria-label="winner">★</span>'


def winners_html(slide: Slide) -> str:
    """Who wins each comparison of the slide, all outcomes counted."""
    lines = "".join(f"<p>★ {escape(line)}</p>" for line in slide.winners)
    return f'<div class="pr-won" data-testid="won">{lines}</div>' if lines else ""


def find_html(figure: Figure, own: bool) -> str:
    """The chart's finding and legend; beside the table of one's own comparison that table is the legend."""
    drawn = heads.legend(figure.legend) if figure.legend and not own else ""
    return f'<p class="pr-find">{escape(figure.title)}</p>{drawn}'


def notes_html(slide: Slide, place: str, waits: bool) -> str:
    """What the speaker says: where the talk stands, what the room sees now, and the notes."""
    seen = slide.question if waits else slide.sentence
    return (
        f'<div class="pr-notes" data-testid="notes"><small>{escape(place)}</small><h1>{escape(slide.title)}</h1>'
        f'<p class="pr-seen">{_kept_together(seen)}</p><h2>Notes</h2><p>{escape(slide.notes)}</p></div>'
    )


def next_html(slide: Slide, answers: bool, waits: bool) -> str:
    """What the next press shows: the answer of this slide, or the slide after it."""
    title = "the answer" if answers else slide.title
    said = f"<p>{escape(slide.text)}</p>{ask_html(slide)}" if waits else _answered(slide)
    return f'<section class="pr-next" data-testid="next"><h2>Next: {escape(title)}</h2>{said}</section>'


def _answered(slide: Slide) -> str:
    return f"{answer_html(slide)}{winners_html(slide)}<p>{_kept_together(slide.sentence)}</p>"


def ending_html() -> str:
    """After the last slide."""
    return '<section class="pr-next" data-testid="next"><h2>The last slide</h2><p>Nothing comes after it.</p></section>'


def marker(number: int, answered: bool) -> str:
    """An invisible element that says which slide is shown, and how."""
    return f'<div data-testid="slide" data-slide="{number}" data-answer="{int(answered)}" hidden></div>'
