"""The books: who holds and owes what every day, rebuilt from a run's recorded series, and who gained in between.

Rows (instruments) and columns (sectors) sum to zero on every day and path. $bn; assets positive, liabilities and net
worth negative. What stands at what value:

- `treasuries`: face. The Treasury's debt is the opening bonds of dealers and funds, the Fed's opening bills and new
  issues; all other holdings, and the cash they were paid with, count changes since the opening.
- `price_above_par`: face by tenor × (price − 1), price = 1 − D·(y − y at the opening), of bonds and of hedges as if
  they moved with their bonds; so hedged holders have none, and their duration stands with asset managers. Bonds of
  dealers and outside buyers have the tenors of the swap-spread trade; auctioned bonds stay at par.
- `futures_and_swaps`: net long × w, the wedge by which a hedge is worth more than its bond (the basis for futures,
  the swap-spread wedge for swaps, which also hedge dealers' bonds). A hedged bond is thus worth 1 − w in all.
- `pairs`: old bonds with the cash posted for the new ones that are short, 1 − w of the off-the-run trade. Asset
  managers, who lend the new bonds, owe it.
- the rest is nominal. Calm interest is paid out and leaves no trace; only what differs from it is booked.

Residual holders, by name. Banks' `credit_lines` carry dealers' opening bonds, and repo that neither lenders nor the
facility fund. What lenders give beyond the cash of calm days comes from banks. Cash that money funds cannot lend is `cash_at_fed`; cash withdrawn from them goes into asset managers'
deposits. Duration that nobody else holds is asset managers'. A failed fund's shortfall falls on dealers, and on the
Fed as far as it lent to funds direct. Who lends in repo earns the day's spread over calm, dealers what is left of it.
Delivery and the roll come after the close, so the books show them the next day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models import bonds, funding, series
from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, Frozen
from models.scenario import trade_mixes
from models.simulation import Run
from models.stack import Array, Group

SECTORS = (
    "asset_managers", "real_money", "hedge_funds", "dealers", "repo_clients", "money_funds", "banks",
    "outside_buyers", "clearing_house", "treasury", "fed", "vehicle",
)  # fmt: skip
INSTRUMENTS = (
    "treasuries", "price_above_par", "pairs", "futures_and_swaps", "initial_margin", "repo_from_dealers",
    "repo_to_dealers", "fed_repo", "vehicle_loan", "money_fund_shares", "deposits", "credit_lines", "cash_at_fed",
    "net_worth",
)  # fmt: skip
SOURCES = ("duration", "wedges", "carry", "repo_interest", "auction", "defaults", "roll")
CASH_SOURCES = slice(2, None)  # the rest are changes of value
AT_FED = ("money_funds", "treasury", "fed", "vehicle")
CREDIT_LINES = ("hedge_funds", "dealers")
PIECE = 256
BASIS, SWAP_SPREAD, OFF_THE_RUN = 0, 1, 2


@dataclass(frozen=True)
class Ledger:
    """Balance sheets in $bn: `values` (instrument, sector, day, path), for the days in `days`."""

    values: Array
    days: tuple[int, ...]

    @property
    def rows(self) -> Array:
        """What is left over by instrument, zero: (instrument, day, path)."""
        return np.add.reduce(self.values, axis=1)

    @property
    def columns(self) -> Array:
        """What is left over by sector, zero: (sector, day, path)."""
        return np.add.reduce(self.values, axis=0)

    def of(self, instrument: str, sector: str) -> Array:
        """One entry, (day, path)."""
        return self.values[INSTRUMENTS.index(instrument), SECTORS.index(sector)]


def balance_sheets(run: Run, day: int | None = None, path: int | None = None) -> Ledger:
    """The books on every day and path, or on one `day` (−1 is the last) or one `path`; axes stay."""
    ledger = _ledger(run if path is None else _paths(run, slice(path, path + 1)))
    return ledger if day is None else Ledger(ledger.values[:, :, [day]], (ledger.days[day],))


def profit(run: Run) -> Array:
    """Each sector's profit over the run by source, $bn (source, sector, path); sectors sum to zero.

    Sources: the curve's moves on outright bonds; bonds against their hedges; the wedge earned day by day; repo interest
    over calm; what the vehicle paid above the market; funds' shortfalls; the cost of rolling futures above calm.
    """
    return np.add.reduce(_profits(run, _holdings(run), _prices(run), _lending(run)), axis=2)


def profit_to_date(run: Run) -> Array:
    """The same from the opening to each day, $bn (source, sector, day, path)."""
    return np.cumsum(_profits(run, _holdings(run), _prices(run), _lending(run)), axis=2)


def bond_flows(run: Run) -> dict[str, Array]:
    """Where bonds came from (negative) and went since the opening, $bn of face (day, path); all sum to zero.

    Old-against-new pairs are no net bonds and left out.
    """
    funds = run[series.POSITIONS][:, :OFF_THE_RUN].sum(axis=1)
    return {
        "sold_by_real_money": -_total(run[series.REAL_MONEY_SALES].sum(axis=1)),
        "sold_by_clients": -_total(run[series.CLIENT_SALES].sum(axis=1)),
        "issued": -_issued(run),
        "bought_at_auction": _issued(run) - _total(run[series.EXCESS_AWARD]),
        "hedge_funds": funds - funds[0],
        "dealers": run[series.INVENTORY] - run[series.INVENTORY][0],
        "end_investors": run[series.ABSORBED],
        "outside_buyers": run[series.OUTSIDE],
        "delivered_into_futures": _delivered(run).sum(axis=1),
        "fed_outright": run[series.OUTRIGHT].sum(axis=1),
        "fed_hedged": run[series.HEDGED][:, :OFF_THE_RUN].sum(axis=1),
        "vehicle": run[series.VEHICLE][:, :OFF_THE_RUN].sum(axis=1),
    }


def futures_identity(run: Run) -> dict[str, Array]:
    """Asset managers' longs in futures and swaps, from flows, and the hedged holdings they equal, $bn (day, path).

    Longs grow with what real money sells and auctions leave to dealers, and shrink with every bond that ends with an
    outright holder: the Fed, end investors, outside buyers, and longs who take delivery. `longs` equals all others.
    """
    return {
        "longs": _longs(run),
        "basis": run[series.POSITIONS][:, BASIS],
        "swap_spread": run[series.POSITIONS][:, SWAP_SPREAD],
        "dealers": run[series.INVENTORY],
        "fed": run[series.HEDGED][:, :OFF_THE_RUN].sum(axis=1),
        "vehicle": run[series.VEHICLE][:, :OFF_THE_RUN].sum(axis=1),
    }


def residuals(run: Run) -> float:
    """The largest absolute residual of rows, columns and identities over all days and paths; below 1e-6 if all is well."""
    worst = [0.0]
    for at in range(0, run.paths, PIECE):
        piece = _paths(run, slice(at, at + PIECE))
        ledger = _ledger(piece)
        checked = (ledger.rows, ledger.columns, *identities(piece).values())
        worst += [float(np.max(np.abs(left))) for left in checked]
    return float(np.max(worst))


def identities(run: Run) -> dict[str, Array]:
    """What else must be zero, by name: $bn, `duration_supply` in bp; (day, …, path)."""
    bought, held = run[series.VEHICLE_PURCHASES], futures_identity(run)
    from_funds = run[series.FORCED_SALES] - run[series.MARKET_SALES]
    delivered = np.zeros_like(bought)
    delivered[:, BASIS] = _delivered(run)[:, 1]
    award = run[series.DEALER_AWARD] / 100 - run.world.issuance.normal_award
    ended = run[series.ABSORBED] + run[series.OUTSIDE] + _delivered(run).sum(axis=1)
    at_market = (bought * run[series.PRICE_LOSS] / 100).sum(axis=1)
    return {
        "bonds": _sum(bond_flows(run)),
        "longs": 2 * held["longs"] - _sum(held),
        "longs_missing": run[series.LONGS_MISSING] - run[series.DESIRED_LONGS] - ended,
        "positions": run[series.POSITIONS] - np.add.reduce(_cohort_books(run), axis=2),
        "equity": run[series.FUND_EQUITY] - run[series.EQUITY_BY_COHORT].sum(axis=1),
        "vehicle": run[series.VEHICLE] + delivered - _total(bought - run[series.VEHICLE_SALES]),
        "sellers": (bought - from_funds).sum(axis=1) - run[series.VEHICLE_FROM_DEALERS],
        "auction": at_market - run[series.VEHICLE_DISCOUNT].sum(axis=1) - run[series.SELLER_GAIN],
        "award": run[series.EXCESS_AWARD] - _auctioned(run) * award,
        "price_of_cash": _price_of_cash(run),
        "duration_supply": _duration_supply(run),
    }


# Helpers over the day axis, which is the first unless said otherwise.


def _in_columns(group: Any) -> Any:
    """A group's numbers as columns; those of worlds side by side are so already."""
    return Group([group], np.zeros(1, np.intp)) if isinstance(group, Frozen) else group


def _paths(run: Run, chosen: slice) -> Run:
    return Run(run.world, {name: values[..., chosen] for name, values in run.series.items()})


def _sectors(run: Run, entries: Mapping[str, Array], rows: tuple[int, ...] = ()) -> Array:
    out = np.zeros((len(SECTORS), len(run[series.CHARGE]), *rows, run.paths))
    for name, values in entries.items():
        out[SECTORS.index(name)] = values
    return out


def _sum(entries: Mapping[str, Array]) -> Array:
    return sum(entries.values(), start=np.zeros(1))


def _total(flow: Array) -> Array:
    return np.cumsum(flow, axis=0)


def _yesterday(values: Array, axis: int = 0) -> Array:
    """Yesterday's value; day 0 stands for its own."""
    return np.take(values, np.maximum(np.arange(values.shape[axis]) - 1, 0), axis=axis)


def _change(values: Array, axis: int = 0) -> Array:
    return values - _yesterday(values, axis)


# Quantities of face.


@dataclass(frozen=True)
class _Holdings:
    """Net holdings in $bn of face, (sector, day, path); `duration` (sector, day, tenor, path)."""

    bonds: Array
    duration: Array
    pairs: Array
    futures: Array
    futures_at_open: Array  # yesterday's, after delivery
    swaps: Array


def _holdings(run: Run) -> _Holdings:
    n, h, v, dealers = run[series.POSITIONS], run[series.HEDGED], run[series.VEHICLE], run[series.INVENTORY]
    sold, by_clients = _total(run[series.REAL_MONEY_SALES]), _total(run[series.CLIENT_SALES])
    delivered = _delivered(run)
    opening = dealers[0] + n[0, :OFF_THE_RUN].sum(axis=0)
    bills = run.world.funding.slack_bn  # the Fed's, against the slack cash that lenders keep with it
    at_auction = _issued(run) - _total(run[series.EXCESS_AWARD])
    longs, futures_long = _longs(run), _futures_longs(run)
    futures = {"hedge_funds": -n[:, BASIS], "fed": -h[:, BASIS], "vehicle": -v[:, BASIS]}
    futures_held = _sectors(run, {"asset_managers": futures_long, **futures})
    gone = _change(delivered)
    closed = {"asset_managers": -gone.sum(axis=1), "fed": gone[:, 0], "vehicle": gone[:, 1]}
    return _Holdings(
        bonds=_sectors(run, {
            "asset_managers": run[series.ABSORBED] + delivered.sum(axis=1) + at_auction, "dealers": dealers,
            "real_money": -sold.sum(axis=1), "repo_clients": -by_clients.sum(axis=1), "outside_buyers": run[series.OUTSIDE],
            "hedge_funds": n[:, :OFF_THE_RUN].sum(axis=1),
            "treasury": -opening - bills - _issued(run), "vehicle": v[:, :OFF_THE_RUN].sum(axis=1),
            "fed": bills + run[series.OUTRIGHT].sum(axis=1) + h[:, :OFF_THE_RUN].sum(axis=1),
        }),
        duration=_durations_held(run, sold, by_clients),
        pairs=_sectors(run, {
            "asset_managers": _total(run[series.PAIRS_ABSORBED]) - n[0, OFF_THE_RUN], "dealers": run[series.PAIRS],
            "hedge_funds": n[:, OFF_THE_RUN], "fed": h[:, OFF_THE_RUN], "vehicle": v[:, OFF_THE_RUN],
        }),
        futures=futures_held,
        futures_at_open=_yesterday(futures_held, axis=1) + _sectors(run, closed),
        swaps=_sectors(run, {
            "asset_managers": longs - futures_long, "hedge_funds": -n[:, SWAP_SPREAD], "dealers": -dealers,
            "fed": -h[:, SWAP_SPREAD], "vehicle": -v[:, SWAP_SPREAD],
        }),
    )  # fmt: skip


def _durations_held(run: Run, sold: Array, by_clients: Array) -> Array:
    """Bonds whose price moves a sector feels, by tenor; what others do not hold is asset managers'."""
    n = run[series.POSITIONS][0]
    basis, swap = np.array(trade_mixes(run.world))[:2, :, None]
    debt = n[BASIS] * basis + (n[SWAP_SPREAD] + run[series.INVENTORY][0]) * swap
    held = {
        "treasury": np.broadcast_to(-debt, sold.shape),
        "real_money": -sold,
        "repo_clients": -by_clients,
        "fed": run[series.OUTRIGHT],
        "outside_buyers": run[series.OUTSIDE][:, None] * swap,
    }
    return _sectors(run, {**held, "asset_managers": -_sum(held)}, rows=(4,))


def _auctioned(run: Run) -> Array:
    """Face auctioned each day, (day, 1)."""
    sizes = np.zeros((len(run[series.CHARGE]), 1))
    for auction in run.world.scenario.auctions:
        sizes[auction.day] += auction.size_bn
    return sizes


def _issued(run: Run) -> Array:
    return np.broadcast_to(_total(_auctioned(run)), run[series.CHARGE].shape)


def _after_delivery(run: Run) -> Array:
    """1 on days that open with the contract delivered or rolled at yesterday's close, (day, 1)."""
    since = np.arange(len(run[series.CHARGE])) - run.world.scenario.days_to_delivery - 2
    return ((since >= 0) & (since % CONTRACT_DAYS == 0)).astype(float)[:, None]


def _delivered(run: Run) -> Array:
    """Basis bundles that the Fed and the vehicle delivered so far, (day, 2, path)."""
    held = np.stack([run[series.HEDGED][:, BASIS], run[series.VEHICLE][:, BASIS]], axis=1)
    return _total(_yesterday(held) * _after_delivery(run)[:, None])


def _longs(run: Run) -> Array:
    opening = run[series.INVENTORY][0] + run[series.POSITIONS][0, :OFF_THE_RUN].sum(axis=0)
    sold = run[series.REAL_MONEY_SALES] + run[series.CLIENT_SALES]
    hedged = _total(sold.sum(axis=1) + run[series.EXCESS_AWARD])
    outright = run[series.OUTRIGHT].sum(axis=1) + run[series.ABSORBED] + run[series.OUTSIDE]
    return opening + hedged - outright - _delivered(run).sum(axis=1)


def _futures_longs(run: Run) -> Array:
    """Asset managers' futures: closed by funds' sales in the market, opened by public purchases from others, delivered."""
    delivered = _delivered(run)
    from_funds = run[series.FORCED_SALES] - run[series.MARKET_SALES]
    vehicle = run[series.VEHICLE_PURCHASES] - from_funds - run[series.VEHICLE_SALES]
    traded = _total((vehicle - run[series.MARKET_SALES])[:, BASIS])
    fed = run[series.HEDGED][:, BASIS] + delivered[:, 0]
    return run[series.POSITIONS][0, BASIS] + traded + fed - delivered.sum(axis=1)


def _cohort_books(run: Run) -> Array:
    """Each cohort's positions from its opening book and forced sales, cut in proportion, (day, strategy, cohort, path)."""
    f = run.world.funds
    face = np.array([c.equity_bn * c.leverage for c in f.cohorts])[:, None] * f.scale * f.size
    mix = np.transpose([c.mix for c in f.cohorts])[:, :, None]
    return mix * (face - _total(run[series.FORCED_BY_COHORT]))[:, None]


# Prices, and claims that are nominal.


@dataclass(frozen=True)
class _Prices:
    """Shares of face: price over par (day, tenor, path), wedges w (day, strategy, path), the basis at the open (day, path)."""

    over_par: Array
    wedge: Array
    basis_at_open: Array  # yesterday's, or the next contract's after a roll


def _prices(run: Run) -> _Prices:
    years = np.array(bonds.durations(run.world.scenario.opening_yields_pct))[:, None]
    wedge = run[series.PRICE_LOSS] / 100
    next_contract = _yesterday(run[series.BASIS]) / 1e4 * CONTRACT_DAYS / DAYS_A_YEAR
    return _Prices(
        over_par=-years * (run[series.YIELD] - run[series.YIELD][0]) / 100,
        wedge=wedge,
        basis_at_open=np.where(_after_delivery(run) > 0, next_contract, _yesterday(wedge[:, BASIS])),
    )


def _lending(run: Run) -> dict[str, Array]:
    """Nominal claims other than cash at the close, by instrument, $bn (sector, day, path)."""
    through, n = run[series.FACILITY][:, :2].sum(axis=1), run[series.POSITIONS]
    to_funds = (1 - run[series.HAIRCUT] / 100) * n.sum(axis=1)
    direct = np.minimum(run[series.FACILITY][:, 2], to_funds)
    clients, margin = run[series.CLIENT_FINANCING], run[series.INITIAL_MARGIN]
    inventory = np.maximum(run[series.INVENTORY] - run[series.INVENTORY][0], 0.0)
    cash, of_money_funds = _private_cash(run)
    lent = np.maximum(to_funds - direct + clients + inventory - through, 0.0)
    share = np.divide(of_money_funds, cash, out=np.zeros_like(cash), where=cash > 0)
    by_money_funds = np.minimum(lent, cash) * share
    shares = np.maximum(
        run.world.funding.money_fund_share * _calm_cash(run) - run[series.MONEY_FUND_RUN], 0.0
    )
    from_dealers = {"hedge_funds": direct - to_funds, "repo_clients": -clients}
    to_dealers = {"dealers": -lent, "money_funds": by_money_funds, "banks": lent - by_money_funds}
    return {
        "initial_margin": _sectors(run, {"hedge_funds": margin, "clearing_house": -margin}),
        "repo_from_dealers": _sectors(run, {**from_dealers, "dealers": -_sum(from_dealers)}),
        "repo_to_dealers": _sectors(run, to_dealers),
        "fed_repo": _sectors(run, {"fed": through + direct, "dealers": -through, "hedge_funds": -direct}),
        "money_fund_shares": _sectors(run, {"asset_managers": shares, "money_funds": -shares}),
    }


def _calm_cash(run: Run) -> Array:
    return (1 - run[series.HAIRCUT][0] / 100) * run[series.POSITIONS][0].sum(
        axis=0
    ) + run.world.funding.slack_bn


def _private_cash(run: Run) -> tuple[Array, Array]:
    """Cash that money funds and banks bring to repo at the calm price, and money funds' part of it, (day, path)."""
    p, withdrawn = run.world.funding, run[series.MONEY_FUND_RUN]
    cash = np.maximum(_calm_cash(run) - (1 - p.recycled_share) * withdrawn - run[series.CASH_DRAIN], 0.0)
    return cash, np.clip(p.money_fund_share * _calm_cash(run) - withdrawn, 0.0, cash)


def _repo_at_open(run: Run) -> Array:
    """Repo to funds that comes up for roll-over in the morning, (day, path)."""
    return (1 - run[series.HAIRCUT] / 100) * _yesterday(run[series.POSITIONS]).sum(axis=1)


def _price_of_cash(run: Run) -> Array:
    """The premium in the repo spread less lenders' price of what they lend beyond slack, bp, and what they lend beyond
    their limit, $bn (day, 2, path).

    They lend what is to be rolled over and neither lent by the facility nor reported missing.
    """
    inventory = np.maximum(_yesterday(run[series.INVENTORY]) - run[series.INVENTORY][0], 0.0)
    clients = np.maximum(run[series.CLIENT_FINANCING] + run[series.CLIENT_SALES].sum(axis=1), 0.0)
    need = _repo_at_open(run) + clients + inventory
    private = need - run[series.MISSING_FUNDING] - run[series.FACILITY].sum(axis=1)
    schedule = funding.price_of_cash(_in_columns(run.world.funding), _repo_at_open(run)[1])
    premium = run[series.REPO_SPREAD] - run.world.funding.calm_spread_bp - run[series.REPO_CHARGE]
    beyond = private - _private_cash(run)[0]
    return np.stack([premium - schedule(beyond), np.maximum(beyond - schedule.limit, 0.0)], axis=1)


def _duration_supply(run: Run) -> Array:
    """The term premium less the slope times duration that real money sold and the Fed did not take, and less what is feared
    of the Fed's independence: its holdings' and announcements' effects beyond what they ease, bp (day, tenor, path)."""
    p = run.world.yields
    weights = np.array(bonds.ten_year_equivalents(run.world.scenario.opening_yields_pct))[:, None]
    sold = _total(run[series.REAL_MONEY_SALES] + run[series.CLIENT_SALES])
    slope = p.duration_slope_bp / 100 * np.array(p.duration_loadings)[:, None]
    supply, held = (
        slope * (x * weights).sum(axis=1)[:, None]
        for x in (sold - run[series.OUTRIGHT], run[series.OUTRIGHT])
    )
    announced = -run[series.POLICY_SIGNAL] - run[series.RATE_CUT]
    feared = held + announced - run[series.FED_EASING]
    return run[series.TERM_PREMIUM] - supply - feared


# Profits: yesterday's holdings times today's moves, and what one sector pays another.


def _profits(run: Run, q: _Holdings, price: _Prices, lending: Mapping[str, Array]) -> Array:
    """Daily profit, $bn (source, sector, day, path)."""
    swaps, pairs = _yesterday(q.swaps, axis=1), _yesterday(q.pairs, axis=1)
    moved = _change(price.wedge)
    basis = q.futures_at_open * (price.wedge[:, BASIS] - price.basis_at_open)
    duration = np.add.reduce(_yesterday(q.duration, axis=1) * _change(price.over_par), axis=2)
    swap_carry, pair_carry = _daily_carry(run)
    return np.stack([
        duration,
        basis + swaps * moved[:, SWAP_SPREAD] - pairs * moved[:, OFF_THE_RUN],
        pairs * pair_carry - swaps * swap_carry,
        _repo_interest(run, lending),
        _auction(run),
        _defaults(run),
        _roll(run),
    ])  # fmt: skip


def _daily_carry(run: Run) -> tuple[Array, Array]:
    """A day at yesterday's yield wedges of swap-spread and off-the-run trades, share of face (day, path)."""
    w = run.world.wedges
    swap = (np.array(w.swap_spread_mix)[:, None] * run[series.DISLOCATION]).sum(axis=1)
    pair = (np.array(w.off_the_run_mix)[:, None] * run[series.OFF_THE_RUN]).sum(axis=1)
    return _yesterday(swap) / 1e4 / DAYS_A_YEAR, _yesterday(pair) / 1e4 / DAYS_A_YEAR


def _repo_interest(run: Run, lending: Mapping[str, Array]) -> Array:
    """Funds pay on the face they opened with, clients on what they borrow; lenders earn, dealers keep the rest."""
    rate = (run[series.REPO_SPREAD] - run.world.funding.calm_spread_bp) / 1e4 / DAYS_A_YEAR
    opened, lent = (
        _yesterday(run[series.POSITIONS]).sum(axis=1),
        lending["repo_to_dealers"] + lending["fed_repo"],
    )
    on = {name: lent[SECTORS.index(name)] for name in ("money_funds", "banks", "fed")}
    on |= {"hedge_funds": -opened, "repo_clients": -run[series.CLIENT_FINANCING]}
    return _sectors(run, {**on, "dealers": -_sum(on)}) * rate


def _auction(run: Run) -> Array:
    total, dealers = run[series.SELLER_GAIN], run[series.DEALER_GAIN]
    return _sectors(run, {"hedge_funds": total - dealers, "dealers": dealers, "vehicle": -total})


def _defaults(run: Run) -> Array:
    repo, loss = _repo_at_open(run), run[series.LENDER_LOSSES]
    direct = np.divide(run[series.FACILITY][:, 2], repo, out=np.zeros_like(repo), where=repo > 0)
    return _sectors(run, {"hedge_funds": loss, "fed": -direct * loss, "dealers": (direct - 1) * loss})


def _roll(run: Run) -> Array:
    """On the morning after delivery each cohort has paid dealers for the roll, at most its equity."""
    cost = run.world.wedges.roll_cost_points * np.maximum(run[series.CHARGE_ABOVE_CALM], 0.0) / 1e4
    paid = np.minimum(_cohort_books(run)[:, BASIS] * cost[:, None], run[series.EQUITY_BY_COHORT]).sum(axis=1)
    overnight = _yesterday(paid) * _after_delivery(run)
    return _sectors(run, {"hedge_funds": -overnight, "dealers": overnight})


# Cash, and the ledger.


def _ledger(run: Run) -> Ledger:
    q, price, lending = _holdings(run), _prices(run), _lending(run)
    profits, claims = _profits(run, q, price, lending), _sum(lending)
    flow = _trades(q, price) + np.add.reduce(profits[CASH_SOURCES], axis=0) - _change(claims, axis=1)
    cash = _opening_cash(run, q, claims)[:, None] + np.cumsum(flow, axis=1)
    rows = {
        "treasuries": q.bonds,
        "price_above_par": np.add.reduce(q.duration * price.over_par, axis=2),
        "pairs": q.pairs * (1 - price.wedge[:, OFF_THE_RUN]),
        "futures_and_swaps": q.futures * price.wedge[:, BASIS] + q.swaps * price.wedge[:, SWAP_SPREAD],
        **lending,
        **_cash_rows(cash),
    }
    opening = _sum({name: row[:, :1] for name, row in rows.items()})
    worth = opening + np.cumsum(np.add.reduce(profits, axis=0), axis=1)
    worth[SECTORS.index("hedge_funds")] = run[series.FUND_EQUITY]  # the engine's own
    values = np.stack([{**rows, "net_worth": -worth}[name] for name in INSTRUMENTS])
    return Ledger(values + 0.0, tuple(range(values.shape[2])))  # no negative zeros


def _trades(q: _Holdings, price: _Prices) -> Array:
    """Cash from trades at the day's prices, (sector, day, path); futures are settled at the open when they roll."""
    closed = _yesterday(q.futures, axis=1) * _yesterday(price.wedge[:, BASIS])
    return -(
        _change(q.bonds, axis=1)
        + np.add.reduce(_change(q.duration, axis=1) * price.over_par, axis=2)
        + _change(q.pairs, axis=1) * (1 - price.wedge[:, OFF_THE_RUN])
        + _change(q.swaps, axis=1) * price.wedge[:, SWAP_SPREAD]
        + (q.futures - q.futures_at_open) * price.wedge[:, BASIS]
        + (q.futures_at_open * price.basis_at_open - closed)
    )


def _opening_cash(run: Run, q: _Holdings, claims: Array) -> Array:
    """Cash on day 0, (sector, path): funds' equity and dealers' credit after bonds and repo, slack cash with the Fed.

    Asset managers hold what was posted for their bonds; banks' net worth is what their modelled books leave over.
    """
    cash = -claims[:, 0] - q.bonds[:, 0] - q.pairs[:, 0]
    cash[SECTORS.index("hedge_funds")] += run[series.FUND_EQUITY][0]
    cash[SECTORS.index("asset_managers")] = -q.pairs[SECTORS.index("asset_managers"), 0]
    cash[SECTORS.index("banks")] = (1 - run.world.funding.money_fund_share) * run.world.funding.slack_bn
    cash[SECTORS.index("treasury")] = 0.0
    return cash


def _cash_rows(cash: Array) -> dict[str, Array]:
    """Cash by where it is: with banks, where a negative amount is a drawn credit line for funds and dealers, or with the
    Fed, where the vehicle's is its loan. Banks keep at the Fed what their customers bring."""
    banks, fed, vehicle = (SECTORS.index(name) for name in ("banks", "fed", "vehicle"))
    lines = np.array([name in CREDIT_LINES for name in SECTORS])[:, None, None]
    at_fed = cash * np.array([name in AT_FED for name in SECTORS])[:, None, None]
    with_banks = cash - at_fed
    with_banks[banks] = 0.0
    credit = np.where(lines, np.minimum(with_banks, 0.0), 0.0)
    deposits = with_banks - credit
    customers = np.add.reduce(with_banks, axis=0)
    deposits[banks], credit[banks] = -np.add.reduce(deposits, axis=0), -np.add.reduce(credit, axis=0)
    at_fed[banks] = cash[banks] + customers - customers[0]
    loan = np.zeros_like(cash)
    loan[vehicle], loan[fed] = np.minimum(cash[vehicle], 0.0), np.maximum(-cash[vehicle], 0.0)
    return {"deposits": deposits, "credit_lines": credit, "cash_at_fed": at_fed - loan, "vehicle_loan": loan}
