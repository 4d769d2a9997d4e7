"""The table of a sweep: one row for each point and policy, with units and titles on the columns, the experiment on the file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from models import MODEL_VERSION
from policy.outcomes.scorecard import BY_KEY
from policy.sweeps.axes import Lever
from policy.sweeps.experiment import SCHEMA, Experiment, to_toml
from policy.sweeps.points import Rows, Shard, figures_of
from policy.sweeps.shards import HASH, PREFIX, VERSIONS, Schema, Table, versions

DONE, REFUSED = "done", "refused"
_TOLD = {
    "mean": "mean over paths",
    "value": "value over all paths",
    "se": "standard error of the mean or value",
    "p05": "5% quantile over paths",
    "p50": "median over paths",
    "p95": "95% quantile over paths",
    "vs_none": "difference to no action, path by path: its mean, or the difference of the values",
    "vs_none_se": "standard error of the difference to no action, paired by path",
}
_ALWAYS = (
    ("point", pa.int64(), "Number of the point, from 0; the last axis moves fastest", ""),
    ("policy", pa.string(), "Label of the policy", ""),
    ("status", pa.string(), "done, or refused where world or policy is not valid at this point", ""),
    ("reason", pa.string(), "Why it was refused", ""),
)
_TYPES = {float: pa.float64(), int: pa.int64(), bool: pa.bool_(), str: pa.string()}


def schema(experiment: Experiment) -> Schema:
    """Columns with titles and units; the file's own metadata begin with `backstop.`."""
    fields = [_field(name, kind, title, unit) for name, kind, title, unit in _ALWAYS]
    fields += [_field(v.name, _TYPES[v.kind], v.title, v.unit) for v in experiment.levers]
    fields += [_figure(key, statistic) for key, statistic in figures_of(experiment.metrics)]
    return pa.schema(fields, metadata=_about(experiment))


def names(experiment: Experiment) -> list[str]:
    """Names of the columns, in order."""
    figures = [f"{key}_{statistic}" for key, statistic in figures_of(experiment.metrics)]
    return [name for name, *_ in _ALWAYS] + [lever.name for lever in experiment.levers] + figures


def _field(name: str, kind: Any, title: str, unit: str, **more: str) -> Any:
    return pa.field(name, kind, metadata={"title": title, "unit": unit, **more})


def _figure(key: str, statistic: str) -> Any:
    metric = BY_KEY[key]
    return _field(
        f"{key}_{statistic}", pa.float64(), f"{metric.title}: {_TOLD[statistic]}", metric.unit,
        outcome=key, statistic=statistic, better=metric.better, formula=metric.description, horizon=metric.window,
    )  # fmt: skip


def _about(experiment: Experiment) -> dict[str, str]:
    return {
        HASH: experiment.digest,
        f"{PREFIX}experiment": to_toml(experiment),
        f"{PREFIX}model_version": str(MODEL_VERSION),
        f"{PREFIX}schema": str(SCHEMA),
        VERSIONS: json.dumps(versions(), sort_keys=True),
        f"{PREFIX}note": "A stylised model for learning and comparison, not a forecast.",
    }


def table(experiment: Experiment, task: Shard, rows: Rows) -> Table:
    """The rows of a shard in the order of `schema`, without what that tells about the columns."""
    arms = len(task.policies)
    missing = np.array([reason is not None for reason in rows.reasons])
    columns: list[Any] = [
        pa.array(np.repeat(np.arange(task.first, task.first + len(task.values)), arms)),
        pa.array([p.label for p in task.policies] * len(task.values), pa.string()),
        pa.array([REFUSED if refused else DONE for refused in missing], pa.string()),
        pa.array(rows.reasons, pa.string()),
    ]
    columns += [
        _lever(v, [values[k] for values in task.values for _ in range(arms)])
        for k, v in enumerate(experiment.levers)
    ]
    columns += [pa.array(np.ascontiguousarray(column), mask=missing) for column in rows.figures.T]
    return pa.Table.from_arrays(columns, names=names(experiment))


def _lever(lever: Lever, values: Sequence[Any]) -> Any:
    """A column of values; what is neither number nor flag as text, lists as JSON."""
    if lever.kind is not str:
        return pa.array(values, _TYPES[lever.kind])
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | dt.date) else json.dumps(value, default=str)
