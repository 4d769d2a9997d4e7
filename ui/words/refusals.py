"""Refusals as people read them: made from what was refused and its bound; no internal name, path or group is named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.errors import Breach, Refused
from models.scenario import BALANCE_SHEET, REQUIREMENT, World
from policy.described import parameters, settings_of
from policy.interventions import REGISTRY
from policy.interventions.triggers import number
from ui.words import factors, levels, names

# A dotted or underlined name as the model and files use it, and a group of funds by its own name.
INTERNAL = re.compile(r"\b[a-z][a-z0-9]*(?:[._][a-z0-9]+)+\b")
GROUP = re.compile(r"(?:the requirement of )?cohort '[^']*'")
KIND = re.compile(rf"^(?:{'|'.join(kind.name for kind in REGISTRY)})(?:: |$)")
SIDES = {"at_least": "at least", "at_most": "at most", "greater_than": "more than", "less_than": "less than"}


def sentence(refused: Refused) -> str:
    """A refusal in plain words, without its last stop."""
    told = [_told(breach) for breach in refused.breaches]
    text = "; ".join(dict.fromkeys(told)) if told and all(told) else plain_names(str(refused))
    return f"{text[0].upper()}{text[1:]}"


def _told(breach: Breach) -> str:
    name = names.label(breach.name)
    if breach.rule in SIDES and isinstance(breach.value, int | float):
        unit = _units().get(breach.name, "")
        bound = factors.with_unit(float(breach.bound), unit)
        return f"{name} must be {SIDES[breach.rule]} {bound}; {factors.with_unit(breach.value, unit)} is not"
    if breach.rule == REQUIREMENT:
        who = levels.FUNDS.get(breach.who, "some funds")
        return (
            f"{who} could not post their margin: {_lower(name)} can be at most {number(breach.bound)}× here"
        )
    if breach.rule == BALANCE_SHEET:
        return (
            f"dealers could not carry the funds’ repo: their capacity must be at least "
            f"{factors.with_unit(breach.bound, '$bn')} here"
        )
    return ""


def _units() -> Mapping[str, str]:
    """Units of all parameters and settings, by the names that breaches carry."""
    if not _UNITS:
        _UNITS.update({row["name"]: row.get("unit", "") for row in parameters(World())})
        for kind in REGISTRY:
            _UNITS.update({f"{kind.name}.{row['name']}": row.get("unit", "") for row in settings_of(kind())})
    return _UNITS


_UNITS: dict[str, str] = {}


def plain_names(text: str) -> str:
    """A sentence with every internal name in it replaced by what people call the thing."""
    text = GROUP.sub("a group of funds", KIND.sub("", text))
    return INTERNAL.sub(lambda match: _lower(names.label(match[0])), text)


def _lower(label: str) -> str:
    return f"{label[0].lower()}{label[1:]}"
