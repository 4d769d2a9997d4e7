"""Run all benchmarks of the engine and write `benchmarks/report.md`, which the docs show. About five minutes.

    python benchmarks/run.py [--quick] [--out benchmarks/report.md]

Needs the extra `bench`. `--quick` does a little of everything, to see that it works; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from measure import ROOT, one_thread, table

one_thread()
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import engine  # noqa: E402
import whole  # noqa: E402

REPORT = Path(__file__).with_name("report.md")
MESA, COMPILED = 50.0, 4.0  # what is asked for: times faster than Mesa, at most times the compiled reference


def head() -> str:
    """What ran where, without naming the machine."""
    made = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return (
        "# Speed and memory of the engine\n\n"
        "Written by `python benchmarks/run.py`. Medians, with the smallest and largest in brackets; ratios are medians of "
        "the ratios of neighbouring turns.\n\n"
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {made}. "
        "One thread each.\n"
    )


def peers(found: list[engine.Against], paths: int, few: int) -> str:
    """Engine, compiled reference and Mesa in one run, with what was asked for."""
    rows = [
        [a.policy, f"{a.mesa.over(a.engine).median:.0f}", f"{MESA:.0f} or more",
         f"{a.engine.over(a.compiled).median:.2f}", f"{COMPILED:.0f} or less",
         "yes" if a.mesa.over(a.engine).median >= MESA and a.engine.over(a.compiled).median <= COMPILED else "no"]
        for a in found
    ]  # fmt: skip
    return (
        "## Against the compiled reference and a Mesa model\n\n"
        f"Processor nanoseconds per path-day in the world `{engine.WORLD}`: engine and reference on {paths:,} paths, Mesa on "
        f"the first {few} of them (each path is a model of its own there, so its cost per path does not change; a day takes "
        f"{' and '.join(f'{a.rounds[1]:.1f} rounds on these, {a.rounds[0]:.1f} on all ({a.policy})' for a in found)}). Same shocks, "
        "cohorts, orders and stopping tolerance, in turns. The engine records all its series, the other two the main 18. "
        "Their numbers were compared in the same run: the largest relative difference is "
        f"{max(max(a.compiled_apart, a.mesa_apart) for a in found):.0e}.\n\n"
        + engine.against_table(found)
        + "\n"
        + table(["policy", "times faster than Mesa", "asked", "times the compiled", "asked", "met"], rows)
    )


def batches(repeats: int) -> str:
    """Cost by the number of paths in one batch and by the number of cohorts."""
    by_batch, by_cohorts = engine.by_batch(repeats), engine.by_cohorts(1024, repeats)
    policies = list(engine.POLICIES)
    return (
        "## By paths in a batch\n\n"
        "Processor nanoseconds per path-day, all series recorded, no files, draws left out.\n\n"
        + table(
            ["paths", *policies], [[f"{n:,}", *(row[p] for p in policies)] for n, row in by_batch.items()]
        )
        + "\n## By number of groups of funds\n\n"
        "The same market with its cohorts merged to one per trade or cut into equal parts; 1,024 paths, no action, processor "
        "nanoseconds per path-day.\n\n"
        + table(["cohorts", "ns per path-day"], [[n, sample] for n, sample in by_cohorts.items()])
    )


def report(quick: bool) -> str:
    """The whole report; `note` says on standard error where it is."""
    paths, few, repeats = (256, 4, 1) if quick else (4096, 24, 5)
    whole.MANY = (100, 1_000) if quick else whole.MANY
    note("compiling the reference")
    compiled = engine.compiled_reference()
    note("engine, compiled reference and Mesa in turns")
    found = [engine.against(policy, compiled, paths, few, repeats) for policy in engine.POLICIES]
    note("batch sizes and cohorts")
    sizes = batches(1 if quick else 5)
    note("the page, all policies")
    page, cold = whole.page_of(64 if quick else 256, repeats), whole.all_policies(1 if quick else 2)
    note("many paths, memory")
    many, kept = whole.many_paths(), whole.kept_paths()
    note("imports and the command line")
    starts = whole.programs(1 if quick else 5)
    return "\n".join([
        head(),
        peers(found, paths, few),
        sizes,
        "## A comparison on the page\n\n256 paths under four policies (no action, outright, repo, hedged auction), all series "
        "recorded; then all outcomes of the four, and the public's profit with 64 rate paths each. Processor time.\n",
        page,
        "## All policies, cold\n\nEvery policy of the menu with its own settings, and no action, on 2,000 paths of 60 days, "
        "outcomes and the public's profit included, from starting the interpreter to the last figure.\n",
        cold,
        "## Many paths\n\nThe hedged auction, some paths at a time, keeping each path's outcomes only "
        "(`policy.studies.batch`): cost is linear in paths and memory grows by the outcomes alone.\n",
        many,
        "A comparison keeps all series of all paths, so its memory goes with the number of paths; four policies:\n",
        kept,
        "## Imports and the command line\n\nWall time of fresh interpreters; Python itself is in every figure.\n",
        starts,
    ])  # fmt: skip


def note(text: str) -> None:
    """Say what comes next."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Parse the command line, run, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a little of everything")
    parser.add_argument("--out", type=Path, default=REPORT)
    given = parser.parse_args()
    given.out.write_text(report(given.quick), encoding="utf-8")
    note(f"wrote {given.out.name}; run python docs/generate.py to show it in the docs")


if __name__ == "__main__":
    main()
