"""What the Fed can do, and how it is judged. Policies decide orders; they never see the future nor write state."""

from policy.balance_sheet import CentralClearing, LeverageRelief
from policy.debt import Buybacks, EndRunOff
from policy.hedged_auction import HedgedAuction
from policy.hedged_purchases import HedgedPurchases
from policy.intervention import Intervention
from policy.no_action import Actual, NoAction
from policy.outright import Outright
from policy.prudential import LeverageCap, MarginRule, MinimumHaircut, NonBankRepo
from policy.rates import RateCut, Twist
from policy.repo_facility import RepoFacility

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
