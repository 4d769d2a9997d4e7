"""The smallest facility that keeps an aim: the search against trying every size, proofs on fresh draws, and refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.library import shipped
from policy.outcomes.scorecard import DAYS_DISLOCATED, PEAK_DISLOCATION, TAKE_UP
from policy.spec import parse_policy, print_policy
from policy.studies import term_sheet as study
from policy.studies.aims import Aim, fewest_paths, lower_bound, parse_aim
from policy.studies.alarms import QUIET, alarms
from policy.studies.batch import evaluate
from policy.studies.evaluation import Kept
from policy.studies.facilities import KINDS, facility, grid, usual
from policy.studies.term_sheet import IDLE, REPORTED, SEEDS, Order, TermSheet, document, reason, term_sheet

CROWDED = shipped("crowded")
OUTRIGHT = grid(facility(parse_policy("outright")), levels=(10.0,))
SIZES = (100.0, 200.0, 400.0, 600.0, 800.0, 1200.0)
SMALL = Order(CROWDED, Aim(PEAK_DISLOCATION.key, True, 35.0, 0.8), OUTRIGHT, 1, 48, 96, SIZES)


@pytest.mark.parametrize(("times", "of"), [(0, 20), (1, 20), (19, 20), (20, 20), (250, 256)])
def test_the_bound_is_where_seeing_as_much_has_one_chance_in_twenty(times: int, of: int) -> None:
    from scipy.stats import binom

    bound = lower_bound(times, of)
    assert bound == 0 if times == 0 else binom.sf(times - 1, of, bound) == pytest.approx(0.05)
    assert lower_bound(fewest_paths(0.95), fewest_paths(0.95)) >= 0.95
    assert lower_bound(fewest_paths(0.95) - 1, fewest_paths(0.95) - 1) < 0.95


def test_trying_every_size_finds_the_same_one() -> None:
    kept: Kept = {}
    sheet = term_sheet(SMALL, kept)
    (row,) = sheet.rows
    pairs = [(CROWDED, SMALL.policy(0, k)) for k in range(len(SIZES))]
    met = SMALL.aim.met(evaluate(pairs, SMALL.paths, SMALL.seed, (SMALL.aim.key,)).values[:, 0]).sum(axis=1)
    enough = [
        size for size, times in zip(SIZES, met, strict=True) if lower_bound(int(times), SMALL.paths) >= 0.8
    ]
    proofs = [place for place in map(_stage, kept) if place > 0]
    assert row.size is not None and row.monotone and row.size >= enough[0]
    assert SIZES.index(row.size) == SIZES.index(enough[0]) + max(proofs) - 1
    fresh = evaluate(
        [(CROWDED, SMALL.policy(0, SIZES.index(row.size)))], SMALL.checked, SMALL.seed + SEEDS * max(proofs)
    )
    values = fresh.values[0, fresh.keys.index(SMALL.aim.key)]
    assert row.trial.times == SMALL.aim.met(values).sum() and row.trial.bound >= 0.8
    assert row.trial.figure(TAKE_UP.key) == pytest.approx(
        fresh.values[0, fresh.keys.index(TAKE_UP.key)].mean()
    )
    assert row.trial.within == np.quantile(values, 0.8, method="higher")
    assert sheet.needed and sheet.none.bound < 0.8
    again = term_sheet(SMALL, dict(kept))
    assert document(again, {}) == document(sheet, {})


def _stage(name: bytes) -> int:
    _, place, stage = np.frombuffer(name)
    return int(stage) if place != IDLE else 0


# Made-up facilities, so that the search is seen for what it does


def made_up(
    monkeypatch: pytest.MonkeyPatch, shares: list[float], fresh: list[float] | None = None
) -> TermSheet:
    """A sheet whose sizes keep the aim on given shares of the paths, on the search's draws and on fresh ones."""
    order = replace(
        SMALL, paths=400, checked=400, sizes=tuple(float(10 * (k + 1)) for k in range(len(shares)))
    )

    def evaluated(order: Order, points: np.ndarray) -> np.ndarray:
        rows = []
        for _, place, stage in points:
            own = shares if stage == 0 else fresh or shares
            share = 0.1 if place == IDLE else own[int(place)]
            rows.append([round(400 * share), 400, 0.0, 0.0, 40.0, *np.full(len(REPORTED), 7.0)])
        return np.array(rows)

    monkeypatch.setattr(study, "evaluated", evaluated)
    return term_sheet(order)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=26))
@settings(max_examples=60, deadline=None)
def test_the_search_finds_the_smallest_of_rising_sizes(shares: list[float]) -> None:
    rising = sorted(round(share, 2) for share in shares)
    with pytest.MonkeyPatch.context() as patch:
        (row,) = made_up(patch, rising).rows
    enough = [k for k, share in enumerate(rising) if lower_bound(round(400 * share), 400) >= 0.8]
    assert row.size == (10.0 * (enough[0] + 1) if enough else None)
    assert row.monotone and row.tried <= 3 + np.ceil(np.log2(len(rising)))


def test_a_size_that_does_worse_than_a_smaller_one_is_not_bisected_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (row,) = made_up(monkeypatch, [0.2, 0.95, 0.3, 0.3, 0.3, 0.3, 0.3, 0.9]).rows
    assert (row.size, row.monotone, row.tried) == (20.0, False, 8)


def test_what_fresh_draws_do_not_prove_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rising = [0.1, 0.5, 0.9, 0.95, 0.97, 0.98]
    (row,) = made_up(monkeypatch, rising, [0.1, 0.5, 0.8, 0.8, 0.9, 0.9]).rows
    assert row.size == 50.0
    sheet = made_up(monkeypatch, rising, [0.82] * 6)
    why = reason(sheet.order, sheet.rows[0])
    assert sheet.rows[0].size is None and why is not None and why.kind == "unproved"


def test_not_reachable_has_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = made_up(monkeypatch, [0.1, 0.1, 0.2, 0.3])
    (row,) = sheet.rows
    assert (row.size, row.nearest) == (None, 40.0)
    kinds = {
        name: reason(sheet.order, replace(row, trial=replace(row.trial, **changes)))
        for name, changes in {
            "unused": {"unused": 0.7},
            "no_more": {},
            "short": {"exhausted": 0.9},
        }.items()
    }
    assert {name: why.kind for name, why in kinds.items() if why} == {name: name for name in kinds}


def test_an_aim_that_holds_anyway_needs_no_facility() -> None:
    sheet = term_sheet(replace(SMALL, world=shipped("calm")))
    assert not sheet.needed and sheet.rows[0].size == 0.0 and sheet.rows[0].tried == 0


# Terms and aims


def test_a_size_scales_the_pace_with_it_and_prints_as_a_policy() -> None:
    rows = [row for own in usual() for row in grid(facility(own))]
    assert {row.base.name for row in rows} == set(KINDS)
    for row in rows:
        kind, base, sized = row.kind, row.base, row.sized(100.0).interventions[0]
        assert getattr(sized, kind.size) == 100 and sized.start == row.start
        if kind.pace:
            assert getattr(sized, kind.pace) / 100 == pytest.approx(
                getattr(base, kind.pace) / getattr(base, kind.size)
            )
        if kind.price:
            assert getattr(sized, kind.price) == row.price
        assert parse_policy(print_policy(row.sized(100.0))).interventions == (sized,)


@pytest.mark.parametrize(
    ("text", "probability", "said"),
    [
        ("days<=5", 0.95, "unknown outcome 'days'"),
        ("taxpayer_es95_bn<=5", 0.95, "counted over all paths at once"),
        ("days_dislocated<5", 0.95, "written OUTCOME<=LEVEL"),
        ("days_dislocated<=e", 0.95, "is not a number"),
        ("days_dislocated<=1e999", 0.95, "must be a number"),
        ("days_dislocated<=5", 1.0, "between 0.5 and 0.999"),
        ("days_dislocated<=5", 0.1, "between 0.5 and 0.999"),
    ],
)
def test_bad_aims_are_refused_in_words(text: str, probability: float, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_aim(text, probability)


def test_too_few_paths_and_what_is_no_facility_are_refused() -> None:
    aim = parse_aim(" days_dislocated <= 5 ", 0.99)
    assert (aim.key, str(aim)) == (DAYS_DISLOCATED.key, "days_dislocated<=5")
    with pytest.raises(Refused, match="takes at least 299 paths"):
        replace(SMALL, aim=aim)
    assert Order.usual(CROWDED, aim, OUTRIGHT).paths >= 299
    for text, said in (
        ("rate-cut", "give one facility"),
        ("repo+outright", "alone"),
        ("outright:total_bn=0", "size is 0"),
    ):
        with pytest.raises(Refused, match=said):
            facility(parse_policy(text))
    with pytest.raises(Refused, match="rate_bp"):
        grid(facility(parse_policy("repo")), prices=(900.0,))[0].sized(10.0)


def test_false_alarms_fall_with_the_level_and_calm_has_none() -> None:
    starts = [row.start for row in grid(facility(parse_policy("outright")))]
    told = alarms(starts, 1, 16)
    assert list(told) == [str(start) for start in starts]
    for rows in told.values():
        assert [a.world for a in rows] == list(QUIET) and (rows[0].share, rows[0].happened) == (0.0, False)
    for lower, higher in pairwise(told.values()):
        assert all(a.share >= b.share for a, b in zip(lower, higher, strict=True))
    assert told[str(starts[0])][1].happened  # April 2025 passed 5 bp
    dated = [row.start for row in grid(facility(parse_policy("outright:start=2026-03-09")))]
    assert len(dated) == 1 and alarms(dated, 1, 16) == {}
