"""Settlement: what cohorts and dealers are left with once the market has cleared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import BASIS, PAIRS, SWAP, Array, Three, add3, less3
from models.reference.auction import Auction, Payment, payments
from models.reference.cascade import Outcome
from models.reference.dealers import Line, Rules, Stock, above_calm, warehouse
from models.reference.hedge_funds import Funds
from models.reference.parameters import Market
from models.reference.state import State
from models.reference.wedges import Wedges


class Settlement(NamedTuple):
    """Who ends up with what, $bn."""

    before_auction: Array  # equity (cohort,)
    equity: Array  # with the auction's gain, before failed funds' shortfall falls on lenders (cohort,)
    market_sales: Three  # forced sales that reached the market
    vehicle: Three  # bundles that the vehicle bought
    payment: Payment
    stock: Stock


def settle(
    market: Market, state: State, rules: Rules, auction: Auction, line: Line, wedges: Wedges, funds: Funds,
    outcome: Outcome,
) -> Settlement:  # fmt: skip
    """Settle the day's trades."""
    result = outcome.trade
    above = above_calm(rules, result.log_charge)
    payment = payments(state, rules, auction, line, wedges, outcome)
    before, equity = np.zeros(len(funds.book)), np.zeros(len(funds.book))
    for n in range(len(funds.book)):
        before[n] = funds.at_calm[n] - funds.slope[n] * above
        equity[n] = before[n] + payment.gain[n]
    to_market = less3(outcome.by_strategy, result.taken)
    bonds = line.bonds + to_market[BASIS] + to_market[SWAP] - result.bundles
    stock = warehouse(market, line, bonds, line.pairs + to_market[PAIRS], result)
    return Settlement(before, equity, to_market, add3(result.taken, payment.from_dealers), payment, stock)
