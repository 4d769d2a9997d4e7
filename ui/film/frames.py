"""One day of the market as five sectors see it: what they hold at the close, and what changed hands since the last one.

Bonds count at face, a pair of an old bond against a new one as one bond. What one sector parts with another takes, so
bonds that moved sum to zero, the Fed's and the Treasury's among them. Written in the subset that is translated for the
browser.
"""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import positive, ratio, sum3, sum4
from models.reference.recorded import Recorded


class FilmSetting(NamedTuple):
    """What a film takes from its world."""

    unhurried_share: float  # of the Fed's purchases, from holders in no hurry to sell
    slack_bn: float  # cash in repo beyond the opening's
    recycled_share: float  # of what is withdrawn from money funds, back in repo through banks


class Frame(NamedTuple):
    """A day, $bn unless a name says otherwise. Who sells and buys nets out within a sector."""

    # At the close
    investor_bonds: float  # taken since the opening, negative where sold
    investor_cash: float  # from bonds sold at face, from loans, and out of money funds, since the opening
    investor_repo: float  # that dealers' clients among them borrow
    fund_bonds: float
    fund_repo: float
    fund_equity: float
    fund_margin: float  # posted with the clearing house
    fund_cash: float  # what is left after haircuts, margin and marks, negative where a credit line is drawn
    dealer_bonds: float
    dealer_lent: float  # in repo, to funds and clients
    dealer_use_pct: float  # of what their balance sheets can carry
    lender_lent: float  # by money funds and banks, to dealers
    lender_cash: float  # that they bring to repo at its calm price and nobody has borrowed
    public_bonds: float  # the Fed's purchases, outright and hedged, and its vehicle's
    public_lent: float  # by the Fed in repo
    public_direct: float  # of it straight to funds
    # Bonds that changed hands on the day
    forced: float  # by funds
    funds_to_dealers: float
    funds_to_public: float
    investors_to_dealers: float  # net, negative where investors buy
    investors_to_public: float  # net of what the public delivers to them
    dealers_to_public: float  # net, negative where the public sells
    issued: float  # by the Treasury
    issued_to_dealers: float  # of it what others did not take
    sold_for_cash: float  # by investors who need cash
    # Cash that was called for on the day
    margin_called: float
    margin_released: float  # by positions that are gone
    lost: float  # by funds, at the day's prices
    withdrawn: float  # from money funds, negative where it comes back
    unfunded: float  # repo that nobody renewed
    failed: float  # groups of funds left without money
    # Prices
    dislocation_bp: float  # of the 10-year


def frame(
    setting: FilmSetting,
    first: Recorded,
    before: Recorded,
    now: Recorded,
    issued_before: float,
    issued: float,
) -> Frame:
    """A day from the records of the opening, of the close before and of its own, and what the Treasury sold until then
    and on it."""
    held, were = sum3(now.positions_bn), sum3(before.positions_bn)
    market = sum3(now.market_sales_bn)
    dealers = now.inventory_bn + now.pairs_bn
    bought = sum4(now.outright_bn) - sum4(before.outright_bn) + sum3(now.hedged_purchases_bn)
    delivered = (
        bought + sum3(now.vehicle_purchases_bn) - sum3(now.vehicle_sales_bn) - (public_bonds(now) - public_bonds(before))
    )  # fmt: skip
    unhurried = setting.unhurried_share * bought
    to_public = bought - unhurried + now.vehicle_from_dealers_bn - sum3(now.vehicle_sales_bn)
    funds_repo = (1 - now.haircut_pct / 100) * held
    direct = min(now.facility_bn[2], funds_repo)
    through = now.facility_bn[0] + now.facility_bn[1]
    stock = positive(now.inventory_bn - first.inventory_bn)
    lent = positive(funds_repo - direct + now.client_financing_bn + stock - through)
    margin_before = ratio(before.initial_margin_bn, were)
    margin = now.initial_margin_bn / held if held > 0 else margin_before
    taken = issued_before + issued - held - dealers - public_bonds(now) + held_by_others(first)
    return Frame(
        investor_bonds=taken,
        investor_cash=now.money_fund_run_bn + now.client_financing_bn - first.client_financing_bn - taken,
        investor_repo=now.client_financing_bn,
        fund_bonds=held,
        fund_repo=funds_repo,
        fund_equity=now.fund_equity_bn,
        fund_margin=now.initial_margin_bn,
        fund_cash=now.fund_equity_bn + funds_repo + marked(now) - held - now.initial_margin_bn,
        dealer_bonds=dealers,
        dealer_lent=funds_repo - direct + now.client_financing_bn,
        dealer_use_pct=now.dealer_use_pct,
        lender_lent=lent,
        lender_cash=positive(private_cash(setting, first, now) - lent),
        public_bonds=public_bonds(now),
        public_lent=through + direct,
        public_direct=direct,
        forced=sum3(now.forced_sales_bn),
        funds_to_dealers=market,
        funds_to_public=sum3(now.forced_sales_bn) - market,
        investors_to_dealers=dealers - before.inventory_bn - before.pairs_bn - market - now.excess_award_bn + to_public,
        investors_to_public=unhurried - delivered,
        dealers_to_public=to_public,
        issued=issued,
        issued_to_dealers=now.excess_award_bn,
        sold_for_cash=sum4(now.real_money_sales_bn) + sum4(now.client_sales_bn),
        margin_called=positive(were * (margin - margin_before)),
        margin_released=margin * (were - held) + positive(were * (margin_before - margin)),
        lost=positive(before.fund_equity_bn - now.fund_equity_bn),
        withdrawn=now.money_fund_run_bn - before.money_fund_run_bn,
        unfunded=now.missing_funding_bn,
        failed=now.defaults,
        dislocation_bp=now.dislocation_bp[2],
    )  # fmt: skip


def public_bonds(now: Recorded) -> float:
    """All bonds and bundles that the Fed and its vehicle hold."""
    return sum4(now.outright_bn) + sum3(now.hedged_bn) + sum3(now.vehicle_bn)


def held_by_others(now: Recorded) -> float:
    """Bonds that are not investors'."""
    return sum3(now.positions_bn) + now.inventory_bn + now.pairs_bn + public_bonds(now)


def marked(now: Recorded) -> float:
    """By how much funds' bonds stand below their hedges."""
    loss, held = now.price_loss_points, now.positions_bn
    return (held[0] * loss[0] + held[1] * loss[1] + held[2] * loss[2]) / 100


def private_cash(setting: FilmSetting, first: Recorded, now: Recorded) -> float:
    """What money funds and banks bring to repo at its calm price."""
    calm = (1 - first.haircut_pct / 100) * sum3(first.positions_bn) + setting.slack_bn
    return positive(calm - (1 - setting.recycled_share) * now.money_fund_run_bn - now.cash_drain_bn)


def frames_of(setting: FilmSetting, records: list[Recorded], sizes: list[float]) -> list[Frame]:
    """All days of a run from the record of every close, the opening's first, and what the Treasury sells on each day."""
    shown, issued = [frame(setting, records[0], records[0], records[0], 0.0, 0.0)], 0.0
    for day in range(1, len(records)):
        shown.append(frame(setting, records[0], records[day - 1], records[day], issued, sizes[day]))
        issued += sizes[day]
    return shown
