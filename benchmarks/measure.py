"""Timing: works in turns on one thread, whole programs in processes of their own, and how figures are written."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ROOT = Path(__file__).resolve().parents[1]


def one_thread() -> None:
    """Keep numerical libraries to one thread; call before importing them."""
    os.environ.update(dict.fromkeys(THREADS, "1"))


def load() -> str:
    """How busy the machine was in the last quarter of an hour, for the head of a report."""
    return f"load average {os.getloadavg()[2]:.1f} on {os.cpu_count()} processors, other work included"


@dataclass(frozen=True)
class Sample:
    """Repeated measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def scaled(self, factor: float) -> Sample:
        """The same in another unit."""
        return Sample(tuple(factor * v for v in self.values))

    def over(self, other: Sample) -> Sample:
        """Ratios of measurements taken in the same turn."""
        return Sample(tuple(a / b for a, b in zip(self.values, other.values, strict=True)))

    def __str__(self) -> str:
        """Median, and smallest to largest."""
        if len(self.values) == 1:
            return _short(self.values[0])
        return f"{_short(self.median)} ({_short(min(self.values))} to {_short(max(self.values))})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def in_turns(
    works: Mapping[str, Callable[[], Any]],
    repeats: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Sample]:
    """Seconds of each work, one after the other `repeats` times, so that a busy moment hits all. One round is left out."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats + 1):
        for name, work in works.items():
            start = clock()
            work()
            if turn:
                spent[name].append(clock() - start)
    return {name: Sample(tuple(times)) for name, times in spent.items()}


def child(code: str, *given: Any) -> dict[str, float]:
    """Run code in a fresh interpreter of the checkout; it prints one JSON object last. Seconds on the wall are added."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, given)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))},
    )  # fmt: skip
    wall = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(done.stderr)
    lines = done.stdout.strip().splitlines()
    found: dict[str, float] = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return {**found, "wall_s": wall}


def children(repeats: int, code: str, *given: Any) -> dict[str, Sample]:
    """The same several times, key by key."""
    found = [child(code, *given) for _ in range(repeats)]
    return {key: Sample(tuple(f[key] for f in found)) for key in found[0]}


def peak_mb() -> float:
    """Largest memory this process held so far, MB. Linux keeps its own count; `getrusage` would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (x for x in status.read_text(encoding="ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
