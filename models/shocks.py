"""Random numbers, drawn so that nothing that already ran changes when paths, days or streams are added.

Each purpose has its own stream; each stream is cut into blocks of 256 paths with a generator of their own, and
within a block days come before paths. All policies see the same draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.scenario import SHOCKS, Scenario, Shock
from models.stack import Array

BLOCK = 256
# Append only: a stream's place is part of its seed.
STREAMS = ("rates", *(f"{kind}:{name}" for name in SHOCKS for kind in ("severity", "noise")))


def normals(seed: int, stream: str, rows: int, start: int, count: int) -> Array:
    """Standard normals `(rows, count)` for paths `start` … `start + count − 1` of a stream."""
    blocks = range(start // BLOCK, (start + count - 1) // BLOCK + 1)
    drawn = np.concatenate([_block(seed, stream, block, rows) for block in blocks], axis=1)
    first = start - blocks[0] * BLOCK
    return drawn[:, first : first + count]


def _block(seed: int, stream: str, block: int, rows: int) -> Array:
    sequence = np.random.SeedSequence(seed, spawn_key=(STREAMS.index(stream), block))
    return np.random.Generator(np.random.PCG64(sequence)).standard_normal((rows, BLOCK))


@dataclass(frozen=True)
class Shocks:
    """Realised daily series of one world, index 0 being day 1.

    Shapes: flows and levels `(day, path)`; by tenor `(day, tenor, path)`. Units: $bn, $bn a day, bp.
    """

    real_money_sales: Array
    client_financing: Array
    fundamentals: Array
    swap_spread_shock: Array
    off_the_run_shock: Array
    basis_shock: Array
    desired_longs: Array
    money_fund_run: Array
    margin_step: Array
    auction_withdrawal: Array
    cash_drain: Array
    dealer_lending_cut: Array


def central(scenario: Scenario) -> Shocks:
    """The central path: severity one and no noise. One column."""
    return _realise(scenario, {name: np.ones((1, 1)) for name in SHOCKS}, {})


def draw(scenario: Scenario, seed: int, start: int, count: int) -> Shocks:
    """Paths `start` … `start + count − 1` of the scenario's Monte Carlo."""
    severity, noise = {}, {}
    for name in SHOCKS:
        shock: Shock = getattr(scenario, name)
        z = normals(seed, f"severity:{name}", 1, start, count) if shock.severity_sd else np.zeros((1, count))
        severity[name] = np.exp(shock.severity_sd * z - shock.severity_sd**2 / 2)
        if shock.noise_sd:
            noise[name] = shock.noise_sd * normals(seed, f"noise:{name}", scenario.days, start, count)
    return _realise(scenario, severity, noise)


def _realise(scenario: Scenario, severity: dict[str, Array], noise: dict[str, Array]) -> Shocks:
    days = scenario.days
    series: dict[str, Array] = {}
    for name in SHOCKS:
        shock: Shock = getattr(scenario, name)
        extra = noise.get(name)
        if name == "fundamentals" and extra is not None:
            extra = np.cumsum(extra, axis=0)
        line = np.array(shock.profile(days))[:, None] * severity[name]
        total = line if extra is None else line + extra
        loading = getattr(shock, "tenors", None)
        series[name] = total if loading is None else total[:, None] * np.array(loading)[:, None]
    if scenario.held_fundamentals_bp:
        series["fundamentals"] = series["fundamentals"] + np.array(scenario.held_fundamentals_bp)[:, :, None]
    series["money_fund_run"] = np.maximum(series["money_fund_run"], 0.0)
    series["dealer_lending_cut"] = np.clip(series["dealer_lending_cut"], 0.0, 1.0)
    series["margin_step"] = np.maximum(series["margin_step"], -0.9)
    series["auction_withdrawal"] = np.clip(series["auction_withdrawal"], -1.0, 1.0)
    return Shocks(**series)
