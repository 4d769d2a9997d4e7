"""How fast a day is: the vectorised engine against the scalar reference model, compiled.

Run `python benchmarks/engine.py` with the `bench` extra installed. Both do the same paths of `crowded` with the same
shocks and the same stopping tolerance, in turns and on one thread; compile time is left out. The engine records all
its series, the reference its main ones. Times per path-day are processor time, the time of a comparison is on the wall.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numba  # noqa: E402
import numpy as np  # noqa: E402
import reference_model as reference  # noqa: E402

from models import library, shocks  # noqa: E402
from models.orders import NO_ORDERS, Orders  # noqa: E402
from models.scenario import SHOCKS, World  # noqa: E402
from models.simulation import no_action, run_columns, simulate  # noqa: E402
from models.stack import stack  # noqa: E402
from models.worlds import replace  # noqa: E402

SEED = 1
FROM_DAY = 5
AUCTION = Orders(auction_capacity=60.0, reserve_discount=0.1, eligible=np.ones((3, 1)))
OUTRIGHT = Orders(purchases=15.0)
REPO = Orders(repo_cap=np.array([[0.0], [500.0], [0.0]]), repo_price=25.0)


def from_day(orders: Orders) -> Callable[[Any], Orders]:
    """An arm that orders the same every day from `FROM_DAY` on."""
    return lambda view: orders if view.day >= FROM_DAY else NO_ORDERS


def plan_of(orders: Orders, days: int) -> reference.Plan:
    """The same as rows of days for the reference."""
    blank, rows = {}, {f.name: f.metadata["rows"] for f in fields(Orders)}
    for f in fields(Orders):
        shape = (days, rows[f.name]) if rows[f.name] else (days,)
        blank[f.name] = np.full(shape, float(f.default))
        wanted = np.asarray(getattr(orders, f.name), float)
        blank[f.name][FROM_DAY - 1 :] = wanted[:, 0] if wanted.ndim == 2 else wanted
    return reference.Plan(**blank)


def series_of(world: World, drawn: shocks.Shocks) -> reference.Series:
    """All paths' shocks as arrays (path, day) and (path, day, tenor)."""
    days, paths = world.scenario.days, drawn.client_financing.shape[-1]
    rows = {name: np.ascontiguousarray(np.moveaxis(getattr(drawn, name), -1, 0)) for name in SHOCKS}
    sizes = [sum(a.size_bn for a in world.scenario.auctions if a.day == day) for day in range(1, days + 1)]
    wide = np.tile(np.array(sizes, float), (paths, 1))
    return reference.Series(**rows, auction_size=wide, observed=np.zeros((paths, days, 4)), invert=False)


def one_path(wide: Any, path: int) -> Any:
    """The shocks of one path."""
    return reference.Series(
        wide.real_money_sales[path], wide.client_financing[path], wide.fundamentals[path],
        wide.swap_spread_shock[path], wide.off_the_run_shock[path], wide.basis_shock[path],
        wide.desired_longs[path], wide.money_fund_run[path], wide.margin_step[path],
        wide.auction_withdrawal[path], wide.auction_size[path], wide.observed[path], wide.invert,
    )  # fmt: skip


def run_paths(market: Any, wide: Any, plan: Any, record: Any) -> None:
    """Every path in turn into `record` (path, day, main series)."""
    for path in range(record.shape[0]):
        record[path] = reference.run(market, one_path(wide, path), plan)


def compiled_reference() -> Callable[..., None]:
    """The loop over paths, compiled with every function of the reference's day."""
    for function in reference.COMPILED:
        setattr(reference, function.__name__, numba.njit(nogil=True, cache=False)(function))
    globals()["one_path"] = numba.njit(nogil=True, cache=False)(one_path)
    return numba.njit(nogil=True, cache=False)(run_paths)


def seconds(work: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> tuple[float, Any]:
    """Time of a call by a clock, and its result."""
    start = clock()
    result = work()
    return clock() - start, result


def shown(times: list[float], path_days: int) -> str:
    """Median and range in nanoseconds per path-day."""
    each = [1e9 * t / path_days for t in times]
    return f"{statistics.median(each):7.0f} ns per path-day ({min(each):.0f} to {max(each):.0f})"


def compare(
    label: str, world: World, orders: Orders, compiled: Callable[..., None], paths: int, repeats: int
) -> None:
    """Time engine and reference in turns on the same paths, check that they agree, and print both."""
    days = world.scenario.days
    drawn, market, plan = (
        shocks.draw(world.scenario, SEED, 0, paths),
        reference.market_of(world),
        plan_of(orders, days),
    )
    wide, record = series_of(world, drawn), np.zeros((paths, days, reference.WIDTH))
    stacked, arm = stack([world]), from_day(orders)
    compiled(market, wide, plan, record[:1])

    def engine() -> Any:
        return run_columns(stacked, drawn, [arm], [paths])["charge_bp"][1:]

    def scalar() -> Any:
        compiled(market, wide, plan, record)
        return record[:, :, 0].T

    spent: dict[str, list[float]] = {"engine": [], "compiled": []}
    for _ in range(repeats):
        took, charge = seconds(engine)
        spent["engine"].append(took)
        took, other = seconds(scalar)
        spent["compiled"].append(took)
    print(f"{label}: {paths} paths, {days} days, {repeats} repetitions in turns")
    print(f"  engine    {shown(spent['engine'], paths * days)}")
    print(f"  compiled  {shown(spent['compiled'], paths * days)}")
    ratios = [a / b for a, b in zip(spent["engine"], spent["compiled"], strict=True)]
    print(f"  engine over compiled {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    print(f"  largest difference of the charge {np.abs(charge - other).max():.1e} bp")


def comparison_run(world: World, repeats: int) -> None:
    """200 paths, four arms, 60 days, draws included: what one change of a lever costs."""
    longer = replace(world, {"scenario.days": 60})
    arms = [no_action, from_day(OUTRIGHT), from_day(REPO), from_day(AUCTION)]
    times = [seconds(lambda: simulate(longer, arms, 200, SEED), time.perf_counter)[0] for _ in range(repeats)]
    print(
        f"200 paths, 4 arms, 60 days: {1e3 * statistics.median(times):.0f} ms ({1e3 * min(times):.0f} to {1e3 * max(times):.0f})"
    )


def main() -> None:
    """Parse the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paths", type=int, default=4096)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    world = library.shipped("crowded")
    comparison_run(world, given.repeats)
    compiled = compiled_reference()
    compare("no action", world, NO_ORDERS, compiled, given.paths, given.repeats)
    compare("hedged auction", world, AUCTION, compiled, given.paths, given.repeats)


if __name__ == "__main__":
    main()
