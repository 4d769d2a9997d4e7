"""Common mistakes in reading the sandbox: what is wrong, what to do instead, and a screen on which it can be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models import series
from models.library import shipped
from models.worlds import replace as changed_world
from policy.outcomes.scorecard import (
    FORCED_SALES,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.summary import Summary
from policy.spec import parse_policy
from ui.comparison import unused
from ui.state import state as s
from ui.state.state import State

PEAK, TAIL = PEAK_DISLOCATION.key, TAXPAYER_TAIL.key


@dataclass(frozen=True)
class Mistake:
    """A mistake. The screen is a shipped world, changes of it, policies as specs (the usual ones if none) and paths.

    `look` says where to look on the screen; `seen` is whether the run shows it, which tests hold.
    """

    name: str
    title: str
    wrong: str
    instead: str
    look: str
    world: str
    seen: Callable[[Summary], bool]
    policies: tuple[str, ...] = ()
    paths: int = 256
    changes: Mapping[str, Any] = field(default_factory=dict)


def screen(state: State, mistake: Mistake) -> State:
    """A user's state with the mistake's screen; seed, view and kept runs stay. Raises `Refused`."""
    world = changed_world(shipped(mistake.world), dict(mistake.changes))
    chosen = [parse_policy(spec) for spec in mistake.policies] or s.usual_policies(world)
    return s.with_policies(replace(state, world=world, paths=mistake.paths), chosen)


def _means(summary: Summary, key: str) -> list[float]:
    return [outcome.means[key] for outcome in summary.outcomes]


def _median_peak(summary: Summary, k: int) -> float:
    return float(summary.outcomes[k].bands[series.DISLOCATION][1][:, 2].max())


def _levels(summary: Summary) -> bool:
    peaks = _means(summary, PEAK)
    return peaks[0] < 28 and all(peaks[k] < 0.67 * peaks[0] for k in (1, 3))


def _only_cash_helps(summary: Summary) -> bool:
    sold = _means(summary, FORCED_SALES.key)
    return sold[2] < 0.1 * sold[0] and all(sold[k] > 0.9 * sold[0] for k in (1, 3))


def _sums(summary: Summary) -> bool:
    peaks = _means(summary, PEAK)
    falls = [peaks[0] - peak for peak in peaks]
    return falls[3] < 0.75 * (falls[1] + falls[2])


def _all_best(summary: Summary) -> bool:
    peaks, easing, tail = (
        _means(summary, PEAK),
        _means(summary, UNINTENDED_EASING.key),
        _means(summary, TAIL),
    )
    spared = [cell.value for cell in summary.cells[LOSSES_SPARED.key]]
    return peaks[2] == min(peaks) and easing[2] == 0 and tail[2] < 1 and spared[2] == max(spared)


MISTAKES = (
    Mistake(
        "levels",
        "Reading levels as predictions",
        "“The dislocation will peak at exactly this level.” Nobody knows that. How steeply dealers' charge rises as their balance "
        "sheets fill is hardly known, and the level hangs on it.",
        "Read differences between policies on the same shocks, and ask at which assumption they change sign.",
        "With a steepness of 9, not 12.7, which the data allow too, every peak is a good deal lower. Outright purchases and the "
        "auction still take off a third or more.",
        "crowded",
        _levels,
        changes={"dealers.steepness": 9.0},
    ),
    Mistake(
        "triggers",
        "Comparing policies that start at different times",
        "A policy that starts late looks weak whatever it does. The difference is then the trigger's, not the tool's.",
        "Compare at the same trigger and the same daily pace, then change the trigger alone.",
        "The late auction waits until the 10-year has been 25 bp dislocated for five days. By then it hardly changes anything.",
        "crowded",
        lambda summary: abs(_means(summary, PEAK)[2] - _means(summary, PEAK)[0]) < 3,
        ("none", "outright", "Late auction=hedged-auction:start=dislocation_10y_bp.above.25.for.5"),
    ),
    Mistake(
        "averages",
        "Mixing up means, medians and tails",
        "The cards show means over paths, the lines show medians by day. Where some paths spiral and others do not, the two "
        "differ a lot, and neither says how bad it can get.",
        "Say which one you quote. For risk, look at the 5 to 95% band and at the mean of the worst 5%.",
        "Under the faster purchases the card's mean peak is well above the highest point of the median line; the band shows why.",
        "march_2020",
        lambda summary: _means(summary, PEAK)[1] - _median_peak(summary, 1) > 5,
        ("none", "Faster purchases=outright:pace_bn=60,total_bn=700"),
    ),
    Mistake(
        "calm",
        "Taking no action for calm",
        "No action is the crisis with the Fed staying out. A policy that makes no difference to it has not kept the market calm.",
        "Use no action as the yardstick for policies, and the episode “Calm” as the yardstick for no action.",
        "Nobody acts here, and dislocation, forced sales and dealers' balance sheets are all far from normal.",
        "crowded",
        lambda summary: (
            _means(summary, PEAK)[0] > 20
            and _means(summary, FORCED_SALES.key)[0] > 100
            and _means(summary, PEAK_DEALER_USE.key)[0] > 95
        ),
        ("none",),
    ),
    Mistake(
        "profit",
        "Counting the taxpayer's expected gain as free money",
        "Outright purchases have a positive mean, because bonds bought cheap come back. Buy twice as much and the mean falls, since the "
        "last bonds are bought when prices have mended; the loss in the tail doubles.",
        "Read the expected result and the 5% tail together, and per dollar used on the page Who pays.",
        "The larger programme has the smaller mean and about twice the tail.",
        "crowded",
        lambda summary: (
            0 < _means(summary, TAXPAYER_MEAN.key)[2] < _means(summary, TAXPAYER_MEAN.key)[1]
            and _means(summary, TAIL)[2] > 1.8 * _means(summary, TAIL)[1]
        ),
        ("none", "outright", "Twice as much=outright:pace_bn=60,total_bn=1000"),
    ),
    Mistake(
        "noise",
        "Seeing a winner within noise",
        "With few paths the luck of the draw is as large as the gap between two good policies.",
        "Trust best and worst only where they are marked, read the interval under each figure, and raise the number of paths.",
        "With 16 paths nobody is marked best on dislocation, though the figures differ.",
        "crowded",
        lambda summary: (
            not any(cell.mark == "best" for cell in summary.cells[PEAK]) and not summary.rivals[PEAK].clear
        ),
        ("none", "outright", "hedged-auction"),
        16,
    ),
    Mistake(
        "hazard",
        "Forgetting what funds learn",
        "The cards count one crisis with today's positions. A policy that wins on every card may teach funds to borrow more.",
        "After the sandbox open Who pays: it lets funds expect the policy and counts what that costs, under assumptions you can change.",
        "The early and cheap auction looks best on every card, and it is also the one that spares funds most.",
        "crowded",
        _all_best,
        ("none", "outright", "Early and cheap=hedged-auction:start=dislocation_10y_bp.above.2.for.1,penalty_bp=0"),
    ),
    Mistake(
        "world",
        "Taking one world for the world",
        "A ranking belongs to what binds in that world. The tool that is useless in one crisis can be the best in another.",
        "Try at least a crisis of cash and a crisis of balance sheet before you say which tool is best.",
        "In this run on repo funding the facility spares funds nearly all sales and no other policy spares any to speak of. In the "
        "crowded world it is the facility that hardly changes anything.",
        "funding_run",
        _only_cash_helps,
    ),
    Mistake(
        "idle",
        "Thinking that a policy which did nothing is broken",
        "“The auction bought nothing, so there is a bug.” A policy that asks for a discount buys only where there is one.",
        "Read the line that begins “nothing happened, because”: it has the numbers on both sides.",
        "Deliverable bonds stay liquid in Kahn's world: the vehicle is open from the second day, and never finds its discount.",
        "kahn",
        lambda summary: any("never reached the penalty" in line for line in unused.nothing_happened(summary)),
        ("none", "repo", "hedged-auction:start=2026-09-02"),
    ),
    Mistake(
        "sums",
        "Adding up two policies",
        "Two tools that relieve the same balance sheet do part of each other's work.",
        "Combine them in one policy and compare it with each alone.",
        "Together they take off far less than the sum of what each takes off alone.",
        "crowded",
        _sums,
        ("none", "outright", "hedged-auction", "Both=outright+hedged-auction"),
    ),
)  # fmt: skip
