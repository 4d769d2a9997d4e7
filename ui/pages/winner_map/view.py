"""The winner map in words and tables: what each cell says, who wins how much of it and where, and one cell's ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd

from models.stack import Array, Flags, Indices
from policy.outcomes import statistics
from policy.outcomes.scorecard import BY_KEY
from policy.ranking.criteria import Weights
from policy.ranking.ranking import Winners
from policy.spec import Policy
from policy.studies.factors import Factor
from policy.studies.winner_map import MapCell, Picture, Question
from policy.studies.winner_reading import difference, leaders, needed, outcome, place, shares, working
from policy.studies.winner_reading import points as scored
from ui.charts.styles import Style, styles
from ui.html.tables import Row, table
from ui.html.tables import TableCell as Field
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import bare, listed, lower, millions
from ui.words.refusals import plain_names

TIE, REFUSED, UNKNOWN = "No difference", "No valid world", "Not computed"
NOTHING, UNNEEDED = "Nothing helps", "Nothing needed"
UNLED = (TIE, REFUSED, UNKNOWN, NOTHING, UNNEEDED)  # what a cell without a best policy shows: −1, −2, …
MARKS = {TIE: "=", REFUSED: "×", NOTHING: "!", UNNEEDED: "○"}
ASIDE = 0.1  # of half the map: nearer the middle than this, a place is neither low nor high


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture under some weights, with names and colours. Arrays are (x, y); unknown cells show their neighbour's."""

    picture: Picture
    found: Winners  # by the verdict's rule, as `policy.studies.winner_reading.judged`
    lines: tuple[Style, ...]
    extra: str = ""  # what counts beyond the weights, in words

    @property
    def question(self) -> Question:
        return self.picture.question

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """One letter for each policy, its initial where that is free."""
        return letters([line.name for line in self.lines])

    @cached_property
    def _stands(self) -> tuple[Indices, Indices, Flags]:
        return self.picture.shown()

    def stood(self, values: Array) -> Array:
        """Values with every cell showing the known cell that stands for it."""
        across, up, _ = self._stands
        return np.asarray(values[across, up])

    @cached_property
    def kinds(self) -> np.ndarray:
        """What each cell shows: a policy's place, or where none is best, −1 and on as in `UNLED`."""
        across, up, there = self._stands
        margin = self.found.margin
        own = np.where(np.isfinite(margin) & (margin > statistics.NOISE), self.found.best, -1)
        refused = np.zeros(self.picture.shape, bool)
        for at in self.picture.refused:
            refused[at] = True
        works = working(self.picture).any(axis=-1)
        own = np.where(needed(self.picture), np.where(works, own, -4), -5)
        own = np.where(refused, -2, own)
        return np.where(there, own[across, up], -3)

    @property
    def valid(self) -> Flags:
        """Cells with a valid world that is computed."""
        return np.asarray((self.kinds != -2) & (self.kinds != -3))

    @cached_property
    def clear(self) -> Flags:
        """Cells whose lead is beyond noise."""
        return np.asarray(self.stood(self.found.clear), bool) & (self.kinds >= 0)

    @cached_property
    def shares(self) -> tuple[Array, Array]:
        """Share of the valid cells that each policy wins beyond noise, and in all, as they are shown."""
        as_shown = Winners(*(self.stood(getattr(self.found, f.name)) for f in fields(Winners)))
        return shares(as_shown, len(self.lines))

    def kind_name(self, kind: int) -> str:
        return self.lines[kind].name if kind >= 0 else UNLED[-kind - 1]


def seen(picture: Picture, weights: Weights) -> Seen:
    """The picture under some weights."""
    return Seen(picture, leaders(picture, weights), styles(picture.question.policies))


def letters(names: Sequence[str]) -> tuple[str, ...]:
    """A letter for each name: its first letter that no earlier name has, else the next of the alphabet."""
    taken: list[str] = []
    for name in names:
        initials = [w[0] for w in name.upper().split() if w[0].isalpha()]
        rest = [c for c in name.upper() if c.isalpha()]
        free = [c for c in (*initials, *rest, *map(chr, range(65, 91))) if c not in taken]
        taken.append(free[0])
    return tuple(taken)


# Axes


def axis_name(factor: Factor, policies: Sequence[Policy]) -> str:
    """What a factor is called, with its policy where it is a policy's setting."""
    if factor.place is None:
        return words.label(factor.name)
    name = factor.name.removesuffix(".level")
    what = words.label(name) if name == factor.name else f"{words.label(name)}: level of its trigger"
    return f"{what} of {words.policy_names(policies)[factor.place[0]]}"


def short_name(factor: Factor) -> str:
    """The same without the policy, for sentences."""
    return lower(words.label(factor.name.removesuffix(".level")))


def axis_title(factor: Factor, policies: Sequence[Policy]) -> str:
    """With its unit."""
    return f"{axis_name(factor, policies)}, {factor.unit}" if factor.unit else axis_name(factor, policies)


def value_text(value: float) -> str:
    """A place on an axis: three significant digits."""
    return f"{float(f'{value:.3g}'):g}"


# Sentences


def verdict(seen: Seen) -> str:
    """Who wins how much of the map, and where."""
    whole = seen.shares[1]
    order = [int(k) for k in np.argsort(-whole, kind="stable") if whole[k] > 0]
    if not order:
        return "No policy is best in any cell of this map. " + _rest(seen)
    first, *others = (
        f"{seen.lines[k].name} {'is best on' if n == 0 else 'on'} {_share(whole[k])}"
        f"{' of the map' if n == 0 else ''}{_where(seen, k)}"
        for n, k in enumerate(order)
    )
    return " ".join(filter(None, ("; ".join((first, *others)) + ".", _rest(seen))))


def _share(value: float) -> str:
    return "all" if value >= 1 - 1e-9 else "under 1%" if value < 0.01 else f"{100 * value:.0f}%"


def valid_share(seen: Seen) -> float:
    """Share of all cells in which a world is valid."""
    return float(np.mean(seen.valid))


def _rest(seen: Seen) -> str:
    valid = seen.valid
    if not valid.any():
        return "None is a valid world."
    noisy, tied, idle, calm = (
        float(cells[valid].mean())
        for cells in ((seen.kinds >= 0) & ~seen.clear, seen.kinds == -1, seen.kinds == -4, seen.kinds == -5)
    )
    told = []
    if idle:
        told.append(f"on {_share(idle)} no policy helps by more than noise")
    if calm:
        told.append(f"on {_share(calm)} nothing is needed")
    if noisy:
        told.append(f"on {_share(noisy)} the lead is within noise")
    if tied:
        told.append(f"on {_share(tied)} nothing tells the best two apart")
    if valid_share(seen) < 1:
        told.append(f"{_share(1 - valid_share(seen))} is no valid world")
    text = listed(told) if told else ""
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _where(seen: Seen, k: int) -> str:
    """On which side of the map a policy's cells lie."""
    own = np.argwhere(seen.kinds == k)
    if own.shape[0] >= 0.9 * np.sum(seen.valid) or not own.size:
        return ""
    middle = (own.mean(axis=0) + 0.5) / np.array(seen.picture.shape) * 2 - 1
    ends = (("left", "right"), ("bottom", "top"))
    sides = [
        f"the {end[int(at > 0)]} ({short_name(factor)} {'high' if at > 0 else 'low'})"
        for at, factor, end in zip(middle, (seen.question.x, seen.question.y), ends, strict=True)
        if abs(at) > ASIDE
    ]
    return f", mostly at {' and '.join(sides)}" if sides else ""


def title(seen: Seen) -> str:
    """The map's finding in brief."""
    sure, whole = seen.shares
    best = int(np.argmax(whole))
    if whole[best] == 0:
        kind = np.unique(seen.kinds)
        return (
            f"{seen.kind_name(int(kind[0]))} anywhere on this map"
            if kind.size == 1
            else "No policy is best anywhere on this map"
        )
    if whole[best] >= 1 - 1e-9:
        return f"{seen.lines[best].name} is best everywhere, beyond noise on {_share(sure[best])} of the map"
    return f"{seen.lines[best].name} is best on most of the map: {_share(whole[best])}, {_share(sure[best])} beyond noise" if whole[best] > 0.5 else (
        f"No policy is best on most of the map; {seen.lines[best].name} leads with {_share(whole[best])}"
    )  # fmt: skip


def alt(seen: Seen, here: tuple[float, float] | None) -> str:
    """The map for those who cannot see it."""
    q, rows = seen.question, []
    ys = q.ys
    for j in sorted({0, len(ys) // 2, len(ys) - 1}):
        rows.append(f"at {short_name(q.y)} {value_text(ys[j])}, from left to right: {_along(seen, j)}")
    spot = ""
    if here is not None:
        spot = f" You are here: {value_text(q.x.base)} across, {value_text(q.y.base)} up."
    return (
        f"Grid of {len(q.xs)} by {len(ys)} cells: {axis_title(q.x, q.policies)} across, {axis_title(q.y, q.policies)} up. "
        f"{verdict(seen)} {'; '.join(rows)}.{spot}"
    )


def _along(seen: Seen, j: int) -> str:
    kinds, xs = seen.kinds[:, j], seen.question.xs
    starts = [0, *(np.flatnonzero(np.diff(kinds)) + 1)]
    return ", ".join(f"{seen.kind_name(int(kinds[i]))} from {value_text(xs[i])}" for i in starts)


# Tables


def frame(seen: Seen) -> pd.DataFrame:
    """Every computed cell: place, winner, second, lead with its interval, and why it was refused."""
    q = seen.question
    rows = []
    for i, j in np.argwhere(seen.picture.known):
        at = (int(i), int(j))
        reason = plain_names(seen.picture.refused.get(at, ""))
        lead, kind = seen.found.margin[at], int(seen.kinds[at])
        second = int(seen.found.second[at])
        told = (
            (REFUSED, "", None, None, None, "")
            if reason
            else (
                seen.kind_name(kind),
                seen.lines[second].name if kind >= 0 else "",
                lead,
                seen.found.low[at],
                seen.found.high[at],
                "yes" if seen.found.clear[at] else "no",
            )
        )
        rows.append((q.xs[i], q.ys[j], *told, reason))
    columns = [
        axis_title(q.x, q.policies), axis_title(q.y, q.policies), "Best", "Second", "Lead, points", "Lead, low", "Lead, high",
        "Beyond noise", "Refused because",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def outcome_frame(seen: Seen, key: str) -> pd.DataFrame:
    """One outcome in every computed and valid cell under every policy."""
    q = seen.question
    at = np.argwhere(np.isfinite(seen.found.margin))
    data = {axis_title(q.x, q.policies): q.xs[at[:, 0]], axis_title(q.y, q.policies): q.ys[at[:, 1]]}
    for k, line in enumerate(seen.lines):
        data[f"{line.name}, {BY_KEY[key].unit}"] = outcome(seen.picture, key, k)[at[:, 0], at[:, 1]]
    return pd.DataFrame(data)


def cell_html(seen: Seen, at: MapCell, weights: Weights) -> str:
    """One cell's policies with their points, and how far each is behind the best."""
    means, covariance = scored(seen.picture, weights)
    own, spread = means[at], covariance[at]
    best = int(np.argsort(own, kind="stable")[0])
    rows = []
    for k in np.argsort(own, kind="stable"):
        behind = own[k] - own[best]
        error = np.sqrt(max(spread[k, k] + spread[best, best] - 2 * spread[k, best], 0.0))
        interval = f"{bare(behind - 1.96 * error, 2)} to {bare(behind + 1.96 * error, 2)}"
        noise = k != best and behind - 1.96 * error <= 0
        rows.append(
            Row(
                f"{seen.letters[k]} · {seen.lines[k].name}",
                [
                    Field(bare(own[k], 2), shade=(seen.lines[k].colour, 22)),
                    Field("best", kind="tb-strong") if k == best else Field(bare(behind, 2), interval),
                    Field("" if k == best else "within noise" if noise else "beyond noise", kind="tb-quiet"),
                ],
            )
        )
    return table("Points in this cell", "Policy", ["Points of cost", "Behind the best", ""], rows, "cell")


def cell_words(seen: Seen, at: MapCell) -> str:
    """Where a cell is and what it says."""
    q, kind = seen.question, int(seen.kinds[at])
    where = f"{axis_name(q.x, q.policies)} {value_text(q.xs[at[0]])}, {lower(axis_name(q.y, q.policies))} {value_text(q.ys[at[1]])}"
    if at in seen.picture.refused:
        return f"{where}: no valid world, because {plain_names(seen.picture.refused[at])}"
    if kind < 0:
        return f"{where}: {_UNLED_WORDS[UNLED[-kind - 1]]}"
    noise = "" if seen.clear[at] else ", within noise"
    return f"{where}: {seen.lines[kind].name} is best{noise}"


_UNLED_WORDS = {
    TIE: "nothing tells the best two policies apart",
    UNKNOWN: "not computed yet",
    NOTHING: "no policy helps by more than noise",
    UNNEEDED: "nothing is needed, because without action markets stay or get in order by themselves",
}


def losses_html(seen: Seen, loss: Array) -> str:
    """Moral-hazard loss by policy over the cells of a coarse map: lowest, median and highest."""
    rows = []
    for k, line in enumerate(seen.lines):
        own = loss[..., k][np.isfinite(loss[..., k])]
        figures = (own.min(), np.median(own), own.max()) if own.size else ()
        cells = [Field(millions(float(v))) for v in figures] or [Field("none", kind="tb-quiet")] * 3
        rows.append(Row(f"{seen.letters[k]} · {line.name}", cells))
    label = "Moral-hazard loss over the map, a year (negative: funds borrow less than today)"
    return table(label, "Moral-hazard loss, a year", ["Lowest", "Median", "Highest"], rows, "losses")


# Outcomes over the map


def outcome_title(seen: Seen, key: str, policy: int) -> str:
    """How an outcome moves over the map under one policy."""
    values = outcome(seen.picture, key, policy)
    low, high, unit = np.nanmin(values), np.nanmax(values), BY_KEY[key].unit
    name = f"{BY_KEY[key].title} under {seen.lines[policy].name}"
    if high - low < 5e-3 * max(1.0, abs(high)):
        return f"{name} is {amounts.amount(float(high), unit)} all over the map"
    at = np.unravel_index(int(np.nanargmax(values)), values.shape)
    q = seen.question
    return (
        f"{name} goes from {amounts.amount(float(low), unit)} to {amounts.amount(float(high), unit)}, the highest at "
        f"{short_name(q.x)} {value_text(q.xs[at[0]])} and {short_name(q.y)} {value_text(q.ys[at[1]])}"
    )


def difference_title(seen: Seen, key: str, policy: int, base: int) -> str:
    """Where one policy has less of an outcome than another, and where that is beyond noise."""
    gap, error = difference(seen.picture, key, policy, base)
    valid = np.isfinite(gap)
    sure = np.abs(gap) > 1.96 * error + statistics.NOISE
    lower, higher = (float(np.mean((sure & sign)[valid])) for sign in (gap < 0, gap > 0))
    names = seen.lines[policy].name, seen.lines[base].name
    if lower + higher == 0:
        return f"{BY_KEY[key].title}: {names[0]} and {names[1]} cannot be told apart anywhere on the map"
    return (
        f"{BY_KEY[key].title} is lower under {names[0]} than under {names[1]} on {_share(lower)} of the map and higher on "
        f"{_share(higher) if higher else 'none'}, both beyond noise"
    )


def heat_alt(seen: Seen, values: Array, what: str, unit: str) -> str:
    """A heat map for those who cannot see it: its corners and its range."""
    q = seen.question
    x, y = len(q.xs) - 1, len(q.ys) - 1
    corners = [
        f"{value_text(q.xs[i])} and {value_text(q.ys[j])}: {amounts.amount(float(values[i, j]), unit)}"
        for i, j in ((0, 0), (x, 0), (0, y), (x, y))
        if np.isfinite(values[i, j])
    ]
    return (
        f"Heat map of {lower(what)}, {unit}, over {axis_title(q.x, q.policies)} and {axis_title(q.y, q.policies)}. "
        f"Corners: {'; '.join(corners)}. Lowest {amounts.amount(float(np.nanmin(values)), unit)}, highest "
        f"{amounts.amount(float(np.nanmax(values)), unit)}."
    )


def here(question: Question) -> tuple[float, float] | None:
    """Where the screen's own world stands, in cells; nothing where it is off the map."""
    at = [place(f, len(there), f.base) for f, there in ((question.x, question.xs), (question.y, question.ys))]
    return (at[0], at[1]) if at[0] is not None and at[1] is not None else None


def here_words(question: Question) -> str:
    """The legend of the mark for the screen's own world, or why there is none."""
    if here(question) is not None:
        return "◆ You are here: it follows the levers."
    spots = [f"{short_name(f)} {value_text(f.base)}" for f in (question.x, question.y)]
    return f"You are off this map, at {listed(spots)}."
