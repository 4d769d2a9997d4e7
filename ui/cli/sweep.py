"""`backstop sweep`: an experiment file run on this machine or a cluster, with progress, resume and a dry run."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import printed

if TYPE_CHECKING:
    from policy.studies.executors import Open
    from policy.sweeps.estimate import Estimate
    from policy.sweeps.experiment import Experiment
    from policy.sweeps.sweep import Progress

SECONDS_BETWEEN_LINES = 10.0


def sweep(
    experiment: Annotated[Path, typer.Argument(help="An experiment as a TOML file; see docs/sweeps.md.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the results, a Parquet file.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; all processors if not given.")
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(help="A Dask scheduler's address, as tcp://host:8786; needs the extra 'cluster'."),
    ] = None,
    serial: Annotated[bool, typer.Option("--serial", help="In this process alone.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check the file and say what it would take.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what is there and begin anew.")
    ] = False,
) -> None:
    """Run an experiment: many worlds and policy settings into one file. A rerun goes on where it stopped."""
    from models import files
    from models.errors import Refused
    from policy.sweeps.experiment import load_experiment

    found = load_experiment(experiment)
    how, count = _executor(workers, dask, serial)
    if dry_run:
        from policy.sweeps.estimate import estimate

        printed(_as_text(found, estimate(found, count), count))
        return
    if out is None:
        raise Refused("where to write is missing: give --out results.parquet, or --dry-run")
    files.apart({"--out": out}, {"the experiment": experiment})
    try:
        _run(found, out, how, restart)
    except OSError as error:
        raise Refused(f"cannot write {str(out)!r}: {error.strerror or error}") from None


def _executor(workers: int | None, dask: str | None, serial: bool) -> tuple[Open, int]:
    """How to compute, and how many workers there will be. Raises `Refused`."""
    from models.errors import Refused
    from policy.studies import executors

    if (workers is not None) + (dask is not None) + serial > 1:
        raise Refused("--workers, --dask and --serial exclude each other; give one")
    if dask is not None:
        return executors.dask(dask), 1
    if serial:
        return executors.serial(), 1
    count = executors.usable_processors() if workers is None else workers
    return executors.processes(count), count


def _run(experiment: Experiment, out: Path, how: Open, restart: bool) -> None:
    from policy.sweeps.sweep import SweepFailed, run

    try:
        done = run(experiment, out, how, restart, _reporter())
    except KeyboardInterrupt:
        _end_line()
        _say("stopped; finished work is kept, run the same command again to go on")
        raise typer.Exit(130) from None
    except SweepFailed as failure:
        _end_line()
        _say(f"{failure}; finished work is kept, run the same command again to go on")
        raise typer.Exit(1) from None
    _end_line()
    refused = f", {done.refused} of them refused" if done.refused else ""
    printed(
        f"{out}: {done.points} points, {done.rows} rows{refused}; experiment {done.digest[:12]}; "
        f"{done.here} points evaluated in {duration(done.seconds)}\n"
    )


def _reporter() -> Callable[[Progress], None]:
    """Progress on stderr: one line that renews itself on a terminal, else a line now and then."""
    told = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal told
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{_line(progress)}")
            sys.stderr.flush()
        elif time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            _say(_line(progress))

    return tell


def _line(progress: Progress) -> str:
    share = f"{progress.done} of {progress.points} points ({100 * progress.done / progress.points:.0f}%)"
    if not progress.here:
        return share
    left = f", {duration(progress.remaining)} left" if progress.done < progress.points else ""
    return f"{share}, {progress.rate:.3g} points/s{left}"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _end_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def duration(seconds: float) -> str:
    """A length of time in two units at most: 8 s, 3 min 20 s, 2 h 5 min, 4 d 3 h."""
    if not math.isfinite(seconds):
        return "an unknown time"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, name, below, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size} {name} {whole % size // below} {small}"
    return f"{whole} s"


def _as_text(experiment: Experiment, estimate: Estimate, workers: int) -> str:
    """A dry run for reading."""
    part = "" if estimate.checked == estimate.points else f" of {estimate.checked} looked at"
    lines = {
        "experiment": f"{experiment.digest[:12]} {experiment.title}".strip(),
        "points": f"{estimate.points} in {estimate.shards} shards, {estimate.refused}{part} with a refusal",
        "rows": f"{estimate.rows}: {len(experiment.policies)} policies at each point",
        "paths": f"{experiment.paths}, seed {experiment.seed}",
        "time": f"about {duration(estimate.seconds)} with {workers} worker{'s' if workers > 1 else ''}, "
        f"{1000 * estimate.point_seconds:.3g} ms of processor a point, {estimate.point_seconds * estimate.points / 3600:.3g} core-hours",
        "memory": f"about {estimate.memory_mb:.0f} MB a worker",
        "file": f"about {estimate.file_mb:.3g} MB",
    }
    return "".join(f"{name:12}{text}\n" for name, text in lines.items()) + "Nothing was written.\n"
