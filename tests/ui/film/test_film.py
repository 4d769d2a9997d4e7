"""A film keeps the engine's books: what moved sums to zero, stocks follow from flows, and they are those of the accounts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies as draw

from models.accounts import balance_sheets, bond_flows
from models.library import shipped
from models.simulation import Run, no_action, simulate, simulate_central
from models.worlds import replace
from policy.spec import parse_policy
from ui.film.film import Film, film
from ui.film.frames import Frame

CLOSED = 1e-6
INSIDE = ("fund_repo", "fund_bonds", "lender_lent", "lender_cash", "public_lent", "margin_called")


def central(world: str, policy: str) -> Run:
    chosen = parse_policy(policy)
    (run,) = simulate_central(chosen.prepare(shipped(world)), (chosen.orders,))
    return run


def column(shown: Film, name: str) -> np.ndarray:
    return np.array([getattr(frame, name) for frame in shown.frames])


def left_over(shown: Film) -> dict[str, np.ndarray]:
    """What must be zero on every day, by what it says."""
    c = {name: column(shown, name) for name in Frame._fields}
    change = {name: np.diff(c[name], prepend=c[name][0]) for name in Frame._fields}
    to_investors = c["issued"] - c["issued_to_dealers"] - c["investors_to_dealers"] - c["investors_to_public"]
    into_dealers = c["funds_to_dealers"] + c["investors_to_dealers"] + c["issued_to_dealers"]
    bonds = ("investor_bonds", "fund_bonds", "dealer_bonds", "public_bonds")
    return {
        "bonds that moved sum to what was issued": sum(change[b] for b in bonds) - c["issued"],
        "funds part with what they must sell": change["fund_bonds"] + c["forced"],
        "and sell it to dealers or the public": c["forced"] - c["funds_to_dealers"] - c["funds_to_public"],
        "dealers keep what they did not pass on": change["dealer_bonds"] - into_dealers + c["dealers_to_public"],
        "investors hold what came to them": change["investor_bonds"] - to_investors,
        "the public holds what it took": change["public_bonds"]
        - c["funds_to_public"] - c["dealers_to_public"] - c["investors_to_public"],
        "margin moves by calls and releases": change["fund_margin"] - c["margin_called"] + c["margin_released"],
        "dealers lend what funds and clients borrow of them": c["dealer_lent"]
        - c["fund_repo"] + c["public_direct"] - c["investor_repo"],
        "cash of investors": change["investor_cash"]
        + change["investor_bonds"] - change["investor_repo"] - c["withdrawn"],
    }  # fmt: skip


def against_the_books(shown: Film, run: Run) -> dict[str, np.ndarray]:
    """The same stocks as the accounts have them, less the film's."""
    books = balance_sheets(run, path=0)

    def of(sector: str, *instruments: str) -> np.ndarray:
        return sum(books.of(i, sector)[:, 0] for i in instruments)

    loss = run["price_loss_points"][..., 0] / 100
    marks = (run["positions_bn"][..., 0] * loss).sum(axis=1)
    flows = bond_flows(run)
    public = (run["hedged_bn"] + run["vehicle_bn"])[:, 2, 0]
    fed = sum(flows[name][:, 0] for name in ("fed_outright", "fed_hedged", "vehicle"))
    investors = ("sold_by_real_money", "sold_by_clients", "bought_at_auction", "end_investors", "outside_buyers", "delivered_into_futures")  # fmt: skip
    pairs = run["positions_bn"][:, 2, 0] + run["pairs_bn"][:, 0] + public
    taken = sum(flows[name][:, 0] for name in investors) - (pairs - pairs[0])
    return {
        "investors' bonds": column(shown, "investor_bonds") - taken,
        "funds' cash": column(shown, "fund_cash") - of("hedge_funds", "deposits", "credit_lines"),
        "funds' equity": column(shown, "fund_equity") + of("hedge_funds", "net_worth"),
        "funds' margin": column(shown, "fund_margin") - of("hedge_funds", "initial_margin"),
        "funds' repo": column(shown, "fund_repo") + of("hedge_funds", "repo_from_dealers", "fed_repo"),
        "funds' sheet": column(shown, "fund_bonds") - marks + column(shown, "fund_margin")
        + column(shown, "fund_cash") - column(shown, "fund_repo") - column(shown, "fund_equity"),
        "dealers lend": column(shown, "dealer_lent") - of("dealers", "repo_from_dealers"),
        "lenders lend": column(shown, "lender_lent") + of("dealers", "repo_to_dealers"),
        "the Fed lends": column(shown, "public_lent") - of("fed", "fed_repo"),
        "the public's bonds": column(shown, "public_bonds") - fed - public,
    }  # fmt: skip


def held(shown: Film, run: Run) -> None:
    for name, left in {**left_over(shown), **against_the_books(shown, run)}.items():
        assert np.abs(left).max() < CLOSED, name
    for name in INSIDE:
        assert column(shown, name).min() >= -CLOSED, name


SCREEN = re.compile(r"\b[a-z]+_[a-z_]+\b|nan|inf\b|None|−\$|  ")


def readable(shown: Film) -> None:
    """Every day has a sentence, and it speaks of forced sales exactly where there are some."""
    for day, frame in enumerate(shown.frames):
        said = shown.sentence(day)
        assert said.endswith(".") and said[0].isupper() and len(said) < 330, said
        assert not SCREEN.search(said), said
        forced = "must sell" in said.replace("nobody must", "").replace("nobody else must", "")
        assert forced == (day > 0 and frame.forced >= 0.5 and not frame.failed), said


@settings(max_examples=25)
@given(world=draw.worlds(), program=draw.programs(), seed=st.integers(0, 1000))
def test_a_film_keeps_the_books_of_any_world_under_any_orders_and_can_be_read(world, program, seed) -> None:
    for run in simulate(world, (no_action, program), 1, seed):
        held(film(run), run)
        readable(film(run))


@pytest.mark.parametrize("policy", ["none", "outright", "hedged-auction", "hedged-purchases", "repo"])
@pytest.mark.parametrize("world", ["crowded", "april_2025"])
def test_and_those_of_the_central_path(world: str, policy: str) -> None:
    run = central(world, policy)
    held(film(run), run)


def test_a_delivery_gives_the_publics_bundles_to_investors() -> None:
    world = replace(shipped("crowded"), {"scenario.days_to_delivery": 12})
    chosen = parse_policy("hedged-purchases")
    (run,) = simulate_central(world, (chosen.orders,))
    shown = film(run)
    held(shown, run)
    assert column(shown, "investors_to_public").min() < -1
    assert any("parts with" in shown.sentence(day) for day in range(len(shown.frames)))


def test_the_sentence_names_what_happened() -> None:
    shown = film(central("crowded", "outright"))
    assert shown.sentence(0).startswith("Before it begins: hedge funds hold $1,874bn of bonds on $63")
    steps_in = [d for d in range(len(shown.frames)) if "steps in" in shown.sentence(d)]
    assert len(steps_in) == 1 and shown.frames[steps_in[0] - 1].public_bonds == 0
    run = film(central("funding_run", "none"))
    assert any("Savers take" in run.sentence(d) for d in range(len(run.frames)))
    assert any("not renewed" in run.sentence(d) for d in range(len(run.frames)))
