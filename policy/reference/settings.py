"""What each tool says: its settings under the names of the intervention that has them, conditions as plain tuples."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import Array, Four, Three
from policy.reference.conditions import Condition


class NoActionTool(NamedTuple):
    """Nothing is done in the crisis."""

    name: str
    start: Condition
    stop: Condition


class OutrightTool(NamedTuple):
    """Outright purchases, $bn."""

    name: str
    start: Condition
    stop: Condition
    pace_bn: float
    total_bn: float
    mix: Four  # % at 2, 5, 10 and 30 years
    taper_days: int
    announce: Condition  # of its own, where it is not `NEVER`
    exit_start: Condition
    exit_pace_bn: float


class RepoTool(NamedTuple):
    """The standing repo facility, bp and $bn."""

    name: str
    start: Condition
    stop: Condition
    rate_bp: float
    stigma_bp: float
    cap_bn: float
    slope_bn: float  # $bn per bp
    access: str
    clearing: str


class DirectRepoTool(NamedTuple):
    """Repo for funds direct."""

    name: str
    start: Condition
    stop: Condition
    rate_bp: float
    limit_pct: float  # % of a firm's bonds
    slope_bn: float


class AuctionTool(NamedTuple):
    """The hedged auction, $bn; its price in bp over calm or in points per 100."""

    name: str
    start: Condition
    stop: Condition
    size_bn: float
    total_bn: float
    in_points: bool  # whether its price is a discount in points rather than a penalty in bp over calm
    reserves: Three  # that price by strategy while nothing has been bought
    penalty_rise_bp: float  # bp per $100bn bought
    format: str
    sellers: str
    strategies: Array  # their names
    exit: str
    exit_below: float  # where the market must stand to be sold back to, in the price's unit


class HedgedTool(NamedTuple):
    """Hedged purchases, $bn and bp a year."""

    name: str
    start: Condition
    stop: Condition
    form: str
    pace_bn: float
    total_bn: float
    mix: Three  # % against futures, against swaps, old against new
    cap_bp: float
    taper_days: int


class PaceTool(NamedTuple):
    """What is bought at a pace up to a total: Twist, buybacks; $bn."""

    name: str
    start: Condition
    stop: Condition
    pace_bn: float
    total_bn: float


class RateCutTool(NamedTuple):
    """A cut of the policy rate."""

    name: str
    start: Condition
    stop: Condition
    size_bp: float
    loadings: Four


class RunOffTool(NamedTuple):
    """The end of run-off."""

    name: str
    start: Condition
    stop: Condition
    run_off_bn: float  # a month


class ReliefTool(NamedTuple):
    """Leverage-ratio relief."""

    name: str
    start: Condition
    stop: Condition
    relief_pct: float  # % of capacity


class ClearingTool(NamedTuple):
    """Central clearing."""

    name: str
    start: Condition
    stop: Condition
    netted_share_pct: float  # % of repo's footprint


class MarginTool(NamedTuple):
    """Margin relief in the crisis and the floor set before it."""

    name: str
    start: Condition
    stop: Condition
    relief_pct: float
    floor_pct: float


class HaircutTool(NamedTuple):
    """A minimum haircut, set before the crisis."""

    name: str
    start: Condition
    stop: Condition
    haircut_pct: float


class CapTool(NamedTuple):
    """A leverage cap, set before the crisis."""

    name: str
    start: Condition
    stop: Condition
    leverage: float
