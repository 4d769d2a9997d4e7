"""How fast the winner map is: 40 × 40 worlds under four policies on 64 paths each, with two worker processes.

Run `python benchmarks/winner_map.py`. It prints, for each world, when the workers were ready, when the first coarse picture
was there, when each finer one, the time in all, processor time of the workers and their memory, and checks some cells
against the same cells computed alone. With other work on the machine the wall times say little; processor time over the
number of workers is what an idle machine would need.

`--store` makes the maps anew that come with the package, one for every shipped world or for those that are named:
`python benchmarks/winner_map.py --store` after a change that moves figures.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

from models.library import SHIPPED, shipped  # noqa: E402
from policy.comparison import default_policies  # noqa: E402
from policy.ranking.criteria import DEFAULT_WEIGHTS  # noqa: E402
from policy.studies import stored_maps  # noqa: E402
from policy.studies.executors import Pool, processes, serial  # noqa: E402
from policy.studies.factors import Factor, policy_factors, ranged, world_factors  # noqa: E402
from policy.studies.winner_map import Picture, Question, Task, asked, computed, fill  # noqa: E402
from policy.studies.winner_reading import winners  # noqa: E402

SEED = 1
CASES = (
    ("april_2025", "funds.scale", (0.2, 1.7), "scenario.real_money_sales.size", (0.0, 3.0)),
    ("crowded", "funds.scale", (0.2, 1.5), "scenario.real_money_sales.size", (0.0, 2.0)),
    ("april_2025", "3.0.reserve_discount", (0.0, 1.0), "margins.calm_volatility_bp", (2.0, 10.0)),
)


@dataclass(frozen=True)
class Timed:
    """Seconds on the wall from the request: workers ready, each picture; and processor seconds of the workers."""

    ready: float
    pictures: tuple[float, ...]
    worked: float


def question(
    case: tuple[str, str, tuple[float, float], str, tuple[float, float]], side: int, paths: int
) -> Question:
    """A benchmark's question."""
    name, x, x_range, y, y_range = case
    world, policies = shipped(name), default_policies()
    found: dict[str, Factor] = {f.key: f for f in (*world_factors(world), *policy_factors(policies))}
    return asked(world, policies, ranged(found[x], *x_range), ranged(found[y], *y_range), side, paths, SEED)


@contextmanager
def ready(workers: int) -> Iterator[Pool]:
    """Workers that have loaded the model."""
    with (processes(workers) if workers > 1 else serial())() as pool:
        for job in [pool.executor.submit(abs, -1) for _ in range(2 * workers)]:
            job.result()
        yield pool


def run(made: Question, workers: int) -> tuple[Picture, Timed]:
    """One map from nothing, processes and all."""
    before, start = _children(), time.perf_counter()
    picture, found = Picture(made), []
    with ready(workers) as pool:
        begun = time.perf_counter() - start
        for done in fill(picture, pool):
            if done.stage == len(found):
                found.append(time.perf_counter() - start)
    return picture, Timed(begun, tuple(found), _children() - before)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check(picture: Picture, count: int = 6) -> None:
    """Some cells again, alone and in this process: the same to the last bit."""
    places = [tuple(map(int, at)) for at in np.argwhere(np.isfinite(picture.means[..., 0, 0]))]
    for at in places[:: max(1, len(places) // count)]:
        alone = computed(Task(picture.question, ((at[0], at[1]),)))
        if not (
            np.array_equal(alone.means[0], picture.means[at])
            and np.array_equal(alone.spread[0], picture.spread[at])
        ):
            raise SystemExit(f"cell {at} differs from the same cell computed alone")


def report(
    case: tuple[str, str, tuple[float, float], str, tuple[float, float]], side: int, paths: int, workers: int
) -> None:
    """Time one map and print what it took."""
    made = question(case, side, paths)
    picture, timed = run(made, workers)
    check(picture)
    start = time.perf_counter()
    found = winners(picture, DEFAULT_WEIGHTS)
    ranked = time.perf_counter() - start
    days = made.world.scenario.days
    cells = picture.known.size
    print(
        f"{case[0]}: {case[1]} × {case[3]}, {side} × {side} cells, {len(made.policies)} policies, {paths} paths, {days} days"
    )
    print(f"  workers ready after           {timed.ready:8.2f} s ({workers} processes, from nothing)")
    for k, at in enumerate(timed.pictures):
        print(f"  picture {k + 1} of {len(timed.pictures)} after            {at:8.2f} s")
    if workers > 1:
        share = timed.worked / workers
        print(
            f"  processor time of the workers {timed.worked:8.2f} s: {share:.2f} s each, {cells / timed.worked:.0f} cells a second each"
        )
    print(f"  ranked again by other weights {1000 * ranked:8.2f} ms")
    print(
        f"  refused cells {len(picture.refused)}; beyond noise {100 * np.mean(found.clear):.0f}% of the map"
    )
    kept = sum(a.nbytes for a in (picture.means, picture.spread, picture.covariance))
    print(f"  picture {kept / 1e6:.0f} MB; largest worker {_peak(resource.RUSAGE_CHILDREN):.0f} MB; this process {_peak(resource.RUSAGE_SELF):.0f} MB")  # fmt: skip


def store(names: list[str], workers: int) -> None:
    """Make the maps of some shipped worlds, all if none is named, and write them into the package."""
    folder = Path(__file__).resolve().parents[1] / "policy" / stored_maps.FOLDER
    folder.mkdir(exist_ok=True)
    with ready(workers) as pool:
        for name in names or SHIPPED:
            start, picture = time.perf_counter(), Picture(stored_maps.usual_question(name))
            for _ in fill(picture, pool):
                pass
            data = stored_maps.packed(picture)
            (folder / f"{name}.npz").write_bytes(data)
            print(
                f"{name}: {len(data) / 1e3:.0f} kB, {len(picture.refused)} cells refused, "
                f"{time.perf_counter() - start:.0f} s",
                flush=True,
            )


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1e3


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=40)
    parser.add_argument("--paths", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--store", nargs="*", choices=SHIPPED, metavar="WORLD")
    given = parser.parse_args()
    if given.store is not None:
        store(given.store, given.workers)
        return
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for case in CASES:
            report(case, given.side, given.paths, given.workers)
    print(said.getvalue())
    if given.out:
        head = "# The winner map\n\n`python benchmarks/winner_map.py --out benchmarks/winner_map.md`, wall times:\n\n"
        given.out.write_text(f"{head}```text\n{said.getvalue()}```\n", encoding="utf-8")


if __name__ == "__main__":
    main()
