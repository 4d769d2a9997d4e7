"""Ready-made policies: facility rules by date, ladders of escalation, and what to compare in each argument."""

from __future__ import annotations

from dataclasses import dataclass

from models.library import SHIPPED
from policy.comparison import DEFAULT_SPECS


@dataclass(frozen=True)
class Preset:
    """A named policy in its text form, with where its terms come from."""

    name: str
    title: str
    spec: str
    source: str


FACILITY_RULES = (
    Preset(
        "repo_2020",
        "Repo as offered in March 2020",
        "Repo 2020=repo:rate_bp=10,stigma_bp=0,cap_bn=1000",
        "New York Fed statement of 20 March 2020: 1,000 a day overnight; primary dealers only; leverage ratio relief from 1 April",
    ),
    Preset(
        "repo_2025",
        "Standing repo facility of April 2025",
        "Repo 2025=repo:rate_bp=12.5,stigma_bp=5,cap_bn=500",
        "New York Fed FAQ of 22 March 2023: cap of 500, top of the target range; primary dealers and banks; stigma assumed",
    ),
    Preset(
        "repo_2026",
        "Standing repo operations of 2026",
        "Repo 2026=repo:rate_bp=12.5,stigma_bp=2,cap_bn=5000",
        "New York Fed FAQ of 10 December 2025: full allotment at 3.75%, 40 a proposition; primary dealers and banks; stigma assumed",
    ),
    Preset(
        "repo_2026_cleared",
        "The same, centrally cleared",
        "Repo 2026 cleared=repo:rate_bp=12.5,stigma_bp=2,cap_bn=5000,clearing=cleared",
        "a policy option in 2026, not in force",
    ),
    Preset(
        "cnrf",
        "Repo for non-banks, British terms",
        "CNRF=non-bank-repo:rate_bp=15,limit_pct=50",
        "Bank of England market notice of 28 January 2025: up to half of a firm's gilts; rate set at activation, assumed",
    ),
)

LADDERS = (
    Preset(
        "stein_ladder",
        "Stein's ladder: repo, then hedged, outright last",
        "Stein's ladder=repo:start=repo_spread_bp.above.10.for.1"
        "+hedged-purchases:start=dislocation_10y_bp.above.10.for.2"
        "+outright:start=dislocation_10y_bp.above.25.for.3",
        "order of tools as Stein gives it (MNI, March 2025): repo first, then other measures, mass outright purchases last",
    ),
    Preset(
        "auction_ladder",
        "Repo, then the hedged auction, then outright",
        "Auction ladder=repo:start=repo_spread_bp.above.10.for.1"
        "+hedged-auction:start=dislocation_10y_bp.above.10.for.2"
        "+outright:start=dislocation_10y_bp.above.25.for.3",
        "the same ladder with the auction of Kashyap and Stein in the middle",
    ),
    Preset(
        "hedged_2020_pace",
        "Hedged purchases at the pace of 2020",
        "Hedged at 2020 pace=hedged-purchases:pace_bn=75,total_bn=1500,start=2020-03-13",
        "pace of 19 March to 1 April 2020 (New York Fed)",
    ),
)

ARGUMENT_POLICIES: dict[str, tuple[str, ...]] = {
    "kashyap_stein": DEFAULT_SPECS,
    "kahn": ("none", "repo", "hedged-auction"),
    "sceptic": ("none", "outright", "hedged-purchases", "Cheap auction=hedged-auction:penalty_bp=0"),
    "outright_wins": (
        "none",
        "Outright at the pace of 2020=outright:pace_bn=75,total_bn=1500",
        "repo",
        "hedged-auction",
    ),
    "march_2020": (*DEFAULT_SPECS, "actual"),
}


def default_specs(world: str) -> tuple[str, ...]:
    """What to compare when a shipped world is opened."""
    return ARGUMENT_POLICIES.get(world, DEFAULT_SPECS) if world in SHIPPED else DEFAULT_SPECS


ALL = FACILITY_RULES + LADDERS
