"""The deck slide by slide. Whatever does not fit goes on to a further slide, never over the edge. Lengths are in inches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.util import Inches

from models.text import xml
from policy.outcomes.scorecard import BY_KEY, PEAK_DISLOCATION, TAXPAYER_TAIL, TILES, UNINTENDED_EASING
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure, Source
from ui.charts.styles import styles
from ui.export import pptx_charts as c
from ui.export import pptx_parts as p
from ui.export import text
from ui.export.content import AVERAGES, OWN_EPISODE, Content, score
from ui.export.images import still
from ui.export.native import Chart, Grid, plans
from ui.export.provenance import episode, facts, foot, screen
from ui.export.report import Report
from ui.story.story import Slide
from ui.words import amounts, names

WIDE, TALL, EDGE, FLOOR = 13.333, 7.5, 0.55, 6.85
ACROSS = WIDE - 2 * EDGE
TITLES, BODY, SMALL = (28, 26, 24, 22, 20), 16.0, 14.0
TABLE = (16, 15, 14, 13, 12)
NAMES = 2.75  # of a policy's name in a table with a column for each figure
SCORES = 6.6  # of a scorecard beside a chart
TOLD = (PEAK_DISLOCATION, UNINTENDED_EASING, TAXPAYER_TAIL)  # in it; the whole one follows
LONGEST_CODE = 240  # characters of a link on the slide; a longer one stands in the notes


class Slides:
    """A deck that grows slide by slide; `source` is what its numbers belong to where a slide has no other."""

    def __init__(self, deck: Any, source: Source) -> None:
        self.deck, self.source, self.count = deck, source, 0

    def opening(self, title: str, finding: str, lines: Sequence[p.TextLine], said: str) -> None:
        """The question, the finding, and what it is about."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        self.count += 1
        heading, subtitle = slide.placeholders[0], slide.placeholders[1]
        _place(heading, p.Box(0.9, 1.1, 11.5, 1.9))
        size, _ = text.largest(title, (44, 40, 36), 72 * 11.5, 2, True)
        p.fill_frame(heading.text_frame, [p.TextLine(title, size, True)])
        size = next((x for x in (24, 22, 20, 18) if p.height([p.TextLine(finding, x)], 11.5) <= 2.0), 16)
        _place(subtitle, p.Box(0.9, 3.3, 11.5, 3.3))
        p.fill_frame(subtitle.text_frame, [p.TextLine(finding, size), *lines])
        self.notes(slide, said, self.source)

    def figure(self, figure: Figure, source: Source) -> None:
        """A chart of the page as one native chart or more; four to a slide."""
        pieces = plans(figure)
        for start in range(0, max(len(pieces), 1), 4):
            more = " (continued)" if start else ""
            note = " ".join(filter(None, dict.fromkeys(_own_note(plan) for plan in pieces))) or figure.note
            slide, y = self.slide(f"{figure.title}{more}", note)
            self.draw(slide, pieces[start : start + 4], figure, y)
            told = "\n".join(panel.alt for panel in figure.panels)
            self.notes(slide, f"{figure.title}\n{figure.note}\n{told}\n{figure.after}".strip(), source)

    def draw(self, slide: Any, plans: Sequence[Chart | Grid], figure: Figure, y: float) -> None:
        """Charts beside each other, or one with its table."""
        box = p.Box(EDGE, y, ACROSS, FLOOR - y)
        if figure.after:
            tall = p.height([p.TextLine(figure.after, SMALL)], ACROSS)
            p.write(slide, p.Box(EDGE, FLOOR - tall, ACROSS, tall), [p.TextLine(figure.after, SMALL)])
            box = p.Box(EDGE, y, ACROSS, FLOOR - y - tall - 0.15)
        if not plans:
            p.write(slide, box, [p.TextLine("Nothing happens, so there is nothing to draw.", BODY)])
        elif len(plans) == 1:
            self.alone(slide, box, plans[0], figure)
        else:
            self.several(slide, box, plans, figure)

    def alone(self, slide: Any, box: Any, plan: Chart | Grid, figure: Figure) -> None:
        """One chart with its small table, or one table."""
        if isinstance(plan, Grid):
            widths = p.column_widths(plan, box.w)
            size = p.table_size(plan, widths, box.h, TABLE)
            p.table(slide, box, _fitting(plan, widths, size, box.h), widths, size, p.Dress(figure.title))
            return
        if plan.side is None:
            c.chart(slide, box, plan, f"Chart: {figure.key}")
            return
        many = len(plan.side.rows) > 5
        wide = (4.1 if many else 3.3) if len(plan.side.columns) == 2 else (5.8 if many else 4.7)
        left, right = box.split(box.w - wide - 0.3)
        c.chart(slide, left, plan, f"Chart: {figure.key}")
        self.side(slide, right, plan, figure)

    def side(self, slide: Any, box: Any, plan: Chart, figure: Figure) -> None:
        """The chart's small table, with its policies' colours."""
        assert plan.side is not None
        lines = 1 if len(plan.side.rows) > 5 else 3
        shares = (
            (0.68, 0.32)
            if len(plan.side.columns) == 2
            else ((0.45, 0.13, 0.16, 0.26) if lines == 1 else (0.37, 0.17, 0.19, 0.27))
        )
        widths = [share * box.w for share in shares]
        paints = [s.colour for s in plan.series] if len(plan.side.columns) == 4 else []
        named = tuple((_name(row[0], widths[0], lines), *row[1:]) for row in plan.side.rows)
        grid = Grid(plan.side.columns, named)
        size = p.table_size(grid, widths, box.h, (SMALL, 13, 12))
        p.table(slide, box, grid, widths, size, p.Dress(f"{figure.title}: numbers", paints))

    def several(self, slide: Any, box: Any, plans: Sequence[Chart | Grid], figure: Figure) -> None:
        """Two beside each other, or four in two rows."""
        drawn = [plan for plan in plans if isinstance(plan, Chart) and not c.named_apart(plan)]
        shared = len(drawn) > 1 and len({tuple(s.name for s in plan.series) for plan in drawn}) == 1
        if shared:
            box = box.below(c.shared_legend(slide, box, drawn[0].series))
        rows = 1 if len(plans) <= 2 else 2
        tall, wide = (box.h - 0.15 * (rows - 1)) / rows, (box.w - 0.3) / 2
        for k, plan in enumerate(plans):
            place = p.Box(box.x + (k % 2) * (wide + 0.3), box.y + (k // 2) * (tall + 0.15), wide, tall)
            if isinstance(plan, Chart):
                c.chart(slide, place, plan, f"Chart: {figure.key} {k + 1}", not shared)
            else:
                self.alone(slide, place, plan, figure)

    def charts(self, slide: Any, box: Any, plans: Sequence[Chart | Grid], figure: Figure | None) -> None:
        """Native charts without their small tables."""
        bare = [replace(plan, side=None) if isinstance(plan, Chart) else plan for plan in plans][:4]
        if figure is None or not bare:
            return
        if len(bare) == 1:
            self.alone(slide, box, bare[0], figure)
        else:
            self.several(slide, box, bare, figure)

    # Furniture

    def listed(self, title: str, lines: Sequence[str], said: str = "") -> None:
        """Lines as bullets, on as many slides as they need."""
        rest = next(
            lines_written
            for size in (BODY, 15, SMALL)
            if p.height(
                lines_written := [p.TextLine(line, size, above=5, bullet=True) for line in lines], ACROSS
            )
            < 5.7
            or size == SMALL
        )
        more = ""
        while rest:
            slide, y = self.slide(f"{title}{more}", "")
            count = len(rest)
            while count > 1 and y + p.height(rest[:count], ACROSS) > FLOOR:
                count -= 1
            p.write(slide, p.Box(EDGE, y, ACROSS, FLOOR - y), rest[:count])
            told = "\n".join(line.text for line in rest[:count])
            self.notes(slide, f"{told}\n{said}".strip(), self.source)
            rest, more = rest[count:], " (continued)"

    def slide(self, title: str, note: str, ink: str = "", source: Source | None = None) -> tuple[Any, float]:
        """A slide with its title, a line on how to read it, and its foot; returns it and where its content may start."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        self.count += 1
        size, lines = text.largest(title, TITLES, 72 * ACROSS, 2, True)
        tall = len(lines) * size * p.LEADING / 72
        _place(slide.shapes.title, p.Box(EDGE, 0.4, ACROSS, tall))
        p.fill_frame(slide.shapes.title.text_frame, [p.TextLine(title, size, True)])
        y = 0.4 + tall + 0.08
        if note:
            y = p.write(slide, p.Box(EDGE, y, ACROSS, 1), [_note(note, ink or p.QUIET)])
        self.foot(slide, source or self.source)
        return slide, y + 0.18

    def foot(self, slide: Any, source: Source) -> None:
        """One quiet line and the slide's number."""
        said = f"{names.QUIET} Screen {screen(source)}, model version {source.model_version}."
        p.write(slide, p.Box(EDGE, 7.05, ACROSS - 1, 0.25), [p.TextLine(said, 11, colour=p.QUIET)])
        p.write(
            slide,
            p.Box(WIDE - EDGE - 0.4, 7.05, 0.4, 0.25),
            [p.TextLine(str(self.count), 11, colour=p.QUIET)],
        )

    def notes(self, slide: Any, said: str, source: Source) -> None:
        """What the speaker says, and what the numbers rest on."""
        slide.notes_slide.notes_text_frame.text = xml(f"{said}\n\n{foot(source)}")


class Deck(Slides):
    """A comparison slide by slide."""

    def __init__(self, deck: Any, content: Content) -> None:
        super().__init__(deck, content.summary)
        self.content = content

    def build(self) -> None:
        """The whole deck: the talk in its order, and after it the comparison in full."""
        self.first()
        for number, told in enumerate(self.content.slides, 1):
            if told.question:
                self.ask(number, told)
            self.answer(number, told)
        self.scorecard()
        self.changed()
        for figure in self.content.figures:
            self.figure(figure, self.content.summary)
        self.provenance()

    # Slides

    def first(self) -> None:
        """The question, the verdict and the episode."""
        lines = [
            p.TextLine(episode(self.content.summary.world), 18, True, above=16),
            *([] if self.content.changed else [p.TextLine(OWN_EPISODE, 16, above=6)]),
            p.TextLine(names.QUIET, 16, colour=p.QUIET, above=6),
        ]
        asides = "\n".join(self.content.asides)
        self.opening(names.QUESTION, self.content.verdict, lines, f"{self.content.verdict}\n{asides}".strip())

    def scorecard(self) -> None:
        """Figures by policy, and on a second slide their differences to no action."""
        summary = self.content.summary
        said = AVERAGES.format(paths=summary.paths)
        scores = [[score(summary, key, k) for key in TILES] for k in range(len(summary.policies))]
        values = [[f"{v}\n{_MARKS[m]}".strip() for v, _, m in row] for row in scores]
        gaps = [[under.replace(" (", "\n(") for _, under, _ in row] for row in scores]
        self._card("What each policy does", values, scores, self.content.verdict)
        self._card("Against no action, with 95% intervals", gaps, scores, said)

    def _card(self, title: str, cells: Sequence[Sequence[str]], scores: Any, said: str) -> None:
        """A table of policies, on a second slide too where it would be small; no action stands on both."""
        summary = self.content.summary
        drawn = styles(summary.policies)
        rows = [(_name(style.name, NAMES), *row) for style, row in zip(drawn, cells, strict=True)]
        widths = p.column_widths(_card_grid(rows, range(len(rows))), ACROSS)
        rest, more = list(range(1, len(rows))), ""
        while rest or not more:
            slide, y = self.slide(f"{title}{more}", said)
            room = p.Box(EDGE, y, ACROSS, FLOOR - y)
            here = [0, *rest]
            while len(here) > 2 and sum(p.row_heights(_card_grid(rows, here), widths, SMALL)) > room.h:
                here.pop()
            grid = _card_grid(rows, here)
            size = p.table_size(grid, widths, room.h, TABLE)
            best = frozenset(
                (r, j + 1) for r, k in enumerate(here) for j, (_, _, m) in enumerate(scores[k]) if m == "best"
            )
            dress = p.Dress(f"Scorecard. {said}", [drawn[k].colour for k in here], best)
            p.table(slide, room, grid, widths, size, dress)
            told = AVERAGES.format(paths=summary.paths)
            self.notes(slide, f"{self.content.verdict}\n{told}", summary)
            rest, more = [k for k in rest if k not in here], " (continued)"

    def changed(self) -> None:
        """What differs from the episode as shipped, and why a policy was not used; no slide where there is neither."""
        if self.content.changed:
            self.listed("What changed against the episode and its usual policies", self.content.changed)
        if self.content.asides:
            self.listed("What was not used, and why", self.content.asides)

    def ask(self, number: int, told: Slide) -> None:
        """A slide's question, before its answer."""
        slide, y = self.slide(f"{number}. {told.title}", "", source=told.summary)
        box = p.Box(EDGE, y, ACROSS, FLOOR - y)
        lines = next(
            fit
            for scale in (1.0, 0.9, 0.8, 0.7)
            if p.height(fit := _asked(told, scale), box.w) <= box.h or scale == 0.7
        )
        p.write(slide, box, lines)
        self.notes(
            slide, f"{told.question} Let people choose before the next slide.\n{told.notes}", told.summary
        )

    def answer(self, number: int, told: Slide) -> None:
        """What the run says: the sentence, who wins, the main chart, and its figures or the scorecard."""
        known = told.truth is not None and told.choices
        title = f"The run says: {told.choices[told.truth or 0]}" if known else told.title
        slide, y = self.slide(f"{number}. {title}", told.sentence, p.INK, told.summary)
        if told.winners:
            won = [p.TextLine(f"★ {line}", SMALL, True) for line in told.winners]
            y = p.write(slide, p.Box(EDGE, y - 0.08, ACROSS, FLOOR - y), won) + 0.1
        box = p.Box(EDGE, y, ACROSS, FLOOR - y)
        grid = _scores(told.summary) if told.scored else _numbers(told)
        left, side = box.split(box.w - (SCORES if told.scored else 4.5)) if grid.rows else (box, box)
        for figure in told.figures[:1]:
            top = p.write(slide, left, [p.TextLine(figure.title, SMALL, True)]) + 0.05
            self.charts(slide, left.below(top), plans(figure), figure)
        if grid.rows:
            widths = p.column_widths(grid, side.w)
            paints = [style.colour for style in styles(told.summary.policies)] if told.scored else []
            size = p.table_size(grid, widths, side.h, TABLE)
            p.table(slide, side, grid, widths, size, p.Dress(f"Figures of slide {number}", paints))
        said = [told.sentence, *told.winners, *(f.title for f in told.figures), told.notes]
        self.notes(slide, "\n".join(said), told.summary)

    def provenance(self) -> None:
        """World, policies, seed, paths, model version, and the link's code."""
        code = self.content.code
        short = len(code) <= LONGEST_CODE
        lines = [f"{fact.name}: {fact.value}" for fact in self.content.facts]
        lines.append(
            f"Link, after the address of the app: {code}"
            if short
            else "The link that opens this screen is long; it stands in this slide's notes."
        )
        lines.append(names.QUIET)
        self.listed("What these numbers rest on", lines, f"Link, after the address of the app: {code}")


class ReportDeck(Slides):
    """A study's report slide by slide."""

    def build(self, report: Report) -> None:
        """The whole deck in order."""
        lines = [
            p.TextLine(episode(self.source.world), 18, True, above=16),
            p.TextLine(names.QUIET, 16, colour=p.QUIET, above=6),
        ]
        self.opening(report.title, report.finding, lines, report.finding)
        for figure in report.figures:
            self.figure(figure, self.source)
        for title, note, grid in report.tables:
            self.table(title, note, grid)
        if report.lines:
            self.listed("How to read it", report.lines)
        self.listed(
            "What these numbers rest on", [f"{fact.name}: {fact.value}" for fact in facts(self.source)]
        )

    def table(self, title: str, note: str, grid: Grid) -> None:
        """A table on as many slides as it needs."""
        widths, rest, more = p.column_widths(grid, ACROSS), list(grid.rows), ""
        while rest:
            slide, y = self.slide(f"{title}{more}", note)
            room = p.Box(EDGE, y, ACROSS, FLOOR - y)
            here = Grid(grid.columns, tuple(rest))
            while len(here.rows) > 1 and sum(p.row_heights(here, widths, SMALL)) > room.h:
                here = Grid(grid.columns, here.rows[:-1])
            size = p.table_size(here, widths, room.h, TABLE)
            p.table(slide, room, here, widths, size, p.Dress(title))
            self.notes(slide, f"{title}\n{note}".strip(), self.source)
            rest, more = rest[len(here.rows) :], " (continued)"


_MARKS = {"best": "▲ best", "worst": "▼ worst", "": ""}


def _asked(told: Slide, scale: float) -> list[p.TextLine]:
    """The situation, the question and its choices, at a share of their usual size."""
    lines = [p.TextLine(told.text, 20 * scale), p.TextLine(told.question, 26 * scale, True, above=26 * scale)]
    return lines + [p.TextLine(choice, 24 * scale, above=12 * scale, bullet=True) for choice in told.choices]


def _numbers(told: Slide) -> Grid:
    return Grid(("The figures", ""), tuple((what, _whole(value)) for what, value in told.numbers))


def _scores(summary: Summary) -> Grid:
    """The figures of a slide with a scorecard, by policy."""
    rows = tuple(
        (_name(style.name, 1.9), *(amounts.figure(m.key, outcome.means[m.key]) for m in TOLD))
        for style, outcome in zip(styles(summary.policies), summary.outcomes, strict=True)
    )
    return Grid(("Policy", *(m.brief for m in TOLD)), rows)


def _note(said: str, ink: str) -> Any:
    """A line under the title in 16 points, or 14 where it is long."""
    size, _ = text.largest(still(said), (16, 15, 14), 72 * ACROSS, 2)
    return p.TextLine(still(said), size, colour=ink)


def _card_grid(rows: Sequence[tuple[str, ...]], here: Sequence[int]) -> Grid:
    return Grid(("Policy", *(BY_KEY[key].title for key in TILES)), tuple(rows[k] for k in here))


def _own_note(plan: Chart | Grid) -> str:
    return plan.note if isinstance(plan, Chart) else ""


def _whole(figure: str) -> str:
    """A figure whose unit stays on its line."""
    return figure.replace(" bp", "\u00a0bp").replace(" gain", "\u00a0gain").replace(" loss", "\u00a0loss")


def _place(shape: Any, box: Any) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in (box.x, box.y, box.w, box.h))


def _name(name: str, wide: float, lines: int = 2) -> str:
    """A policy's name, as long as a cell holds."""
    return text.shortened(name, SMALL, 72 * (wide - 0.16) - 18, lines)


def _fitting(grid: Grid, widths: Sequence[float], size: float, tall: float) -> Grid:
    """As many rows as fit; the last then says how many are left out."""
    for count in range(len(grid.rows), 0, -1):
        left = len(grid.rows) - count
        more = ((f"and {left} more rows", *[""] * (len(grid.columns) - 1)),) if left else ()
        cut = Grid(grid.columns, (*grid.rows[:count], *more))
        if sum(p.row_heights(cut, widths, size)) <= tall:
            return cut
    return Grid(grid.columns, grid.rows[:1])
