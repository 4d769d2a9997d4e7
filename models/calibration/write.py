"""Fitted values into the source tree: the structure, each episode's own numbers, and every capacity by its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from models.calibration.free import OWN, SALES, SCARCITY, SLACK, STRUCTURAL, Values, capacity_bn, trial
from models.scenario import World

HEADER = """# Structural values, one set for every episode, as the joint calibration left them.
# Written by `backstop calibrate --write`; a test holds them to the calibration report.

"""


def structure(values: Values) -> dict[str, dict[str, Any]]:
    """Fitted structural values by group, as `structure.toml` holds them."""
    made = trial(World(), {f.name: values[f.name] for f in STRUCTURAL})
    out: dict[str, dict[str, Any]] = {}
    for free in STRUCTURAL:
        group, field = free.path.split(".")
        value = getattr(getattr(made, group), field)
        out.setdefault(group, {})[field] = [_short(x) for x in value] if isinstance(value, tuple) else _short(value)  # fmt: skip
    out["dealers"]["capacity_bn"] = float(round(capacity_bn(World(), values)))
    return out


def own_lines(world: World, values: Values) -> dict[str, str]:
    """What an episode's file says on the lines that the fit determines."""
    made = trial(world, values)
    lines = {"capacity_bn": f"{capacity_bn(world, values):.0f}.0"}
    own = [f.name.removeprefix(f"{world.name}: ") for f in OWN if f.episode == world.name]
    if SLACK in own:
        lines["slack_bn"] = repr(_short(made.funding.slack_bn))
    if SCARCITY in own:
        lines["scarcity_bp"] = repr(_short(made.funding.scarcity_bp))
    if SALES[0] in own:
        knots = ", ".join(f"[{day}, {amount}]" for day, amount in made.scenario.real_money_sales.knots)
        lines["[scenario.real_money_sales]\nknots"] = f"[{knots}]"
    return lines


def write(root: Path, values: Values, worlds: Mapping[str, World]) -> None:
    """Write `structure.toml` and the own lines of the worlds' files."""
    models = root / "models"
    text = HEADER + tomli_w.dumps(structure(values))
    models.joinpath("structure.toml").write_text(text, encoding="utf-8")
    for name, world in worlds.items():
        _edit(models / "episodes" / f"{name}.toml", own_lines(world, values))


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _edit(path: Path, lines: Mapping[str, str]) -> None:
    """Set `key = value` lines of a TOML file, leaving the rest as it stands."""
    text = path.read_text(encoding="utf-8")
    for key, value in lines.items():
        text, found = re.subn(rf"^({re.escape(key)} = ).*$", rf"\g<1>{value}", text, count=1, flags=re.M)
        if not found:
            raise ValueError(f"{path.name} has no line for {key!r}")
    path.write_text(text, encoding="utf-8")
