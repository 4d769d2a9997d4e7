"""What there is to choose and to read: worlds, policies and their settings, parameters, triggers and outcomes, as data."""

from __future__ import annotations

from typing import Any

from models import MODEL_VERSION
from models.library import SHIPPED, shipped
from models.orders import Orders
from models.scenario import World
from models.simulation import PUBLISHED
from policy import presets
from policy.comparison import DEFAULT_SPECS
from policy.described import parameters, settings_of
from policy.interventions import REGISTRY
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import METRICS


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
        "metrics": [_outcome(m) for m in METRICS],
    }


def _outcome(metric: Metric) -> dict[str, Any]:
    return {
        "key": metric.key,
        "title": metric.title,
        "unit": metric.unit,
        "better": metric.better,
        "formula": metric.description,
        "horizon": metric.window,
        "kind": "metric" if metric.spread else "risk",
        "group": metric.group,
        "headline": metric.statistic,
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
