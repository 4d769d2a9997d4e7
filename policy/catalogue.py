"""What there is to choose and to read: worlds, policies and their settings, parameters, triggers and outcomes, as data."""

from __future__ import annotations

import datetime as dt
import typing
from typing import Any

from pydantic.fields import FieldInfo

from models import MODEL_VERSION
from models.library import SHIPPED, shipped
from models.orders import Orders
from models.parameters.base import Frozen
from models.scenario import GROUPS, SHOCKS, Scenario, World
from models.simulation import PUBLISHED
from models.worlds import plain
from policy import REGISTRY, presets
from policy.comparison import DEFAULT_SPECS
from policy.intervention import Trigger
from policy.scorecard import METRICS, RISK

STARTS = {
    "start": "When it begins: a date, or a published metric above or below a level for n days.",
    "stop": "When it ends, in the same form; never if not given.",
    "announce": "When it is announced, in the same form; with the start if not given.",
    "exit_start": "When the sale of what was bought begins, in the same form; never if not given.",
}


def setting(name: str, field: FieldInfo, default: Any) -> dict[str, Any]:
    """One parameter or setting: default, unit, bounds, choices, meaning, source and evidence tag."""
    extra = field.json_schema_extra
    found: Any = extra.get("parameter", {}) if isinstance(extra, dict) else {}
    about: dict[str, Any] = dict(found)
    if Trigger in typing.get_args(field.annotation):
        about = {
            "unit": "ISO date or trigger",
            "source": "this sandbox",
            "evidence": "assumed",
            "basic": False,
            "meaning": STARTS[name],
        }
    out = {"name": name, "default": _shown(default), "meaning": field.description or about.pop("meaning", "")}
    choices = _choices(field.annotation)
    return out | about | ({"choices": choices} if choices else {})


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Trigger | dt.date) else plain(value)


def _choices(kind: Any) -> list[str]:
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return _choices(typing.get_args(kind)[0])
    return []


def settings_of(value: Frozen) -> list[dict[str, Any]]:
    """Every documented field of a frozen value."""
    return [setting(name, field, getattr(value, name)) for name, field in type(value).model_fields.items()]


def parameters(world: World) -> list[dict[str, Any]]:
    """Every documented parameter of a world under its dotted name, with the world's own value as default."""
    rows = []
    for group in GROUPS:
        value: Frozen = getattr(world, group)
        rows += [row | {"name": f"{group}.{row['name']}"} for row in settings_of(value) if "unit" in row]
    rows += [
        row | {"name": f"scenario.{row['name']}"} for row in settings_of(world.scenario) if "unit" in row
    ]
    for shock in SHOCKS:
        value = getattr(world.scenario, shock)
        title = Scenario.model_fields[shock].description or shock
        found = [row for row in settings_of(value) if "unit" in row]
        rows += [row | {"name": f"scenario.{shock}.{row['name']}", "of": title} for row in found]
    return rows


def catalogue() -> dict[str, Any]:
    """All of it, as plain data."""
    return {
        "schema": 1,
        "model_version": MODEL_VERSION,
        "episodes": [_episode(shipped(name)) for name in SHIPPED],
        "policies": [
            {
                "name": kind.name,
                "title": kind.title,
                "what": kind.what,
                "source": kind.source,
                "settings": settings_of(kind()),
            }
            for kind in REGISTRY
        ],
        "default_policies": list(DEFAULT_SPECS),
        "presets": [vars(preset) for preset in presets.ALL],
        "trigger_metrics": list(PUBLISHED),
        "composition": {
            name: {"rule": f.metadata["rule"], "unit": f.metadata["unit"], "meaning": f.metadata["meaning"]}
            for name, f in Orders.__dataclass_fields__.items()
        },
        "parameters": parameters(World()),
        "metrics": [
            {
                "key": m.key,
                "title": m.title,
                "unit": m.unit,
                "better": m.better,
                "formula": m.formula,
                "horizon": m.horizon,
                "kind": kind,
            }
            for kind, table in (("metric", METRICS), ("risk", RISK))
            for m in table
        ],
    }


def _episode(world: World) -> dict[str, Any]:
    return {
        "name": world.name,
        "title": world.title,
        "summary": world.summary,
        "kind": world.kind,
        "start": world.scenario.start.isoformat(),
        "days": world.scenario.days,
    }


def as_text(data: dict[str, Any]) -> str:
    """The catalogue for reading."""
    lines = ["Worlds"]
    lines += [f"  {e['name']:14}{e['title']}: {e['summary']}" for e in data["episodes"]]
    lines += ["", "Policies (compare --policy NAME:key=value,…)"]
    for p in data["policies"]:
        lines += [f"  {p['name']}: {p['what']}", f"      source: {p['source']}"]
        lines += [f"      {_line(s)}" for s in p["settings"]]
    lines += ["", "Ready-made policies (compare --policy TEXT)"]
    lines += [f"  {p['title']}: '{p['spec']}' ({p['source']})" for p in data["presets"]]
    lines += [
        "",
        "Triggers (start=METRIC.above|below.LEVEL.for.DAYS)",
        "  " + ", ".join(data["trigger_metrics"]),
    ]
    lines += ["", "Parameters (compare --set name=value)"]
    lines += [f"  {_line(p)}" for p in data["parameters"]]
    lines += ["", "Outcomes"]
    lines += [f"  {m['key']} [{m['unit']}], {m['horizon']}: {m['formula']}" for m in data["metrics"]]
    return "\n".join(lines) + "\n"


def _line(s: dict[str, Any]) -> str:
    bounds = f", {s['low']:g} to {s['high']:g}" if "low" in s else ""
    choices = f", one of {'/'.join(s['choices'])}" if "choices" in s else ""
    source = f" ({s['evidence']}: {s['source']})" if "source" in s else ""
    unit = f" {s['unit']}" if "unit" in s else ""
    return f"{s['name']} = {s['default']}{unit}{bounds}{choices}: {s['meaning']}{source}"
