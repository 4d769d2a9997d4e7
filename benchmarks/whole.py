"""Whole programs in fresh interpreters: many paths and their memory, all policies cold, imports and the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from measure import ROOT, Sample, child, children, in_turns, one_thread, table

one_thread()
sys.path.insert(0, str(ROOT))

MANY = (1_000, 10_000, 100_000)

# Each path's outcomes of one policy, a piece of paths at a time; prints seconds, and memory before and at its peak.
MANY_PATHS = """
import json, sys, time
from measure import peak_mb
from models.library import shipped
from policy.outcomes.reads import reads
from policy.outcomes.scorecard import METRICS
from policy.spec import parse_policy
from policy.studies import batch
paths, policy = int(sys.argv[1]), parse_policy("hedged-auction")
world = shipped("crowded")
keys = [m.key for m in METRICS if not m.horizon and not reads(m).none]
batch.evaluate([(world, policy)], 64, 1, keys)
before, start = peak_mb(), time.process_time()
batch.evaluate([(world, policy)], paths, 1, keys)
print(json.dumps({"s": time.process_time() - start, "before_mb": before, "peak_mb": peak_mb(),
                  "days": world.scenario.days}))
"""

# Everything a comparison keeps: all series of all paths, as the page and the command line use it.
KEPT = """
import json, sys, time
from measure import peak_mb
from models.library import shipped
from policy.comparison import compare, default_policies
before, start = peak_mb(), time.process_time()
compare(shipped("crowded"), default_policies(), int(sys.argv[1]), 1)
print(json.dumps({"s": time.process_time() - start, "before_mb": before, "peak_mb": peak_mb()}))
"""

# Every policy of the menu on 2,000 paths of 60 days, outcomes and the public's profit, from a cold start.
ALL_POLICIES = """
import json, sys
from measure import peak_mb
from models.library import shipped
from models.worlds import replace
from policy.interventions import REGISTRY
from policy.spec import parse_policy
from policy.studies import batch
world = replace(shipped("crowded"), {"scenario.days": 60})
found = batch.outcomes([world], [parse_policy(kind.name) for kind in REGISTRY], 2000, 1)
print(json.dumps({"policies": len(found.policies), "peak_mb": peak_mb()}))
"""

PROGRAMS = {
    "python alone": "pass",
    "import models.simulation": "import models.simulation",
    "import policy and its menu": "import policy.spec, policy.comparison, policy.outcomes.scorecard",
    "backstop list": "import sys; sys.argv = ['backstop', 'list']; from ui.cli.main import main; main()",
    "backstop compare crowded --paths 200": (
        "import sys; sys.argv = ['backstop', 'compare', 'crowded', '--paths', '200']; from ui.cli.main import main; main()"
    ),
}


def many_paths() -> str:
    """Processor time per path-day and memory above the start, by number of paths."""
    rows = []
    for paths in MANY:
        found = child(MANY_PATHS, paths)
        grown = found["peak_mb"] - found["before_mb"]
        each = Sample((1e9 * found["s"] / (paths * found["days"]),))
        rows.append([f"{paths:,}", each, f"{found['s']:.1f}", f"{grown:,.0f}", f"{1024 * grown / paths:.1f}"])
    return table(["paths", "ns per path-day", "processor seconds", "MB above the start", "kB per path"], rows)


def kept_paths() -> str:
    """The same where all series of all paths are kept for four policies."""
    rows = []
    for paths in (200, 2_000):
        found = child(KEPT, paths)
        grown = found["peak_mb"] - found["before_mb"]
        rows.append([f"{paths:,}", f"{found['s']:.2f}", f"{grown:,.0f}", f"{1024 * grown / (4 * paths):.0f}"])
    return table(["paths", "processor seconds", "MB above the start", "kB per path and policy"], rows)


def all_policies(repeats: int) -> str:
    """Wall seconds from starting the interpreter to the last figure."""
    found = children(repeats, ALL_POLICIES)
    row = [f"{found['policies'].median:.0f}", found["wall_s"], found["peak_mb"]]
    return table(["policies", "wall seconds", "peak memory, MB"], [row])


def programs(repeats: int) -> str:
    """Wall milliseconds of whole programs."""
    return table(
        ["program", "wall ms"],
        [[f"`{name}`", children(repeats, code)["wall_s"].scaled(1e3)] for name, code in PROGRAMS.items()],
    )


def page_of(paths: int, repeats: int) -> str:
    """What the page computes when a lever moves: four policies, their outcomes, and the public's profit."""
    from models.library import shipped
    from policy.comparison import compare, default_policies
    from policy.outcomes.scorecard import METRICS
    from policy.outcomes.taxpayer import taxpayer

    rows = []
    for name in ("april_2025", "crowded"):
        world, policies = shipped(name), default_policies()
        runs = compare(world, policies, paths, 1).runs

        def values(runs: Any = runs) -> None:
            for run in runs:
                for metric in METRICS:
                    if not metric.horizon:
                        metric.value(run, runs[0])

        works: dict[str, Callable[[], Any]] = {
            "run": lambda world=world, policies=policies: compare(world, policies, paths, 1),
            "outcomes": values,
            "profit": lambda runs=runs: [taxpayer(run, 1) for run in runs],
        }
        times = in_turns(works, repeats)
        rows.append(
            [f"`{name}`", world.scenario.days, *(times[k].scaled(1e3) for k in ("run", "outcomes", "profit"))]
        )
    return table(["world", "days", "run, ms", "outcomes, ms", "public profit, ms"], rows)


if __name__ == "__main__":
    for part in (page_of(256, 5), all_policies(1), many_paths(), kept_paths(), programs(3)):
        print(part)
