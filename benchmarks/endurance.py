"""For as long as it is told: random worlds under random policies with their accounts checked, documents and links mutated,
sweeps killed. The report says how many of each, how long, and what failed.

    python benchmarks/endurance.py [--minutes 10] [--pairs N] [--workers 2] [--seed 1] [--out benchmarks/endurance.md]

With `--pairs` nearly all of the time is for pairs of world and policy, and they end once so many are done. Pairs that share a
calendar run side by side, and the policies of a world on the same shocks, which is what makes a million of them fit in an
hour; every world passes validation like any other. How far it has come is told once a minute.
"""

from __future__ import annotations

import argparse
import base64
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import typing
import warnings
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from measure import load

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from models import accounts, shocks  # noqa: E402
from models.errors import Refused  # noqa: E402
from models.library import SHIPPED, shipped  # noqa: E402
from models.parameters.base import Frozen  # noqa: E402
from models.parameters.funds import Cohort  # noqa: E402
from models.scenario import GROUPS, SHOCKS, World, largest_scale  # noqa: E402
from models.simulation import Run, run_columns  # noqa: E402
from models.stack import stack  # noqa: E402
from models.worlds import replace  # noqa: E402
from policy.comparison import NONE  # noqa: E402
from policy.interventions import REGISTRY  # noqa: E402
from policy.spec import Policy, build_intervention, policy  # noqa: E402

WORLDS, POLICIES = 32, 8  # side by side; a column each
TOGETHER = {"funds.scale", "funds.size", "dealers.capacity_bn"}
# Daily value of each shock at its worst, in its own unit; 1 and -0.5 for one that is new.
WORST = {
    "client_financing": (-300, 1500), "basis_shock": (-150, 500), "desired_longs": (-400, 800), "money_fund_run": (0, 2500),
    "margin_step": (-0.5, 2), "auction_withdrawal": (-0.3, 0.8), "fundamentals": (-150, 150), "swap_spread_shock": (-40, 80),
    "off_the_run_shock": (-30, 60), "real_money_sales": (-100, 300),
}  # fmt: skip


@dataclass
class Found:
    """What came of some work."""

    worlds: int = 0
    pairs: int = 0
    refused: int = 0
    apart: int = 0
    residual: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.worlds += other.worlds
        self.pairs += other.pairs
        self.refused += other.refused
        self.apart += other.apart
        self.residual = max(self.residual, other.residual)
        self.failures += other.failures


# Random worlds and policies


def scalars() -> dict[str, tuple[float, float]]:
    """Dotted name and bounds of every documented number of a world's groups."""
    found = {}
    for group in GROUPS:
        kind: type[Frozen] = World.model_fields[group].annotation
        for name, info in kind.model_fields.items():
            extra = info.json_schema_extra
            about = extra.get("parameter") if isinstance(extra, dict) else None
            if about and info.annotation is float and f"{group}.{name}" not in TOGETHER:
                found[f"{group}.{name}"] = (about["low"], about["high"])
    return found


SCALARS = scalars()
MIXES = [name for name in type(World().wedges).model_fields if name.endswith("_mix")]


def shares(draw: random.Random, count: int) -> tuple[float, ...]:
    weights = [draw.randint(0, 8) for _ in range(count)]
    weights[draw.randrange(count)] += 1
    return tuple(w / sum(weights) for w in weights)


def family(draw: random.Random) -> World:
    """What worlds side by side share: calendar, auctions, opening yields, mixes and groups of funds."""
    days = draw.randint(5, 30)
    cohorts = tuple(
        Cohort(
            name=f"Fund {k}",
            equity_bn=draw.uniform(0.5, 40),
            leverage=draw.uniform(1, 60),
            mix=shares(draw, 3),
        )
        for k in range(draw.randint(1, 6))
    )
    auctions = [
        {"day": draw.randint(1, days), "tenor_years": 10.0, "size_bn": draw.uniform(1, 150)}
        for _ in range(draw.randint(0, 3))
    ]
    changes = {
        "scenario.days": days, "scenario.days_to_delivery": draw.randint(1, 60), "scenario.auctions": auctions,
        "scenario.opening_yields_pct": tuple(draw.uniform(-2, 12) for _ in range(4)), "funds.cohorts": cohorts,
        "funds.scale": 1e-3, "dealers.capacity_bn": 5000.0,
        **{f"wedges.{name}": shares(draw, 4) for name in MIXES},
    }  # fmt: skip
    return replace(World(), changes)


def shock(draw: random.Random, name: str, days: int) -> dict[str, Any]:
    low, high = WORST.get(name, (-0.5, 1.0))
    when = sorted(draw.sample(range(days + 1), draw.randint(1, 3)))
    return {
        f"scenario.{name}.knots": tuple((day, draw.uniform(low, high)) for day in when),
        f"scenario.{name}.severity_sd": draw.choice([0.0, 0.3, 1.0]),
        f"scenario.{name}.noise_sd": draw.choice([0.0, 0.02, 0.1]) * min(high - low, 200),
    }


def world_of(draw: random.Random, base: World) -> World:
    """A world of a family: any numbers within their bounds, any shocks, as levered as validation allows."""
    changes: dict[str, Any] = {
        name: draw.choice((low, high)) if draw.random() < 0.1 else draw.uniform(low, high)
        for name, (low, high) in SCALARS.items()
        if draw.random() < 0.3
    }
    for name in draw.sample(SHOCKS, draw.randint(0, 6)):
        changes |= shock(draw, name, base.scenario.days)
    changes["funds.size"] = draw.uniform(0.05, 4)
    unlevered = replace(base, changes)
    room, _ = largest_scale(unlevered)
    return replace(unlevered, {"funds.scale": draw.uniform(0.1, 0.999) * min(room, 4.0)})


def policy_of(draw: random.Random) -> Policy:
    """One to three interventions with any of their numbers anywhere within bounds, begun at once or by their trigger."""
    while True:
        try:
            return policy(
                [intervention(draw, kind) for kind in draw.sample(REGISTRY[1:], draw.randint(1, 3))]
            )
        except Refused:
            continue


def intervention(draw: random.Random, kind: Any) -> Any:
    settings: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        low = next((m.ge for m in info.metadata if hasattr(m, "ge")), None)
        high = next((m.le for m in info.metadata if hasattr(m, "le")), None)
        if low is None or high is None or draw.random() < 0.5:
            continue
        if info.annotation is float:
            settings[name] = draw.uniform(low, high)
        elif info.annotation is int:
            settings[name] = draw.randint(int(low), int(high))
    if "start" in kind.model_fields and draw.random() < 0.7:
        settings["start"] = "1990-01-01"
    return build_intervention(kind.name, settings)


# Worlds side by side


def side_by_side(seed: int) -> Found:
    """A family of worlds under no action and some policies, a path each: finite everywhere, accounts in balance."""
    draw, found = random.Random(seed), Found()
    try:
        with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
            warnings.simplefilter("error")
            _checked(draw, found, seed)
    except Exception as error:
        found.failures.append(f"seed {seed}: {type(error).__name__}: {error}")
    return found


def _checked(draw: random.Random, found: Found, seed: int) -> None:
    base = family(draw)
    worlds = []
    for _ in range(WORLDS):
        try:
            worlds.append(world_of(draw, base))
        except Refused:
            found.refused += 1
    arms = [NONE, *(policy_of(draw) for _ in range(POLICIES - 1))]
    pairs = [
        [(k, w) for k, w in enumerate(_prepared(world, arm, base, found) for world in worlds) if w]
        for arm in arms
    ]
    arms, pairs = [a for a, own in zip(arms, pairs, strict=True) if own], [own for own in pairs if own]
    flat = [w for own in pairs for _, w in own]
    if not flat:
        return
    drawn = [shocks.draw(w.scenario, seed, k, 1) for k, w in enumerate(worlds)]
    met = [drawn[k] for own in pairs for k, _ in own]
    wide = shocks.Shocks(**{n: np.concatenate([getattr(d, n) for d in met], axis=-1) for n in SHOCKS})
    columns = np.arange(len(flat))
    records = run_columns(stack(flat, columns), wide, [a.orders for a in arms], [len(own) for own in pairs])
    bad = [name for name, values in records.items() if not np.isfinite(values).all()]
    if bad:
        found.failures.append(f"seed {seed}: not finite: {', '.join(bad)}")
    found.residual = max(found.residual, accounts.residuals(Run(together(flat), records)))
    found.worlds += len(worlds)
    found.pairs += len(flat)


def _prepared(world: World, arm: Policy, base: World, found: Found) -> World | None:
    """The world as a policy's rules leave it, where it can stand beside the others."""
    try:
        made = arm.prepare(world)
    except Refused:
        found.refused += 1
        return None
    alike = made.scenario.days == base.scenario.days and len(made.funds.cohorts) == len(base.funds.cohorts)
    if alike and made.funds.cohorts == base.funds.cohorts:
        return made
    found.apart += 1
    return None


def together(worlds: list[World]) -> Any:
    """Worlds as one, for the accounts: what is a number in one is a number for each column here."""
    first = worlds[0]
    groups = {name: SimpleNamespace(**_stacked([getattr(w, name) for w in worlds])) for name in GROUPS}
    return SimpleNamespace(**groups, scenario=first.scenario)


def _stacked(groups: list[Frozen]) -> dict[str, Any]:
    first = groups[0]
    values = {name: [getattr(g, name) for g in groups] for name in type(first).model_fields}
    return {name: np.array(own) if isinstance(own[0], float) else own[0] for name, own in values.items()}


def many(seeds: list[int]) -> Found:
    """Several families, for a worker."""
    found = Found()
    for seed in seeds:
        found.add(side_by_side(seed))
    return found


def worlds_for(seconds: float, pairs: int, workers: int, seed: int) -> Found:
    """Families until the time is over or so many pairs are done (0: as many as the time allows)."""
    from policy.studies.executors import finished, processes

    found, began, told = Found(), time.monotonic(), 0
    until = began + seconds

    def coming() -> typing.Iterator[list[int]]:
        at = seed * 10**9
        while time.monotonic() < until and (not pairs or found.pairs < pairs):
            yield list(range(at, at + 20))
            at += 20

    with processes(workers)() as pool:
        for one in finished(pool, many, coming()):
            if one.result is None:
                found.failures.append(str(one.error))
            else:
                found.add(one.result)
            took = time.monotonic() - began
            if took >= 60 * (told + 1):
                told = int(took / 60)
                note = f"{told} min: {found.pairs:,} pairs, residual {found.residual:.1e} $bn, {len(found.failures)} failures"
                print(note, file=sys.stderr, flush=True)
    return found


# Documents and links


def state_of(draw: random.Random) -> Any:
    from ui.state import runs
    from ui.state import state as s

    world = shipped(draw.choice(SHIPPED))
    state = s.State(world, s.usual_policies(world), seed=draw.randint(0, 9))
    for _ in range(draw.randint(0, 3)):
        try:
            state = s.with_policies(state, [*state.policies, policy_of(draw)])
            state = runs.keep_run(state, draw.randrange(len(state.policies)), f"run {draw.random()}")
        except Refused:
            continue
    return state


PIECES = (
    "=",
    ".",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    ",",
    "\n",
    "nan",
    "inf",
    "-1e999",
    "9" * 50,
    "\x00",
    "\u202e",
    "a.b.c",
    "[[runs]]\n",
    "true",
)


def mutated(draw: random.Random, text: str) -> str:
    """A text with a few places changed, cut, doubled or filled with what parsers dislike."""
    for _ in range(draw.randint(1, 6)):
        at, to = sorted((draw.randrange(len(text) + 1), draw.randrange(len(text) + 1)))
        to = min(to, at + draw.choice((0, 1, 8, 200)))
        text = (
            text[:at]
            + draw.choice(("", text[at:to] * 2, draw.choice(PIECES), chr(draw.randrange(0x3000))))
            + text[to:]
        )
    return text


def documents_for(seconds: float, seed: int) -> tuple[int, list[str]]:
    """Mutated documents: each is read in part, or refused."""
    from ui.state import document

    draw, count, failures, until = random.Random(seed), 0, [], time.monotonic() + seconds
    while time.monotonic() < until:
        text = document.to_toml(state_of(draw))
        for _ in range(40):
            bad = mutated(draw, text)
            count += 1
            try:
                document.from_toml(bad)
            except Refused:
                pass
            except Exception as error:
                failures.append(f"document: {type(error).__name__}: {error}")
    return count, failures


def links_for(seconds: float, seed: int) -> tuple[int, list[str]]:
    """Mutated links, and links with a right checksum around mutated documents."""
    from ui.state import document, link

    draw, count, failures, until = random.Random(seed), 0, [], time.monotonic() + seconds
    while time.monotonic() < until:
        state = state_of(draw)
        whole, text = link.pack(state), document.to_toml(state)
        for k in range(40):
            bad = mutated(draw, whole) if k % 2 else packed(mutated(draw, text))
            count += 1
            try:
                link.unpack(bad)
            except Refused:
                pass
            except Exception as error:
                failures.append(f"link: {type(error).__name__}: {error}")
    return count, failures


def packed(text: str) -> str:
    """A link's parameter around any text, as somebody with ill intent would make it."""
    body = zlib.compress(text.encode("utf-8", "replace"), 9, wbits=-15)
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


# Kills

EXPERIMENT = """
episode = "calm"
policies = ["repo"]
paths = 8
metrics = ["take_up_bn"]
[[axis]]
parameter = "funds.scale"
linspace = { from = 0.5, to = 1.0, count = 32 }
"""


def kills_for(seconds: float, seed: int) -> tuple[int, list[str]]:
    """Sweeps killed at any moment and begun again, until the file is there: it is that of one nobody disturbed."""
    draw, count, failures, until = random.Random(seed), 0, [], time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "e.toml"
        file.write_text(EXPERIMENT, encoding="utf-8")
        whole = Path(folder) / "whole.parquet"
        _swept(file, whole, None)
        while time.monotonic() < until:
            out = Path(folder) / f"r{count}.parquet"
            while not out.exists() and time.monotonic() < until + 60:
                count += _swept(file, out, draw.uniform(0.3, 4.0))
            if out.exists() and out.read_bytes() != whole.read_bytes():
                failures.append(f"kill {count}: the file differs")
            out.unlink(missing_ok=True)
    return count, failures


def _swept(file: Path, out: Path, after: float | None) -> int:
    """Runs a sweep, killed after some seconds; whether it was killed."""
    command = [sys.executable, "-m", "ui.cli.main", "sweep", str(file), "--out", str(out), "--serial"]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        running.wait(after)
        return 0
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return 1


# The report


def report(asked: argparse.Namespace) -> tuple[str, bool]:
    """Everything in turn, and the page about it; whether nothing failed."""
    total = 60 * asked.minutes
    share = 0.94 if asked.pairs else 0.6
    rest = (1 - share) * total / 3
    began = time.monotonic()
    found = worlds_for(share * total, asked.pairs, asked.workers, asked.seed)
    took = time.monotonic() - began
    documents, wrong = documents_for(rest, asked.seed)
    links, wrong_links = links_for(rest, asked.seed)
    kills, wrong_kills = kills_for(rest, asked.seed) if hasattr(signal, "SIGKILL") else (0, [])
    failures = [*found.failures, *wrong, *wrong_links, *wrong_kills]
    lines = [
        "# Endurance",
        "",
        f"`python benchmarks/endurance.py {' '.join(sys.argv[1:])}`, {asked.workers} processes, seed {asked.seed}; "
        f"{load()}.",
        "",
        f"- **Worlds × policies**: {found.pairs:,} pairs of {found.worlds:,} random worlds in {took:.0f} seconds, "
        f"{found.pairs / took:.0f} a second; {found.refused:,} more were refused by validation, and {found.apart:,} are not among "
        "them because a rule of their policy changes the funds, so that they cannot stand beside the others. Largest residual of the "
        f"accounts: {found.residual:.1e} $bn. Every series finite, every warning an error.",
        f"- **Documents mutated**: {documents:,} in {rest:.0f} seconds.",
        f"- **Links mutated**: {links:,} in {rest:.0f} seconds.",
        f"- **Sweeps killed**: {kills:,} in {rest:.0f} seconds; every file finished afterwards was compared with one of an undisturbed sweep.",
        f"- **Failures**: {len(failures)}.",
        *(f"  - {line[:300]}" for line in failures[:20]),
        "",
    ]
    return "\n".join(lines), not failures


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    text, well = report(asked)
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
