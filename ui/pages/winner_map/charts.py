"""Drawings of the winner map: coloured and lettered cells, outlines, noise and the screen's own world; heat with contours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

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
HEAT = ("#F4F1E4", "#BFD9D2", "#74B3BF", "#3C88AD", "#2A5C8A")
APART = ("#B35806", "#F1B26B", "#F3F1EC", "#A9A3CF", "#5A3D8F")


# The map of winners


def winner_map(made: Seen, chosen: study.Cell | None, key: str = "winner_map") -> Figure:
    """Each cell in the colour and letter of its winner, paler where it leads by less, dotted where within noise."""
    spot = view.here(made.question)
    kinds = [k for k in (*range(len(made.lines)), -1, -2) if (made.kinds == k).any()]
    styles = tuple(filled(made.kind_name(k), made.lines[k].colour if k >= 0 else NEUTRAL) for k in kinds)
    legend = tuple(
        filled(f"{made.letters[k] if k >= 0 else MARKS[style.name]} · {style.name}", style.colour, k < 0)
        for k, style in zip(kinds, styles, strict=True)
    )
    weighed = made.extra or EQUILIBRIUM_NOTE
    note = (
        f"Colour and letter: the policy with the fewest points under your weights; the paler, the smaller its lead. Dots: within "
        f"noise (95%, {made.question.paths} paths a cell, paired). {'◆ is the screen’s own world. ' if spot else ''}{weighed}"
    )
    x, y = _axes(made)
    (x0, x1), (y0, y1) = _edges(made.question.xs), _edges(made.question.ys)
    chart = Map(
        _cells(made), x, y, view.alt(made, spot), styles, tips=("Best", "Lead", "Second", *_names(made)), lines=_outlines(made),
        words=_letters(made), dots=_noise(made), spot=_spot(made, spot), pick=CHOSEN if key == "winner_map" else "",
        chosen=((x0[chosen[0]], x1[chosen[0]]), (y0[chosen[1]], y1[chosen[1]])) if chosen else None,
    )  # fmt: skip
    return Figure(key, view.title(made), note, "points of cost", (chart,), view.frame(made), legend)


def _edges(values: Array) -> tuple[Array, Array]:
    """Ends of every cell along an axis."""
    half = np.diff(values) / 2
    middle = values[:-1] + half
    return (
        np.concatenate([[values[0] - half[0]], middle]),
        np.concatenate([middle, [values[-1] + half[-1]]]),
    )


def _spans(values: Array) -> list[Span]:
    """The same as pairs."""
    return [(float(a), float(b)) for a, b in zip(*_edges(values), strict=True)]


def _cells(made: Seen) -> tuple[Cell, ...]:
    q, there = made.question, np.argwhere(made.kinds > -3)
    i, j = there[:, 0], there[:, 1]
    kinds, second = made.kinds[i, j], made.stood(made.found.second)[i, j]
    strength = _strength(made, made.stood(made.found.margin)[i, j], kinds)
    xs, ys = _spans(q.xs), _spans(q.ys)
    return tuple(
        Cell(xs[a], ys[b], made.kind_name(int(k)),
             (made.kind_name(int(k)), lead, made.lines[int(s)].name if k >= 0 else "", *_at(made, a, b)), float(how), (int(a), int(b)))
        for a, b, k, s, how, lead in zip(i, j, kinds, second, strength, _leads(made, i, j), strict=True)
    )  # fmt: skip


def _at(made: Seen, i: int, j: int) -> tuple[str, str]:
    """Where a cell lies, in words."""
    return view.value_text(made.question.xs[i]), view.value_text(made.question.ys[j])


def _strength(made: Seen, lead: Array, kinds: Any) -> Array:
    """Opacity: from pale at no lead to full at the leads of the clearest tenth of cells."""
    won = np.where(kinds >= 0, np.nan_to_num(lead), 0.0)
    top = float(np.quantile(won[won > 0], 0.9)) if (won > 0).any() else 1.0
    return np.where(kinds >= 0, PALE + (FULL - PALE) * np.sqrt(np.minimum(won / top, 1.0)), 0.1)


def _leads(made: Seen, i: Indices, j: Indices) -> list[str]:
    """Leads with their intervals in words, cell by cell."""
    found = made.found
    figures = [made.stood(v)[i, j] for v in (found.margin, found.low, found.high)]
    return [
        _lead(made, kind, bool(clear), *(float(v) for v in row))
        for kind, clear, row in zip(
            made.kinds[i, j].tolist(), made.clear[i, j], np.transpose(figures), strict=True
        )
    ]


def _lead(made: Seen, kind: int, clear: bool, lead: float, low: float, high: float) -> str:
    if kind < 0:
        return MARKS.get(made.kind_name(kind), "")
    noise = "" if clear else ", within noise"
    return f"{lead:.2f} points ({low:.2f} to {high:.2f}){noise}".replace("-", "−")


def _outlines(made: Seen) -> tuple[tuple[Span, Span], ...]:
    """Lines where the winner changes, those in one row or column joined."""
    q = made.question
    (x0, x1), (y0, y1) = _edges(q.xs), _edges(q.ys)
    rows = []
    for i in range(len(q.xs) - 1):
        for a, b in _runs(made.kinds[i] != made.kinds[i + 1]):
            rows.append(((x1[i], x1[i]), (y0[a], y1[b])))
    for j in range(len(q.ys) - 1):
        for a, b in _runs(made.kinds[:, j] != made.kinds[:, j + 1]):
            rows.append(((x0[a], x1[b]), (y1[j], y1[j])))
    return tuple(rows[:200])


def _runs(flags: Any) -> Iterator[tuple[int, int]]:
    """First and last place of every stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags, int), [0]])))
    yield from ((int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _letters(made: Seen) -> tuple[Word, ...]:
    """A letter well inside every patch of one winner, so that colour is not needed."""
    q, rows = made.question, []
    least = max(2, SMALLEST_REGION * made.kinds.size) if made.kinds.size > 100 else 1
    for kind, members in patches(made.kinds):
        if kind > -3 and len(members) >= least:
            i, j = inside(made.kinds.shape, members)
            text = made.letters[kind] if kind >= 0 else MARKS[made.kind_name(kind)]
            rows.append((float(q.xs[i]), float(q.ys[j]), text))
    return tuple(rows)


def patches(kinds: Any) -> list[tuple[int, list[study.Cell]]]:
    """Connected patches of equal cells, with what they show."""
    left = {(int(i), int(j)) for i, j in np.ndindex(*kinds.shape)}
    found = []
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
        found.append((kind, patch))
    return sorted(found)


def inside(shape: tuple[int, ...], members: Sequence[study.Cell]) -> study.Cell:
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


def _noise(made: Seen) -> tuple[tuple[float, float], ...]:
    """Dots on cells within noise, on every second or third cell where there are many."""
    q, noisy = made.question, (made.kinds >= 0) & ~made.clear
    room = MOST_MARKS - made.kinds.size - 260
    step = next(s for s in (1, 2, 3, 4, 8) if noisy[::s, ::s].sum() <= max(room, 12))
    at = np.argwhere(noisy)
    at = at[(at % step == 0).all(axis=1)]
    return tuple((float(q.xs[i]), float(q.ys[j])) for i, j in at)


def _spot(made: Seen, spot: tuple[float, float] | None) -> Word | None:
    """The screen's own world, where it lies on the map."""
    q = made.question
    return None if spot is None else (float(q.x.base), float(q.y.base), "The screen’s own world")


def _names(made: Seen) -> tuple[str, str]:
    q = made.question
    return view.axis_name(q.x, q.policies), view.axis_name(q.y, q.policies)


def _axes(made: Seen) -> tuple[Axis, Axis]:
    q = made.question
    return (
        Axis(view.axis_title(q.x, q.policies), _reach(q.xs), count=6, grid=False),
        Axis(view.axis_title(q.y, q.policies), _reach(q.ys), count=6, grid=False),
    )


def _reach(values: Array) -> Span:
    low, high = _edges(values)
    return float(low[0]), float(high[-1])


# Heat maps with contours


def heat_of(made: Seen, key: str, policy: int) -> Figure:
    """One outcome under one policy over the map."""
    values = outcome(made.picture, key, policy)
    what = f"{BY_KEY[key].title} under {made.lines[policy].name}"
    return _heat(made, values, BY_KEY[key].unit, view.outcome_title(made, key, policy), what, HEAT, None, key)


def heat_between(made: Seen, key: str, policy: int, base: int) -> Figure:
    """The paired difference of one outcome between two policies."""
    values, error = difference(made.picture, key, policy, base)
    what = f"{BY_KEY[key].title}, {made.lines[policy].name} less {made.lines[base].name}"
    sure = np.abs(values) > 1.96 * error
    return _heat(
        made, values, BY_KEY[key].unit, view.difference_title(made, key, policy, base), what, APART, sure, key
    )


def heat_of_margin(made: Seen) -> Figure:
    """By how many points the winner leads."""
    values = np.where(made.found.margin > 0, made.found.margin, 0.0 * made.found.margin)
    top = float(np.nanmax(values))
    title = f"The best policy's lead goes up to {top:.1f} points of cost"
    return _heat(
        made, values, "points", title, "Lead of the best policy over the second", HEAT, made.found.clear, ""
    )


def _heat(
    made: Seen, values: Array, unit: str, title: str, what: str, colours: Sequence[str], sure: Any, key: str
) -> Figure:
    shown = made.stood(values)
    levels = contour_levels(shown, 2 if colours is APART else 1)
    lines, labels = _contours(made, shown, levels) if made.picture.finished else ((), ())
    note = f"{what}, {unit}: means of {made.question.paths} paths a cell."
    note += f" Lines join equal values: {', '.join(number(round(v, 6)) for v in levels)}." if lines else ""
    note += "" if sure is None else " The tooltip says what is within noise."
    x, y = _axes(made)
    chart = Map(
        _heat_cells(made, shown, unit, None if sure is None else made.stood(sure)), x, y, view.heat_alt(made, values, what, unit),
        ramp=tuple(colours), reach=_reach_of(shown, colours is APART), scale=unit, tips=(what, *_names(made)), lines=lines,
        words=labels, spot=_spot(made, view.here(made.question)),
    )  # fmt: skip
    table = view.outcome_frame(made, key) if key else view.frame(made)
    return Figure("map_heat", title, note, unit, (chart,), table)


def _reach_of(values: Array, signed: bool) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if signed:
        most = max(abs(low), abs(high), 1e-9)
        return -most, most
    return low, high if high > low else low + 1e-9


def _heat_cells(made: Seen, shown: Array, unit: str, clear: Any) -> tuple[Cell, ...]:
    xs, ys = _spans(made.question.xs), _spans(made.question.ys)

    def text(i: int, j: int) -> str:
        return _amount(shown[i, j], unit) + ("" if clear is None or clear[i, j] else ", within noise")

    there = np.argwhere(np.isfinite(shown) & (made.kinds > -2))
    return tuple(Cell(xs[i], ys[j], float(shown[i, j]), (text(i, j), *_at(made, i, j))) for i, j in there)


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
    made: Seen, values: Array, levels: Sequence[float]
) -> tuple[tuple[tuple[Span, Span], ...], tuple[Word, ...]]:
    """Segments of equal value and one label a level, no more than there is room for."""
    q, out, labels = made.question, [], []
    room = MOST_MARKS - made.kinds.size - 40
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
    found = [
        _crossing(xs, ys, values, a, b, level)
        for a, b in zip(around, around[1:] + around[:1], strict=True)
        if (values[a] > level) != (values[b] > level)
    ]
    return [(*found[k], *found[k + 1]) for k in range(0, len(found), 2)]


def _crossing(
    xs: Array, ys: Array, values: Array, a: study.Cell, b: study.Cell, level: float
) -> tuple[float, float]:
    part = (level - values[a]) / (values[b] - values[a])
    return (
        float(xs[a[0]] + part * (xs[b[0]] - xs[a[0]])),
        float(ys[a[1]] + part * (ys[b[1]] - ys[a[1]])),
    )
