"""Drawings of the winner map: coloured and lettered cells, outlines, noise and the screen's own world; heat with contours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.stack import Array, Indices
from policy.interventions.triggers import number
from policy.outcomes.scorecard import BY_KEY
from policy.ranking.criteria import EQUILIBRIUM_NOTE
from policy.studies import winner_map as study
from policy.studies.winner_reading import difference, outcome
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Cell, Map, Span
from ui.charts.styles import NEUTRAL, filled
from ui.pages.winner_map import view
from ui.pages.winner_map.view import MARKS, Seen
from ui.words import amounts

Word = tuple[float, float, str]  # where on the map, and what it says
CHOSEN = "map_cell"  # name of the selection of a clicked cell
MOST_MARKS = 1990
SMALLEST_REGION = 0.008  # of the map: a smaller patch has no letter of its own
PALE, FULL = 0.3, 1.0
NOTHING_HELPS = 0.55  # grey that is not taken for a cell without a crisis
HEAT = ("#F4F1E4", "#BFD9D2", "#74B3BF", "#3C88AD", "#2A5C8A")
APART = ("#B35806", "#F1B26B", "#F3F1EC", "#A9A3CF", "#5A3D8F")


# The map of winners


def winner_map(seen: Seen, chosen: study.MapCell | None, key: str = "winner_map") -> Figure:
    """Each cell in the colour and letter of its winner, paler where it leads by less, dotted where within noise."""
    spot = view.here(seen.question)
    kinds = [k for k in (*range(len(seen.lines)), -1, -4, -5, -2) if (seen.kinds == k).any()]
    styles = tuple(filled(seen.kind_name(k), seen.lines[k].colour if k >= 0 else NEUTRAL) for k in kinds)
    legend = tuple(
        filled(f"{seen.letters[k] if k >= 0 else MARKS[style.name]} · {style.name}", style.colour, k < 0)
        for k, style in zip(kinds, styles, strict=True)
    )
    weighed = seen.extra or EQUILIBRIUM_NOTE
    note = (
        f"Colour and letter: the policy with the fewest points under your weights; the paler, the smaller its lead. Dots: within "
        f"noise (95%, {seen.question.paths} paths a cell, paired). {view.here_words(seen.question)} {weighed}"
    )
    x, y = _axes(seen)
    (x0, x1), (y0, y1) = edges(seen.question.xs), edges(seen.question.ys)
    chart = Map(
        _cells(seen), x, y, view.alt(seen, spot), styles, tips=("Best", "Lead", "Second", *_names(seen)), lines=_outlines(seen),
        words=_letters(seen), dots=_noise(seen), spot=_spot(seen, spot), pick=CHOSEN if key == "winner_map" else "",
        chosen=((x0[chosen[0]], x1[chosen[0]]), (y0[chosen[1]], y1[chosen[1]])) if chosen else None,
    )  # fmt: skip
    return Figure(key, view.title(seen), note, "points of cost", (chart,), view.frame(seen), legend)


def edges(values: Array) -> tuple[Array, Array]:
    """Ends of every cell along an axis."""
    half = np.diff(values) / 2
    middle = values[:-1] + half
    return (
        np.concatenate([[values[0] - half[0]], middle]),
        np.concatenate([middle, [values[-1] + half[-1]]]),
    )


def _spans(values: Array) -> list[Span]:
    """The same as pairs."""
    return [(float(a), float(b)) for a, b in zip(*edges(values), strict=True)]


def _cells(seen: Seen) -> tuple[Cell, ...]:
    q, there = seen.question, np.argwhere(seen.kinds != -3)
    i, j = there[:, 0], there[:, 1]
    kinds, second = seen.kinds[i, j], seen.stood(seen.found.second)[i, j]
    strength = _strength(seen, seen.stood(seen.found.margin)[i, j], kinds)
    xs, ys = _spans(q.xs), _spans(q.ys)
    return tuple(
        Cell(xs[a], ys[b], seen.kind_name(int(k)),
             (seen.kind_name(int(k)), lead, seen.lines[int(s)].name if k >= 0 else "", *_at(seen, a, b)), float(how), (int(a), int(b)))
        for a, b, k, s, how, lead in zip(i, j, kinds, second, strength, _leads(seen, i, j), strict=True)
    )  # fmt: skip


def _at(seen: Seen, i: int, j: int) -> tuple[str, str]:
    """Where a cell lies, in words."""
    return view.value_text(seen.question.xs[i]), view.value_text(seen.question.ys[j])


def _strength(seen: Seen, lead: Array, kinds: Any) -> Array:
    """Opacity: from pale at no lead to full at the leads of the clearest tenth of cells."""
    won = np.where(kinds >= 0, np.nan_to_num(lead), 0.0)
    top = float(np.quantile(won[won > 0], 0.9)) if (won > 0).any() else 1.0
    unled = np.where(kinds == -4, NOTHING_HELPS, 0.1)
    return np.where(kinds >= 0, PALE + (FULL - PALE) * np.sqrt(np.minimum(won / top, 1.0)), unled)


def _leads(seen: Seen, i: Indices, j: Indices) -> list[str]:
    """Leads with their intervals in words, cell by cell."""
    winners = seen.found
    figures = [seen.stood(v)[i, j] for v in (winners.margin, winners.low, winners.high)]
    return [
        _lead(seen, kind, bool(clear), *(float(v) for v in row))
        for kind, clear, row in zip(
            seen.kinds[i, j].tolist(), seen.clear[i, j], np.transpose(figures), strict=True
        )
    ]


def _lead(seen: Seen, kind: int, clear: bool, lead: float, low: float, high: float) -> str:
    if kind < 0:
        return MARKS.get(seen.kind_name(kind), "")
    noise = "" if clear else ", within noise"
    lead_text, low_text, high_text = (amounts.bare(v, 2) for v in (lead, low, high))
    return f"{lead_text} points ({low_text} to {high_text}){noise}"


def _outlines(seen: Seen) -> tuple[tuple[Span, Span], ...]:
    """Lines where the winner changes, those in one row or column joined."""
    q = seen.question
    (x0, x1), (y0, y1) = edges(q.xs), edges(q.ys)
    rows = []
    for i in range(len(q.xs) - 1):
        for a, b in _runs(seen.kinds[i] != seen.kinds[i + 1]):
            rows.append(((x1[i], x1[i]), (y0[a], y1[b])))
    for j in range(len(q.ys) - 1):
        for a, b in _runs(seen.kinds[:, j] != seen.kinds[:, j + 1]):
            rows.append(((x0[a], x1[b]), (y1[j], y1[j])))
    return tuple(rows[:200])


def _runs(flags: Any) -> Iterator[tuple[int, int]]:
    """First and last place of every stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags, int), [0]])))
    yield from ((int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _letters(seen: Seen) -> tuple[Word, ...]:
    """A letter well inside every patch of one winner, so that colour is not needed."""
    q, rows = seen.question, []
    least = max(2, SMALLEST_REGION * seen.kinds.size) if seen.kinds.size > 100 else 1
    for kind, members in patches(seen.kinds):
        if kind != -3 and len(members) >= least:
            i, j = inside(seen.kinds.shape, members)
            text = seen.letters[kind] if kind >= 0 else MARKS[seen.kind_name(kind)]
            rows.append((float(q.xs[i]), float(q.ys[j]), text))
    return tuple(rows)


def patches(kinds: Any) -> list[tuple[int, list[study.MapCell]]]:
    """Connected patches of equal cells, with what they show."""
    left = {(int(i), int(j)) for i, j in np.ndindex(*kinds.shape)}
    regions = []
    while left:
        start = left.pop()
        kind, patch, todo = int(kinds[start]), [start], [start]
        while todo:
            i, j = todo.pop()
            for at in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if at in left and kinds[at] == kind:
                    left.remove(at)
                    patch.append(at)
                    todo.append(at)
        regions.append((kind, patch))
    return sorted(regions)


def inside(shape: tuple[int, ...], members: Sequence[study.MapCell]) -> study.MapCell:
    """The member farthest from the patch's edge; of equals the one nearest its middle."""
    own = np.zeros((shape[0] + 2, shape[1] + 2), bool)
    for i, j in members:
        own[i + 1, j + 1] = True
    depth, inner = own.astype(int), own
    while inner.any():
        inner = (
            inner
            & np.roll(inner, 1, 0)
            & np.roll(inner, -1, 0)
            & np.roll(inner, 1, 1)
            & np.roll(inner, -1, 1)
        )
        depth += inner
    deep = np.argwhere(depth[1:-1, 1:-1] == depth.max())
    middle = np.mean(members, axis=0)
    i, j = deep[np.argmin(np.sum((deep - middle) ** 2, axis=1))]
    return int(i), int(j)


def _noise(seen: Seen) -> tuple[tuple[float, float], ...]:
    """Dots on cells within noise, on every second or third cell where there are many."""
    q, noisy = seen.question, (seen.kinds >= 0) & ~seen.clear
    room = MOST_MARKS - seen.kinds.size - 260
    step = next(s for s in (1, 2, 3, 4, 8) if noisy[::s, ::s].sum() <= max(room, 12))
    at = np.argwhere(noisy)
    at = at[(at % step == 0).all(axis=1)]
    return tuple((float(q.xs[i]), float(q.ys[j])) for i, j in at)


def _spot(seen: Seen, spot: tuple[float, float] | None) -> Word | None:
    """The screen's own world, where it lies on the map."""
    q = seen.question
    return (
        None if spot is None else (float(q.x.base), float(q.y.base), "You are here: the screen’s own world")
    )


def _names(seen: Seen) -> tuple[str, str]:
    q = seen.question
    return view.axis_name(q.x, q.policies), view.axis_name(q.y, q.policies)


def _axes(seen: Seen) -> tuple[Axis, Axis]:
    q = seen.question
    return (
        Axis(view.axis_title(q.x, q.policies), _reach(q.xs), count=6, grid=False),
        Axis(view.axis_title(q.y, q.policies), _reach(q.ys), count=6, grid=False),
    )


def _reach(values: Array) -> Span:
    low, high = edges(values)
    return float(low[0]), float(high[-1])


# Heat maps with contours


def heat_of(seen: Seen, key: str, policy: int) -> Figure:
    """One outcome under one policy over the map."""
    values = outcome(seen.picture, key, policy)
    what = f"{BY_KEY[key].title} under {seen.lines[policy].name}"
    table = view.outcome_frame(seen, key)
    return _heat(seen, _Heat(values, BY_KEY[key].unit, what), view.outcome_title(seen, key, policy), table)


def heat_between(seen: Seen, key: str, policy: int, base: int) -> Figure:
    """The paired difference of one outcome between two policies."""
    values, error = difference(seen.picture, key, policy, base)
    what = f"{BY_KEY[key].title}, {seen.lines[policy].name} less {seen.lines[base].name}"
    sure = np.abs(values) > 1.96 * error
    heat = _Heat(values, BY_KEY[key].unit, what, APART, sure)
    return _heat(seen, heat, view.difference_title(seen, key, policy, base), view.outcome_frame(seen, key))


def heat_of_margin(seen: Seen) -> Figure:
    """By how many points the winner leads."""
    values = np.where(seen.found.margin > 0, seen.found.margin, 0.0 * seen.found.margin)
    top = float(np.nanmax(values))
    title = f"The best policy's lead goes up to {top:.1f} points of cost"
    heat = _Heat(values, "points", "Lead of the best policy over the second", HEAT, seen.found.clear)
    return _heat(seen, heat, title, view.frame(seen))


@dataclass(frozen=True, eq=False)
class _Heat:
    """What a map of amounts shows, (x, y)."""

    values: Array
    unit: str
    what: str
    colours: Sequence[str] = HEAT
    sure: Any = None  # where the amount is beyond noise, if that is told

    @property
    def signed(self) -> bool:
        return self.colours is APART


def _heat(seen: Seen, heat: _Heat, title: str, table: pd.DataFrame) -> Figure:
    shown, unit, what, sure = seen.stood(heat.values), heat.unit, heat.what, heat.sure
    levels = contour_levels(shown, 2 if heat.signed else 1)
    lines, labels = _contours(seen, shown, levels) if seen.picture.finished else ((), ())
    note = f"{what}, {unit}: means of {seen.question.paths} paths a cell."
    note += f" Lines join equal values: {', '.join(number(round(v, 6)) for v in levels)}." if lines else ""
    note += "" if sure is None else " The tooltip says what is within noise."
    x, y = _axes(seen)
    chart = Map(
        _heat_cells(seen, shown, unit, None if sure is None else seen.stood(sure)), x, y, view.heat_alt(seen, heat.values, what, unit),
        ramp=tuple(heat.colours), reach=_reach_of(shown, heat.signed), scale=unit, tips=(what, *_names(seen)), lines=lines,
        words=labels, spot=_spot(seen, view.here(seen.question)),
    )  # fmt: skip
    return Figure("map_heat", title, note, unit, (chart,), table)


def _reach_of(values: Array, signed: bool) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if signed:
        most = max(abs(low), abs(high), 1e-9)
        return -most, most
    return low, high if high > low else low + 1e-9


def _heat_cells(seen: Seen, shown: Array, unit: str, clear: Any) -> tuple[Cell, ...]:
    xs, ys = _spans(seen.question.xs), _spans(seen.question.ys)

    def text(i: int, j: int) -> str:
        return _amount(shown[i, j], unit) + ("" if clear is None or clear[i, j] else ", within noise")

    there = np.argwhere(np.isfinite(shown) & seen.valid)
    return tuple(Cell(xs[i], ys[j], float(shown[i, j]), (text(i, j), *_at(seen, i, j))) for i, j in there)


def _amount(value: float, unit: str) -> str:
    return f"{value:.2f} points" if unit == "points" else amounts.amount(float(value), unit)


def contour_levels(values: Array, most: int = 1) -> tuple[float, ...]:
    """Up to five round values strictly inside the range of the values; more than one side of zero with `most` 2."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not high - low > 1e-9:
        return ()
    power = 10.0 ** np.floor(np.log10((high - low) / 5))
    step = next(m * power for m in (1, 2, 2.5, 5, 10, 20) if (high - low) / (m * power) <= 5)
    first = np.ceil(low / step + 1e-9)
    return tuple(float(round(k * step, 12)) for k in np.arange(first, first + 6) if low < k * step < high)


def _contours(
    seen: Seen, values: Array, levels: Sequence[float]
) -> tuple[tuple[tuple[Span, Span], ...], tuple[Word, ...]]:
    """Segments of equal value and one label a level, no more than there is room for."""
    q, out, labels = seen.question, [], []
    room = MOST_MARKS - seen.kinds.size - 40
    for level in levels:
        lines = segments(q.xs, q.ys, values, level)
        if not lines or room < len(lines):
            continue
        room -= len(lines) + 2
        out += [((x, x2), (y, y2)) for x, y, x2, y2 in lines]
        a = lines[len(lines) // 2]
        labels.append(((a[0] + a[2]) / 2, (a[1] + a[3]) / 2, number(round(level, 6))))
    return tuple(out), tuple(labels)


def segments(xs: Array, ys: Array, values: Array, level: float) -> list[tuple[float, float, float, float]]:
    """Where a surface known at points crosses a level: straight pieces within every square of four known points."""
    above = values > level
    corners = [above[:-1, :-1], above[1:, :-1], above[1:, 1:], above[:-1, 1:]]
    known = np.isfinite(values)
    whole = known[:-1, :-1] & known[1:, :-1] & known[1:, 1:] & known[:-1, 1:]
    mixed = whole & np.logical_or.reduce(corners) & ~np.logical_and.reduce(corners)
    return [piece for i, j in np.argwhere(mixed) for piece in _pieces(xs, ys, values, int(i), int(j), level)]


def _pieces(
    xs: Array, ys: Array, values: Array, i: int, j: int, level: float
) -> list[tuple[float, float, float, float]]:
    around = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
    crossed = [
        _crossing(xs, ys, values, a, b, level)
        for a, b in zip(around, around[1:] + around[:1], strict=True)
        if (values[a] > level) != (values[b] > level)
    ]
    return [(*crossed[k], *crossed[k + 1]) for k in range(0, len(crossed), 2)]


def _crossing(
    xs: Array, ys: Array, values: Array, a: study.MapCell, b: study.MapCell, level: float
) -> tuple[float, float]:
    part = (level - values[a]) / (values[b] - values[a])
    return (
        float(xs[a[0]] + part * (xs[b[0]] - xs[a[0]])),
        float(ys[a[1]] + part * (ys[b[1]] - ys[a[1]])),
    )
