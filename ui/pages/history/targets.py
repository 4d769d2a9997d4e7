"""The model against history for the screen: every target hit or missed, fitted values, and paths against data points.

All numbers come from the calibration report that ships with the model and from the targets' own files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from models import series
from models.calibration import check
from models.calibration.check import naive_hits
from models.calibration.free import FUNDING_EPISODES, SCARCITY, Free
from models.calibration.targets import Target, targets
from models.calibration_report import stored
from models.scenario import World
from policy.described import parameters
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Mark, Points, lanes
from ui.charts.styles import NEUTRAL, shaped
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.words import amounts, names
from ui.words.amounts import listed

EPISODES = {
    "march_2020": "March 2020",
    "april_2025": "April 2025",
    "march_2023": "March 2023",
    "september_2019": "September 2019",
    "october_2025": "October 2025",
}
# Four things that one common charge has to explain at once, by the first words of their keys.
TOGETHER = {
    "dislocation": "the 10-year dislocation",
    "implied_repo": "implied repo",
    "off_the_run": "the off-the-run premium",
    "returns": "funds' returns",
}
# Series shown first, by name; the others are one click down.
MAIN = (
    series.DISLOCATION,
    series.OFF_THE_RUN,
    series.INVENTORY,
    series.POSITIONS,
    "positions_change_pct",
    series.DEPTH,
)

BAND = 2.0  # units of noise within which a target is met
HIT, MISS = shaped("Hit", "#5B6C9D", "circle"), shaped("Miss", "#C2456B", "diamond")
NOTHING = shaped("Nothing changes", NEUTRAL, "cross")
LEFT_OUT = shaped("Left out", "#9A6B8F", "triangle-up")  # of the fit


def met(row: Mapping[str, Any]) -> bool:
    """Whether a target is met within two units of noise."""
    return abs(row["z"]) <= BAND


def count(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many are met, as `23 of 25`."""
    return f"{sum(map(met, rows))} of {len(rows)}"


# Sentences


UNKNOWN = (
    "What cannot be known: only March 2020 has forced sales, so no other episode can test the fire sale. Left out, nothing "
    "is left that could have taught it; leaving out another never puts it to the test."
)


def verdict(data: Mapping[str, Any]) -> str:
    """How all episodes are met, in one sentence."""
    rows = [row for episode in data["episodes"].values() for row in episode]
    tests = [row for row in rows if row["kind"] == "test"]
    return (
        f"One set of values meets {count(rows)} targets of {len(data['episodes'])} episodes within two units of noise, and "
        f"{count(tests)} of those that no shock was read off; a path on which nothing changes meets {naive_hits(rows)} and "
        f"{naive_hits(tests)}."
    )


def counts(data: Mapping[str, Any]) -> list[str]:
    """What the fit rests on: targets against free parameters, what the data do not pin down, bounds."""
    free, aims, fitted = data["free_parameters"], data["count"], data["fitted"]
    pinned = sum(row["pinned_down"] for row in fitted)
    bound = [fitted_name(row["name"]) for row in fitted if row["at_bound"]]
    relation = "as many" if free == aims else "more" if free > aims else "fewer"
    tail = " as" if relation == "as many" else " than"
    lines = [
        f"{free} free parameters, {relation}{tail} the {aims} targets, so hits in sample prove little by themselves: each "
        f"parameter is held by a weak prior, and the test is to leave an episode out.",
        f"The data pin down {pinned} of {free} values; for the other {free - pinned} the prior speaks.",
    ]
    return [
        *lines,
        f"Resting on a bound: {listed(bound)}." if bound else "No fitted value rests on a bound.",
    ]


def right_and_wrong(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """What the model gets right and wrong about an episode, each with its numbers, the worst miss first."""
    hits = [f"{row['title']}: {against_data(row)}." for row in rows if met(row)]
    ordered = sorted((row for row in rows if not met(row)), key=lambda row: -abs(row["z"]))
    return hits, [f"{row['title']}: {against_data(row)}, {_off(row)}." for row in ordered]


def scored(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An episode's targets with the counts of what ships, of nothing-changes, and of the model that had not seen it."""
    return check.scored(name, data["episodes"][name], data.get("left_out", {}).get(name))


def unseen(data: Mapping[str, Any], name: str) -> list[float] | None:
    """Distances from an episode's targets of the model that was fitted to the others; nothing where it was not refitted."""
    fold = data.get("left_out", {}).get(name) or {}
    z = (fold.get("own" if name in FUNDING_EPISODES else "none") or {}).get("z")
    return z if z and len(z) == len(data["episodes"][name]) else None


def against_data(row: Mapping[str, Any]) -> str:
    return f"model {_with_unit(row['model'], row['unit'])}, data {_with_unit(row['data'], row['unit'])}"


def _off(row: Mapping[str, Any]) -> str:
    side = "too high" if row["z"] > 0 else "too low"
    return f"{abs(row['z']):.1f} units of noise {side}"


def _with_unit(value: float, unit: str) -> str:
    if unit in ("$bn", "$mn"):
        return amounts.amount(value, unit)
    text = f"{abs(value):,.1f}".removesuffix(".0")
    sign = "−" if value < 0 and text != "0" else ""
    return f"{sign}{text}{unit if unit.startswith('%') else f' {unit}'}"


def together(rows: Sequence[Mapping[str, Any]]) -> str:
    """Of the four that cannot easily be met at once, which fails, and which of the met is furthest off."""
    groups = {name: [r for r in rows if r["key"].startswith(key)] for key, name in TOGETHER.items()}
    groups = {name: missed for name, missed in groups.items() if missed}
    failing = {name: [r for r in missed if not met(r)] for name, missed in groups.items()}
    failed = {name: missed for name, missed in failing.items() if missed}
    told = ", ".join(f"{name} {count(missed)}" for name, missed in groups.items())
    text = f"One charge for balance sheet has to explain four things at once. Targets met: {told}."
    for name, missed in failed.items():
        worst = max(missed, key=lambda r: abs(r["z"]))
        text += f" What fails is {name}: {worst['title']}, {against_data(worst)}."
    if not failed:
        text += " None of them fails."
    kept = [r for missed in groups.values() for r in missed if met(r)]
    if kept:
        weak = max(kept, key=lambda r: abs(r["z"]))
        text += f" Furthest off among those met: {weak['title']}, {against_data(weak)} ({weak['z']:+.1f})."
    return text.replace("(-", "(−")


# Tables


KINDS = {"test": "test", "input": "driven by its own shock"}


def episodes_html(data: Mapping[str, Any]) -> str:
    """Every episode with the targets met by the model, by nothing-changes, and by the model that had not seen it."""
    lines = []
    for name, title in EPISODES.items():
        own = scored(data, name)
        tests = [row for row in own["targets"] if row["kind"] == "test"]
        left = [_of(own[key], own["count"]) for key in check.LEFT_OUT]
        cells = [count(own["targets"]), _of(own["naive_within_two"], own["count"]), count(tests), _of(naive_hits(tests), len(tests))]  # fmt: skip
        lines.append(Row(title, [*cells, *left]))
    heads = [
        "Targets met", "Met if nothing changes", "Tests met", "Tests met if nothing changes", "Left out of the fit",
        "Left out, two own numbers refitted", "Left out, drains from public accounts",
    ]  # fmt: skip
    return tables.table("Targets met by episode", "Episode", heads, lines, "episodes")


def _of(met_: int | None, of: int) -> str:
    return "–" if met_ is None else f"{met_} of {of}"


def targets_html(
    rows: Sequence[Mapping[str, Any]], label: str, left_out: Sequence[float] | None = None
) -> str:
    """Targets with data, model, nothing-changes, left-out model, noise, z, verdict and source."""
    lines = [
        Row(
            row["title"],
            [
                TableCell("● hit") if met(row) else TableCell("◆ miss", kind="tb-miss"),
                KINDS[row["kind"]],
                _number(row["data"], "g"),
                _number(row["model"], ",.1f"),
                _number(row["naive"], ",.1f"),
                "–" if left_out is None else _number(row["data"] + left_out[k] * row["noise"], ",.1f"),
                row["unit"],
                _number(row["z"], "+.1f"),
                f"{row['noise']:g}",
                TableCell(row["source"], kind="tb-text"),
                TableCell(row["reason"], kind="tb-text"),
            ],
        )
        for k, row in enumerate(rows)
    ]
    heads = [
        "Verdict", "Kind", "Data", "Model", "Nothing changes", "Left out", "Unit", "z", "Noise", "Source of the data", "Why this noise",
    ]  # fmt: skip
    return tables.table(label, "Target", heads, lines, "targets")


def _number(value: float, form: str) -> str:
    return f"{value:{form}}".replace("-", "−")


def fitted_name(name: str) -> str:
    """A fitted number in words, with its unit where it is a parameter of the world."""
    free = Free(name, 0, 0, 0, 0, "")
    own = f"{EPISODES[free.episode]}: " if free.episode else ""
    rest = name.removeprefix(f"{free.episode}: ")
    if "." not in free.path:
        return f"{own}real money's sales, {rest.removeprefix('sales ')}"
    unit = {row["name"]: row["unit"] for row in parameters(World())}.get(free.path, "")
    unit = "multiple of the common one" if own and free.path == SCARCITY else unit
    _, _, tail = rest.partition(" ")
    at = f" at {tail.removesuffix('y')} years" if tail else ""
    told = names.label(free.path) + at
    told = f"{own}{amounts.lower(told)}" if own else told
    return told if not unit or told.endswith(unit) else f"{told}, {unit}"


def fitted_html(data: Mapping[str, Any]) -> str:
    """Fitted values with prior, error, and whether the data pin them down."""
    lines = [
        Row(
            fitted_name(row["name"]),
            [
                f"{row['value']:g}",
                f"{row['prior_centre']:g}",
                f"±{100 * row['prior_spread']:.0f}%",
                f"±{100 * row['error']:.0f}%",
                TableCell("yes", kind="tb-strong")
                if row["pinned_down"]
                else TableCell("no: the prior speaks"),
                TableCell("on a bound" if row["at_bound"] else f"{row['low']:.3g} to {row['high']:.3g}"),
                TableCell(row["prior"], kind="tb-text"),
            ],
        )
        for row in data["fitted"]
    ]
    heads = ["Fitted", "Prior", "Prior's spread", "Error", "Pinned down by the data", "Middle 90%", "Where the prior comes from"]  # fmt: skip
    return tables.table("Fitted values", "Parameter", heads, lines, "fitted")


def targets_frame(data: Mapping[str, Any], name: str) -> pd.DataFrame:
    """The same for a file."""
    rows, left_out = data["episodes"][name], unseen(data, name)
    frame = pd.DataFrame(list(rows))
    frame.insert(0, "episode", EPISODES[name])
    frame["verdict"] = ["hit" if met(row) else "miss" for row in rows]
    z = [float("nan")] * len(rows) if left_out is None else left_out
    frame["left_out"] = frame["data"] + pd.Series(z) * frame["noise"]
    return frame.drop(columns="key")


def every_target(data: Mapping[str, Any]) -> Figure:
    """All targets of all episodes as a figure without a drawing, for their file."""
    table = pd.concat([targets_frame(data, name) for name in EPISODES], ignore_index=True)
    return Figure("targets", verdict(data), NOTE, "as given by each target", (), table)


def fitted_figure(data: Mapping[str, Any]) -> Figure:
    """Fitted values as a figure without a drawing, for their file."""
    title = " ".join(counts(data)[1:2])
    note = "Errors are standard errors of the log value; a value is pinned down where its error is below half of its prior's spread."
    return Figure("fitted", title, note, "as given by each parameter", (), pd.DataFrame(data["fitted"]))


# The z-scores


NOTE = "Model less data in units of noise: the line is the data, the band two units either way."
LEGEND = (
    shaped("model, hit", HIT.colour, HIT.shape),
    shaped("model, miss", MISS.colour, MISS.shape),
    shaped("nothing changes", NOTHING.colour, NOTHING.shape),
    shaped("left out of the fit", LEFT_OUT.colour, LEFT_OUT.shape),
)
TICKS = (-50.0, -20.0, -10.0, -5.0, -2.0, 0.0, 2.0, 5.0, 10.0, 20.0, 50.0)


def scores(data: Mapping[str, Any], name: str) -> Figure:
    """Distance of every target of an episode from the data: the model, nothing-changes, and the model that had not seen it."""
    rows, left_out, text = data["episodes"][name], unseen(data, name), EPISODES[name]
    own = scored(data, name)
    title = f"{text}: the model meets {count(rows)} targets, a path on which nothing changes {own['naive_within_two']}"
    if left_out is not None:
        title += f", the model fitted without it {sum(abs(z) <= BAND for z in left_out)}"
    refitted = name in FUNDING_EPISODES and left_out is not None
    note = f"{NOTE}{' Left out: two numbers of its own refitted.' if refitted else ''} Driven targets follow a shock of their own episode."
    legend = LEGEND if left_out is not None else LEGEND[:-1]
    chart = _score(text, rows, left_out)
    return Figure(
        f"scores_{name}", title, note, "units of noise", (chart,), targets_frame(data, name), legend
    )


def _score(text: str, rows: Sequence[Mapping[str, Any]], left_out: Sequence[float] | None) -> Points:
    """An episode's targets in lanes, on a scale that is even around zero and shrinks further out."""
    marks = tuple(
        mark
        for k, row in enumerate(rows)
        for mark in _row_marks(row, None if left_out is None else left_out[k])
    )
    told = "; ".join(f"{row['title']} {_number(row['z'], '+.1f')}" for row in rows if not met(row))
    alt = (
        f"{text}: {count(rows)} targets within two units of noise. Misses: {told or 'none'}. Dots by target of model less data in "
        "units of noise, with crosses where nothing changes and triangles where the episode was left out of the fit."
    )
    reach = max(2.0, *(abs(float(mark.x)) for mark in marks))
    edge = max(5.0, float(np.ceil(reach)) * 1.35)
    ticks = tuple(t for t in TICKS if abs(t) <= edge)
    names = replace(lanes([row["title"] for row in rows], 33, what="Target"), width=205)
    high = 14 * max(2, *map(len, names.labels)) + 8  # of a lane, pixels, so that no name meets the next
    return Points(
        marks, (HIT, MISS, NOTHING, LEFT_OUT), Axis("Model less data, units of noise", (-edge, edge), ticks, scale="symlog"),
        names, alt, "", high * len(rows) + 50,
        "Verdict", ("z", "Numbers"), (Level(0, dashed=False),), shade=(-BAND, BAND), size=95,
    )  # fmt: skip


def _row_marks(row: Mapping[str, Any], left_out: float | None) -> list[Mark]:
    """A target's model, nothing-changes and left-out model on its lane."""
    numbers, z = f"{against_data(row)}; {KINDS[row['kind']]}", _number(row["z"], "+.1f")
    others = {NOTHING.name: (row["naive"] - row["data"]) / row["noise"]}
    others |= {} if left_out is None else {LEFT_OUT.name: left_out}
    return [
        Mark(row["z"], row["title"], (HIT if met(row) else MISS).name, (z, numbers), short=z,
             label="" if met(row) else f"miss {z}", place="left" if row["z"] > 0 else "right"),
        *(Mark(x, row["title"], kind, (_number(x, "+.1f"), numbers)) for kind, x in others.items()),
    ]  # fmt: skip


def groups(name: str) -> dict[tuple[str, int | None], list[Target]]:
    """Targets of an episode by the series they are read from, the main ones first."""
    by_series: dict[tuple[str, int | None], list[Target]] = {}
    for target in targets(name):
        by_series.setdefault((target.series, target.row), []).append(target)
    return dict(sorted(by_series.items(), key=lambda item: item[0][0] not in MAIN))


def stored_data() -> dict[str, Any]:
    """The report that ships with the model."""
    return stored()
