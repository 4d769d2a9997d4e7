"""What the Fed can do, and how it is judged. Policies decide orders; they never see the future nor write state."""

from policy.hedged_auction import HedgedAuction
from policy.intervention import Intervention
from policy.no_action import Actual, NoAction
from policy.outright import Outright
from policy.repo_facility import RepoFacility

# The one list of interventions: controls, command line, links, documentation and the conformance suite read it.
REGISTRY: tuple[type[Intervention], ...] = (NoAction, Actual, Outright, RepoFacility, HedgedAuction)
