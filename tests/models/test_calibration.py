"""The calibration: what ships is what the report says, and the machinery of the fit does what it claims."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models import calibration_report
from models.calibration import check, fit, folds, structures
from models.calibration import free as f
from models.calibration import objective as o
from models.calibration import targets as t
from models.calibration import write as w
from models.errors import Refused
from models.library import from_toml, shipped
from models.parameters.base import FITTED
from models.scenario import World

ROOT = Path(__file__).parents[2]
SMALL = ("dealers.steepness", "wedges.basis_beta", "liquidity.depth_charge_elasticity")


@pytest.fixture(scope="module")
def report():
    return calibration_report.stored()


@pytest.fixture(scope="module")
def scores(report):
    return check.shipped_scores(report)


# What ships


def test_shipped_values_are_those_of_the_report(report):
    assert calibration_report.shipped_values() == report["shipped"]


def test_model_values_are_those_of_the_report(report, scores):
    for episode in scores["episodes"]:
        now = {row["key"]: row["model"] for row in episode["targets"]}
        then = {row["key"]: row["model"] for row in report["episodes"][episode["episode"]]}
        assert now == pytest.approx(then, rel=1e-6, abs=1e-6)


def test_enough_targets_are_met(scores):
    assert check.passes(scores)


def test_on_tests_the_model_beats_nothing_changes() -> None:
    """By 20 points of a hundred and by three quarters of what nothing-changes misses; it meets so many that 30 points are not there."""
    rows = [
        row for e in check.shipped_scores(calibration_report.stored())["episodes"] for row in e["targets"]
    ]
    tests = [row for row in rows if row["kind"] == "test"]
    gain, missed = check.hits(tests) - check.naive_hits(tests), len(tests) - check.naive_hits(tests)
    assert gain >= 0.2 * len(tests)
    assert gain >= 0.75 * missed


def test_no_fitted_value_rests_on_a_bound(report):
    assert [row["name"] for row in report["fitted"] if row["at_bound"]] == []


def test_the_report_is_of_this_specification(report):
    assert report["specification"] == calibration_report.specification()
    assert {row["name"] for row in report["fitted"]} == {free.name for free in f.FREE}


def test_the_document_is_the_report(report):
    said = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    assert said == calibration_report.as_markdown(report)


def test_the_structure_file_holds_every_fitted_value():
    assert all(free.path.split(".")[1] in FITTED[free.path.split(".")[0]] for free in f.STRUCTURAL)


def test_capacity_follows_the_rule_at_every_date():
    for world in (*(shipped(name) for name in (*f.EPISODES, "crowded")), World()):
        assert world.dealers.capacity_bn == pytest.approx(f.capacity_bn(world), rel=0.01)


def test_every_target_has_a_source_a_reason_and_a_series():
    for name in f.EPISODES:
        episode = o.historical(name)
        t.check_readable(episode.wanted, o.central_records([episode.world]))
        assert all(x.source and x.reason for x in episode.wanted)


def test_the_funding_episodes_have_drains_from_public_accounts():
    assert all(t.public_drain(name) for name in f.FUNDING_EPISODES)


# Targets


def test_nothing_changes_reads_the_opening_for_ever():
    """On a flat path changes are zero, levels are the opening's and auctions have the usual award."""
    world = shipped("march_2020")
    records = o.central_records([world])
    still = t.flat(records, world)

    def read(series, **how):
        target = t.Target(key="x", title="", series=series, value=0.0, noise=1.0, unit="", source="", reason="", **how)  # fmt: skip
        return target.read(still)[0]

    assert read("inventory_bn", at=17, **{"from": 0}) == 0
    assert read("positions_change_pct", at=20, row=0) == 0
    assert read("forced_total_bn", at=40) == 0
    assert read("dislocation_bp", peak=(5, 20), row=2) == 0
    assert read("depth_mn", trough=(5, 20)) == pytest.approx(world.liquidity.calm_depth_mn)
    assert read("dealer_award_pct", at=27) == pytest.approx(100 * world.issuance.normal_award)
    assert t.recorded(records, "forced_total_bn")[-1, 0] == pytest.approx(np.sum(records["forced_sales_bn"][..., 0]))  # fmt: skip


def row(**changes):
    return {
        "key": "a", "title": "A", "series": "depth_mn", "at": 3, "value": 67.0, "noise": 10.0, "unit": "$mn",
        "source": "s", "reason": "r",
    } | changes  # fmt: skip


def written(tmp_path: Path, *rows: dict) -> str:
    import tomli_w

    path = tmp_path / "own.targets.toml"
    path.write_text(tomli_w.dumps({"target": list(rows)}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"series": "depht_mn"}, "did you mean depth_mn"),
        ({"row": 2}, "has no rows"),
        ({"series": "dislocation_bp"}, "needs a row from 0 to 3"),
        ({"series": "dislocation_bp", "row": 4}, "needs a row from 0 to 3"),
        ({"at": 999}, "read on day 999"),
        ({"noise": 0.0}, "noise = 0.0 is out of bounds"),
        ({"peak": [1, 3]}, "one of at, peak and trough"),
        ({"kind": "guess"}, "kind"),
        ({"colour": "red"}, "no such setting"),
    ],
)
def test_bad_targets_are_refused_in_words(tmp_path, change, said):
    with pytest.raises(Refused, match=said):
        check.own_scores("april_2025", written(tmp_path, row(**change)), ())


def test_files_that_cannot_be_used_are_refused_in_words(tmp_path):
    with pytest.raises(Refused, match="cannot read"):
        check.own_scores("april_2025", str(tmp_path / "none.toml"), ())
    with pytest.raises(Refused, match="no targets"):
        check.own_scores("april_2025", written(tmp_path), ())
    with pytest.raises(Refused, match="given twice"):
        check.own_scores("april_2025", written(tmp_path, row(), row()), ())
    with pytest.raises(Refused, match="needs --targets"):
        check.own_scores("calm", None, ())


# The fit


def test_stacked_trial_worlds_give_the_numbers_of_single_ones():
    march, wanted = shipped("march_2020"), t.targets("march_2020")
    others = [
        f.trial(march, {"dealers.steepness": k, "wedges.basis_beta": b}) for k, b in ((6.0, 0.8), (9.0, 1.3))
    ]
    together = o.moments(others, wanted)
    apart = np.stack([o.moments([w], wanted)[:, 0] for w in others], axis=1)
    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-9)


def test_sales_keep_their_total_and_follow_the_share_of_investors_in_no_hurry():
    assert f.urgent_sales_bn(0.0) == 1360 and f.urgent_sales_bn(0.5) == pytest.approx(611, abs=1)
    for start, rise, end in ((8.0, 0.5, 20.0), (12.0, 3.0, 35.0)):
        assert sum(v for _, v in f.sales_knots(611.0, start, rise, end)) == pytest.approx(611, abs=0.3)
    whole = f.trial(shipped("march_2020"), f.CENTRES, {"dealers.unhurried_share": 0.0})
    assert sum(v for _, v in whole.scenario.real_money_sales.knots) == pytest.approx(1360, abs=0.3)


def test_an_episodes_scarcity_is_a_multiple_of_the_shared_one():
    values = {f.SCARCITY: 3.0, f"april_2025: {f.SCARCITY}": 2.0, f"march_2020: {f.SCARCITY}": 5.0}
    assert f.trial(shipped("april_2025"), values).funding.scarcity_bp == pytest.approx(6.0)
    assert f.trial(World(), values).funding.scarcity_bp == pytest.approx(3.0)


def synthetic(names=SMALL, factor=1.25) -> tuple[o.Problem, dict[str, float]]:
    """March 2020 with the model's own values as data, at a known truth."""
    march = shipped("march_2020")
    free = tuple(x for x in f.STRUCTURAL if x.name in names)
    truth = {x.name: factor * x.centre for x in free}
    wanted = t.targets("march_2020")
    values = o.moments([f.trial(march, truth)], wanted)[:, 0]
    made = tuple(
        x.model_copy(update={"value": float(v), "noise": x.noise / 100})
        for x, v in zip(wanted, values, strict=True)
    )
    return o.Problem((o.Episode(march, made),), free), truth


def test_the_fit_recovers_known_values():
    problem, truth = synthetic()
    found = fit.solutions(problem, starts=4, refined=1, evaluations=20)[0]
    got = problem.values(found.point)
    assert {name: got[name] for name in truth} == pytest.approx(truth, rel=1e-2)


def test_a_small_fit_is_reproducible_and_the_same_over_processes():
    problem, _ = synthetic()
    runs = [fit.solutions(problem, starts=4, refined=2, evaluations=3, workers=n) for n in (1, 1, 2)]
    for other in runs[1:]:
        assert [s.cost for s in other] == [s.cost for s in runs[0]]


def test_an_episodes_own_number_moves_no_other_episode():
    own = next(x for x in f.OWN if x.name == f"march_2020: {f.SLACK}")
    problem = o.Problem((o.historical("march_2020"), o.historical("april_2025")), (own,), f.CENTRES)
    slope = o.jacobian(problem, np.log([own.centre]))
    first = len(problem.episodes[0].wanted)
    assert np.any(slope[:first] != 0) and not np.any(slope[first:-1])


def test_profile_ranges_hold_the_value_and_tell_what_is_pinned_down():
    from models.calibration.profile import ranges

    problem, truth = synthetic()
    best = fit.refine(problem, np.log(list(truth.values())), 5)
    for known in ranges(problem, best, fit.covariance(problem, best.point)):
        assert known.low < problem.values(best.point)[known.name] < known.high
        assert known.pinned_down  # noise is a hundredth of what it is


def test_among_equal_fits_the_calmest_is_taken():
    problem = o.Problem((o.historical("march_2020"),), (f.STRUCTURAL[1],))
    ends = [fit.Solution(np.log([k]), 0.0) for k in (7.5, 30.0)] + [fit.Solution(np.log([8.0]), 9.0)]
    chosen, paths, equal = fit.calmest(problem, ends)
    assert equal == 2
    assert paths.badness == min(fit.march_paths(problem, s).badness for s in ends[:2])
    assert any(chosen is s for s in ends[:2])


# Left out, and rivals


def test_a_left_out_episode_is_read_with_few_numbers_of_its_own():
    found = folds.fold(
        "april_2025", starts=2, refined=1, evaluations=2, episodes=("march_2020", "april_2025")
    )
    count = len(t.targets("april_2025"))
    assert len(found.none.z) == len(found.own.z) == count and found.public is None
    shared = {k: v for k, v in found.none.values.items() if ": " not in k}
    assert shared == {k: v for k, v in found.own.values.items() if ": " not in k}
    own = {k for k in found.own.values if k.startswith("april_2025")}
    assert own == {f"april_2025: {f.SLACK}", f"april_2025: {f.SCARCITY}"}
    assert json.loads(json.dumps(found.as_json()))["none"]["within_two"] == found.none.within_two


def test_no_more_than_two_own_numbers_are_refitted():
    with pytest.raises(ValueError, match="at most 2"):
        folds.own_refitted(o.historical("march_2020"), {}, f.STRUCTURAL[:3])


def test_every_rival_leaves_something_out_and_fits_the_rest():
    for rival in structures.RIVALS:
        names = {free.path for free in rival.problem(("march_2020",)).free}
        assert not names & {*rival.settings, *rival.left_out}
        world = f.trial(shipped("march_2020"), f.CENTRES, rival.settings)
        assert np.all(np.isfinite(o.moments([world], t.targets("march_2020"))))


def test_rival_structures_ship_and_explain_observed_yields():
    from models.simulation import followed, simulate_central

    assert structures.names() == sorted(rival.name for rival in structures.RIVALS)
    world = structures.in_structure(shipped("march_2020"), structures.structure("all_urgent"))
    assert world.dealers.unhurried_share == 0
    (run,) = simulate_central(world, [followed])
    assert np.max(np.abs(run["yield_pct"][:, :, 0] - np.array(world.scenario.observed_yields_pct))) < 1e-4
    with pytest.raises(Refused, match="unknown structure"):
        structures.structure("all_urgnt")


# Scores


def test_check_fails_where_too_few_targets_are_met():
    def with_hits(shares):
        return {"episodes": [{"count": 100, "within_two": met} for met in shares]}

    assert check.passes(with_hits([92] * 5))
    assert not check.passes(with_hits([100, 100, 100, 100, 84]))
    assert not check.passes(with_hits([91] * 5))
    assert check.passes(with_hits([85])) and not check.passes(with_hits([84]))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["funding.slack_bn", "funding.scarcity_bp", "scenario.swap_spread_shock.size"], "at most 2"),
        (["dealers.steepness"], "not a number of an episode's own"),
        (["funding.slak_bn"], "did you mean funding.slack_bn"),
    ],
)
def test_own_numbers_that_may_not_be_refitted_are_refused(names, said):
    with pytest.raises(Refused, match=said):
        check.own_numbers(shipped("april_2025"), names)


def test_writing_sets_the_lines_and_leaves_the_rest(tmp_path):
    values = f.CENTRES | {"wedges.swap_spread_beta": 0.2}
    folder = tmp_path / "models" / "episodes"
    folder.mkdir(parents=True)
    before = {}
    for name in ("march_2020", "september_2019"):
        before[name] = (ROOT / "models" / "episodes" / f"{name}.toml").read_text(encoding="utf-8")
        folder.joinpath(f"{name}.toml").write_text(before[name], encoding="utf-8")
    for _ in range(2):
        w.write(tmp_path, values, {name: shipped(name) for name in before})
    march, september = ((folder / f"{name}.toml").read_text(encoding="utf-8") for name in before)
    assert "slack_bn = 90.0\n" in march and september.count("scarcity_bp = 2.0\n") == 1
    assert len(march.splitlines()) == len(before["march_2020"].splitlines())
    made = from_toml(march)
    assert made.scenario.real_money_sales == f.trial(shipped("march_2020"), values).scenario.real_money_sales
    assert w.structure(values)["wedges"]["swap_spread_beta"][2] == 0.2
    folder.joinpath("september_2019.toml").write_text("[dealers]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no table"):
        w.write(tmp_path, values, {"september_2019": shipped("september_2019")})
