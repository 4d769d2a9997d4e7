"""What the actors' parameters are made of: a number with its unit, its bounds, what it means and where it comes from.

Values are validated scalars and tuples, so a world can be
hashed, written to TOML and drawn as a form; a value outside its bounds is refused, never clamped.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

TENORS = (2, 5, 10, 30)
STRATEGIES = ("basis", "swap_spread", "off_the_run")
DAYS_A_YEAR = 252
CONTRACT_DAYS = 63
STRESSED_MARGIN_RISE = 0.6

FITTED: dict[str, dict[str, Any]] = tomllib.loads(
    resources.files("models").joinpath("structure.toml").read_text(encoding="utf-8")
)


def fitted(name: str) -> Any:
    """A structural value as the joint calibration left it; `backstop calibrate --write` renews the file."""
    group, field = name.split(".")
    value = FITTED[group][field]
    return tuple(value) if isinstance(value, list) else value


Evidence = Literal["found", "derived", "assumed"]


class Frozen(BaseModel):
    """A value object: immutable, no unknown fields, no NaN or infinity, no coercion of one type to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def parameter(
    unit: str, low: float, high: float, meaning: str, source: str, evidence: Evidence, basic: bool = False
) -> Any:
    """A scalar's bounds and documentation; `basic` puts it among the few levers shown first."""
    return Field(
        ge=low,
        le=high,
        description=meaning,
        json_schema_extra=_about(unit, low, high, source, evidence, basic),
    )


def per_tenor(unit: str, low: float, high: float, meaning: str, source: str, evidence: Evidence) -> Any:
    """The same for a tuple with one value per tenor (2, 5, 10 and 30 years)."""
    return Field(description=meaning, json_schema_extra=_about(unit, low, high, source, evidence, False))


def per_strategy(
    unit: str, low: float, high: float, meaning: str, source: str, evidence: Evidence, basic: bool = False
) -> Any:
    """The same for one number or one per strategy (basis, swap spread, off the run)."""
    return Field(description=meaning, json_schema_extra=_about(unit, low, high, source, evidence, basic))


def _about(unit: str, low: float, high: float, source: str, evidence: Evidence, basic: bool) -> Any:
    fields = {"unit": unit, "low": low, "high": high, "source": source, "evidence": evidence, "basic": basic}
    return {"parameter": fields}


Share = Annotated[float, Field(ge=0, le=1)]
Loading = Annotated[float, Field(ge=0, le=3)]
StandardDeviations = Annotated[float, Field(ge=0.5, le=10)]
Share4 = tuple[Share, Share, Share, Share]
Loading4 = tuple[Loading, Loading, Loading, Loading]

ASSUMED = "judgement; no estimate known"
FIT = "fitted to five episodes (calibration report), from a weak prior"
