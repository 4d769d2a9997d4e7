"""The model against history for the screen: every target hit or missed, fitted values, and paths against data points.

All numbers come from the calibration report that ships with the model and from the targets' own files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from models.calibration.check import naive_hits
from models.calibration.targets import Target, targets
from models.calibration_report import stored
from models.scenario import World
from policy.described import parameters
from ui.charts.figure import Figure, Panel, Style
from ui.charts.history import BAND, MET, MISSED, score_spec
from ui.html import tables
from ui.html.tables import Cell, Row
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
    "dislocation_bp",
    "off_the_run_bp",
    "inventory_bn",
    "positions_bn",
    "positions_change_pct",
    "depth_mn",
)


def met(row: Mapping[str, Any]) -> bool:
    """Whether a target is met within two units of noise."""
    return abs(row["z"]) <= BAND


def count(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many are met, as `23 of 25`."""
    return f"{sum(map(met, rows))} of {len(rows)}"


# Sentences


def verdict(data: Mapping[str, Any]) -> str:
    """How all episodes are met, in one sentence."""
    rows = [row for found in data["episodes"].values() for row in found]
    return (
        f"One set of values meets {count(rows)} targets of {len(data['episodes'])} episodes within two units of noise; a "
        f"path on which nothing changes meets {naive_hits(rows)}."
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
    groups = {name: found for name, found in groups.items() if found}
    failing = {name: [r for r in found if not met(r)] for name, found in groups.items()}
    failed = {name: found for name, found in failing.items() if found}
    told = ", ".join(f"{name} {count(found)}" for name, found in groups.items())
    text = f"One charge for balance sheet has to explain four things at once. Targets met: {told}."
    for name, found in failed.items():
        worst = max(found, key=lambda r: abs(r["z"]))
        text += f" What fails is {name}: {worst['title']}, {against_data(worst)}."
    if not failed:
        text += " None of them fails."
    kept = [r for found in groups.values() for r in found if met(r)]
    if kept:
        weak = max(kept, key=lambda r: abs(r["z"]))
        text += f" Furthest off among those met: {weak['title']}, {against_data(weak)} ({weak['z']:+.1f})."
    return text.replace("(-", "(−")


# Tables


def targets_html(rows: Sequence[Mapping[str, Any]], label: str) -> str:
    """Targets with data, model, noise, z, verdict and source."""
    made = [
        Row(
            row["title"],
            [
                Cell("● hit") if met(row) else Cell("◆ miss", kind="tb-miss"),
                f"{row['data']:g}".replace("-", "−"),
                f"{row['model']:,.1f}".replace("-", "−"),
                row["unit"],
                f"{row['z']:+.1f}".replace("-", "−"),
                f"{row['noise']:g}",
                Cell(row["source"], kind="tb-text"),
                Cell(row["reason"], kind="tb-text"),
            ],
        )
        for row in rows
    ]
    heads = ["Verdict", "Data", "Model", "Unit", "z", "Noise", "Source of the data", "Why this noise"]
    return tables.table(label, "Target", heads, made, "targets")


def fitted_name(name: str) -> str:
    """A fitted parameter in words, with its unit where it is a parameter of the world."""
    stem, _, tail = name.partition(" ")
    if "." not in stem:
        return f"Real money's sales: {tail}"
    unit = {row["name"]: row["unit"] for row in parameters(World())}.get(stem, "")
    tenor = f" at {tail.removesuffix('y')} years" if tail else ""
    told = f"{names.label(stem)}{tenor}"
    return told if not unit or told.endswith(unit) else f"{told}, {unit}"


def fitted_html(data: Mapping[str, Any]) -> str:
    """Fitted values with prior, error, and whether the data pin them down."""
    made = [
        Row(
            fitted_name(row["name"]),
            [
                f"{row['value']:g}",
                f"{row['prior_centre']:g}",
                f"±{100 * row['prior_spread']:.0f}%",
                f"±{100 * row['error']:.0f}%",
                Cell("yes", kind="tb-strong") if row["pinned_down"] else Cell("no: the prior speaks"),
                Cell("on a bound" if row["at_bound"] else f"{row['low']:.3g} to {row['high']:.3g}"),
                Cell(row["prior"], kind="tb-text"),
            ],
            row["name"],
        )
        for row in data["fitted"]
    ]
    heads = ["Fitted", "Prior", "Prior's spread", "Error", "Pinned down by the data", "Middle 90%", "Where the prior comes from"]  # fmt: skip
    return tables.table("Fitted values", "Parameter", heads, made, "fitted")


def targets_frame(rows: Sequence[Mapping[str, Any]], episode: str) -> pd.DataFrame:
    """The same for a file."""
    frame = pd.DataFrame(list(rows))
    frame.insert(0, "episode", episode)
    frame["verdict"] = ["hit" if met(row) else "miss" for row in rows]
    return frame.drop(columns="key")


def fitted_figure(data: Mapping[str, Any]) -> Figure:
    """Fitted values as a figure without a drawing, for their file."""
    title = " ".join(counts(data)[1:2])
    note = "Errors are standard errors of the log value; a value is pinned down where its error is below half of its prior's spread."
    return Figure("fitted", title, note, "as given by each parameter", (), pd.DataFrame(data["fitted"]))


# The z-scores


def scores(data: Mapping[str, Any]) -> Figure:
    """Distance of every target from the data in units of noise, all episodes side by side on one scale."""
    panels, frames = [], []
    reach = max(abs(row["z"]) for name in EPISODES for row in data["episodes"][name])
    for name, text in EPISODES.items():
        rows = data["episodes"][name]
        frame = pd.DataFrame(
            {
                "Target": [row["title"] for row in rows],
                "z": [row["z"] for row in rows],
                "Verdict": ["Hit" if met(row) else "Miss" for row in rows],
                "Label": ["" if met(row) else f"miss {row['z']:+.1f}".replace("-", "−") for row in rows],
                "Numbers": [against_data(row) for row in rows],
            }
        )
        told = "; ".join(f"{row['title']} {row['z']:+.1f}" for row in rows if not met(row))
        text_alt = (
            f"{text}: {count(rows)} targets within two units of noise. Misses: {told or 'none'}. "
            "Dots by target of model less data in units of noise, with a band from minus two to two."
        )
        panels.append(
            Panel(frame, score_spec(tuple(frame["Target"]), reach), text_alt, f"{text}: {count(rows)}")
        )
        frames.append(targets_frame(rows, name))
    missed = [row for name in EPISODES for row in data["episodes"][name] if not met(row)]
    met_each = [f"{count(data['episodes'][name])} in {text}" for name, text in EPISODES.items()]
    title = f"Targets met: {listed(met_each)}"
    if missed:
        title += f"; furthest off: {max(missed, key=lambda row: abs(row['z']))['title']}"
    note = "Model less data in units of noise; the band is two units. The scale is even around zero and shrinks further out."
    legend = (Style("● hit, within two units of noise", MET, (-1, 0)), Style("◆ miss", MISSED, (-1, 0)))
    table = pd.concat(frames, ignore_index=True)
    return Figure("scores", title, note, "units of noise", tuple(panels), table, legend)


def groups(name: str) -> dict[tuple[str, int | None], list[Target]]:
    """Targets of an episode by the series they are read from, the main ones first."""
    found: dict[tuple[str, int | None], list[Target]] = {}
    for target in targets(name):
        found.setdefault((target.series, target.row), []).append(target)
    return dict(sorted(found.items(), key=lambda item: item[0][0] not in MAIN))


def stored_data() -> dict[str, Any]:
    """The report that ships with the model."""
    return stored()
