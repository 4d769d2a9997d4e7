"""The model against history for the screen: every target hit or missed, fitted values, and paths against data points.

All numbers come from the calibration report that ships with the model and from the targets' own files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.calibration.check import naive_hits
from models.calibration.targets import Target, targets
from models.calibration_report import stored
from models.library import shipped
from models.parameters.base import STRATEGIES, TENORS
from models.scenario import World
from models.simulation import followed, simulate_central
from models.stack import Array
from policy.comparison import compare
from policy.described import parameters
from policy.outcomes.scorecard import METRICS, all_scores
from policy.outcomes.statistics import Gap, difference
from ui import plots, tables, words
from ui.charts import Figure, Panel, Style
from ui.plots import NEUTRAL
from ui.state import usual_policies
from ui.tables import Cell, Row
from ui.words import listed

EPISODES = {
    "march_2020": "March 2020",
    "april_2025": "April 2025",
    "march_2023": "March 2023",
    "september_2019": "September 2019",
    "october_2025": "October 2025",
}
BAND = 2.0  # units of noise within which a target is met
MET, MISSED = "#1B83C9", "#D55E00"
PATH = "#1B83C9"
POINT = "#D55E00"
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
SERIES_NAMES = {
    "dislocation_bp": "dislocation",
    "off_the_run_bp": "off-the-run premium",
    "inventory_bn": "Dealers' net Treasuries",
    "positions_bn": "positions",
    "positions_change_pct": "positions, change",
    "exposure_pct": "Funds' Treasury exposure, change",
    "return_pct": "Funds' return since the opening",
    "basis_bp": "Implied repo over repo",
    "depth_mn": "Market depth",
    "margin_rise_pct": "Rise of futures margin",
    "facility_total_bn": "Fed repo",
    "dealer_award_pct": "Dealer award at auctions",
    "auction_tail_bp": "Auction tail",
    "dealer_use_pct": "Dealers' balance-sheet use",
    "repo_rise_bp": "Repo spread over calm",
    "defaults_total": "Fund groups that failed",
}


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
    still = naive_hits(rows)
    return (
        f"One set of values meets {count(rows)} targets of {len(data['episodes'])} episodes within two units of noise; a "
        f"path on which nothing changes meets {still}."
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
    hits = [f"{row['title']}: {_against(row)}." for row in rows if met(row)]
    ordered = sorted((row for row in rows if not met(row)), key=lambda row: -abs(row["z"]))
    return hits, [f"{row['title']}: {_against(row)}, {_off(row)}." for row in ordered]


def _against(row: Mapping[str, Any]) -> str:
    return f"model {_with_unit(row['model'], row['unit'])}, data {_with_unit(row['data'], row['unit'])}"


def _off(row: Mapping[str, Any]) -> str:
    side = "too high" if row["z"] > 0 else "too low"
    return f"{abs(row['z']):.1f} units of noise {side}"


def _with_unit(value: float, unit: str) -> str:
    if unit in ("$bn", "$mn"):
        return words.amount(value, unit)
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
        text += f" What fails is {name}: {worst['title']}, {_against(worst)}."
    if not failed:
        text += " None of them fails."
    kept = [r for found in groups.values() for r in found if met(r)]
    if kept:
        weak = max(kept, key=lambda r: abs(r["z"]))
        text += f" Furthest off among those met: {weak['title']}, {_against(weak)} ({weak['z']:+.1f})."
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
    told = f"{words.label(stem)}{tenor}"
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
                "Numbers": [_against(row) for row in rows],
            }
        )
        told = "; ".join(f"{row['title']} {row['z']:+.1f}" for row in rows if not met(row))
        text_alt = (
            f"{text}: {count(rows)} targets within two units of noise. Misses: {told or 'none'}. "
            "Dots by target of model less data in units of noise, with a band from minus two to two."
        )
        panels.append(
            Panel(frame, _score_spec(tuple(frame["Target"]), reach), text_alt, f"{text}: {count(rows)}")
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


def _score_spec(names: tuple[str, ...], reach: float) -> dict[str, Any]:
    labels = {name: plots.wrapped(name, 27, 3) for name in names}
    edge = max(5.0, float(np.ceil(reach)) * 1.35)
    ticks = [t for t in (-20, -10, -5, -2, 0, 2, 5, 10, 20) if abs(t) <= edge]
    scale = alt.Scale(type="symlog", constant=2, domain=[-edge, edge], nice=False)
    x = plots.field(
        alt.X, "z", scale=scale, axis=alt.Axis(values=ticks, title="Model less data, units of noise")
    )
    y = plots.field(
        alt.Y, "Target", "nominal", sort=list(names), axis=plots.lanes(labels, 180), scale=alt.Scale(domain=list(names))
    )  # fmt: skip
    band = (
        plots.once()
        .mark_rect(color=NEUTRAL, opacity=0.18, aria=False)
        .encode(x=alt.XDatum(-BAND), x2=alt.X2Datum(BAND))
    )
    zero = plots.once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    kinds = ["Hit", "Miss"]
    points = (
        plots.blank()
        .mark_point(filled=True, size=95, opacity=1)
        .encode(
            x=x,
            y=y,
            color=plots.field(alt.Color, "Verdict", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[MET, MISSED])),
            shape=plots.field(alt.Shape, "Verdict", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
            tooltip=[plots.tip("Target"), plots.tip("Verdict"), plots.tip("z", "quantitative", format="+.1f"), plots.tip("Numbers")],
        )
    )  # fmt: skip
    right = (
        plots.blank()
        .transform_filter("datum.z > 0")
        .mark_text(align="right", dx=-9, fontSize=12, color=NEUTRAL, aria=False)
    )
    left = (
        plots.blank()
        .transform_filter("datum.z <= 0")
        .mark_text(align="left", dx=9, fontSize=12, color=NEUTRAL, aria=False)
    )
    said = [m.encode(x=x, y=y, text=plots.field(alt.Text, "Label", "nominal")) for m in (left, right)]
    return plots.spec(plots.layers(band, zero, points, *said), 36 * len(names) + 50)


# Paths against data points


@dataclass(frozen=True, eq=False)
class History:
    """An episode's central path with the policy that was followed, in the units of the targets; (day,) by series."""

    name: str
    calendar: tuple[dt.date, ...]
    lines: Mapping[tuple[str, int | None], Array]
    yields: Array  # (day, tenor)
    observed: Array


def replay(name: str) -> History:
    """Runs an episode and reads off every series that a target names."""
    from models.calibration.targets import recorded

    world = shipped(name)
    (run,) = simulate_central(world, [followed])
    wanted = {(t.series, t.row) for t in targets(name)}
    lines = {}
    for series, row in sorted(wanted, key=str):
        values = recorded(run.series, series)
        lines[series, row] = np.asarray(values if row is None else values[:, row])[:, 0]
    return History(
        name, run.calendar, lines, run["yield_pct"][..., 0], np.array(world.scenario.observed_yields_pct)
    )


def series_name(series: str, row: int | None) -> str:
    """A series in words."""
    name = SERIES_NAMES.get(series, words.label(series))
    if row is None:
        return name
    if series in ("positions_bn", "positions_change_pct"):
        return f"{words.STRATEGY_NAMES[STRATEGIES[row]]} {name}"
    return f"{TENORS[row]}-year {name}"


def groups(name: str) -> dict[tuple[str, int | None], list[Target]]:
    """Targets of an episode by the series they are read from, the main ones first."""
    found: dict[tuple[str, int | None], list[Target]] = {}
    for target in targets(name):
        found.setdefault((target.series, target.row), []).append(target)
    return dict(sorted(found.items(), key=lambda item: item[0][0] not in MAIN))


def paths(history: History, data: Mapping[str, Any], main: bool) -> Figure:
    """The model's path against the data points, a panel for each series."""
    rows = {row["key"]: row for row in data["episodes"][history.name]}
    chosen = {key: found for key, found in groups(history.name).items() if (key[0] in MAIN) == main}
    panels, frames, missed = [], [], []
    for (series, row), found in chosen.items():
        line = history.lines[series, row]
        name, unit = series_name(series, row), found[0].unit
        shift = line[found[0].since] if found[0].since is not None else 0.0
        what = f"{name}, change" if found[0].since is not None else name
        frame = _path_frame(history, line - shift, found, rows)
        told = "; ".join(
            f"{rows[t.key]['title']}: {_against(rows[t.key])}, {'hit' if met(rows[t.key]) else 'miss'}" for t in found
        )  # fmt: skip
        spec = _path_spec(_day_ticks(history), len(history.calendar) - 1, unit)
        panels.append(
            Panel(
                frame,
                spec,
                f"Line of the model's {what} in {unit}, with data points. {told}.",
                f"{what}, {unit}",
            )
        )
        frames.append(frame.assign(Series=what, Unit=unit))
        missed += [rows[t.key] for t in found if not met(rows[t.key])]
    total = sum(len(found) for found in chosen.values())
    title = (
        f"{'Main series' if main else 'Other series'}: {total - len(missed)} of {total} data points are met"
    )
    if missed:
        title += f"; missed: {listed([row['title'] for row in missed])}"
    note = (
        "Line: the model's central path with what the Fed did. Points: data, bars two units of noise either way; a flat "
        "bar spans the days within which a peak or trough was read."
    )
    legend = (
        Style("model", PATH, (1, 0)),
        Style("● data, met", POINT, (-1, 0)),
        Style("◆ data, missed", POINT, (-1, 0)),
    )
    key = f"paths_{history.name}_{'main' if main else 'more'}"
    return Figure(key, title, note, "as given", tuple(panels), pd.concat(frames, ignore_index=True), legend)


def _path_frame(
    history: History, line: Array, found: Sequence[Target], rows: Mapping[str, Any]
) -> pd.DataFrame:
    days = range(len(history.calendar))
    drawn = [
        (d, words.date_words(history.calendar[d]), "Model", float(line[d]), np.nan, np.nan, d, "")
        for d in days
    ]
    for t in found:
        window = t.peak or t.trough
        first, last = window or (t.at, t.at)
        at = first + int((np.argmax if t.peak else np.argmin)(line[first : last + 1])) if window else t.at
        hit = "Hit" if met(rows[t.key]) else "Miss"
        span = 2 * t.noise
        drawn.append(
            (
                at, words.date_words(history.calendar[at]), hit, t.value, t.value - span, t.value + span,
                last, f"{t.title}: {_against(rows[t.key])}",
            )
        )  # fmt: skip
        if window:
            drawn.append(
                (
                    first,
                    words.date_words(history.calendar[first]),
                    "Window",
                    t.value,
                    np.nan,
                    np.nan,
                    last,
                    t.title,
                )
            )
    return pd.DataFrame(drawn, columns=["Day", "Date", "Kind", "Value", "Low", "High", "Last", "Text"])


def _day_ticks(history: History, steps: int = 3) -> tuple[tuple[int, str], ...]:
    last = len(history.calendar) - 1
    step = max(1, round(last / steps))
    return tuple((d, f"{history.calendar[d].day} {history.calendar[d]:%b}") for d in range(0, last + 1, step))


def _path_spec(ticks: tuple[tuple[int, str], ...], days: int, unit: str) -> dict[str, Any]:
    x = plots.day_axis(ticks, days)
    y = plots.field(
        alt.Y, "Value", scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(title=unit, tickCount=5)
    )
    line = (
        plots.blank()
        .transform_filter("datum.Kind == 'Model'")
        .mark_line(strokeWidth=2.4, color=PATH, aria=False)
        .encode(x=x, y=y)
    )
    reach = (
        plots.blank()
        .transform_filter("datum.Kind == 'Hit' || datum.Kind == 'Miss'")
        .mark_rule(strokeWidth=2, color=POINT, aria=False)
        .encode(x=x, y=plots.field(alt.Y, "Low"), y2=alt.Y2(field="High"))
    )
    window = (
        plots.blank()
        .transform_filter("datum.Kind == 'Window'")
        .mark_rule(strokeWidth=2, color=POINT, opacity=0.7, aria=False)
        .encode(x=x, x2=alt.X2(field="Last"), y=y)
    )
    shape = alt.Scale(domain=["Hit", "Miss"], range=["circle", "diamond"])
    points = (
        plots.blank()
        .transform_filter("datum.Kind == 'Hit' || datum.Kind == 'Miss'")
        .mark_point(filled=True, size=110, opacity=1, color=POINT)
        .encode(
            x=x, y=y, shape=plots.field(alt.Shape, "Kind", "nominal", legend=None, scale=shape),
            tooltip=[plots.tip("Text"), plots.tip("Date")],
        )
    )  # fmt: skip
    over = (
        plots.blank()
        .transform_filter("datum.Kind == 'Model'")
        .mark_circle(opacity=0, size=90, aria=False)
        .encode(
            x=x,
            y=y,
            tooltip=[plots.tip("Date"), plots.tip("Value", "quantitative", format=",.1f", title="Model")],
        )
    )
    return plots.spec(plots.layers(line, window, reach, over, points), 210)


def yields(history: History) -> Figure:
    """Model and observed yields, which are equal by construction."""
    gap = 100 * float(np.abs(history.yields - history.observed).max())
    names = [f"{t} years" for t in TENORS]
    days = len(history.calendar)
    frame = pd.DataFrame(
        {
            "Day": np.tile(np.arange(days), len(TENORS)),
            "Date": [words.date_words(d) for d in history.calendar] * len(TENORS),
            "Tenor": np.repeat(names, days),
            "Model": history.yields.T.ravel(),
            "Data": history.observed.T.ravel(),
        }
    )
    colours = ("#D55E00", "#1B83C9", "#009E73", "#6F63C7")
    x = plots.day_axis(_day_ticks(history, 4), days - 1)
    colour = plots.field(
        alt.Color, "Tenor", "nominal", legend=None, scale=alt.Scale(domain=names, range=list(colours))
    )
    axis = alt.Axis(title="Yield, %", tickCount=5)
    line = (
        plots.blank()
        .mark_line(strokeWidth=2, aria=False)
        .encode(x=x, y=plots.field(alt.Y, "Model", axis=axis, scale=alt.Scale(zero=False)), color=colour)
    )
    points = (
        plots.blank()
        .mark_point(size=26, opacity=0.9, strokeWidth=1.4)
        .encode(
            x=x, y=plots.field(alt.Y, "Data"), color=colour,
            tooltip=[plots.tip("Tenor"), plots.tip("Date"), *(plots.tip(n, "quantitative", format=".2f") for n in ("Model", "Data"))],
        )
    )  # fmt: skip
    ends = "; ".join(
        f"{n} from {a:.2f} to {b:.2f}"
        for n, a, b in zip(names, history.observed[0], history.observed[-1], strict=True)
    )
    panel = Panel(
        frame,
        plots.spec(plots.layers(line, points), 260),
        f"Lines of model yields through the observed points, in %: {ends}.",
    )
    close = "" if gap < 0.01 else f", within {gap:.2g} bp"
    title = f"Yields fit by construction{close}, so they test nothing"
    note = (
        "Lines: model. Rings: observed closing yields. Whatever the model's parts do not explain is put into fundamentals, "
        "which are held from then on."
    )
    legend = tuple(Style(n, c, (1, 0)) for n, c in zip(names, colours, strict=True))
    return Figure(f"yields_{history.name}", title, note, "%", (panel,), frame, legend)


# Every policy against what was done


AGAINST = (
    "peak_dislocation_10y_bp", "peak_dealer_use_pct", "forced_sales_bn", "peak_repo_spread_bp", "unintended_easing_10y_bp",
)  # fmt: skip


@dataclass(frozen=True)
class Against:
    """Paired differences of each policy to what was done and to no action, by outcome."""

    names: tuple[str, ...]
    actual: int
    values: Mapping[str, tuple[float, ...]]
    to_actual: Mapping[str, tuple[Gap, ...]]
    to_none: Mapping[str, tuple[Gap, ...]]
    paths: int
    seed: int


def against(paths_: int, seed: int, name: str = "march_2020") -> Against:
    """Compares what is usually compared on an episode, with every difference paired path by path."""
    made = compare(shipped(name), usual_policies(shipped(name)), paths_, seed)
    scored = all_scores(made)
    actual = next(k for k, p in enumerate(made.policies) if p.interventions[0].name == "actual")

    def gaps(key: str, base: int) -> tuple[Gap, ...]:
        found = [difference(s.values[key], scored[base].values[key]) for s in scored]
        return tuple(Gap(f["mean"], *f["mean_ci95"]) for f in found)

    return Against(
        names=words.policy_names(made.policies),
        actual=actual,
        values={key: tuple(float(np.mean(s.values[key])) for s in scored) for key in AGAINST},
        to_actual={key: gaps(key, actual) for key in AGAINST},
        to_none={key: gaps(key, 0) for key in AGAINST},
        paths=paths_,
        seed=seed,
    )


def against_html(found: Against, base: str) -> str:
    """Each policy's outcomes and their paired differences to what was done, or to no action."""
    gaps = found.to_actual if base == "actual" else found.to_none
    own = found.actual if base == "actual" else 0
    about = {m.key: m for m in METRICS}
    rows = [
        Row(
            name,
            [_gap_cell(found.values[key][k], gaps[key][k], about[key].unit, k == own) for key in AGAINST],
        )
        for k, name in enumerate(found.names)
    ]
    heads = [about[key].title for key in AGAINST]
    return tables.table(f"Differences to {found.names[own]}", "Policy", heads, rows, "against")


def _gap_cell(value: float, gap: Gap, unit: str, own: bool) -> Cell:
    plain = unit.split(" ")[0] if unit.startswith("%") else unit
    shown = words.amount(value, plain)
    if own:
        return Cell(shown, small="the yardstick")
    if words.amount(gap.value, plain) == words.amount(0.0, plain):
        return Cell(shown, small="no visible difference")
    told = words.amount(gap.value, plain, True)
    told = f"{told.removesuffix('%')} points" if plain == "%" else told
    return Cell(shown, small=f"{told} ({words.span(gap, plain)})")


def against_figure(found: Against) -> Figure:
    """The same numbers for a file, with both yardsticks."""
    about = {m.key: m for m in METRICS}
    rows = [
        (about[key].title, about[key].unit, name, found.values[key][k], base, gap.value, gap.low, gap.high)
        for key in AGAINST
        for k, name in enumerate(found.names)
        for base, gap in (("What was done", found.to_actual[key][k]), ("No action", found.to_none[key][k]))
    ]
    heads = ["Outcome", "Unit", "Policy", "Mean", "Less", "Difference", "Low, 95%", "High, 95%"]
    note = f"Means over {found.paths} paths and differences path by path."
    return Figure("against", against_title(found), note, "as given", (), pd.DataFrame(rows, columns=heads))


def against_title(found: Against) -> str:
    """Which policies would have kept the dislocation lower than what was done."""
    key = "peak_dislocation_10y_bp"
    gaps = found.to_actual[key]
    others = [k for k in range(len(found.names)) if k != found.actual]
    lower = [found.names[k] for k in others if gaps[k].clear and gaps[k].value < 0]
    none = found.to_none[key][found.actual]
    base = f"What the Fed did lowers the peak 10-year dislocation by {words.amount(-none.value, 'bp')} against no action"
    if none.value >= 0:
        base = f"What the Fed did changes the peak 10-year dislocation by {words.amount(none.value, 'bp', True)} against no action"
    return f"{base}; " + (
        f"lower still under {listed(lower)}" if lower else "no other policy here lowers it further"
    )


def stored_data() -> dict[str, Any]:
    """The report that ships with the model."""
    return stored()
