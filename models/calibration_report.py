"""The calibration report: what was fitted, hits and misses alike, left-out scores, rivals, and what the data cannot tell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from typing import Any

import numpy as np

from models import MODEL_VERSION
from models.calibration import check, structures
from models.calibration.fit import (
    EQUAL,
    PATHS,
    REFINED,
    STARTS,
    Note,
    Solution,
    calmest,
    covariance,
    joint,
    silent,
    solutions,
)
from models.calibration.folds import Fold
from models.calibration.free import EPISODES, FREE, STRUCTURAL, Free
from models.calibration.objective import Problem, historical, misses
from models.calibration.profile import ranges
from models.calibration.targets import WITHIN, targets
from models.library import shipped
from models.scenario import World
from models.worlds import flatten

AT_BOUND = 1.02  # a value this close to a bound rests on it
Report = dict[str, Any]


def stored() -> Report:
    """The report that ships with the model."""
    text = resources.files("models").joinpath("calibration.json").read_text(encoding="utf-8")
    data: Report = json.loads(text)
    return data


def specification() -> str:
    """A short hash of what is fitted to what: free numbers with priors, targets and rivals."""
    said = repr((FREE, [targets(name) for name in EPISODES], structures.RIVALS))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def shipped_values() -> Report:
    """Fitted values as the shipped parameters and episodes hold them."""
    out: Report = {}
    default = flatten(World())
    for free in STRUCTURAL:
        value = default[free.path]
        out[free.path] = list(value) if isinstance(value, tuple) else value
    for name in EPISODES:
        own = {f.path for f in FREE if f.episode == name and f.path in default} | {"dealers.capacity_bn"}
        out |= {f"{name}: {path}": flatten(shipped(name))[path] for path in sorted(own)}
    return out


def rows(name: str) -> list[Report]:
    """Each target of an episode as it ships, with what is said about it."""
    told = {t.key: {"title": t.title, "unit": t.unit, "source": t.source, "reason": t.reason} for t in targets(name)}  # fmt: skip
    return [row | told[row["key"]] for row in check.rows(historical(name))]


def shipped_part() -> Report:
    """What can be recomputed in seconds from the shipped worlds alone."""
    return {
        "model_version": MODEL_VERSION,
        "shipped": shipped_values(),
        "episodes": {name: rows(name) for name in EPISODES},
    }


def fitted_part(
    starts: int = STARTS, refined: int = REFINED, workers: int = 1, note: Note = silent
) -> tuple[Report, dict[str, float]]:
    """The joint fit: what the report says of it, and all fitted values."""
    problem = joint(EPISODES)
    fits = solutions(problem, starts, refined, workers=workers, note=note)
    best, paths, equal = calmest(problem, fits)
    note(f"{equal} of equal fit; chosen: cost {best.cost:.2f}, {asdict(paths)}")
    spread = covariance(problem, best.point)
    z = misses(problem, best.point[None])[0]
    part: Report = {
        "specification": specification(),
        "cost": best.cost,
        "within_two": int(np.sum(np.abs(z) <= WITHIN)),
        "count": z.size,
        "lowest_cost": fits[0].cost,
        "starts": starts + 1,
        "refined": len(fits),
        "equal": equal,
        "paths": asdict(paths),
        "free_parameters": len(problem.free),
        "fitted": _fitted(problem, best, spread, workers, note),
        "log_covariance": np.round(spread, 8).tolist(),
    }
    return part, problem.values(best.point)


def _fitted(problem: Problem, best: Solution, spread: Any, workers: int, note: Note) -> list[Report]:
    known = ranges(problem, best, spread, workers, note)
    value = problem.values(best.point)
    return [_fitted_row(f, value[f.name]) | {k: v for k, v in asdict(r).items() if k != "name"} for f, r in zip(problem.free, known, strict=True)]  # fmt: skip


def _fitted_row(f: Free, value: float) -> Report:
    return {
        "name": f.name,
        "value": float(f"{value:.5g}"),
        "prior_centre": f.centre,
        "prior_spread": f.spread,
        "bounds": [f.low, f.high],
        "at_bound": bool(min(value / f.low, f.high / value) < AT_BOUND),
        "prior": f.prior,
    }


def left_out_part(fold: Fold) -> Report:
    """A fold as the report keeps it, with the specification that it was looked at under."""
    return fold.as_json() | {"specification": specification()}


def rival_part(rival: structures.Structure, best: Solution) -> Report:
    """A rival's fit as the report keeps it: hits by episode, all targets and tests alone."""
    problem = rival.problem()
    counted = {}
    for episode in problem.episodes:
        z = misses(Problem((episode,), problem.free, settings=problem.settings), best.point[None])[0]
        tests = [abs(x) <= WITHIN for x, t in zip(z, episode.wanted, strict=True) if t.kind == "test"]
        counted[episode.world.name] = {
            "count": len(z),
            "within_two": int(np.sum(np.abs(z) <= WITHIN)),
            "tests": len(tests),
            "tests_within_two": int(sum(tests)),
        }
    return {
        "name": rival.name,
        "title": rival.title,
        "settings": dict(rival.settings),
        "cost": best.cost,
        "specification": specification(),
        "episodes": counted,
        **spread_part(
            structures.Structure(rival.name, rival.title, rival.settings, (), problem.values(best.point))
        ),
    }


def spread_part(rival: structures.Structure) -> Report:
    """How far a rival's structural values may move: their names and the Gauss-Newton covariance of their logs at its fit."""
    values, problem = rival.values or {}, rival.problem()
    free = tuple(f for f in problem.free if f.name in values)
    whole = covariance(
        Problem(problem.episodes, free, settings=rival.settings), np.log([values[f.name] for f in free])
    )
    structural = [k for k, f in enumerate(free) if f.episode is None]
    return {
        "names": [free[k].name for k in structural],
        "log_covariance": np.round(whole[np.ix_(structural, structural)], 6).tolist(),
    }


# As a document


def as_markdown(data: Report) -> str:
    """The report as a document."""
    parts = [_opening(data), _table_of_scores(data), _fitted_section(data), _rivals_section(data)]
    parts += [_episode_section(name, target_rows, data) for name, target_rows in data["episodes"].items()]
    return "\n".join([*parts, UNKNOWN])


def _opening(data: Report) -> str:
    target_rows = [row for rows in data["episodes"].values() for row in rows]
    paths = data["paths"]
    return f"""# Calibration report

Generated by `backstop calibrate --write`, `--left-out` and `--rivals`. Method of moments on central paths with the policy that was followed; weak log-normal
priors; one structural set for five episodes, and {sum(f.episode is not None for f in FREE)} numbers of single episodes.

{check.hits(target_rows)} of {len(target_rows)} targets are met within two units of noise; a path on which nothing changes meets {check.naive_hits(target_rows)}.
{data["free_parameters"]} numbers are free, each with a prior; the data pin down {sum(f["pinned_down"] for f in data["fitted"])} of them (error below half of the prior's spread).
Yields are left out: they fit by construction.

**Specifications tried.** {_tried(data)}

**Equal fits.** Of {data["starts"]} starts {data["refined"]} were refined; {data["equal"]} ended within {EQUAL:g} of the lowest cost ({data["lowest_cost"]:.1f}). Central
paths cannot tell these apart but random paths can. Chosen is the one whose paths of March 2020 as followed fail least,
stay least at the price floor and lie closest to the central path: a fund group fails in {100 * paths["failing"]:.0f}% of {PATHS} paths, {100 * paths["at_floor"]:.0f}%
are three days running at the floor; peak 10-year dislocation {paths["peak_mean"]:.1f} bp in the mean of paths against {paths["peak_central"]:.1f} on the
central one, forced sales {paths["forced_mean"]:.0f} against {paths["forced_central"]:.0f} $bn.
"""


def _tried(data: Report) -> str:
    tried = data.get("specifications", [])
    rivals = len(data.get("rivals", []))
    text = f"{len(tried)} of this structure so far, and {rivals} rival structures."
    notes = [f"{k}. {t['note']}: cost {t['cost']:.1f}, {t['within_two']} of {t['count']}." for k, t in enumerate(tried, 1)]  # fmt: skip
    return (
        text
        + " Trial versions of this market were scored on the same episodes while its equations were written, so left-out "
        "scores are not blind.\n\n" + "\n".join(notes)
    )


def _share(met: int | None, count: int) -> str:
    return "" if met is None else f"{met} ({100 * met / count:.0f}%)"


def _table_of_scores(data: Report) -> str:
    head = "| episode | targets | within two units | nothing changes | tests | tests, nothing changes | left out | left out, own numbers refitted | left out, drains from public data |"
    lines = ["## Scores", "", head, "|---" * 9 + "|"]
    for name, target_rows in data["episodes"].items():
        tests = [r for r in target_rows if r["kind"] == "test"]
        e = check.scored(name, target_rows, data.get("left_out", {}).get(name))
        left = " | ".join(_share(e[key], e["count"]) for key in check.LEFT_OUT)
        lines.append(
            f"| {name} | {len(target_rows)} | {_share(e['within_two'], len(target_rows))} | {_share(e['naive_within_two'], len(target_rows))} | "
            f"{_share(check.hits(tests), len(tests))} of {len(tests)} | {_share(check.naive_hits(tests), len(tests))} | {left} |"
        )
    return "\n".join([*lines, "", LEFT_OUT_NOTE, ""])


LEFT_OUT_NOTE = """Left out: fitted to the other four episodes, the episode's own numbers at their priors' centres; then with slack and the
price of scarcity (at most two numbers) refitted; then, for the two funding episodes, with the drain of cash built from
public accounts alone (reserves, Treasury's account, settlements). A target of kind *input* is driven by a shock that was
read off its own episode; a *test* is not."""


def _fitted_section(data: Report) -> str:
    lines = ["## Fitted values", "", "| number | fitted | middle 90% | prior centre | prior spread | error | pinned down | prior from |", "|---" * 8 + "|"]  # fmt: skip
    for f in data["fitted"]:
        pinned = "yes" if f["pinned_down"] else "no: the prior speaks"
        lines.append(
            f"| {f['name']} | {f['value']:g} | {f['low']:.3g} to {f['high']:.3g} | {f['prior_centre']:g} | "
            f"{100 * f['prior_spread']:.0f}% | {100 * f['error']:.0f}% | {pinned} | {f['prior']} |"
        )
    bound = [f["name"] for f in data["fitted"] if f["at_bound"]]
    return "\n".join([*lines, "", f"Resting on a bound: {', '.join(bound) or 'none'}.", ""])


def _rivals_section(data: Report) -> str:
    lines = ["## What each structural change buys", "", "Each left out or put otherwise in turn, everything else refitted.", ""]  # fmt: skip
    lines += ["| structure | cost | targets met | " + " | ".join(EPISODES) + " |", "|---" * (3 + len(EPISODES)) + "|"]  # fmt: skip
    base = {name: {"count": len(r), "within_two": check.hits(r)} for name, r in data["episodes"].items()}
    lines.append(_rival_line("as shipped", data["cost"], base))
    lines += [_rival_line(r["title"], r["cost"], r["episodes"]) for r in data.get("rivals", [])]
    return "\n".join([*lines, ""])


def _rival_line(title: str, cost: float, counted: Mapping[str, Report]) -> str:
    met, count = (sum(e[key] for e in counted.values()) for key in ("within_two", "count"))
    each = " | ".join(f"{counted[name]['within_two']} of {counted[name]['count']}" for name in EPISODES)
    return f"| {title} | {cost:.1f} | {met} of {count} | {each} |"


def _episode_section(name: str, target_rows: Sequence[Report], data: Report) -> str:
    met = check.hits(target_rows)
    lines = [
        f"## {shipped(name).title}: {met} hits, {len(target_rows) - met} misses; nothing changes: {check.naive_hits(target_rows)} hits",
        "",
        "| target | kind | unit | data | model | nothing changes | left out | noise | z | | source |",
        "|---" * 11 + "|",
    ]
    left = (data.get("left_out", {}).get(name) or {}).get("none") or {}
    z = left.get("z") if len(left.get("z", [])) == len(target_rows) else None
    for k, r in enumerate(target_rows):
        verdict = "hit" if abs(r["z"]) <= WITHIN else "**miss**"
        out = f"{r['data'] + z[k] * r['noise']:.1f}" if z else ""
        lines.append(
            f"| {r['title']} | {r['kind']} | {r['unit']} | {r['data']:g} | {r['model']:.1f} | {r['naive']:.1f} | {out} | "
            f"{r['noise']:g} | {r['z']:+.1f} | {verdict} | {r['source']} |"
        )
    return "\n".join([*lines, ""])


UNKNOWN = """## What the data cannot tell

- Only March 2020 has forced sales. Nothing else can test the cascade or the pass-through of dealers' charge, and leaving
  March 2020 out leaves nothing that could have taught them.
- Whether what others sold in March 2020 was all urgent (1,360 $bn) or half of what the Fed bought came from investors in no
  hurry (611): the data fix urgent sales less the purchases that relieved somebody, and both fit. Outcomes without action
  differ by more than a factor of two between them; both ship as named structures.
- Among fits that are equal on central paths, failures over random paths range widely; the one that fails least is shipped.
- Values that are not pinned down are held by their priors. Not fitted at all, because yields explain themselves here: the
  duration slope and its stress steepening. Floors of depth, the share of purchases from investors in no hurry, cohorts'
  cushions and calm levels are set, not fitted.
"""
