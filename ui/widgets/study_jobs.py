"""Points of studies that a session has finished, and how the missing ones are run: here, or by the server's workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import streamlit as st

from models.stack import Array
from policy.studies.evaluation import Evaluator, Kept, Note, Study, worked
from policy.studies.executors import Stopped
from ui.widgets.boxes import plain
from ui.widgets.jobs import Job, Key, drop_workers, workers

POINTS = "explore.points"
MOST_STUDIES = 6
SECONDS = 8e-6  # a path-day of one policy on one core, as measured
WORTH_WORKERS = 3.0  # seconds from which sending points to other processes pays
BATCH = 2048  # columns of one batch


def remembered(key: str, options: Sequence[Any], first: Any) -> Any:
    """What somebody chose before, where it is still on offer."""
    value = st.session_state.get(key, first)
    return value if value in options else first


class Named(Protocol):
    """A study whose name stands for all its inputs but the points."""

    @property
    def name(self) -> str: ...


def points_of(study: Named, kind: str) -> Kept:
    """This session's finished points of a study, kept for exactly its inputs; studies not used for long are forgotten."""
    name = f"{study.name}.{kind}"
    store: dict[str, Kept] = st.session_state.setdefault(POINTS, {})
    points = store.pop(name, {})
    store[name] = points
    while len(store) > MOST_STUDIES:
        store.pop(next(iter(store)))
    return points


def progress(study: Named, kind: str, points: Array) -> tuple[int, int]:
    """How many different points are not finished, and how many are."""
    wanted = {row.tobytes() for row in points}
    left = len(wanted - points_of(study, kind).keys())
    return left, len(wanted) - left


def seconds(study: Study, count: int) -> float:
    """About how long points take on one core."""
    return 0.1 + SECONDS * count * len(study.policies) * study.paths * study.world.scenario.days


def about(study: Study, count: int) -> str:
    """What a click costs, in words."""
    time = seconds(study, count)
    length = (
        f"{max(1, round(time))} second{'s' if time >= 1.5 else ''}"
        if time < 90
        else f"{round(time / 60)} minutes"
    )
    return plain(
        f"{count} points of {study.paths} paths: about {length} on one core. It can be stopped, and goes on where it was."
    )


def evaluator(
    study: Study, kind: str, note: Note | None = None, phase: str = "running the model"
) -> Evaluator:
    """The study as a function of points that fills the session's store, here and now."""
    size = max(1, BATCH // (len(study.policies) * study.paths))
    working = Evaluator(worked(study, kind), points_of(study, kind), size=size, phase=phase)
    return working if note is None else Evaluator(working.work, working.kept, None, size, note, phase)


def fill(study: Study, kind: str, points: Array, phase: str, note: Note) -> None:
    """Run the missing points, by the server's workers where that pays; if these go away, here. `note` may end the script."""
    working = evaluator(study, kind, note, phase)
    if seconds(study, progress(study, kind, points)[0]) >= WORTH_WORKERS:
        try:
            note(0.0, "starting workers")
            Evaluator(working.work, working.kept, workers(), working.size, note, phase)(points)
            return
        except Stopped:
            drop_workers()
    working(points)


def offer(job: Job, key: Key, text: str, hint: str, done: int) -> None:
    """What stands where the result will be: one click, what it costs, what is finished already, and what was refused."""
    stopped = (
        f"Stopped. {done} points are finished and kept; going on starts from there." if done else "Stopped."
    )
    job.button(key, "Go on" if done and job.stopped(key) else text, hint, plain(stopped))
    job.show_refusal(key)
