"""What a comparison costs, known before it is run: path-days, seconds of one processor, and memory.

A run's price goes with paths × days × arms × (a constant and the groups of funds) and, a little, with the parts of its
policies. The figures were measured (`benchmarks/report.md`); they are meant to bound, not to time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import Refused
from models.scenario import World
from models.series import SERIES
from models.simulation import piece
from policy.spec import Policy

BYTES = 8
# Recorded numbers a path-day beside those for each group of funds, of which there are two.
RECORDED = 30 + sum(max(1, len(axis)) for _, _, axis in SERIES.values())
BY_COHORT = 2
SPARE = 1.15  # what scoring and joining hold beside the records
# Seconds of one processor: a path-day, each group of funds in it, and a day of each part of a policy.
PATH_DAY, COHORT, PART_DAY = 3e-6, 1.5e-7, 2e-4
# What one screen may ask for, and what all runs of one server may hold at a time.
RUN_MB, SERVER_MB = 512.0, 640.0
HEAVY_SECONDS = 1.5  # from which a run waits for its turn apart from the others
KEPT_NUMBERS = (
    192  # kept of a path under a policy where runs are scored in pieces, and what counting them holds
)
KEPT_FREE = 0.2  # share of the free memory that the command line leaves alone


@dataclass(frozen=True)
class RunPrice:
    """What one comparison costs."""

    path_days: int
    seconds: float
    memory_mb: float

    @property
    def heavy(self) -> bool:
        """Whether others would notice it."""
        return self.seconds > HEAVY_SECONDS


def price(world: World, policies: Sequence[Policy], paths: int) -> RunPrice:
    """The price of policies (no action among them) on a world."""
    days, cohorts = world.scenario.days, len(world.funds.cohorts)
    path_days = paths * days * len(policies)
    parts = sum(len(p.interventions) for p in policies)
    records = paths * (days + 1) * len(policies) * (RECORDED + BY_COHORT * cohorts) * BYTES
    return RunPrice(
        path_days=path_days,
        seconds=path_days * (PATH_DAY + COHORT * cohorts) + days * parts * PART_DAY,
        memory_mb=SPARE * records / 1e6,
    )


def most_paths(world: World, policies: Sequence[Policy], memory_mb: float) -> int:
    """How many paths fit into some memory."""
    return int(memory_mb / price(world, policies, 1).memory_mb)


def check(world: World, policies: Sequence[Policy], paths: int, memory_mb: float = RUN_MB) -> RunPrice:
    """The price, once it is within bounds. Raises `Refused` with how many paths would be accepted."""
    asked = price(world, policies, paths)
    if asked.memory_mb <= memory_mb:
        return asked
    raise Refused(
        f"{paths:,} paths of {len(policies)} policies over {world.scenario.days} days with {len(world.funds.cohorts)} groups "
        f"of funds would take about {asked.memory_mb:,.0f} MB of memory, and {memory_mb:,.0f} MB are there for a run; "
        f"up to {most_paths(world, policies, memory_mb):,} paths fit"
    )


def free_mb() -> float:
    """Memory that can be taken without harm, MB; infinite where the system does not tell."""
    rooms = [_meminfo(), *(_room(*pair) for pair in _GROUPS)]
    return min(rooms)


_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def _meminfo() -> float:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return float(next(x.split()[1] for x in lines if x.startswith("MemAvailable"))) / 1e3
    except (OSError, ValueError, StopIteration):
        return float("inf")


def _room(limit: str, used: str) -> float:
    """What a container's limit leaves."""
    try:
        most, now = (float(Path(name).read_text(encoding="ascii")) for name in (limit, used))
    except (OSError, ValueError):
        return float("inf")
    return (most - now) / 1e6


def fits(world: World, policies: Sequence[Policy], paths: int) -> bool:
    """Whether the runs fit into the memory that is free now, all paths at a time."""
    return price(world, policies, paths).memory_mb <= _takeable_mb()


def _takeable_mb() -> float:
    return (1 - KEPT_FREE) * free_mb()


def check_free(world: World, policies: Sequence[Policy], paths: int, what: str) -> None:
    """That the runs fit, for `what` needs all paths at a time. Raises `Refused`."""
    try:
        check(world, policies, paths, _takeable_mb())
    except Refused as refusal:
        raise Refused(
            f"{refusal}; outcomes alone are counted in pieces, but {what} needs all paths at a time"
        ) from None


def check_pieces(world: World, policies: Sequence[Policy], paths: int) -> None:
    """That outcomes fit where the runs are scored in pieces. Raises `Refused` with how many paths would be accepted."""
    piece_mb = price(world, policies, min(paths, piece(len(policies)))).memory_mb
    path_mb = len(policies) * KEPT_NUMBERS * BYTES / 1e6
    room_mb = _takeable_mb()
    if piece_mb + paths * path_mb <= room_mb:
        return
    most = int((room_mb - piece_mb) / path_mb)
    offer = f"up to {most:,} paths fit" if most > 0 else "fewer days, policies or groups of funds would fit"
    raise Refused(
        f"the outcomes of {paths:,} paths of {len(policies)} policies would take about {piece_mb + paths * path_mb:,.0f} MB of "
        f"memory, and {room_mb:,.0f} MB are there; {offer}"
    )
