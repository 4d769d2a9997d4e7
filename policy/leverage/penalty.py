"""The price of help: the hedged auction over a grid of penalties, ex post and ex ante. Its shape is not forced:
theory has penalties that lower risk and penalties that raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models import series
from models.errors import Refused
from models.scenario import World
from models.stack import Array
from policy.comparison import compare, compare_central
from policy.interventions.hedged_auction import HedgedAuction
from policy.leverage.game import Game
from policy.leverage.measurement import Note, silent
from policy.leverage.who_pays import WhoPays, WithError, who_pays
from policy.outcomes.scorecard import PEAK_DISLOCATION, TAKE_UP
from policy.outcomes.statistics import NOISE, by_path, estimate
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy, build_intervention, policy

STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0)  # bp
SHOWN = 5
IF_QUIET = (0.0, 10.0, 20.0, 40.0, 80.0, 160.0)


@lru_cache(maxsize=64)
def usual_penalties(world: World) -> tuple[float, ...]:
    """A grid in bp that follows the world's own discounts: none, then steps up to the largest at which funds sell there.

    Read on the central path under no action, for the bundles that the auction takes.
    """
    run = compare_central(world, []).baseline
    at_sale = np.where(run[series.FORCED_SALES] > NOISE, run[series.MARKET_PENALTY], 0.0)
    taken = [series.SERIES[series.FORCED_SALES][2].index(name) for name in HedgedAuction().strategies]
    below = [step for step in STEPS if step <= float(np.max(at_sale[:, taken]))]
    return (0.0, *below[-SHOWN:]) if len(below) > 2 else IF_QUIET


@dataclass(frozen=True)
class PenaltyPoint:
    """The auction at one penalty: means over paths at today's leverage, then the response of leverage."""

    penalty_bp: float
    take_up_bn: WithError
    peak_dislocation_10y_bp: WithError
    taxpayer_mean_bn: WithError
    leverage_change_pct: WithError | None
    moral_hazard_loss: WithError | None  # $bn a year


@dataclass(frozen=True)
class PenaltyCurve:
    """All points, and the game behind them."""

    points: tuple[PenaltyPoint, ...]
    game: WhoPays


def at_penalties(auction: HedgedAuction, penalties: Sequence[float]) -> list[Policy]:
    """The auction at each penalty, all else as it is. Raises `Refused`."""
    if not penalties:
        raise Refused("penalties is empty; give at least one penalty in bp")
    priced = [build_intervention(auction.name, auction.changed({"penalty_bp": float(p)})) for p in penalties]
    return [policy([part], f"penalty {p:g}") for part, p in zip(priced, penalties, strict=True)]


def penalty_curve(
    world: World,
    seed: int,
    game: Game | None = None,
    penalties: Sequence[float] | None = None,
    auction: HedgedAuction | None = None,
    terms: Terms = TERMS,
    note: Note = silent,
) -> PenaltyCurve:
    """The hedged auction at several penalties (`usual_penalties` if none are given), all else as in `auction`. Raises `Refused`."""
    game, base = game or Game(), auction or HedgedAuction()
    grid = usual_penalties(world) if penalties is None else tuple(penalties)
    policies = at_penalties(base, grid)
    note("running the auctions at today's leverage")
    runs = compare(world, policies, game.paths, seed).runs[1:]
    solved = who_pays(world, policies, seed, game, terms, note=note)
    points = []
    for penalty, p, run in zip(grid, policies, runs, strict=True):
        profit = taxpayer(run, seed, terms, first_loss=base.first_loss_pct).total
        outcome = solved.outcome(p.label)
        points.append(
            PenaltyPoint(
                penalty_bp=penalty,
                take_up_bn=_mean(TAKE_UP.value(run)),
                peak_dislocation_10y_bp=_mean(PEAK_DISLOCATION.value(run)),
                taxpayer_mean_bn=_mean(by_path(profit)),
                leverage_change_pct=outcome.leverage_change_pct,
                moral_hazard_loss=outcome.moral_hazard_loss,
            )
        )
    return PenaltyCurve(tuple(points), solved)


def _mean(values: Array) -> WithError:
    return WithError(*estimate(values))
