"""What the Fed can do, and how it is judged. Policies decide orders; they never see the future nor write state."""

from policy.interventions.balance_sheet import CentralClearing, LeverageRelief
from policy.interventions.base import Intervention
from policy.interventions.debt import Buybacks, EndRunOff
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.hedged_purchases import HedgedPurchases
from policy.interventions.no_action import Actual, NoAction
from policy.interventions.outright import Outright
from policy.interventions.prudential import LeverageCap, MarginRule, MinimumHaircut
from policy.interventions.rates import RateCut, Twist
from policy.interventions.repo_facility import NonBankRepo, RepoFacility

# The one list of interventions: controls, command line, links, documentation and the conformance suite read it.
REGISTRY: tuple[type[Intervention], ...] = (
    NoAction,
    Actual,
    Outright,
    RepoFacility,
    HedgedAuction,
    HedgedPurchases,
    NonBankRepo,
    LeverageRelief,
    CentralClearing,
    MarginRule,
    Twist,
    RateCut,
    EndRunOff,
    Buybacks,
    MinimumHaircut,
    LeverageCap,
)
