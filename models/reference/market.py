"""One path of the market in plain scalar arithmetic, section by section as docs/model.md tells the day.

It is the oracle for `models/` and shares no code with it: worlds are read once into plain tuples, and every formula
is stated again. Only floats, tuples and arrays appear inside `day`, so a compiler for numeric Python can take it whole.
Units as in the documentation: $bn of face, bp, points per 100, shares, business days.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

DAYS_A_YEAR = 252.0
CONTRACT_DAYS = 63
STRESSED_RISE = 0.6
TINY_CHARGE_BP = 1e-6
TOLERANCE_BN = 1e-10
MAX_ROUNDS = 1000
ROUNDING = 1e-11
LEAST_LOAN_BN = 1e-6
BASIS, SWAP, PAIRS = 0, 1, 2
Floats = tuple[float, ...]


# What a world says, as plain tuples. Groups and fields carry the world's own names.


class Yields(NamedTuple):
    duration_slope_bp: float
    duration_loadings: Floats
    stress_steepening: float
    signal_bp: float
    signal_loadings: Floats
    hedged_signal_share: float


class Dealers(NamedTuple):
    capacity_bn: float
    calm_use: float
    steepness: float
    calm_charge_bp: float
    floor_charge_bp: float
    investor_absorption_bn: float
    volatility_tightening: float
    repo_footprint: float
    normal_inventory_bn: float


class WedgeRules(NamedTuple):
    swap_spread_beta: Floats
    swap_spread_own_bp: float
    swap_spread_mix: Floats
    off_the_run_beta: Floats
    off_the_run_own_bp: float
    off_the_run_mix: Floats
    own_profile: Floats
    basis_beta: float
    basis_own_bp: float
    basis_mix: Floats
    futures_demand_slope_bp: float
    liquidation_half_life_days: float
    roll_cost_points: float


class MarginRules(NamedTuple):
    calm_volatility_bp: float
    volatility_half_life_days: float
    margin_standard_deviations: Floats
    margin_elasticity: float
    margin_rise_speed: float
    margin_fall_speed: float
    stressed_margin_floor: float
    calm_haircut: float
    haircut_slope: float


class FundingRules(NamedTuple):
    slack_bn: float
    recycled_share: float
    calm_spread_bp: float
    charge_pass_through: float
    scarcity_bp: float


class FundRules(NamedTuple):
    scale: float
    size: float
    buffer: float
    risk_headroom: float
    risk_limit_elasticity: float
    risk_limit_speed: float


class IssuanceRules(NamedTuple):
    normal_award: float
    award_slope: float
    tail_bp: float


class LiquidityRules(NamedTuple):
    calm_depth_mn: float
    depth_volatility_elasticity: float
    depth_charge_elasticity: float


class Market(NamedTuple):
    """A world: its groups, and what follows from it before the first day."""

    yields: Yields
    dealers: Dealers
    wedges: WedgeRules
    margins: MarginRules
    funding: FundingRules
    funds: FundRules
    issuance: IssuanceRules
    liquidity: LiquidityRules
    opening_yields: Floats  # bp, by tenor
    durations: Floats  # years, by tenor
    equity: Any  # array (cohort,), $bn
    leverage: Any  # array (cohort,), before the common scale
    mix: Any  # array (cohort, strategy), shares
    days_to_delivery: int


class Shocks(NamedTuple):
    """A day's shocks: flows in $bn, levels in the unit of their series; tuples by tenor."""

    real_money_sales: Floats
    client_financing: float
    fundamentals: Floats
    swap_spread_shock: Floats
    off_the_run_shock: Floats
    basis_shock: float
    desired_longs: float
    money_fund_run: float
    margin_step: float
    auction_withdrawal: float
    auction_size: float
    observed: Floats  # bp by tenor, used where `invert`
    invert: bool


class Orders(NamedTuple):
    """A day's orders; tuples by tenor or strategy, the facility's caps by access (dealers, cleared, direct)."""

    purchases: Floats
    hedged_purchases: Floats
    announced: float
    announced_hedged: float
    rate_cut: Floats
    repo_cap: Floats
    repo_price: float
    auction_capacity: float
    reserve_discount: float
    eligible: Floats
    dealers_eligible: float
    pay_as_bid: float
    vehicle_sales: Floats
    capacity_multiple: float
    footprint_multiple: float
    margin_multiple: float


class State(NamedTuple):
    """The market at a close, as the table in section 3 of the documentation."""

    positions: Any  # array (cohort, strategy)
    equity: Any  # array (cohort,)
    inventory: float
    pairs: float
    liquidation: Floats
    variance: float
    margin: Floats
    log_charge: float
    mark: Floats
    earned: Floats  # swap spread, off the run
    absorbed: float
    outside: float
    delivered: float
    supply: float
    held: float
    lent: Floats
    outright: Floats
    hedged: Floats
    vehicle: Floats
    yields: Floats
    opening_repo: float
    days_to_delivery: int


def market_of(world: Any) -> Market:
    """Read a world's numbers into plain tuples."""
    cohorts = world.funds.cohorts
    opening_yields = tuple(100.0 * y for y in world.scenario.opening_yields_pct)
    return Market(
        yields=_group(Yields, world.yields),
        dealers=_group(Dealers, world.dealers),
        wedges=_group(WedgeRules, world.wedges),
        margins=_group(MarginRules, world.margins),
        funding=_group(FundingRules, world.funding),
        funds=_group(FundRules, world.funds),
        issuance=_group(IssuanceRules, world.issuance),
        liquidity=_group(LiquidityRules, world.liquidity),
        opening_yields=opening_yields,
        durations=tuple(duration(y, n) for y, n in zip(opening_yields, (2, 5, 10, 30), strict=True)),
        equity=np.array([c.equity_bn for c in cohorts]),
        leverage=np.array([c.leverage for c in cohorts]),
        mix=np.array([c.mix for c in cohorts]),
        days_to_delivery=world.scenario.days_to_delivery,
    )


def _group(kind: Any, group: Any) -> Any:
    return kind(*(getattr(group, name) for name in kind._fields))


def duration(yield_bp: float, years: float) -> float:
    """Modified duration in years of a par bond with semi-annual coupons."""
    y = yield_bp / 1e4
    return years if abs(y) < 1e-9 else (1 - (1 + y / 2) ** (-2 * years)) / y


# Section 2 and 3: arithmetic, the opening close.


def positive(x):
    return max(x, 0.0)


def clip(x, low, high):
    return min(max(x, low), high)


def ratio(part, whole):
    """part/whole, and 0 where there is no whole."""
    return part / whole if whole > 0 else 0.0


def add(a, b):
    """Sum of two triples, by strategy."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def add4(a, b):
    """Sum of two quadruples, by tenor."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])


def dot4(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]


def put(triple, j, value):
    """The triple with its entry j set."""
    return (
        value if j == 0 else triple[0],
        value if j == 1 else triple[1],
        value if j == 2 else triple[2],
    )  # fmt: skip


def equivalents(market, flows):
    """Face by tenor in 10-year equivalents."""
    return dot4(flows, market.durations) / market.durations[2]


def mix_of(market, j):
    """Tenor split of a strategy's bonds."""
    w = market.wedges
    if j == BASIS:
        return w.basis_mix
    return w.swap_spread_mix if j == SWAP else w.off_the_run_mix


def charge_above_calm(market, log_charge):
    """λ − λ₀, bp."""
    return market.dealers.calm_charge_bp * (math.exp(log_charge) - 1)


def opening(market):
    """The opening close."""
    positions = opening_positions(market)
    return State(
        positions=positions,
        equity=market.equity * market.funds.size,
        inventory=0.0,
        pairs=0.0,
        liquidation=(0.0, 0.0, 0.0),
        variance=market.margins.calm_volatility_bp**2,
        margin=(calm_margin(market, BASIS), calm_margin(market, SWAP), calm_margin(market, PAIRS)),
        log_charge=0.0,
        mark=(0.0, 0.0, 0.0),
        earned=(0.0, 0.0),
        absorbed=0.0,
        outside=0.0,
        delivered=0.0,
        supply=0.0,
        held=0.0,
        lent=(0.0, 0.0, 0.0),
        outright=(0.0, 0.0, 0.0, 0.0),
        hedged=(0.0, 0.0, 0.0),
        vehicle=(0.0, 0.0, 0.0),
        yields=market.opening_yields,
        opening_repo=positions.sum() * (1 - market.margins.calm_haircut),
        days_to_delivery=market.days_to_delivery,
    )


def opening_positions(market):
    """Array (cohort, strategy): equity·leverage·mix·scale·size, $bn."""
    positions = np.zeros(market.mix.shape)
    for n in range(len(market.equity)):
        face = market.equity[n] * market.leverage[n] * market.funds.scale * market.funds.size
        for j in range(3):
            positions[n, j] = face * market.mix[n, j]
    return positions


# Section 4.1: margins.


class Margins(NamedTuple):
    stress: float  # σ/σ₀
    margin: Floats
    haircut: float
    capacity: float
    footprint: float


def bare_margin(market, j):
    """n_j·D_j·σ₀/10⁴: calm margin before the anti-procyclical floor."""
    m = market.margins
    years = dot4(mix_of(market, j), market.durations)
    return m.margin_standard_deviations[j] * years * m.calm_volatility_bp / 1e4


def calm_margin(market, j):
    return bare_margin(market, j) * (1 + STRESSED_RISE * market.margins.stressed_margin_floor)


def volatility(market, variance):
    """σ = max(σ₀, s), bp a day."""
    return max(market.margins.calm_volatility_bp, math.sqrt(variance))


def next_margin(market, state, j, stress, multiple):
    m = market.margins
    target = max(calm_margin(market, j), bare_margin(market, j) * stress**m.margin_elasticity) * multiple
    gap = target - state.margin[j]
    return state.margin[j] + m.margin_rise_speed * positive(gap) - m.margin_fall_speed * positive(-gap)


def margins_today(market, state, shocks, orders):
    m, d = market.margins, market.dealers
    stress = volatility(market, state.variance) / m.calm_volatility_bp
    multiple = (1 + shocks.margin_step) * orders.margin_multiple
    return Margins(
        stress=stress,
        margin=(
            next_margin(market, state, BASIS, stress, multiple),
            next_margin(market, state, SWAP, stress, multiple),
            next_margin(market, state, PAIRS, stress, multiple),
        ),
        haircut=min(1.0, m.calm_haircut + m.haircut_slope * (stress - 1)),
        capacity=d.capacity_bn * min(1.0, stress**-d.volatility_tightening) * orders.capacity_multiple,
        footprint=d.repo_footprint * orders.footprint_multiple,
    )


# Section 4.2: funding.


class Funding(NamedTuple):
    repo: float
    gap: float
    fill: Floats
    missing: float  # share of the need
    spread: float
    balance_sheet: float  # x
    pulls: tuple[
        float, float
    ]  # cost of cash less the facility's price, through dealers and direct: it lends from zero up


def repo_to_funds(positions, haircut):
    return positions.sum() * (1 - haircut)


def funding_today(market, state, shocks, orders, margins):
    f = market.funding
    repo = repo_to_funds(state.positions, margins.haircut)
    need = repo + shocks.client_financing + positive(state.inventory)
    cash = positive(state.opening_repo + f.slack_bn - (1 - f.recycled_share) * shocks.money_fund_run)
    gap = positive(need - cash)
    above = charge_above_calm(market, state.log_charge)
    charge = f.charge_pass_through * margins.footprint * above
    price = f.calm_spread_bp + f.scarcity_bp * 100 * ratio(gap, need)
    pulls = (price - orders.repo_price, price + charge - orders.repo_price)
    caps = open_caps(orders, pulls, state.lent)
    total_cap = caps[0] + caps[1] + caps[2]
    fill = facility(caps, total_cap, gap, repo)
    lent = fill[0] + fill[1] + fill[2]
    missing = ratio(positive(gap - lent), need)
    spread = f.calm_spread_bp + charge + f.scarcity_bp * 100 * missing
    if lent < total_cap and caps[0] + caps[1] > 0:
        spread = min(spread, orders.repo_price + charge)
    if lent < total_cap and caps[2] > 0:
        spread = min(spread, orders.repo_price)
    balance_sheet = (1 - margins.footprint) * fill[0] - margins.footprint * fill[2]
    return Funding(repo, gap, fill, missing, spread, balance_sheet, pulls)


def open_caps(orders, pulls, lent):
    """Caps of the forms that lend today: those whose price is reached, and those that lent yesterday."""
    dealers = orders.repo_cap[0] if pulls[0] >= 0 or lent[0] > LEAST_LOAN_BN else 0.0
    cleared = orders.repo_cap[1] if pulls[0] >= 0 or lent[1] > LEAST_LOAN_BN else 0.0
    direct = orders.repo_cap[2] if pulls[1] >= 0 or lent[2] > LEAST_LOAN_BN else 0.0
    return (dealers, cleared, direct)


def facility(caps, total, gap, repo):
    """What the facility lends by access, in proportion to its caps; direct lending at most what funds borrow."""
    if total <= 0:
        return (0.0, 0.0, 0.0)
    part = min(gap, total) / total
    return (part * caps[0], part * caps[1], min(part * caps[2], repo))


# Section 4.3: issuance.


class Issue(NamedTuple):
    share: float
    tail: float
    excess: float


def issue_today(market, state, shocks):
    i = market.issuance
    if shocks.auction_size == 0:
        return Issue(0.0, 0.0, 0.0)
    share = clip(i.normal_award + i.award_slope * state.log_charge + shocks.auction_withdrawal, 0.0, 1.0)
    return Issue(
        share,
        i.tail_bp * 100 * positive(share - i.normal_award),
        shocks.auction_size * (share - i.normal_award),
    )


# Section 4.4: wedges.


class Wedges(NamedTuple):
    """Price losses w = own + slope·(λ − λ₀) in points, by strategy; the given part of each yield wedge in bp."""

    own: Floats
    slope: Floats
    swap_own: Floats
    pairs_own: Floats
    basis_own: float
    missing_futures: float


def given_part(psi, profile, liquidation, shock):
    """own_i = ψ/100·g_i·Z + shock_i, bp by tenor."""
    push = psi / 100 * liquidation
    return (
        push * profile[0] + shock[0],
        push * profile[1] + shock[1],
        push * profile[2] + shock[2],
        push * profile[3] + shock[3],
    )  # fmt: skip


def points(market, j, gaps):
    """Σ mix·D·q/100: a yield wedge by tenor (bp) as a price loss in points."""
    mix, years = mix_of(market, j), market.durations
    return (
        mix[0] * years[0] * gaps[0] + mix[1] * years[1] * gaps[1]
        + mix[2] * years[2] * gaps[2] + mix[3] * years[3] * gaps[3]
    ) / 100  # fmt: skip


def wedges_today(market, state, shocks):
    w = market.wedges
    missing = shocks.desired_longs + state.absorbed + state.outside + state.delivered
    years = state.days_to_delivery / DAYS_A_YEAR
    swap_own = given_part(
        w.swap_spread_own_bp, w.own_profile, state.liquidation[SWAP], shocks.swap_spread_shock
    )
    pairs_own = given_part(
        w.off_the_run_own_bp, w.own_profile, state.liquidation[PAIRS], shocks.off_the_run_shock
    )
    basis_own = w.basis_own_bp / 100 * state.liquidation[BASIS] + w.futures_demand_slope_bp / 100 * missing
    basis_own += shocks.basis_shock
    own = (basis_own * years / 100, points(market, SWAP, swap_own), points(market, PAIRS, pairs_own))
    slope = (
        w.basis_beta * years / 100,
        points(market, SWAP, w.swap_spread_beta),
        points(market, PAIRS, w.off_the_run_beta),
    )
    return Wedges(own, slope, swap_own, pairs_own, basis_own, missing)


def price_loss(wedges, above):
    """w_j at a charge λ − λ₀, points by strategy."""
    return (
        wedges.own[0] + wedges.slope[0] * above,
        wedges.own[1] + wedges.slope[1] * above,
        wedges.own[2] + wedges.slope[2] * above,
    )  # fmt: skip


# Section 4.5: dealers' charge.


class Line(NamedTuple):
    """ℓ̂(F) = (rest + φ·F)/depth within [low, cap], and dealers' stock before forced sales."""

    rest: float
    per_sale: float
    depth: float
    low: float
    cap: float
    bonds: float
    pairs: float
    pairs_beyond: float  # bought by the Fed beyond dealers' stock, from end investors
    sold_back: Floats


def line_today(market, state, shocks, orders, margins, funding, issue):
    d = market.dealers
    back = sold_back(state, orders)
    sales, bought, hedged = shocks.real_money_sales, orders.purchases, orders.hedged_purchases
    bonds = state.inventory + (sales[0] + sales[1] + sales[2] + sales[3]) + issue.excess
    bonds += back[BASIS] + back[SWAP] - (bought[0] + bought[1] + bought[2] + bought[3])
    bonds -= hedged[BASIS] + hedged[SWAP]
    net_pairs = state.pairs - hedged[PAIRS] + back[PAIRS]
    pairs = positive(net_pairs)
    lent = (
        margins.footprint * (funding.repo + shocks.client_financing) - d.repo_footprint * state.opening_repo
    )
    load = bonds + pairs + lent + funding.balance_sheet
    rest = load + d.calm_use * (d.capacity_bn - margins.capacity)
    nothing_left = rest - bonds - d.normal_inventory_bn
    return Line(
        rest=rest,
        per_sale=1 - margins.footprint * (1 - margins.haircut),
        depth=margins.capacity / d.steepness + d.investor_absorption_bn,
        low=max(min(0.0, d.steepness * nothing_left / margins.capacity), -d.steepness * d.calm_use),
        cap=math.log(d.floor_charge_bp / d.calm_charge_bp),
        bonds=bonds,
        pairs=pairs,
        pairs_beyond=positive(-net_pairs),
        sold_back=back,
    )


def sold_back(state, orders):
    """What the vehicle sells, at most what it holds, by strategy."""
    wish, holds = orders.vehicle_sales, state.vehicle
    return (
        min(positive(wish[0]), holds[0]),
        min(positive(wish[1]), holds[1]),
        min(positive(wish[2]), holds[2]),
    )  # fmt: skip


def straight(line, sales):
    """ℓ̂ for forced sales that reach the market."""
    return (line.rest + line.per_sale * sales) / line.depth


# Section 4.6: what funds must sell.


class Funds(NamedTuple):
    """A day's constraints by cohort, arrays (cohort,); equity is at_calm − slope·(λ − λ₀)."""

    book: Any
    at_calm: Any
    slope: Any
    requirement: Any
    limit: Any  # own leverage limit ℓ*


def funds_today(market, state, margins, funding, wedges):
    cohorts = len(state.equity)
    book, at_calm, slope = np.zeros(cohorts), np.zeros(cohorts), np.zeros(cohorts)
    requirement, limit = np.zeros(cohorts), np.zeros(cohorts)
    f = market.funds
    shrink = min(1.0, margins.stress**-f.risk_limit_elasticity)
    carry = carry_today(market, state, funding)
    for n in range(cohorts):
        loss = 0.0
        for j in range(3):
            held = state.positions[n, j]
            book[n] += held
            loss += held * (wedges.own[j] - state.mark[j] + carry[j]) / 100
            slope[n] += held * wedges.slope[j] / 100
            requirement[n] += held * (margins.margin[j] + margins.haircut) * (1 + f.buffer)
        at_calm[n] = state.equity[n] - loss
        limit[n] = market.leverage[n] * f.scale * (1 + f.risk_headroom) * shrink
    return Funds(book, at_calm, slope, requirement, limit)


def carry_today(market, state, funding):
    """Cost of holding for a day beyond calm, points by strategy."""
    dearer = funding.spread - market.funding.calm_spread_bp
    day = 100 * DAYS_A_YEAR
    return (dearer / day, (dearer - state.earned[0]) / day, (dearer - state.earned[1]) / day)


def share_to_sell(market, funds, n, above, missing):
    """The largest of margin, own limit and funding, as a share of the book between 0 and 1."""
    if funds.book[n] <= 0:
        return 0.0
    equity = funds.at_calm[n] - funds.slope[n] * above
    by_margin = 1 - equity / funds.requirement[n] if funds.requirement[n] > 0 else 0.0
    by_limit = market.funds.risk_limit_speed * (1 - funds.limit[n] * equity / funds.book[n])
    return clip(max(by_margin, by_limit, missing), 0.0, 1.0)


# Section 4.7: the hedged auction.


class Auction(NamedTuple):
    """What the vehicle offers to do: capacity, reserve, and where the market reaches it by strategy."""

    capacity: float
    reserve: float
    reached: Floats  # ln(λ_π/λ₀), infinite where not eligible
    threshold: Floats  # F*, $bn
    dealers: bool
    pay_as_bid: bool


def auction_today(market, orders, wedges, line):
    reached = (
        reserve_reached(market, orders, wedges, line, 0),
        reserve_reached(market, orders, wedges, line, 1),
        reserve_reached(market, orders, wedges, line, 2),
    )
    threshold = (
        sales_to_reserve(line, reached[0]),
        sales_to_reserve(line, reached[1]),
        sales_to_reserve(line, reached[2]),
    )
    capacity = positive(orders.auction_capacity)
    return Auction(
        capacity,
        orders.reserve_discount,
        reached,
        threshold,
        orders.dealers_eligible > 0,
        orders.pay_as_bid > 0,
    )


def reserve_reached(market, orders, wedges, line, j):
    """ln(λ_π/λ₀) at which the market's discount on strategy j equals the reserve; infinite if it never does."""
    calm = market.dealers.calm_charge_bp
    gap = orders.reserve_discount - wedges.own[j]
    if orders.eligible[j] <= 0:
        return math.inf
    if wedges.slope[j] <= 0:
        return math.inf if gap > 0 else math.log(TINY_CHARGE_BP / calm)
    reached = math.log(max(calm + gap / wedges.slope[j], TINY_CHARGE_BP) / calm)
    return reached if reached <= line.cap else math.inf


def sales_to_reserve(line, reached):
    """F*: forced sales that the market takes before the reserve is reached."""
    room = reached * line.depth - line.rest
    if reached <= line.low or room <= 0:
        return 0.0
    return room / line.per_sale if line.per_sale > 0 else math.inf


def served(auction, rank):
    """The strategy served at a rank: rising λ_π, ties in the order of strategies."""
    for j in range(3):
        ahead = 0
        for k in range(3):
            if auction.reached[k] < auction.reached[j] or (
                auction.reached[k] == auction.reached[j] and k < j
            ):
                ahead += 1
        if ahead == rank:
            return j
    return 0


def dealers_bundle(auction):
    """What dealers offer: the basis or the swap-spread bundle, whichever reserve is met first; never pairs."""
    return BASIS if auction.reached[BASIS] <= auction.reached[SWAP] else SWAP


class Trade(NamedTuple):
    """One clearing of the market: vehicle's purchases from funds, dealers' bundles, capacity left, and the charge."""

    taken: Floats
    bundles: float
    left: float
    uncapped: float
    log_charge: float


def trade(auction, line, by_strategy):
    """Clear the market for given forced sales by strategy."""
    unsold = by_strategy[0] + by_strategy[1] + by_strategy[2]
    left, taken = auction.capacity, (0.0, 0.0, 0.0)
    if auction.capacity > 0:
        for rank in range(3):
            j = served(auction, rank)
            bought = min(left, by_strategy[j], positive(unsold - auction.threshold[j]))
            taken = put(taken, j, bought)
            left, unsold = left - bought, unsold - bought
    bundles = dealers_offer(auction, line, unsold, left)
    uncapped = straight(line, unsold) - bundles / line.depth
    return Trade(taken, bundles, left - bundles, uncapped, clip(uncapped, line.low, line.cap))


def dealers_offer(auction, line, unsold, left):
    """Dealers' own bundles, at most what brings the market back to the reserve of the bundle they offer."""
    reached = auction.reached[dealers_bundle(auction)]
    if not auction.dealers or left <= 0 or reached == math.inf:
        return 0.0
    return positive(min(left, positive(line.bonds), (straight(line, unsold) - reached) * line.depth))


# Section 4.6, end: the rounds.


class Outcome(NamedTuple):
    shares: Any  # array (cohort,)
    by_strategy: Floats
    trade: Trade
    first_round: float
    rounds: int
    converged: bool


def cascade(market, state, funding, funds, auction, line):
    """Climb from no sales to the least fixed point."""
    shares = np.zeros(len(state.equity))
    by_strategy = (0.0, 0.0, 0.0)
    result = trade(auction, line, by_strategy)
    total = first = 0.0
    rounds, settled = 0, False
    while not settled and rounds < MAX_ROUNDS:
        rounds += 1
        above = charge_above_calm(market, result.log_charge)
        for n in range(len(shares)):
            shares[n] = share_to_sell(market, funds, n, above, funding.missing)
        by_strategy = sales_by_strategy(state.positions, shares)
        risen = by_strategy[0] + by_strategy[1] + by_strategy[2]
        result = trade(auction, line, by_strategy)
        first = risen if rounds == 1 else first
        settled = risen - total < TOLERANCE_BN
        total = risen
    return Outcome(shares, by_strategy, result, first, rounds, settled)


def sales_by_strategy(positions, shares):
    basis = swap = pairs = 0.0
    for n in range(len(shares)):
        basis += positions[n, 0] * shares[n]
        swap += positions[n, 1] * shares[n]
        pairs += positions[n, 2] * shares[n]
    return (basis, swap, pairs)


# Section 4.7, end: what the auction pays.


class Payment(NamedTuple):
    gain: Any  # array (cohort,), $bn over the market's own discount
    discount: Floats  # earned by the vehicle, $bn by strategy
    dealers_gain: float
    from_dealers: Floats  # bundles by strategy


def payments(market, state, auction, line, wedges, outcome):
    gain = np.zeros(len(outcome.shares))
    result = outcome.trade
    mark = price_loss(wedges, charge_above_calm(market, result.log_charge))
    rationed = result.left <= 0
    discount = (0.0, 0.0, 0.0)
    for j in range(3):
        if result.taken[j] > 0:
            earned = pay_funds(market, state, auction, line, wedges, outcome, j, mark[j], rationed, gain)
            discount = put(discount, j, earned)
    from_dealers, dealers_gain = (0.0, 0.0, 0.0), 0.0
    if result.bundles > 0:
        j = dealers_bundle(auction)
        price = max(mark[j], auction.reserve) if rationed else auction.reserve
        from_dealers = put(from_dealers, j, result.bundles)
        discount = put(discount, j, discount[j] + result.bundles * price / 100)
        dealers_gain = result.bundles * (mark[j] - price) / 100
    return Payment(gain, discount, dealers_gain, from_dealers)


def pay_funds(market, state, auction, line, wedges, outcome, j, mark, rationed, gain):
    """Accept offers in one strategy from the most pressed cohort on; adds to `gain`, returns the vehicle's discount."""
    ahead, earned = 0.0, 0.0
    for n in most_pressed_first(outcome.shares):
        offer = state.positions[n, j] * outcome.shares[n]
        sold = clip(outcome.trade.taken[j] - ahead, 0.0, offer)
        ahead += offer
        if sold > 0:
            bought = ahead - offer + sold if auction.pay_as_bid else outcome.trade.taken[j]
            price = auction.reserve
            if auction.pay_as_bid or rationed:
                price = max(market_discount(market, line, wedges, outcome, j, bought), auction.reserve)
            gain[n] += sold * (mark - price) / 100
            earned += sold * price / 100
    return earned


def pressure(share):
    """A share of the book to nine decimals: nearer than that, cohorts are equally pressed."""
    return math.floor(share * 1e9 + 0.5)


def most_pressed_first(shares):
    """Cohorts by falling share of the book to sell; ties in the order of cohorts."""
    order = np.arange(len(shares))
    for i in range(1, len(shares)):
        k = i
        while k > 0 and pressure(shares[order[k]]) > pressure(shares[order[k - 1]]):
            order[k], order[k - 1] = order[k - 1], order[k]
            k -= 1
    return order


def market_discount(market, line, wedges, outcome, j, bought):
    """The market's discount on strategy j once the vehicle has taken `bought` of it and all it takes of the others."""
    result = outcome.trade
    elsewhere = result.taken[0] + result.taken[1] + result.taken[2] - result.taken[j]
    total = outcome.by_strategy[0] + outcome.by_strategy[1] + outcome.by_strategy[2]
    uncapped = straight(line, total - elsewhere - bought) - result.bundles / line.depth
    return wedges.own[j] + wedges.slope[j] * charge_above_calm(market, clip(uncapped, line.low, line.cap))


# Section 4.8: settlement.


class Stock(NamedTuple):
    inventory: float
    pairs: float
    absorbed: float  # bonds that end investors took
    outside: float  # bonds that outside buyers took


def warehouse(market, line, bonds, pairs, result):
    """Investors and outside buyers take from dealers, pairs at most what there are; bonds stop at −V_normal."""
    d = market.dealers
    wanted = d.investor_absorption_bn * result.log_charge
    most = positive(bonds + pairs + d.normal_inventory_bn - wanted)
    outside = min(positive(result.uncapped - line.cap) * line.depth, most)
    bought = positive(wanted) + outside
    from_pairs = min(pairs, bought * ratio(pairs, pairs + positive(bonds)))
    outside_bonds = outside * (1 - ratio(from_pairs, bought))
    end = max(bonds - wanted - outside + from_pairs, -d.normal_inventory_bn)
    return Stock(end, pairs - from_pairs, bonds - outside_bonds - end, outside_bonds)


class Settlement(NamedTuple):
    equity: Any  # array (cohort,), before failed funds' shortfall falls on lenders
    market_sales: Floats
    vehicle: Floats
    payment: Payment
    stock: Stock


def settle(market, state, auction, line, wedges, funds, outcome):
    result = outcome.trade
    above = charge_above_calm(market, result.log_charge)
    payment = payments(market, state, auction, line, wedges, outcome)
    equity = funds.at_calm - funds.slope * above + payment.gain
    to_market = (
        outcome.by_strategy[0] - result.taken[0],
        outcome.by_strategy[1] - result.taken[1],
        outcome.by_strategy[2] - result.taken[2],
    )
    bonds = line.bonds + to_market[BASIS] + to_market[SWAP] - result.bundles
    stock = warehouse(market, line, bonds, line.pairs + to_market[PAIRS], result)
    return Settlement(equity, to_market, add(result.taken, payment.from_dealers), payment, stock)


def state_after(market, state, shocks, orders, margins, funding, line, wedges, outcome, settled, curve):
    """The close before delivery."""
    back, positions, equity = line.sold_back, np.copy(state.positions), np.copy(settled.equity)
    for n in range(len(equity)):
        equity[n] = positive(equity[n])
        for j in range(3):
            positions[n, j] = state.positions[n, j] * (1 - outcome.shares[n])
    log_charge = outcome.trade.log_charge
    keep = 0.5 ** (1 / market.wedges.liquidation_half_life_days)
    z, sold, vehicle = state.liquidation, settled.market_sales, add(state.vehicle, settled.vehicle)
    return State(
        positions=positions,
        equity=equity,
        inventory=settled.stock.inventory,
        pairs=settled.stock.pairs,
        liquidation=(keep * (z[0] + sold[0]), keep * (z[1] + sold[1]), keep * (z[2] + sold[2])),
        variance=curve.variance,
        margin=margins.margin,
        log_charge=log_charge,
        mark=price_loss(wedges, charge_above_calm(market, log_charge)),
        earned=(
            dot4(market.wedges.swap_spread_mix, curve.swap_gap),
            dot4(market.wedges.off_the_run_mix, curve.pairs_gap),
        ),
        absorbed=state.absorbed + settled.stock.absorbed,
        outside=state.outside + settled.stock.outside,
        delivered=state.delivered,
        supply=curve.supply,
        held=curve.held,
        lent=funding.fill,
        outright=add4(state.outright, orders.purchases),
        hedged=add(state.hedged, orders.hedged_purchases),
        vehicle=(vehicle[0] - back[0], vehicle[1] - back[1], vehicle[2] - back[2]),
        yields=curve.yields,
        opening_repo=state.opening_repo,
        days_to_delivery=state.days_to_delivery,
    )


# Section 4.9: yields.


class Curve(NamedTuple):
    """Parts of yields in bp by tenor, and what moves with them."""

    yields: Floats
    fundamentals: Floats
    term_premium: Floats
    signal: Floats
    dysfunction: Floats
    swap_gap: Floats
    pairs_gap: Floats
    basis: float
    easing: Floats
    supply: float
    held: float
    variance: float
    depth_mn: float


def gaps(beta, above, own):
    """q_i = β_i·(λ − λ₀) + own_i, bp by tenor."""
    return (
        beta[0] * above + own[0],
        beta[1] * above + own[1],
        beta[2] * above + own[2],
        beta[3] * above + own[3],
    )  # fmt: skip


def scaled(factor, loadings):
    return (factor * loadings[0], factor * loadings[1], factor * loadings[2], factor * loadings[3])


def curve_today(market, state, shocks, orders, wedges, log_charge):
    y, w = market.yields, market.wedges
    above, stress = charge_above_calm(market, log_charge), positive(log_charge)
    swap_gap = gaps(w.swap_spread_beta, above, wedges.swap_own)
    pairs_gap = gaps(w.off_the_run_beta, above, wedges.pairs_own)
    supply = state.supply + equivalents(market, shocks.real_money_sales)
    held = state.held + equivalents(market, orders.purchases)
    announced = orders.announced + y.hedged_signal_share * orders.announced_hedged
    premium = scaled(y.duration_slope_bp / 100 * (supply - held), y.duration_loadings)
    easing = scaled(-y.signal_bp / 100 * announced, y.signal_loadings)
    signal = add4(easing, scaled(-1.0, orders.rate_cut))
    dysfunction = add4(swap_gap, scaled(y.stress_steepening * stress, premium))
    rest = add4(add4(premium, signal), dysfunction)
    fundamentals = shocks.fundamentals
    if shocks.invert:
        fundamentals = add4(shocks.observed, scaled(-1.0, add4(market.opening_yields, rest)))
    level = add4(market.opening_yields, add4(fundamentals, rest))
    variance = variance_after(market, state, level)
    taken_off = add4(scaled(y.duration_slope_bp / 100 * held, y.duration_loadings), scaled(-1.0, easing))
    return Curve(
        level, fundamentals, premium, signal, dysfunction, swap_gap, pairs_gap, wedges.basis_own + w.basis_beta * above,
        taken_off, supply, held, variance, depth_after(market, variance, stress),
    )  # fmt: skip


def variance_after(market, state, level):
    """s² with the day's move of the 10-year."""
    keep = 0.5 ** (1 / market.margins.volatility_half_life_days)
    return keep * state.variance + (1 - keep) * (level[2] - state.yields[2]) ** 2


def depth_after(market, variance, stress):
    """Best three bids and offers, $mn."""
    q = market.liquidity
    ratio_of_sigma = volatility(market, variance) / market.margins.calm_volatility_bp
    return (
        q.calm_depth_mn
        * ratio_of_sigma**-q.depth_volatility_elasticity
        * math.exp(-q.depth_charge_elasticity * stress)
    )


# Section 4.10: delivery.


def deliver(market, state, wedges):
    """Count down; on the day, deliver the public's bundles and let funds roll into the next contract."""
    due = state.days_to_delivery == 0
    above = charge_above_calm(market, state.log_charge)
    equity, mark = state.equity, state.mark
    delivered, hedged, vehicle = state.delivered, state.hedged, state.vehicle
    if due:
        equity = after_roll(market, state, above)
        basis = wedges.basis_own + market.wedges.basis_beta * above
        mark = put(mark, BASIS, basis * (CONTRACT_DAYS / DAYS_A_YEAR) / 100)
        delivered += hedged[BASIS] + vehicle[BASIS]
        hedged, vehicle = put(hedged, BASIS, 0.0), put(vehicle, BASIS, 0.0)
    return State(
        state.positions, equity, state.inventory, state.pairs, state.liquidation, state.variance, state.margin,
        state.log_charge, mark, state.earned, state.absorbed, state.outside, delivered, state.supply, state.held,
        state.lent, state.outright, hedged, vehicle, state.yields, state.opening_repo,
        CONTRACT_DAYS - 1 if due else state.days_to_delivery - 1,
    )  # fmt: skip


def after_roll(market, state, above):
    equity = np.copy(state.equity)
    for n in range(len(equity)):
        cost = state.positions[n, BASIS] * market.wedges.roll_cost_points * positive(above) / 1e4
        equity[n] -= min(cost, equity[n])
    return equity


# The day, and days in a row.


class Figures(NamedTuple):
    """Everything the day worked out, section by section."""

    margins: Margins
    funding: Funding
    issue: Issue
    wedges: Wedges
    line: Line
    funds: Funds
    auction: Auction
    outcome: Outcome
    settled: Settlement
    curve: Curve


def day(market, state, shocks, orders):
    """One day: tomorrow's opening state and the figures."""
    margins = margins_today(market, state, shocks, orders)
    funding = funding_today(market, state, shocks, orders, margins)
    issue = issue_today(market, state, shocks)
    wedges = wedges_today(market, state, shocks)
    line = line_today(market, state, shocks, orders, margins, funding, issue)
    funds = funds_today(market, state, margins, funding, wedges)
    auction = auction_today(market, orders, wedges, line)
    outcome = cascade(market, state, funding, funds, auction, line)
    settled = settle(market, state, auction, line, wedges, funds, outcome)
    curve = curve_today(market, state, shocks, orders, wedges, outcome.trade.log_charge)
    close = state_after(
        market, state, shocks, orders, margins, funding, line, wedges, outcome, settled, curve
    )
    figures = Figures(margins, funding, issue, wedges, line, funds, auction, outcome, settled, curve)
    return deliver(market, close, wedges), figures


class Series(NamedTuple):
    """Shocks of all days: arrays (day,) or (day, tenor), named as in `Shocks`."""

    real_money_sales: Any
    client_financing: Any
    fundamentals: Any
    swap_spread_shock: Any
    off_the_run_shock: Any
    basis_shock: Any
    desired_longs: Any
    money_fund_run: Any
    margin_step: Any
    auction_withdrawal: Any
    auction_size: Any
    observed: Any
    invert: bool


class Plan(NamedTuple):
    """Orders of all days: arrays (day,) or (day, row), named as in `Orders`."""

    purchases: Any
    hedged_purchases: Any
    announced: Any
    announced_hedged: Any
    rate_cut: Any
    repo_cap: Any
    repo_price: Any
    auction_capacity: Any
    reserve_discount: Any
    eligible: Any
    dealers_eligible: Any
    pay_as_bid: Any
    vehicle_sales: Any
    capacity_multiple: Any
    footprint_multiple: Any
    margin_multiple: Any


def three(rows, d):
    return (rows[d, 0], rows[d, 1], rows[d, 2])


def four(rows, d):
    return (rows[d, 0], rows[d, 1], rows[d, 2], rows[d, 3])


def shocks_on(series, d):
    """The shocks of row d."""
    return Shocks(
        four(series.real_money_sales, d), series.client_financing[d], four(series.fundamentals, d),
        four(series.swap_spread_shock, d), four(series.off_the_run_shock, d), series.basis_shock[d],
        series.desired_longs[d], series.money_fund_run[d], series.margin_step[d], series.auction_withdrawal[d],
        series.auction_size[d], four(series.observed, d), series.invert,
    )  # fmt: skip


def orders_on(plan, d):
    """The orders of row d."""
    return Orders(
        four(plan.purchases, d), three(plan.hedged_purchases, d), plan.announced[d], plan.announced_hedged[d],
        four(plan.rate_cut, d), three(plan.repo_cap, d), plan.repo_price[d], plan.auction_capacity[d],
        plan.reserve_discount[d], three(plan.eligible, d), plan.dealers_eligible[d], plan.pay_as_bid[d],
        three(plan.vehicle_sales, d), plan.capacity_multiple[d], plan.footprint_multiple[d], plan.margin_multiple[d],
    )  # fmt: skip


MAIN = (
    "charge_bp", "repo_spread_bp", "inventory_bn", "forced_sales_bn", "market_sales_bn", "vehicle_bn", "equity_bn",
    "lender_losses_bn", "positions_bn", "volatility_bp", "depth_mn", "yield_2y_bp", "yield_5y_bp", "yield_10y_bp",
    "yield_30y_bp", "dislocation_10y_bp", "basis_bp", "rounds",
)  # fmt: skip
WIDTH = len(MAIN)


def run(market, series, plan):
    """Days in a row from the opening: array (day, `MAIN`)."""
    days = len(series.client_financing)
    record = np.zeros((days, WIDTH))
    state = opening(market)
    for d in range(days):
        state, figures = day(market, state, shocks_on(series, d), orders_on(plan, d))
        note(market, state, figures, record, d)
    return record


def note(market, state, figures, record, d):
    """Write the main series of a day into row d."""
    outcome, settled, curve = figures.outcome, figures.settled, figures.curve
    shortfall = 0.0
    for n in range(len(settled.equity)):
        shortfall += positive(-settled.equity[n])
    record[d, 0] = market.dealers.calm_charge_bp + charge_above_calm(market, outcome.trade.log_charge)
    record[d, 1] = figures.funding.spread
    record[d, 2] = state.inventory + market.dealers.normal_inventory_bn
    record[d, 3] = outcome.by_strategy[0] + outcome.by_strategy[1] + outcome.by_strategy[2]
    record[d, 4] = settled.market_sales[0] + settled.market_sales[1] + settled.market_sales[2]
    record[d, 5] = state.vehicle[0] + state.vehicle[1] + state.vehicle[2]
    record[d, 6] = state.equity.sum()
    record[d, 7] = shortfall
    record[d, 8] = state.positions.sum()
    record[d, 9] = volatility(market, curve.variance)
    record[d, 10] = curve.depth_mn
    for i in range(4):
        record[d, 11 + i] = curve.yields[i]
    record[d, 15] = curve.swap_gap[2]
    record[d, 16] = curve.basis
    record[d, 17] = outcome.rounds


# Functions of the day in the order in which they use each other, for a compiler that wants them one by one.
COMPILED = (
    positive, clip, ratio, add, add4, dot4, put, equivalents, mix_of, charge_above_calm, bare_margin, calm_margin,
    opening_positions, opening, volatility, next_margin, margins_today, repo_to_funds, open_caps, facility, funding_today,
    issue_today, given_part, points, wedges_today, price_loss, sold_back, line_today, straight, carry_today, funds_today,
    share_to_sell, reserve_reached, sales_to_reserve, auction_today, served, dealers_bundle, dealers_offer, trade, sales_by_strategy,
    cascade, pressure, most_pressed_first, market_discount, pay_funds, payments, warehouse, settle, gaps, scaled, variance_after,
    depth_after, curve_today, state_after, after_roll, deliver, day, three, four, shocks_on, orders_on, note, run,
)  # fmt: skip


# How close the day came to a decision that jumps, so that rounding could tip it.


def closest_jump(market: Market, state: State, orders: Orders, figures: Figures) -> float:
    """The smallest relative distance of the day that opened with `state` to a default, a trigger, a cap or a ranking."""
    f, line, outcome, auction = figures.funding, figures.line, figures.outcome, figures.auction
    near = [_apart(outcome.trade.uncapped, line.cap)]
    near += [_apart(loan, LEAST_LOAN_BN) for loan in state.lent if loan > 0]
    near += [
        _apart(e, 0.0) for e, book in zip(figures.settled.equity, figures.funds.book, strict=True) if book > 0
    ]
    if sum(orders.repo_cap) > 0 and f.gap > 0:
        near += [
            *(_apart(pull, 0.0) for pull in f.pulls),
            _apart(f.gap, sum(open_caps(orders, f.pulls, state.lent))),
        ]
    if auction.capacity > 0:
        near += _auction_jumps(auction, line, outcome)
    return min(near)


def _auction_jumps(auction: Auction, line: Line, outcome: Outcome) -> list[float]:
    reached = [r for r in auction.reached if math.isfinite(r)]
    near = [_apart(r, end) for r in reached for end in (line.low, line.cap)]
    near += [_apart(a, b) for k, a in enumerate(reached) for b in reached[:k] if a != b]
    if max(outcome.trade.taken) > 0 or outcome.trade.bundles > 0:
        near += [_apart(outcome.trade.left, 0.0)] if outcome.trade.left else []
    if auction.pay_as_bid and max(outcome.trade.taken) > 0:
        shares = sorted(share for share in outcome.shares if share > TOLERANCE_BN)
        near += [
            abs(a - b) for a, b in pairwise(shares) if abs(a - b) > ROUNDING or pressure(a) != pressure(b)
        ]
    return near


def _apart(a: float, b: float) -> float:
    return abs(a - b) / max(1.0, abs(a), abs(b))
