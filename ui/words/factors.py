"""Names, values and ranges of what is moved in a study, as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from models.scenario import SHOCKS
from policy.interventions.triggers import number
from policy.studies.factors import BETA, LEVEL, Factor
from ui.words import names
from ui.words.names import GROUP_NAMES

NAMES = {
    BETA: "Swap spreads per unit of dealers' charge",
    "wedges.swap_spread_own_bp": "Price impact of swap-spread sales",
    "wedges.off_the_run_own_bp": "Price impact of off-the-run sales",
    "wedges.basis_own_bp": "Price impact of basis sales",
    "wedges.liquidation_half_life_days": "How long forced sales weigh on prices",
    "dealers.steepness": "Steepness of dealers' charge",
    "dealers.volatility_tightening": "Dealers' tightening with volatility",
    "dealers.calm_use": "Dealers' use in calm",
    "wedges.memory_share": "Part of price gaps that follows past days",
    "funding.scarcity_bp": "Price of cash beyond spare cash",
    "funding.scarcity_width": "Room until cash gets dear",
    "funds.margin_call_speed": "Speed at which margin calls are met",
    "dealers.slow_demand_bn": "Demand of price-elastic investors",
    "margins.volatility_half_life_days": "Memory of measured volatility",
    "yields.duration_slope_bp": "Duration effect on the 10-year",
    "start.level": "Level of the trigger",
    "penalty_bp": "Penalty of the auction",
    "reserve_discount": "Reserve discount",
}
WHY = {
    "fit": "middle 90% of the fit to history",
    "bounds": "a tenth of its bounds either side, at most half its value",
    "setting": "half its value either side",
    "choice": "a choice",
    "given": "as given",
}


def name(factor: Factor, policies: Sequence[str] = ()) -> str:
    """What a factor is called; a policy's setting under its policy's name where there are several policies."""
    own = _own(factor)
    if factor.place is None or len(policies) < 2:
        return own
    return f"{policies[factor.place[0]]}: {own[0].lower()}{own[1:]}"


def _own(factor: Factor) -> str:
    if factor.name in NAMES:
        return NAMES[factor.name]
    if factor.name.endswith(LEVEL):
        return f"Level of the trigger to {factor.name.removesuffix(LEVEL).replace('_', ' ')}"
    group, _, rest = factor.name.partition(".")
    parts = factor.name.split(".")
    if factor.place is not None or factor.name in names.LABELS or (len(parts) == 3 and parts[1] in SHOCKS):
        return names.label(factor.name)
    return f"{GROUP_NAMES[group]}: {names.label(rest).lower()}"


def value(factor: Factor, raw: float) -> str:
    """A value with its unit where that is short; the full unit stands in tables."""
    setting = factor.value(raw)
    if isinstance(setting, str):
        return setting.replace("_", " ")
    return with_unit(float(setting), factor.unit)


def with_unit(value: float, unit: str) -> str:
    """Three figures with a short unit."""
    text = shown(value)
    before, after = unit_parts(unit)
    return "1 day" if unit == "days" and text == "1" else f"{before}{text}{after}"


def unit_parts(unit: str) -> tuple[str, str]:
    """What stands before and after a number; nothing for a unit too long to repeat."""
    if unit.startswith("$bn"):
        return "$", f"bn{unit[3:]}"
    if unit.startswith("multiple"):
        return "", "×"
    return "", f" {unit}" if len(unit) <= 8 and unit != "share" else ""


def full(factor: Factor, raw: float) -> str:
    """A value with its whole unit."""
    setting = factor.value(raw)
    short = value(factor, raw)
    return (
        f"{short} {factor.unit}" if not isinstance(setting, str) and short == shown(float(setting)) else short
    )


def shown(value: float) -> str:
    """Three significant figures, thousands with a comma, minus as a sign."""
    digits = float(f"{value:.3g}")
    text = f"{digits:,.0f}" if abs(digits) >= 1000 else number(digits)
    return text.replace("-", "−")


def reason(factor: Factor, width: float) -> str:
    """Where a range comes from."""
    scaled = "" if width == 1 or factor.why in ("choice", "given") else f" × {width:g}"
    return WHY[factor.why] + scaled
