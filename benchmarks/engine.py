"""How fast a day is: the engine against the scalar reference model, compiled, and against the same market in Mesa.

`python benchmarks/engine.py` prints it; `benchmarks/run.py` puts it in the report. All three do paths of `crowded` with
the same shocks, orders, cohorts and stopping tolerance, in turns and on one thread; compile time and drawing shocks are
left out. The engine records all its series, the others the reference's main ones. Times are processor time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import ROOT, Sample, in_turns, one_thread, table

one_thread()
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import mesa_market  # noqa: E402
import numpy as np  # noqa: E402
import rows  # noqa: E402
from compiled import compiled  # noqa: E402

from models import library, shocks  # noqa: E402
from models.orders import NO_ORDERS, Orders  # noqa: E402
from models.parameters.funds import Cohort  # noqa: E402
from models.reference import run as reference  # noqa: E402
from models.reference.reading import market_of  # noqa: E402
from models.scenario import World  # noqa: E402
from models.simulation import no_action, run_columns  # noqa: E402
from models.stack import stack  # noqa: E402
from models.worlds import replace  # noqa: E402

SEED = 1
WORLD = "crowded"
POLICIES = {
    "no action": NO_ORDERS,
    "hedged auction": Orders(auction_capacity=60.0, reserve_discount=0.1, eligible=np.ones((3, 1))),
}
BATCHES = (64, 256, 1024, 4096)
COHORTS = (14, 28, 40)  # the world's own number, twice as many, and the most that is accepted
NS = 1e9
ROUNDS = reference.MAIN.index("rounds")


def run_paths(market: Any, wide: Any, plan: Any, record: Any) -> None:
    """Every path in turn into `record` (path, day, main series)."""
    for path in range(record.shape[0]):
        record[path] = reference.run(market, rows.one_path(wide, path), plan)


def compiled_reference() -> Callable[..., None]:
    """The loop over paths, compiled with every function of the reference's day."""
    world = library.shipped(WORLD)
    wide = rows.series_of(world, shocks.draw(world.scenario, SEED, 0, 8))
    plan = rows.plan_of(NO_ORDERS, world.scenario.days)
    record = np.zeros((1, world.scenario.days, reference.WIDTH))
    return compiled(run_paths, market_of(world), wide, plan, record, also=[rows])


@dataclass(frozen=True)
class Against:
    """Nanoseconds per path-day of engine, compiled reference and Mesa, and how far they are apart."""

    policy: str
    engine: Sample
    compiled: Sample
    mesa: Sample
    compiled_apart: float  # largest difference of any main series that both have, relative
    mesa_apart: float
    rounds: tuple[float, float]  # mean rounds of a day's cascade: on all paths, and on those that Mesa runs


def against(policy: str, compiled: Callable[..., None], paths: int, few: int, repeats: int) -> Against:
    """Engine and reference on the same `paths`, Mesa on the first `few` of them; refuses to time unlike numbers."""
    world, orders = library.shipped(WORLD), POLICIES[policy]
    days, drawn = world.scenario.days, shocks.draw(world.scenario, SEED, 0, paths)
    market, plan, wide = market_of(world), rows.plan_of(orders, days), rows.series_of(world, drawn)
    stacked, arm = stack([world]), rows.from_day(orders)
    record, kept = np.zeros((paths, days, reference.WIDTH)), {}
    agents = [rows.days_of(wide, path) for path in range(few)]
    plain_orders = rows.orders_of(plan)

    def by_engine() -> None:
        kept["engine"] = run_columns(stacked, drawn, [arm], [paths])

    def by_reference() -> None:
        compiled(market, wide, plan, record)

    def by_mesa() -> None:
        kept["mesa"] = [mesa_market.run(market, series, plain_orders) for series in agents]

    times = in_turns({"engine": by_engine, "compiled": by_reference, "mesa": by_mesa}, repeats)
    ours = main_series(kept["engine"])
    found = Against(
        policy,
        times["engine"].scaled(NS / (paths * days)),
        times["compiled"].scaled(NS / (paths * days)),
        times["mesa"].scaled(NS / (few * days)),
        _apart(ours, {name: record[:, :, reference.MAIN.index(name)].T for name in ours}),
        _apart(
            {name: values[:, :few] for name, values in ours.items()},
            {name: np.array([m.model_vars[name] for m in kept["mesa"]]).T for name in ours},
        ),
        (float(record[:, :, ROUNDS].mean()), float(record[:few, :, ROUNDS].mean())),
    )
    if max(found.compiled_apart, found.mesa_apart) > 1e-6:
        raise RuntimeError(f"not the same market: {found}")
    return found


def main_series(records: dict[str, Any]) -> dict[str, Any]:
    """The engine's series that the reference records too, in its units (day, path); those that delivery changes are left out."""
    after = {name: values[1:] for name, values in records.items()}
    return {
        **{n: after[n] for n in ("charge_bp", "repo_spread_bp", "inventory_bn", "lender_losses_bn")},
        **{n: after[n] for n in ("volatility_bp", "depth_mn", "basis_bp")},
        **{n: after[n].sum(axis=1) for n in ("forced_sales_bn", "market_sales_bn", "positions_bn")},
        "dislocation_10y_bp": after["dislocation_bp"][:, 2],
        **{f"yield_{y}y_bp": 100 * after["yield_pct"][:, k] for k, y in enumerate((2, 5, 10, 30))},
    }


def _apart(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """Largest difference, relative where the value is above one."""
    return max(float(np.max(np.abs(ours[n] - theirs[n]) / np.maximum(1.0, np.abs(ours[n])))) for n in ours)


def by_batch(repeats: int) -> dict[int, dict[str, Sample]]:
    """Nanoseconds per path-day by number of paths in one batch, for each policy; every size in turn."""
    world = library.shipped(WORLD)
    days, stacked = world.scenario.days, stack([world])
    works = {}
    for paths in BATCHES:
        drawn = shocks.draw(world.scenario, SEED, 0, paths)
        for name, orders in POLICIES.items():
            works[f"{name}/{paths}"] = _job(stacked, drawn, rows.from_day(orders), paths)
    times = in_turns(works, repeats)
    return {n: {p: times[f"{p}/{n}"].scaled(NS / (n * days)) for p in POLICIES} for n in BATCHES}


def by_cohorts(paths: int, repeats: int) -> dict[int, Sample]:
    """Nanoseconds per path-day by number of cohorts: the world's own merged to one per trade, or split into equal parts."""
    works, days = {}, 0
    own = library.shipped(WORLD)
    for world in (merged(own), *(split(own, count) for count in COHORTS)):
        days, drawn = world.scenario.days, shocks.draw(world.scenario, SEED, 0, paths)
        works[len(world.funds.cohorts)] = _job(stack([world]), drawn, no_action, paths)
    times = in_turns({str(n): work for n, work in works.items()}, repeats)
    return {n: times[str(n)].scaled(NS / (paths * days)) for n in works}


def _job(stacked: Any, drawn: shocks.Shocks, arm: Any, paths: int) -> Callable[[], Any]:
    return lambda: run_columns(stacked, drawn, [arm], [paths])


def split(world: World, count: int) -> World:
    """The same market with its cohorts cut into equal parts, `count` in all."""
    whole = world.funds.cohorts
    parts = [count // len(whole) + (n < count % len(whole)) for n in range(len(whole))]
    cohorts = tuple(
        Cohort(name=f"{c.name} {k}", equity_bn=c.equity_bn / n, leverage=c.leverage, mix=c.mix)
        for c, n in zip(whole, parts, strict=True)
        for k in range(n)
    )
    return replace(world, {"funds.cohorts": cohorts})


def merged(world: World) -> World:
    """One cohort for each trade with all funds' positions in it."""
    faces = np.array([[c.equity_bn * c.leverage * share for share in c.mix] for c in world.funds.cohorts])
    total = sum(c.equity_bn for c in world.funds.cohorts)
    face = faces.sum(axis=0)
    cohorts = tuple(
        Cohort(name=f"Trade {j}", equity_bn=total * face[j] / face.sum(), leverage=face.sum() / total,
               mix=tuple(float(k == j) for k in range(3)))
        for j in range(3)
    )  # fmt: skip
    return replace(world, {"funds.cohorts": cohorts})


def against_table(found: list[Against]) -> str:
    """One row per policy."""
    head = ["policy", "engine, ns", "compiled, ns", "Mesa, ns", "engine / compiled", "Mesa / engine"]
    return table(
        head,
        [[a.policy, a.engine, a.compiled, a.mesa, a.engine.over(a.compiled), a.mesa.over(a.engine)] for a in found],
    )  # fmt: skip


if __name__ == "__main__":
    loop = compiled_reference()
    print(against_table([against(policy, loop, 4096, 32, 3) for policy in POLICIES]))
