"""The slides of one's own talk: added, moved and removed, each a pure function of the state.

A state without slides of its own has the usual talk: the story's steps, then the comparison on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.errors import Refused, unknown
from models.text import checked
from models.worlds import flatten
from policy.comparison import arms
from policy.spec import Policy
from ui.state.items import CHART_NAMES, STEP_NAMES, KeptScreen, TalkItem
from ui.state.state import LONGEST_NAME, NamedRun, State, with_draws, with_policies

MOST_SLIDES = 24
SCREEN = TalkItem("screen")
USUAL = (*(TalkItem("step", name) for name in STEP_NAMES), SCREEN)


def items(state: State) -> tuple[TalkItem, ...]:
    """The slides of a state's talk."""
    return state.talk or USUAL


def with_item(state: State, item: TalkItem) -> State:
    """One more slide at the end. Raises `Refused`."""
    return with_items(state, (*items(state), item))


def with_items(state: State, slides: Sequence[TalkItem]) -> State:
    """Other slides; the usual ones for none. Raises `Refused`."""
    if len(slides) > MOST_SLIDES:
        raise Refused(
            f"{len(slides)} slides are out of bounds: a talk has at most {MOST_SLIDES}; remove one first"
        )
    for item in slides:
        _check(state, item)
    return replace(state, talk=() if tuple(slides) == USUAL else tuple(slides))


def without_item(state: State, k: int) -> State:
    """One slide less. Raises `Refused` for the last one."""
    slides = items(state)
    if len(slides) == 1:
        raise Refused("the last slide cannot be removed: a talk needs at least one; add another first")
    return with_items(state, (*slides[:k], *slides[k + 1 :]))


def moved_item(state: State, k: int, by: int) -> State:
    """A slide earlier or later by so many places; never beyond the ends."""
    slides = list(items(state))
    to = min(max(k + by, 0), len(slides) - 1)
    slides.insert(to, slides.pop(k))
    return with_items(state, slides)


def usual(state: State) -> State:
    """The usual talk again."""
    return replace(state, talk=())


def kept_item(state: State, name: str, chart: str = "") -> TalkItem:
    """The comparison on the screen as it is now, which later changes leave alone."""
    return TalkItem(
        "comparison", name, chart, kept=KeptScreen(state.world, state.policies, state.seed, state.paths)
    )


def run_item(run: NamedRun) -> TalkItem:
    """A kept run beside no action."""
    return TalkItem(
        "comparison", run.name, kept=KeptScreen(run.world, arms([run.policy]), run.seed, run.paths)
    )


def board_item(state: State, policies: Sequence[Policy], name: str) -> TalkItem:
    """Policies of a room's board on its screen. Raises `Refused`."""
    return kept_item(with_policies(state, arms(policies)), name)


def screen_of(state: State, item: TalkItem) -> State:
    """The state whose comparison a slide shows."""
    if item.kept is None:
        return state
    kept = item.kept
    return replace(state, world=kept.world, policies=kept.policies, seed=kept.seed, paths=kept.paths)


def _check(state: State, item: TalkItem) -> None:
    """Raises `Refused` for a slide that could not be shown."""
    if item.shows == "step":
        if item.name not in STEP_NAMES:
            raise unknown("step of the story", item.name, list(STEP_NAMES))
        return
    if item.chart and item.chart not in CHART_NAMES:
        raise unknown("chart", item.chart, list(CHART_NAMES))
    if item.lever and not isinstance(flatten(state.world).get(item.lever), float):
        raise Refused(f"lever {item.lever!r} is refused: it is no number of this world")
    if item.kept is not None:
        checked("a slide's title", item.name, LONGEST_NAME, 1)
        alone = replace(state, world=item.kept.world, policies=arms([]))
        with_policies(with_draws(alone, item.kept.seed, item.kept.paths), item.kept.policies)
