"""A comparison as plain data: the JSON document, the table and the long series that command line and files share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from models.library import SHIPPED, shipped
from models.scenario import World
from models.series import SERIES
from models.stack import Array
from models.worlds import changed, plain
from policy.comparison import Comparison
from policy.leverage.assumptions import Unknown
from policy.leverage.who_pays import WhoPays, WithError
from policy.outcomes.metric import Metric
from policy.outcomes.moral_hazard import share_with_error
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import ALL, Scored, Scores, VehicleFigures, vehicle_figures, with_hindsight
from policy.outcomes.statistics import difference, estimate, quantiles, share_interval, summary, worst
from policy.ranking.verdict import Verdict, verdict, verdict_data


def world_changes(world: World) -> dict[str, Any]:
    """What differs from the shipped world of that name (or from the default world), as plain data."""
    base = shipped(world.name) if world.name in SHIPPED else World()
    return {name: plain(value) for name, value in changed(world, base).items()}


# The ex-ante game's figures of one policy, by the keys of `WHO_PAYS`.
Risk = dict[str, dict[str, Any]]


def document(scored: Scored, risks: Sequence[Risk] = ()) -> dict[str, Any]:
    """The JSON document of a comparison, schema 1; with each policy's figures of the ex-ante game under `risk` if given."""
    return {
        "schema": 1,
        "model_version": scored.model_version,
        "episode": scored.world.name,
        "world": world_changes(scored.world),
        "paths": scored.paths,
        "seed": scored.seed,
        "verdict": verdict_data(ruling(scored), [p.label for p in scored.policies]),
        "arms": [
            {
                "label": p.label,
                "policy": [{"name": i.name, "settings": i.settings()} for i in p.interventions],
                **_arm(scored.values[k], scored.values[0], risks[k] if risks else {}),
            }
            for k, p in enumerate(scored.policies)
        ],
    }


# Keys of the ex-ante game and of who bears losses: unit and formula. They are there when asked for.
WHO_PAYS = {
    "expected_leverage_change_pct": (
        "%",
        "leverage that funds choose if they expect this policy, against today's; low and high over every assumption",
    ),
    "moral_hazard_loss_bn_per_year": (
        "$bn a year",
        "extra expected waste in crises against today's leverage with no rule set beforehand; low and high likewise",
    ),
    "equilibria": ("multiple", "every equilibrium scale of the ex-ante game; 1 is today's"),
    "funds_share_of_losses_pct": ("%", "funds' mean loss as a share of that under no action"),
    "taxpayer_worst_bn": ("$bn", "smallest simulated result of the public; negative is a loss"),
    "taxpayer_mean_with_hindsight_bn": (
        "$bn",
        "the public's mean result on the yields with which the run ends, the world's script included",
    ),
    **{
        f"vehicle_loss_probability_{name}_pct": (
            "%",
            f"share of outcomes in which the vehicle loses, {meaning}",
        )
        for name, meaning in (
            ("healed", "if dislocation has healed when its futures expire"),
            ("rolled", "if they are then rolled at the market; in JSON by strategy too"),
        )
    },
}
ENDS = ("low", "high")


def who_pays_risks(comparison: Comparison, game: WhoPays, scored: Sequence[Scores]) -> list[Risk]:
    """The keys of `WHO_PAYS` for every policy, each with value and error; None where no equilibrium exists.

    What nobody has estimated has a low and a high end too, each with its error, where the game was ranged.
    """
    return [_game_risk(comparison, game, k, s) for k, s in enumerate(scored)]


def _game_risk(comparison: Comparison, game: WhoPays, arm: int, s: Scores) -> Risk:
    outcome = game.outcome(comparison.policies[arm].label)
    accepted = outcome.equilibria.accepted
    run, seed = comparison.runs[arm], comparison.seed
    share, share_error = share_with_error(run, comparison.baseline)
    lowest, lowest_error = worst(s.profit.total)
    known_later, known_later_error = with_hindsight(run, seed)
    vehicle = {
        f"vehicle_loss_probability_{name}_pct": _loss_chances(figures)
        for name, figures in vehicle_figures(run, seed).items()
    }
    return {
        "expected_leverage_change_pct": _figure(outcome.leverage_change_pct, outcome.leverage_unknown),
        "moral_hazard_loss_bn_per_year": _figure(outcome.moral_hazard_loss, outcome.loss_unknown),
        "equilibria": {"value": [c.scale for c in accepted], "se": list(outcome.errors)},
        "funds_share_of_losses_pct": {"value": share, "se": share_error},
        "taxpayer_worst_bn": {"value": lowest, "se": lowest_error},
        "taxpayer_mean_with_hindsight_bn": {"value": known_later, "se": known_later_error},
        **vehicle,
    }


def _loss_chances(figures: VehicleFigures) -> dict[str, Any]:
    """The vehicle's probability of loss, and each strategy's, with errors."""
    chances = {key: {"value": value, "se": error} for key, (value, error) in figures.losses.items()}
    return chances.pop(ALL) | {"by_strategy": chances}


def _figure(figure: WithError | None, unknown: Unknown | None) -> dict[str, float | None]:
    ends = None if unknown is None else unknown.range
    return {
        "value": None if figure is None else figure.value,
        "se": None if figure is None else figure.se,
        "low": None if ends is None else ends.low,
        "low_se": None if ends is None else ends.low_se,
        "high": None if ends is None else ends.high,
        "high_se": None if ends is None else ends.high_se,
    }


def _arm(values: Mapping[str, Array], base: Mapping[str, Array], more: Risk) -> dict[str, Any]:
    """One policy's outcomes: where quantiles mean something as a summary, else as a value with its error."""
    risks = {m.key: _risk(m, values[m.key]) for m in METRICS if not m.spread}
    return {
        "metrics": {m.key: summary(values[m.key]) for m in METRICS if m.spread},
        "risk": risks | more,
        "vs_none": {m.key: _gap(m, values[m.key], base[m.key]) for m in METRICS},
    }


def _risk(metric: Metric, values: Array) -> dict[str, Any]:
    value, error = estimate(values)
    interval = {"ci95": list(share_interval(values))} if metric.counted else {}
    return {"value": value, "se": error} | interval


def _gap(metric: Metric, values: Array, base: Array) -> dict[str, Any]:
    apart = difference(values, base)
    return apart if metric.spread else {"value": apart["mean"], "ci95": apart["mean_ci95"]}


def ruling(scored: Scored) -> Verdict:
    """The verdict on policies from their outcomes, by equal weights."""
    return verdict(scored.values)


def table_rows(scored: Scored, risks: Sequence[Risk] = ()) -> list[dict[str, Any]]:
    """One row per key: unit and each policy's headline figure; nan where there is none."""
    labels = [p.label for p in scored.policies]
    rows = []
    for m in METRICS:
        figures = [m.headline(values[m.key]) for values in scored.values]
        rows.append({"key": m.key, "unit": m.unit, **dict(zip(labels, figures, strict=True))})
    if risks:
        for key in (k for k in WHO_PAYS if k != "equilibria"):
            for part in ("value", *(end for end in ENDS if end in risks[0][key])):
                shown = [float("nan") if r[key][part] is None else r[key][part] for r in risks]
                name = key if part == "value" else f"{key}_{part}"
                rows.append({"key": name, "unit": WHO_PAYS[key][0], **dict(zip(labels, shown, strict=True))})
    return rows


SERIES_COLUMNS = ("policy", "path", "day", "date", "series", "tenor", "value", "unit")


def series_rows(comparison: Comparison, names: Sequence[str] = tuple(SERIES)) -> Iterator[tuple[Any, ...]]:
    """Long rows of daily series: quantiles over paths (p05, p50, p95), or the one path of a central run.

    `tenor` holds what a series' second axis runs over: years, a strategy or a form of lending; empty otherwise.
    """
    shares = ((0.5, "central"),) if comparison.paths == 1 else ((0.05, "p05"), (0.5, "p50"), (0.95, "p95"))
    for p, run in zip(comparison.policies, comparison.runs, strict=True):
        dates = run.calendar
        for name in names:
            _, unit, axis = SERIES[name]
            levels = quantiles(run[name], tuple(share for share, _ in shares))
            for k, (_, label) in enumerate(shares):
                block = levels[k] if axis else levels[k][:, None]
                for day, row in enumerate(np.asarray(block)):
                    for column, value in enumerate(row):
                        tenor = axis[column] if axis else ""
                        yield (p.label, label, day, dates[day].isoformat(), name, tenor, float(value), unit)
