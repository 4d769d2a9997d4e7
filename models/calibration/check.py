"""What ships against history: every target with the model's value and what would be read if nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models import MODEL_VERSION
from models.calibration.fit import refine
from models.calibration.folds import MOST_OWN
from models.calibration.free import EPISODES, SCARCITY, SLACK, Free, trial
from models.calibration.objective import Episode, Problem, central_records, evaluate, historical
from models.calibration.targets import WITHIN, Target, check_readable, read_targets, targets
from models.errors import Refused, unknown
from models.library import load
from models.scenario import SHOCKS, World
from models.worlds import flatten

EPISODE_NEEDS = 0.85
ALL_NEED = 112 / 122
LEFT_OUT = ("left_out_within_two", "left_out_own_within_two", "left_out_public_within_two")
KINDS = ("none", "own", "public")


def rows(episode: Episode) -> list[dict[str, Any]]:
    """Each target with its kind, data, the model's value, what nothing-changes gives, noise and distance."""
    model, naive = evaluate(episode.world, episode.wanted)
    return [_row(t, float(m), float(n)) for t, m, n in zip(episode.wanted, model, naive, strict=True)]


def _row(t: Target, model: float, naive: float) -> dict[str, Any]:
    z = (model - t.value) / t.noise
    return {"key": t.key, "kind": t.kind, "data": t.value, "model": model, "naive": naive, "noise": t.noise, "z": z}  # fmt: skip


def hits(found: Sequence[Mapping[str, Any]]) -> int:
    """Targets within two units of noise."""
    return sum(abs(row["z"]) <= WITHIN for row in found)


def naive_hits(found: Sequence[Mapping[str, Any]]) -> int:
    """Targets that a path on which nothing changes meets too."""
    return sum(abs(row["naive"] - row["data"]) <= WITHIN * row["noise"] for row in found)


def scored(name: str, found: list[dict[str, Any]], left_out: Mapping[str, Any] | None) -> dict[str, Any]:
    """An episode's rows with its counts; left-out ones from the stored folds, nothing where there is none."""
    folds = left_out or {}
    counts = {key: (folds.get(kind) or {}).get("within_two") for key, kind in zip(LEFT_OUT, KINDS, strict=True)}  # fmt: skip
    return {
        "episode": name,
        "targets": found,
        "count": len(found),
        "within_two": hits(found),
        "naive_within_two": naive_hits(found),
        **counts,
    }


def shipped_scores(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The five episodes as they ship, with left-out counts of the stored report."""
    folds = stored.get("left_out", {})
    return _report([scored(name, rows(historical(name)), folds.get(name)) for name in EPISODES])


def own_scores(episode: str, targets_file: str | None, own: Sequence[str]) -> dict[str, Any]:
    """A user's own episode against the shipped structure, at most two of its own numbers refitted. Raises `Refused`."""
    world = load(episode)
    if targets_file is not None:
        wanted = read_targets(Path(targets_file), world)
    elif episode in EPISODES:
        wanted = targets(episode)
    else:
        raise Refused(f"--episode {episode} needs --targets FILE: only {', '.join(EPISODES)} have targets")
    check_readable(wanted, central_records([world]))
    found = Episode(world, wanted)
    free = own_numbers(world, own)
    if free:
        found = Episode(_refitted(found, free), wanted)
    made = scored(world.name, rows(found), None)
    return _report([made]) | {"own": {f.path: _value(found.world, f.path) for f in free}}


def _report(episodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"model_version": MODEL_VERSION, "episodes": episodes}


def passes(scores: Mapping[str, Any]) -> bool:
    """Whether each episode, and where all five are there all together, meet the share of targets that is asked."""
    episodes = scores["episodes"]
    each = all(e["within_two"] >= EPISODE_NEEDS * e["count"] for e in episodes)
    met, count = (sum(e[key] for e in episodes) for key in ("within_two", "count"))
    return each and (len(episodes) < len(EPISODES) or met >= ALL_NEED * count)


def own_numbers(world: World, names: Sequence[str]) -> tuple[Free, ...]:
    """Numbers of an episode's own that may be refitted, from where its file has them. Raises `Refused`."""
    if len(set(names)) > MOST_OWN:
        raise Refused(
            f"--own takes at most {MOST_OWN} numbers, not {len(set(names))}: with more, any episode fits"
        )
    sizes = [f"scenario.{s}.size" for s in SHOCKS if getattr(world.scenario, s).knots]
    allowed = [SLACK, SCARCITY, *sizes]
    return tuple(_own_number(world, name, allowed) for name in dict.fromkeys(names))


def _own_number(world: World, name: str, allowed: list[str]) -> Free:
    if name not in allowed:
        if name in flatten(world):
            raise Refused(
                f"--own {name} is refused: it is not a number of an episode's own; one of {', '.join(allowed)}"
            )
        raise unknown("number", name, allowed)
    own = f"{world.name}: {name}"
    if name == SLACK:
        return Free(own, 1, 4000, max(world.funding.slack_bn, 10.0), 0.7, "the file's value")
    if name == SCARCITY:
        shared = World().funding.scarcity_bp
        return Free(own, 0.05, 20, max(world.funding.scarcity_bp / shared, 0.06), 0.7, "the file's value")
    return Free(own, 0.1, 5, min(max(_value(world, name), 0.11), 4.9), 0.5, "the file's value")


def _refitted(episode: Episode, free: tuple[Free, ...]) -> World:
    import numpy as np

    problem = Problem((episode,), free)
    found = refine(problem, np.log([f.centre for f in free]))
    return trial(episode.world, problem.values(found.point))


def _value(world: World, name: str) -> Any:
    return flatten(world)[name]


def as_text(scores: Mapping[str, Any], named: Mapping[str, Target] | None = None) -> str:
    """The scores as a table to read: hits and misses alike, nothing-changes beside."""
    return "\n".join(line for e in scores["episodes"] for line in _lines(e)) + "\n"


def _lines(e: Mapping[str, Any]) -> list[str]:
    head = f"{e['episode']}: {e['within_two']} of {e['count']} within two units of noise; nothing-changes {e['naive_within_two']}"
    told = {"none": "left out", "own": "left out, own numbers refitted", "public": "left out, public drains"}
    known = [(told[kind], e[key]) for key, kind in zip(LEFT_OUT, KINDS, strict=True) if e[key] is not None]
    lines = [head + "".join(f"; {text} {count}" for text, count in known)]
    lines += [f"  {'target':34}{'kind':>6}{'data':>9}{'model':>9}{'naive':>9}{'noise':>8}{'z':>7}"]
    return lines + [
        f"  {r['key']:34}{r['kind']:>6}{r['data']:9.1f}{r['model']:9.1f}{r['naive']:9.1f}{r['noise']:8.1f}{r['z']:+7.1f}"
        + ("" if abs(r["z"]) <= WITHIN else "  miss")
        for r in e["targets"]
    ]
