"""Every outcome once: a row here gives it to comparisons, sweeps, rankings, maps, pages, documents and files.

Rows are in the order in which they are shown, group by group. Elsewhere a key is `ROW.key`, never a literal.
"""

from __future__ import annotations

from models import series
from models.errors import unknown
from policy.outcomes.dysfunction import dysfunction_cost
from policy.outcomes.endings import CONTAINED, CONTAINED_BP, DISORDERLY, SPIRAL, days_to_heal, share_ending
from policy.outcomes.formulas import (
    days_above,
    last,
    loss_share,
    lowest,
    multiplier,
    peak,
    peak_exposure,
    share_with,
    tail_loss,
    take_up,
    total,
)
from policy.outcomes.metric import Metric, Worth
from policy.outcomes.moral_hazard import fund_losses, losses_spared
from policy.outcomes.statistics import by_path
from policy.outcomes.taxpayer import margin_cash_need

# fmt: off
SPIRAL_SHARE = Metric("spiral_share_pct", "Crises that spiral", "%", "low", "share", "How it ends", "share of paths on which funds are forced to sell 29% of their book within five days, a fund group fails, or the price floor holds for three days running", share_ending(SPIRAL), tile=True, short="Spirals", worth=Worth(10.0, "10 more crises in a hundred that spiral are one point: what a backstop is there to prevent."))
DISORDERLY_SHARE = Metric("disorderly_share_pct", "Disorderly crises", "%", "low", "share", "How it ends", "share of paths that do not spiral but on which the 10-year's dislocation passes 15 bp", share_ending(DISORDERLY), short="Disorderly")
CONTAINED_SHARE = Metric("contained_share_pct", "Crises that stay contained", "%", "high", "share", "How it ends", "share of paths that do not spiral and on which the 10-year's dislocation never passes 15 bp", share_ending(CONTAINED), level=True, short="Contained")
DAYS_DISLOCATED = Metric("days_dislocated", "Days dislocated", "days", "low", "mean", "How it ends", "days on which the 10-year's dislocation exceeds 15 bp", days_above(series.DISLOCATION, CONTAINED_BP, 2))
DAYS_TO_HEAL = Metric("days_to_heal", "Days to heal", "days", "low", "mean", "How it ends", "days from the opening until the 10-year's dislocation stays below 10 bp; the whole run where it never does", days_to_heal)

PEAK_DISLOCATION = Metric("peak_dislocation_10y_bp", "Peak 10-year dislocation", "bp", "low", "mean", "Market", "largest yield of the 10-year over what swaps imply, beyond normal", peak(series.DISLOCATION, 2), level=True, tile=True, short="Peak dislocation", worth=Worth(10.0, "10 bp of peak 10-year dislocation are one point: a tenth of a percentage point on the benchmark yield."))
PEAK_DISLOCATION_30Y = Metric("peak_dislocation_30y_bp", "Peak 30-year dislocation", "bp", "low", "mean", "Market", "the same at 30 years", peak(series.DISLOCATION, 3), level=True)
PEAK_YIELD = Metric("peak_yield_10y_pct", "Peak 10-year yield", "%", "neither", "mean", "Market", "largest closing 10-year yield", peak(series.YIELD, 2), level=True)
END_YIELD = Metric("end_yield_10y_pct", "10-year yield at the end", "%", "neither", "mean", "Market", "10-year yield on the last day", last(series.YIELD, 2), level=True)
LOWEST_DEPTH = Metric("min_depth_mn", "Lowest market depth", "$mn", "high", "mean", "Market", "smallest depth, best three bids and offers", lowest(series.DEPTH), level=True)
PEAK_REPO_SPREAD = Metric("peak_repo_spread_bp", "Peak repo spread", "bp", "low", "mean", "Market", "largest repo rate of funds over the middle of the policy range", peak(series.REPO_SPREAD), level=True)
PEAK_OFF_THE_RUN = Metric("peak_off_the_run_10y_bp", "Peak off-the-run premium, 10-year", "bp", "low", "mean", "Market", "largest yield of old over new bonds, beyond normal", peak(series.OFF_THE_RUN, 2), level=True)
# Left out of the ranking on purpose: it multiplies dislocation by urgent sales, so beside them it would count both twice.
DYSFUNCTION_COST = Metric("dysfunction_cost_bn", "Dysfunction cost", "$bn", "low", "mean", "Market", "dislocation times duration times urgent sales, over days and tenors", lambda run, none: dysfunction_cost(run))

PEAK_DEALER_USE = Metric("peak_dealer_use_pct", "Peak dealer balance-sheet use", "% of capacity", "low", "mean", "Dealers", "largest use of the day's capacity", peak(series.DEALER_USE), level=True, tile=True, short="Peak dealer use", worth=Worth(10.0, "10% of dealers' capacity at its peak are one point: about the distance from busy to full."))
DAYS_DEALERS_FULL = Metric("days_dealer_use_above_90", "Days with dealers above 90%", "days", "low", "mean", "Dealers", "days on which use exceeds 90% of capacity", days_above(series.DEALER_USE, 90))
PEAK_INVENTORY = Metric("peak_dealer_inventory_bn", "Peak dealer inventory", "$bn", "low", "mean", "Dealers", "largest net Treasury inventory", peak(series.INVENTORY), level=True)
PEAK_AWARD = Metric("peak_dealer_award_pct", "Peak dealer award at auction", "% of issue", "low", "mean", "Dealers", "largest award to dealers; 0 where nothing is issued", peak(series.DEALER_AWARD), level=True)

FORCED_SALES = Metric("forced_sales_bn", "Forced sales by funds", "$bn", "low", "mean", "Funds", "face that funds had to sell, all trades", total(series.FORCED_SALES))
FORCED_BASIS_SALES = Metric("forced_sales_basis_bn", "Forced basis sales", "$bn", "low", "mean", "Funds", "the basis part", total(series.FORCED_SALES, 0))
FORCED_SWAP_SPREAD_SALES = Metric("forced_sales_swap_spread_bn", "Forced swap-spread sales", "$bn", "low", "mean", "Funds", "the swap-spread part", total(series.FORCED_SALES, 1))
MARKET_SALES = Metric("market_sales_bn", "Forced sales that reached the market", "$bn", "low", "mean", "Funds", "forced sales less what the vehicle bought", total(series.MARKET_SALES), short="Sales to market", worth=Worth(100.0, "$100bn of forced sales that reach the market are one point."))
CASCADE_MULTIPLIER = Metric("cascade_multiplier", "Cascade multiplier", "multiple", "low", "mean", "Funds", "forced sales over those of the first rounds; 1 where nobody had to sell", multiplier, level=True)
FUNDS_FAILED = Metric("funds_defaulted", "Fund groups that failed", "groups", "low", "mean", "Funds", "cohorts whose equity was wiped out", total(series.DEFAULTS))
FAILURE_SHARE = Metric("failure_share_pct", "Paths on which funds fail", "%", "low", "share", "Funds", "share of paths on which at least one fund group fails", share_with(series.DEFAULTS))
FUND_LOSSES = Metric("fund_losses_bn", "Losses of funds", "$bn", "neither", "mean", "Funds", "fall of funds' equity from the opening to the last day", lambda run, none: fund_losses(run))
LENDER_LOSSES = Metric("lender_losses_bn", "Losses of funds' lenders", "$bn", "low", "mean", "Funds", "shortfall of failed funds", total(series.LENDER_LOSSES), short="Lenders' losses", worth=Worth(1.0, "$1bn of losses passed on to funds' lenders is one point: judged costly for its size, because failures can spread."))

TAKE_UP = Metric("take_up_bn", "Take-up", "$bn", "neither", "mean", "Public", "face bought outright, hedged or by the vehicle, plus the largest repo lent", take_up, aim="low")
FED_EXPOSURE = Metric("fed_peak_exposure_bn", "Fed's peak exposure", "$bn", "low", "mean", "Public", "largest sum of bonds, bundles and repo lent", peak_exposure)
MARGIN_CASH = Metric("peak_margin_cash_need_bn", "Peak cash for margin", "$bn", "low", "mean", "Public", "initial plus cumulative variation margin on the public's hedges: cash, not loss", lambda run, none: margin_cash_need(run))
SUBSIDY = Metric("subsidy_bn", "Transfer to sellers", "$bn", "low", "mean", "Public", "what sellers to the vehicle got over the market's own price", total(series.SELLER_GAIN))
TAXPAYER_MEAN = Metric("taxpayer_mean_bn", "Taxpayer, expected result", "$bn", "high", "mean", "Public", "mean profit of the public; positive is a gain", of_profit=by_path, tile=True, short="Taxpayer's mean", worth=Worth(5.0, "$5bn of the public's expected result are one point; a gain takes points off."))
TAXPAYER_LOSS_CHANCE = Metric("taxpayer_loss_probability_pct", "Taxpayer, probability of loss", "%", "low", "share", "Public", "share of outcomes with a loss", of_profit=loss_share)
TAXPAYER_TAIL = Metric("taxpayer_es95_bn", "Taxpayer, 5% tail", "$bn", "low", "mean", "Public", "expected shortfall: mean loss in the worst 5%; positive is a loss", of_profit=tail_loss, tile=True, short="Taxpayer's 5% tail", worth=Worth(10.0, "$10bn of the public's mean loss in the worst 5% are one point: a tail weighs less per dollar than what is expected."))

UNINTENDED_EASING = Metric("unintended_easing_10y_bp", "Unintended easing, 10-year", "bp", "low", "mean", "Side effects", "largest fall of the 10-year from the Fed's term-premium and signal effects; positive when yields fall", peak(series.FED_EASING, 2), tile=True, short="Unintended easing", worth=Worth(5.0, "5 bp of unintended easing of the 10-year are one point: monetary policy is moved for another purpose."))
INTENDED_EASING = Metric("intended_easing_10y_bp", "Intended easing, 10-year", "bp", "neither", "mean", "Side effects", "largest fall of the 10-year from cuts of the policy rate, which are meant to ease: neither good nor bad here", peak(series.RATE_CUT, 2))
LOSSES_SPARED = Metric("losses_spared_bn", "Losses spared to funds", "$bn", "neither", "mean", "Side effects", "what funds lose less than under no action: moral hazard, first part", losses_spared, tile=True, short="Losses spared", aim="low", worth=Worth(5.0, "$5bn of losses that funds would bear without action are one point: the first part of moral hazard."))
# fmt: on

METRICS: tuple[Metric, ...] = tuple(row for row in tuple(globals().values()) if isinstance(row, Metric))
BY_KEY = {m.key: m for m in METRICS}
KEYS = tuple(BY_KEY)
TILES = tuple(m.key for m in METRICS if m.tile)


def metric(key: str) -> Metric:
    """The outcome of that key. Raises `Refused`."""
    if key not in BY_KEY:
        raise unknown("outcome", key, list(KEYS))
    return BY_KEY[key]
