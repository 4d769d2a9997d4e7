"""One web page that holds everything: it opens from a disk without any network and says the same as the slides.

Charts are drawn once and take the colour of the text around them, so they follow the reader's light or dark theme; each
has a narrow drawing too, for phones. The same state gives the same bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import resources

import pandas as pd

from models.text import html as escape
from ui.charts.figure import Figure
from ui.charts.kinds import Chart
from ui.comparison import scorecard
from ui.export import images
from ui.export.content import AVERAGES, OWN_EPISODE, Content
from ui.export.native import cell
from ui.export.provenance import episode, foot
from ui.html import heads as scorecard_html
from ui.story.story import Slide
from ui.words import names

WIDE, NARROW, SIDE = 860, 350, 430  # widths of a drawing alone, on a phone, and beside others
MOST_ROWS = 600  # rows of a table in the page; a longer one says how many are left out


def html(content: Content) -> str:
    """The page. Raises `Refused` where the package that draws charts is not installed."""
    draw = Drawer()
    body = [
        _head(content),
        *([_talk(content.slides, draw)] if content.slides else []),
        _scorecard(content),
        _changed(content),
        "<section><h2>The charts</h2>",
        *(draw.chart(figure) for figure in content.figures),
        "</section>",
        _rests_on(content),
    ]
    return document_of("".join(body), names.QUESTION)


def html_bytes(content: Content) -> bytes:
    """The page as the bytes of a file."""
    return html(content).encode()


def document_of(body: str, title: str) -> str:
    """The frame of a page. The policy forbids every request, whatever the page holds."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n{scorecard_html.CSS}\n<style>{_css()}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _css() -> str:
    theme = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))
    light, dark = theme["light"], theme["dark"]
    return (
        f":root{{color-scheme:light dark;--paper:{light['backgroundColor']};--ink:{light['textColor']};"
        f"--soft:{light['secondaryBackgroundColor']};--line:{light['borderColor']}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--paper:{dark['backgroundColor']};--ink:{dark['textColor']};"
        f"--soft:{dark['secondaryBackgroundColor']};--line:{dark['borderColor']}}}}}" + _CSS
    )


_CSS = """
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#fff;--line:#999}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,Arial,Helvetica,sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.2rem 3rem}
h1{font-size:1.9rem;line-height:1.2;margin:.4rem 0 .8rem;text-wrap:balance}
h2{font-size:1.4rem;line-height:1.3;margin:2.6rem 0 .8rem}
h3{font-size:1.12rem;line-height:1.35;margin:1.6rem 0 .2rem;text-wrap:pretty}
h4{font-size:1rem;line-height:1.35;margin:1.1rem 0 .2rem;text-wrap:pretty}
p{margin:.3rem 0 .6rem;max-width:52rem}
.note{font-size:.88rem;margin:.1rem 0 .4rem;overflow-wrap:anywhere}
.kept{font-weight:650;margin-bottom:.1rem}
figure{margin:0}
.panels{display:grid;gap:.4rem 1.4rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}
.panels p{font-weight:650;font-size:.92rem;margin:.5rem 0 0}
svg.chart{display:block;width:100%;height:auto;max-width:54rem;overflow:visible}
.panels svg.chart{max-width:29rem}
svg.narrow{display:none}
@media screen and (max-width:640px){.sb-cards{grid-template-columns:1fr}svg.wide{display:none}svg.narrow{display:block}}
.sb-card{grid-row:span 7}
details{margin:.4rem 0 1rem}
summary{cursor:pointer;font-size:.92rem;padding:.25rem 0;width:fit-content}
.box{overflow:auto;max-height:26rem;border:1px solid var(--line);border-radius:.4rem}
table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums;min-width:100%}
caption{text-align:left;font-size:.84rem;padding:.4rem .6rem}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{background:var(--soft);position:sticky;top:0}
th:first-child,td:first-child,.words{text-align:left}
ol.steps{list-style:none;padding:0;margin:0}
.step{border-top:1px solid var(--line);padding:.2rem 0 1rem}
.ask{border-left:4px solid var(--line);padding:.1rem 0 .1rem 1rem;margin:.8rem 0}
.ask ul{margin:.2rem 0;padding-left:1.2rem}
dl{margin:.6rem 0}
.figures{display:grid;gap:.5rem 1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,11rem),1fr))}
.figures div{border-top:3px solid var(--line);padding-top:.3rem}
.figures dt{font-size:.84rem}.figures dd{margin:0;font-size:1.2rem;font-weight:640}
.rests div{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.2rem 1rem;padding:.3rem 0;border-top:1px solid var(--line)}
.rests dd{margin:0;overflow-wrap:anywhere}
@page{margin:14mm}
.sb-swatch{-webkit-print-color-adjust:exact;print-color-adjust:exact}
@media print{main{max-width:none;padding:0}body{font-size:11pt}
.sb-cards{grid-template-columns:repeat(4,1fr);gap:.4rem}.sb-card{padding:.5rem}details{display:none}h1,h2,h3,h4{break-after:avoid}
figure,.sb-card,.step,.ask{break-inside:avoid}svg.chart{max-width:16cm}.panels svg.chart{max-width:8.4cm}}
"""


# Sections


def _head(content: Content) -> str:
    asides = "".join(f"<li>{escape(line)}</li>" for line in content.asides)
    return (
        f"<header><p>{escape(episode(content.summary.world))}</p><h1>{escape(names.QUESTION)}</h1>"
        f'<p class="sb-verdict">{escape(content.verdict)}</p>{f"<ul>{asides}</ul>" if asides else ""}'
        f"<p>{escape(names.QUIET)}</p></header>"
    )


def _scorecard(content: Content) -> str:
    said = AVERAGES.format(paths=content.summary.paths)
    return f'<section><h2>What each policy does</h2>{scorecard.cards(content.summary)}<p class="note">{escape(said)}</p></section>'


def _changed(content: Content) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in content.changed)
    body = f"<ul>{lines}</ul>" if lines else f"<p>{escape(OWN_EPISODE)}</p>"
    return f"<section><h2>What changed against the episode</h2>{body}</section>"


def _rests_on(content: Content) -> str:
    rows = [(fact.name, fact.value) for fact in content.facts]
    rows.append(("Link, after the address of the app", content.code))
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return (
        f'<section><h2>What these numbers rest on</h2><dl class="rests">{items}</dl>'
        f"<p>{escape(names.QUIET)}</p></section>"
    )


# Charts


class Drawer:
    """Draws charts with ids that are their own in the whole page."""

    def __init__(self) -> None:
        self.count = 0

    def chart(self, figure: Figure, level: int = 3) -> str:
        """A figure with its finding, legend, panels and table."""
        legend = scorecard_html.legend(figure.legend) if figure.legend else ""
        after = f'<p class="note">{escape(figure.after)}</p>' if figure.after else ""
        return (
            f"<figure><figcaption><h{level}>{escape(figure.title)}</h{level}>"
            f'<p class="note">{escape(images.still(figure.note))}</p></figcaption>{legend}'
            f"{self._panels(figure)}{after}{table(figure)}</figure>"
        )

    def _panels(self, figure: Figure) -> str:
        if len(figure.panels) == 1:
            return self._panel(figure.panels[0], True)
        drawn = "".join(
            f"<div><p>{escape(panel.heading)}</p>{self._panel(panel, False)}</div>" for panel in figure.panels
        )
        return f'<div class="panels">{drawn}</div>'

    def _panel(self, panel: Chart, alone: bool) -> str:
        if panel.empty:
            return f'<p class="note">{escape(images.NOTHING)}</p>'
        heading = f'<p class="kept">{escape(panel.heading)}</p>' if alone and panel.heading else ""
        if not alone:
            return heading + self._svg(panel, SIDE, "chart")
        return heading + self._svg(panel, WIDE, "chart wide") + self._svg(panel, NARROW, "chart narrow")

    def _svg(self, panel: Chart, wide: int, kind: str) -> str:
        self.count += 1
        drawn = images.draw(panel, wide, images.PAGE, f"c{self.count}")
        return (
            f'<svg class="{kind}" viewBox="0 0 {drawn.width:g} {drawn.height:g}" role="img" '
            f'aria-label="{escape(panel.alt)}" font-family="{images.FONT}">{drawn.body}</svg>'
        )


def table(figure: Figure) -> str:
    """The figure's numbers in a fold."""
    shown = figure.table.iloc[:MOST_ROWS]
    heads = "".join(f'<th scope="col"{_kind(shown[name])}>{escape(str(name))}</th>' for name in shown.columns)
    marks = ["" if k == 0 else _kind(shown[name]) for k, name in enumerate(shown.columns)]
    rows = "".join(_row(row, marks) for row in shown.itertuples(index=False))
    left = len(figure.table) - len(shown)
    more = f" The first {MOST_ROWS} rows; {left} more are left out." if left else ""
    said = f"Numbers of the chart. Unit: {figure.unit}.{more}"
    return (
        f'<details><summary>Numbers</summary><div class="box" role="region" tabindex="0" '
        f'aria-label="{escape(figure.title)}: numbers"><table><caption>{escape(said)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _kind(column: pd.Series) -> str:
    return "" if pd.api.types.is_numeric_dtype(column) else ' class="words"'


def _row(row: Sequence[object], marks: Sequence[str]) -> str:
    cells = "".join(
        f'<th scope="row">{escape(cell(value))}</th>' if k == 0 else f"<td{mark}>{escape(cell(value))}</td>"
        for k, (value, mark) in enumerate(zip(row, marks, strict=True))
    )
    return f"<tr>{cells}</tr>"


# The talk


def _talk(slides: Sequence[Slide], draw: Drawer) -> str:
    told = "".join(_slide(number, slide, draw) for number, slide in enumerate(slides, 1))
    return f"<section><h2>The talk in {len(slides)} slides</h2>{told}</section>"


def _slide(number: int, slide: Slide, draw: Drawer) -> str:
    figures = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in slide.numbers
    )
    shown = f'<dl class="figures">{figures}</dl>' if figures else ""
    won = "".join(f'<p class="kept">★ {escape(line)}</p>' for line in slide.winners)
    return (
        f'<article class="step"><h3>{number}. {escape(slide.title)}</h3>{_paragraph(escape(slide.text))}{_question(slide)}'
        f"{_paragraph(_answer(slide) + escape(slide.sentence))}{won}{shown}"
        f"{''.join(draw.chart(f, 4) for f in slide.figures)}"
        f"<details><summary>Notes for the speaker</summary><p>{escape(slide.notes)}</p></details>"
        f'<p class="note">{escape(foot(slide.summary))}</p></article>'
    )


def _paragraph(safe: str) -> str:
    return f"<p>{safe}</p>" if safe else ""


def _question(slide: Slide) -> str:
    if not slide.question:
        return ""
    choices = "".join(f"<li>{escape(choice)}</li>" for choice in slide.choices)
    return f'<div class="ask"><p><strong>{escape(slide.question)}</strong></p><ul>{choices}</ul></div>'


def _answer(slide: Slide) -> str:
    """Which of the choices the run bears out."""
    known = slide.truth is not None and slide.choices
    return f"<strong>The run says: {escape(slide.choices[slide.truth or 0])}.</strong> " if known else ""
