"""Everyone's policies side by side on the same shocks: how crises end, what the public stands to lose, all outcomes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from policy.interventions.base import Intervention
from policy.outcomes.scorecard import BY_KEY, CONTAINED_SHARE, PEAK_DISLOCATION, SPIRAL_SHARE, TAXPAYER_TAIL
from policy.spec import BY_NAME, policy
from ui.charts.figure import Figure, Origin
from ui.charts.kinds import Axis, Dots, Level, Mark, Points, lanes
from ui.charts.styles import COLOURS, ENDS, Style, shaped, styles
from ui.html.tables import Row, TableCell, table
from ui.rooms import words
from ui.rooms.views import BoardEntry, RoomResult, RoomView
from ui.words import amounts
from ui.words import endings as endings_words

EACH = 12  # policies in one drawing of dots
MOST_DRAWN = 60  # policies whose crises are drawn; beyond, the table stands alone
MOST_NAMED = 15  # points with a name beside them
TOGETHER = "Several at once"
IDLE_STYLE = shaped(words.NO_ACTION, COLOURS[0], "circle")

Done = tuple[str, BoardEntry, RoomResult]


def origin(view: RoomView) -> Origin:
    """What the board's numbers belong to."""
    screen = view.plan.screen
    return Origin(screen.world, tuple(e.policy for e in view.entries), screen.seed, screen.paths)


def done(view: RoomView) -> list[Done]:
    """Entries with a result, by name: fewest spirals first, then most contained, then the smallest peak."""
    rows = [
        (name, entry, result)
        for name, entry in zip(words.labels(view), view.entries, strict=True)
        if (result := view.result(entry)) is not None
    ]
    return sorted(
        rows, key=lambda row: (row[2].values[SPIRAL_SHARE.key], row[2].values[PEAK_DISLOCATION.key])
    )


def waiting(view: RoomView) -> int:
    """Policies that are still computed."""
    return sum(view.result(e) is None and e.bare not in view.refusals for e in view.entries)


def kind_of(entry: BoardEntry) -> str:
    """What an entry is drawn as: its one kind, or several at once."""
    kinds = {part.name for part in entry.policy.interventions}
    return words.kind_title(kinds.pop()) if len(kinds) == 1 else TOGETHER


def kind_styles(view: RoomView) -> tuple[Style, ...]:
    """A colour and a shape for each kind on the board."""
    usual = {words.kind_title(k): s for k, s in zip(view.plan.kinds, styles([policy([usual_of(k)]) for k in view.plan.kinds]), strict=True)}  # fmt: skip
    present = dict.fromkeys(kind_of(entry) for entry in view.entries)
    return tuple(
        shaped(name, usual[name].colour, usual[name].shape)
        if name in usual
        else shaped(name, "#A67C00", "triangle-down")
        for name in present
    )


def usual_of(kind: str) -> Intervention:
    """A kind of policy as it usually is."""
    return BY_NAME[kind]()


# How crises end


def endings(view: RoomView) -> Figure:
    """A hundred crises for each policy, by how they end; small multiples where there are many."""
    rows = done(view)
    none = view.none
    first = [(words.NO_ACTION, none)] if none is not None else []
    drawn = [*first, *((name, result) for name, _, result in rows)][: MOST_DRAWN + 1]
    each = -(-len(drawn) // max(1, -(-len(drawn) // EACH)))  # as even as can be
    pieces = [drawn[k : k + each] for k in range(0, len(drawn), max(1, each))]
    panels = tuple(_dots(piece, len(pieces) > 1) for piece in pieces)
    counted = [
        (name, end, result.values[key])
        for name, result in [*first, *((name, result) for name, _, result in rows)]
        for end, key in zip(endings_words.NAMES, endings_words.SHARES, strict=True)
    ]
    frame = pd.DataFrame(counted, columns=["Policy", "Ends", "Share of crises, %"])
    note = f"A hundred crises of {view.plan.screen.paths} paths, the same for everybody; a dot each, fewest spirals first."
    return Figure("board_endings", _endings_words(view, rows), note, "crises", panels, frame, ENDS)


def _dots(rows: Sequence[tuple[str, RoomResult]], small: bool) -> Dots:
    counts = [endings_words.hundred(result.values) for _, result in rows]
    told = "; ".join(
        f"{name}: {', '.join(f'{n} {end.lower()}' for n, end in zip(row, endings_words.NAMES, strict=True))}"
        for (name, _), row in zip(rows, counts, strict=True)
    )
    cases = tuple(tuple(k for k in (2, 1, 0) for _ in range(row[k])) for row in counts)
    return Dots(
        lanes([name for name, _ in rows]), ENDS, cases,
        f"Dots, one for each crisis, by how it ends. {told}.", across=25 if small else 50,
    )  # fmt: skip


def _endings_words(view: RoomView, rows: Sequence[Done]) -> str:
    if not rows or view.none is None:
        return "The policies are being computed"
    best = rows[0]
    key = CONTAINED_SHARE.key if _nothing_spirals(view, rows) else SPIRAL_SHARE.key
    none, share, gap = view.none.values[key], best[2].values[key], best[2].gaps[key]
    if key == CONTAINED_SHARE.key:
        helps = f"{best[0]} leaves most contained: {share:.0f}% of crises, against {none:.0f}% without action"
        alike = f"{none:.0f}% stay contained without action, and no policy clearly more"
        return f"No crisis spirals. {helps if gap.low > 0 else alike}"
    if gap.high >= 0:
        return f"No policy on the board clearly lowers the share of crises that spiral, {none:.0f}% without action"
    return f"{best[0]} leaves fewest spirals: {share:.0f}% of crises, against {none:.0f}% without action"


def _nothing_spirals(view: RoomView, rows: Sequence[Done]) -> bool:
    results = [view.none, *(result for _, _, result in rows)]
    return not any(result is not None and result.values[SPIRAL_SHARE.key] for result in results)


# What it costs


def stakes(view: RoomView) -> Figure:
    """Spirals against what the public stands to lose, a point for each policy."""
    rows, kinds = done(view), kind_styles(view)
    points = tuple(
        Mark(
            -result.values[TAXPAYER_TAIL.key], result.values[SPIRAL_SHARE.key], kind_of(entry),
            (name, words.policy_words(entry), words.figure_of(result, SPIRAL_SHARE.key), words.figure_of(result, TAXPAYER_TAIL.key)),
            label=name if len(rows) <= MOST_NAMED else "", short=words.figure_of(result, TAXPAYER_TAIL.key),
        )
        for name, entry, result in rows
    )  # fmt: skip
    told = "; ".join(
        f"{name}: {mark.y:.0f}% spiral, {mark.short}" for (name, _, _), mark in zip(rows, points, strict=True)
    )
    idle = _idle(view)
    chart = Points(
        (*points, *idle), (*kinds, IDLE_STYLE) if idle else kinds, Axis("Public’s result in the worst 5%, $bn", zero=True, padding=24),
        Axis("Crises that spiral, %", zero=True, padding=12), f"Points of policies. {told}.", height=420,
        tips=("Policy", "What it does", SPIRAL_SHARE.title, TAXPAYER_TAIL.title),
    )  # fmt: skip
    frame = pd.DataFrame(
        [(name, kind_of(e), m.x, m.y) for (name, e, _), m in zip(rows, points, strict=True)],
        columns=["Policy", "Kind", "Public's result in the worst 5%, $bn", "Crises that spiral, %"],
    )
    note = "Down is fewer spirals, right is less to lose: mean of the public’s worst 5% of outcomes, one year after the opening."
    return Figure("board_stakes", _stakes_words(rows), note, "$bn and %", (chart,), frame, kinds)


def _idle(view: RoomView) -> tuple[Mark, ...]:
    """No action, a point beside the policies."""
    none = view.none
    if none is None:
        return ()
    spiral, lost = none.values[SPIRAL_SHARE.key], none.values[TAXPAYER_TAIL.key]
    told = (
        words.NO_ACTION,
        "",
        words.figure_of(none, SPIRAL_SHARE.key),
        words.figure_of(none, TAXPAYER_TAIL.key),
    )
    return (Mark(-lost, spiral, words.NO_ACTION, told, label=words.NO_ACTION),)


def _stakes_words(rows: Sequence[Done]) -> str:
    if not rows:
        return "The policies are being computed"
    losses = [row[2].values[TAXPAYER_TAIL.key] for row in rows]
    low, high = min(losses), max(losses)
    if high < 0.005:
        return (
            "Under no policy on the board does the public stand to lose anything in the worst 5% of outcomes"
        )
    least = rows[losses.index(low)][0]
    return f"In the worst 5% of outcomes the public stands to lose {amounts.amount(low, '$bn') if low >= 0.05 else 'nothing'} under {least} and up to {amounts.amount(high, '$bn')} under {rows[losses.index(high)][0]}"


# Spread


def outcomes(view: RoomView) -> Figure:
    """The spread of outcomes: a panel for each, a point for each policy, by kind."""
    rows, kinds = done(view), kind_styles(view)
    panels = tuple(_strip(rows, view, key, kinds) for key in words.BOARD_KEYS)
    frame = pd.DataFrame(
        [
            (name, BY_KEY[key].title, BY_KEY[key].unit, r.values[key])
            for name, _, r in rows
            for key in words.BOARD_KEYS
        ],
        columns=["Policy", "Outcome", "Unit", "Figure"],
    )
    return Figure(
        "board_outcomes", _spread_words(rows), "A point for each policy; the line is no action.", "as named",
        panels, frame, kinds,
    )  # fmt: skip


def _strip(rows: Sequence[Done], view: RoomView, key: str, kinds: Sequence[Style]) -> Points:
    title, unit = BY_KEY[key].brief, BY_KEY[key].unit
    points = tuple(
        Mark(
            r.values[key],
            kind_of(e),
            kind_of(e),
            (name, words.figure_of(r, key)),
        )
        for name, e, r in rows
    )
    levels = (Level(view.none.values[key], words.NO_ACTION),) if view.none else ()
    told = "; ".join(f"{name} {words.figure_of(r, key)}" for name, _, r in rows)
    return Points(
        points, tuple(kinds), Axis(unit, padding=14), lanes([k.name for k in kinds], what="Kind"), f"{title}: {told}.",
        title, 46 * len(kinds) + 60, tips=("Policy", title), levels=levels, guides=True, size=90,
    )  # fmt: skip


def _spread_words(rows: Sequence[Done]) -> str:
    if len(rows) < 2:
        return "How far apart the policies’ outcomes lie"
    values = [row[2].values[PEAK_DISLOCATION.key] for row in rows]
    low, high = (amounts.amount(v, "bp") for v in (min(values), max(values)))
    return f"Peak dislocations on the board lie between {low} and {high}"


def table_html(view: RoomView) -> str:
    """Every policy and its figures, fewest spirals first, with its place in this room's world."""
    rows = [
        Row(
            f"{place}. {name}",
            [
                TableCell(words.policy_words(e), kind="tb-text"),
                *(words.figure_of(r, key) for key in words.BOARD_KEYS),
            ],
        )
        for place, (name, e, r) in enumerate(done(view), 1)
    ]
    none = view.none
    if none is not None:
        rows.append(
            Row(
                words.NO_ACTION,
                ["", *(words.figure_of(none, key) for key in words.BOARD_KEYS)],
                kind="tb-quiet",
            )
        )
    heads = ["What it does", *(BY_KEY[key].brief for key in words.BOARD_KEYS)]
    return table("Every policy on the board", "Policy", heads, rows, "board")
