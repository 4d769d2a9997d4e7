"""The fire sale within a day: from no sales, rounds climb to the least fixed point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import Array, Three, sum3
from models.reference.auction import Auction, Trade, trade
from models.reference.dealers import Line, Rules, above_calm
from models.reference.funding import Funding
from models.reference.hedge_funds import Funds, share_to_sell
from models.reference.parameters import Market
from models.reference.state import State

TOLERANCE_BN = 1e-10
MAX_ROUNDS = 1000


class Outcome(NamedTuple):
    """Where the day's cascade ends."""

    shares: Array  # of its book that each cohort sells (cohort,)
    by_strategy: Three  # forced sales, $bn
    trade: Trade
    first_round: float  # total forced sales of the first round, $bn
    rounds: int
    converged: bool


def cascade(
    market: Market, state: State, rules: Rules, funding: Funding, funds: Funds, auction: Auction, line: Line
) -> Outcome:
    """Climb from no sales until total sales rise by less than the tolerance."""
    shares = np.zeros(len(state.equity))
    by_strategy = (0.0, 0.0, 0.0)
    result = trade(auction, line, by_strategy)
    total, first = 0.0, 0.0
    rounds, settled = 0, False
    while not settled and rounds < MAX_ROUNDS:
        rounds += 1
        above = above_calm(rules, result.log_charge)
        for n in range(len(shares)):
            shares[n] = share_to_sell(market, funds, n, above, funding.missing_share)
        by_strategy = sales_by_strategy(state.positions, shares)
        risen = sum3(by_strategy)
        result = trade(auction, line, by_strategy)
        first = risen if rounds == 1 else first
        settled = risen - total < TOLERANCE_BN
        total = risen
    return Outcome(shares, by_strategy, result, first, rounds, settled)


def sales_by_strategy(positions: Array, shares: Array) -> Three:
    """Forced sales of all cohorts, $bn."""
    basis, swap, pairs = 0.0, 0.0, 0.0
    for n in range(len(shares)):
        basis += positions[n, 0] * shares[n]
        swap += positions[n, 1] * shares[n]
        pairs += positions[n, 2] * shares[n]
    return (basis, swap, pairs)
