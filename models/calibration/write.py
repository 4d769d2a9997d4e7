"""Fitted values into the source tree: the structure, each episode's own numbers, and every capacity by its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from models import files
from models.calibration.free import OWN, SALES, SCARCITY, SLACK, STRUCTURAL, Values, capacity_bn, trial
from models.scenario import World

HEADER = """# Structural values, one set for every episode, as the joint calibration left them.
# Written by `backstop calibrate --write`; a test holds them to the calibration report.

"""


def structure(values: Values) -> dict[str, dict[str, Any]]:
    """Fitted structural values by group, as `structure.toml` holds them."""
    world = trial(World(), {f.name: values[f.name] for f in STRUCTURAL})
    out: dict[str, dict[str, Any]] = {}
    for free in STRUCTURAL:
        group, field = free.path.split(".")
        value = getattr(getattr(world, group), field)
        out.setdefault(group, {})[field] = [_short(x) for x in value] if isinstance(value, tuple) else _short(value)  # fmt: skip
    out["dealers"]["capacity_bn"] = float(round(capacity_bn(World(), values)))
    return out


def own_lines(world: World, values: Values) -> dict[tuple[str, str], str]:
    """What an episode's file says where the fit determines it, by table and key."""
    fitted = trial(world, values)
    lines = {("dealers", "capacity_bn"): f"{capacity_bn(world, values):.0f}.0"}
    own = [f.name.removeprefix(f"{world.name}: ") for f in OWN if f.episode == world.name]
    if SLACK in own:
        lines["funding", "slack_bn"] = repr(_short(fitted.funding.slack_bn))
    if SCARCITY in own:
        lines["funding", "scarcity_bp"] = repr(_short(fitted.funding.scarcity_bp))
    if SALES[0] in own:
        knots = ", ".join(f"[{day}, {amount}]" for day, amount in fitted.scenario.real_money_sales.knots)
        lines["scenario.real_money_sales", "knots"] = f"[{knots}]"
    return lines


def write(root: Path, values: Values, worlds: Mapping[str, World]) -> None:
    """Write `structure.toml` and the own lines of the worlds' files."""
    models = root / "models"
    text = HEADER + tomli_w.dumps(structure(values))
    files.write(models / "structure.toml", text, force=True)
    for name, world in worlds.items():
        _edit(models / "episodes" / f"{name}.toml", own_lines(world, values))


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _edit(path: Path, lines: Mapping[tuple[str, str], str]) -> None:
    """Set `key = value` lines in tables of a TOML file, or put them first there, leaving the rest as it stands."""
    text = path.read_text(encoding="utf-8")
    for (table, key), value in lines.items():
        head = rf"^\[{re.escape(table)}\]\n"
        there = rf"({head}(?:(?!\[).*\n)*?{key} = ).*$"
        text, edits = re.subn(there, rf"\g<1>{value}", text, count=1, flags=re.M)
        if not edits:
            text, edits = re.subn(head, rf"\g<0>{key} = {value}\n", text, count=1, flags=re.M)
        if not edits:
            raise ValueError(f"{path.name} has no table [{table}]")
    files.write(path, text, force=True)
