"""The price of help: the hedged auction over a grid of reserve discounts, ex post and ex ante. Its shape is not forced:
theory has penalties that lower risk and penalties that raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import Refused
from models.scenario import World
from models.stack import Array
from models.worlds import revised
from policy.comparison import compare
from policy.interventions.hedged_auction import HedgedAuction
from policy.leverage.game import Game
from policy.leverage.measurement import Note, silent
from policy.leverage.who_pays import Figure, WhoPays, who_pays
from policy.outcomes.scorecard import PEAK_DISLOCATION, TAKE_UP
from policy.outcomes.statistics import by_path, estimate
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.spec import policy

DISCOUNTS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8)


@dataclass(frozen=True)
class PenaltyPoint:
    """The auction at one reserve discount: means over paths at today's leverage, then the response of leverage."""

    reserve_discount: float  # points per 100
    take_up_bn: Figure
    peak_dislocation_10y_bp: Figure
    taxpayer_mean_bn: Figure
    leverage_change_pct: Figure | None
    moral_hazard_loss: Figure | None  # $bn a year


@dataclass(frozen=True)
class PenaltyCurve:
    """All points, and the game behind them."""

    points: tuple[PenaltyPoint, ...]
    game: WhoPays


def penalty_curve(
    world: World,
    seed: int,
    game: Game | None = None,
    discounts: Sequence[float] = DISCOUNTS,
    auction: HedgedAuction | None = None,
    terms: Terms = TERMS,
    note: Note = silent,
) -> PenaltyCurve:
    """The hedged auction at several reserve discounts, all else as in `auction`. Raises `Refused`."""
    if not discounts:
        raise Refused("discounts is empty; give at least one reserve discount")
    game, base = game or Game(), auction or HedgedAuction()
    made = [revised(base, reserve_discount=float(d)) for d in discounts]
    policies = [policy([m], f"reserve {d:g}") for m, d in zip(made, discounts, strict=True)]
    note("running the auctions at today's leverage")
    runs = compare(world, policies, game.paths, seed).runs[1:]
    solved = who_pays(world, policies, seed, game, terms, note=note)
    points = []
    for d, p, m, run in zip(discounts, policies, made, runs, strict=True):
        profit = taxpayer(run, seed, terms, first_loss=m.first_loss_pct).total
        outcome = solved.outcome(p.label)
        points.append(
            PenaltyPoint(
                reserve_discount=float(d),
                take_up_bn=_mean(TAKE_UP.value(run)),
                peak_dislocation_10y_bp=_mean(PEAK_DISLOCATION.value(run)),
                taxpayer_mean_bn=_mean(by_path(profit)),
                leverage_change_pct=outcome.leverage_change_pct,
                moral_hazard_loss=outcome.moral_hazard_loss,
            )
        )
    return PenaltyCurve(tuple(points), solved)


def _mean(values: Array) -> Figure:
    return Figure(*estimate(values))
