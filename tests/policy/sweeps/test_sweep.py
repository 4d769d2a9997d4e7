"""Experiments as files: read strictly, named by a hash, run in shards, and the same file whatever happens on the way."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import ROOT

from models import MODEL_VERSION
from models.errors import Refused
from models.library import shipped
from models.worlds import replace, to_toml
from policy import golden
from policy.comparison import compare
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import difference, standard_error, summary
from policy.spec import parse_policy
from policy.studies.executors import serial
from policy.sweeps import experiment as e
from policy.sweeps import sweep
from policy.sweeps.estimate import estimate, spread
from policy.sweeps.points import STATISTICS, VALUE_STATISTICS, PointFailed, point_at, run_task
from policy.sweeps.shards import opened, stored_hash
from ui.cli.sweep import duration

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.toml"))
SMALL = """
title = "Leverage against the reserve discount"
episode = "crowded"
policies = ["none", "Auction=hedged-auction:exit=market", "outright"]
paths = 8
seed = 3

[[axis]]
parameter = "funds.scale"
values = [0.7, 1.0, 3.9]

[[axis]]
parameter = "policy.Auction.reserve_discount"
values = [0.02, 0.1, 0.4]
"""
ONE_AXIS = """
episode = "crowded"
policies = ["none", "outright"]
paths = 8
[[axis]]
{axis}
"""


def read(axis: str) -> e.Experiment:
    return e.read_experiment(ONE_AXIS.format(axis=axis))


@pytest.fixture(scope="module")
def small() -> e.Experiment:
    return e.read_experiment(SMALL)


@pytest.fixture(scope="module")
def undisturbed(small: e.Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "results.parquet"
    sweep.run(small, out, serial())
    return out


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


# --- reading ------------------------------------------------------------------------------------------------------


def test_points_run_through_the_axes_with_the_last_one_fastest(small: e.Experiment) -> None:
    assert small.points == 9 and [p.label for p in small.policies] == ["none", "Auction", "outright"]
    assert small.values(0) == {"funds.scale": 0.7, "policy.Auction.reserve_discount": 0.02}
    assert small.values(1)["policy.Auction.reserve_discount"] == 0.1
    assert small.values(3) == {"funds.scale": 1.0, "policy.Auction.reserve_discount": 0.02}
    assert len({tuple(small.values(k).values()) for k in range(9)}) == 9


def test_zipped_lists_move_together_and_spaced_ones_reach_both_ends() -> None:
    zipped = read('zip = { "funding.slack_bn" = [10, 20], "scenario.money_fund_run.size" = [1, 2] }')
    assert [zipped.values(k)["funding.slack_bn"] for k in range(zipped.points)] == [10.0, 20.0]
    assert [zipped.values(k)["scenario.money_fund_run.size"] for k in range(zipped.points)] == [1.0, 2.0]
    even = read('parameter = "funding.slack_bn"\nlinspace = { from = 0, to = 100, count = 5 }')
    assert [even.values(k)["funding.slack_bn"] for k in range(5)] == [0, 25, 50, 75, 100]
    log = read('parameter = "funding.slack_bn"\nlogspace = { from = 1, to = 100, count = 3 }')
    assert [log.values(k)["funding.slack_bn"] for k in range(3)] == pytest.approx([1, 10, 100])


def design(kind: str, count: int, more: str = "") -> e.Experiment:
    return read(
        f'design = "{kind}"\ncount = {count}\n{more}\n[axis.bounds]\n"funds.scale" = {{ from = 0.5, to = 0.9 }}\n'
        '"funding.slack_bn" = { from = 1, to = 1000, scale = "log" }\n"scenario.days_to_delivery" = { from = 60, to = 62 }'
    )


@pytest.mark.parametrize("kind", ["sobol", "latin", "random"])
def test_designs_fill_their_bounds_on_their_scale(kind: str) -> None:
    found = design(kind, 256)
    scale, slack, delivery = (
        np.array([found.values(k)[name] for k in range(256)])
        for name in ("funds.scale", "funding.slack_bn", "scenario.days_to_delivery")
    )
    assert scale.min() >= 0.5 and scale.max() <= 0.9 and abs(scale.mean() - 0.7) < 0.03
    assert slack.min() >= 1 and slack.max() <= 1000 and abs(np.log10(slack).mean() - 1.5) < 0.2
    assert set(delivery.tolist()) == {60, 61, 62} and isinstance(delivery.tolist()[0], int)
    if kind != "random":  # one draw in each of 16 strips, 16 times over
        assert set(np.histogram(scale, 16, (0.5, 0.9))[0]) == {16}


def test_another_seed_of_a_design_is_another_experiment() -> None:
    digests = {design("sobol", 8, f"seed = {seed}").digest for seed in (1, 2)}
    assert len(digests) == 2 and design("sobol", 8, "seed = 1").digest in digests


def test_worlds_may_be_changed_by_tables_or_dotted_names_and_come_from_files(tmp_path: Path) -> None:
    axis = '\n[[axis]]\nparameter = "funding.slack_bn"\nvalues = [1]'
    dotted = e.read_experiment(f'episode = "calm"\n[world]\n"funds.scale" = 0.8{axis}')
    nested = e.read_experiment(f'episode = "calm"\n[world.funds]\nscale = 0.8{axis}')
    own = tmp_path / "own.toml"
    own.write_text(to_toml(replace(shipped("calm"), {"name": "mine", "funds.scale": 0.8})), encoding="utf-8")
    filed = e.read_experiment(f'episode = "{own.as_posix()}"{axis}')
    assert dotted.digest == nested.digest and dotted.world.funds.scale == 0.8
    again = e.read_experiment(e.to_toml(filed))
    assert again.world == filed.world and again.digest == filed.digest and again.world.name == "mine"


NUMBERS = st.lists(st.floats(0.01, 0.9), min_size=1, max_size=5, unique=True)
AXES = st.one_of(
    st.builds(lambda v: {"parameter": "funds.scale", "values": v}, NUMBERS),
    st.builds(lambda v: {"zip": {"funding.slack_bn": v, "funding.recycled_share": v}}, NUMBERS),
    st.builds(
        lambda n, s, d: {
            "design": d, "count": 2**n, "seed": s, "bounds": {"policy.outright.pace_bn": {"from": 1, "to": 90}},
        },
        st.integers(0, 5), st.integers(0, 99), st.sampled_from(["sobol", "latin", "random"]),
    ),
)  # fmt: skip


@given(
    axes=st.lists(AXES, min_size=1, max_size=3, unique_by=lambda a: str(sorted(a))), paths=st.integers(1, 500)
)
def test_the_canonical_file_reads_back_as_the_same_experiment(axes: list[Any], paths: int) -> None:
    import tomli_w

    given_text = tomli_w.dumps({"episode": "crowded", "paths": paths, "axis": axes})
    found = e.read_experiment(given_text)
    again = e.read_experiment(e.to_toml(found))
    assert e.canonical(again) == e.canonical(found) and again.digest == found.digest
    assert [again.values(k) for k in range(again.points)] == [found.values(k) for k in range(found.points)]
    assert again.world == found.world and again.policies == found.policies


def test_the_hash_names_what_numbers_depend_on(small: e.Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = [("seed = 3", "seed = 4"), ("paths = 8", "paths = 9"), ("3.9", "3.8"), ("outright", "repo")]
    digests = {e.read_experiment(SMALL.replace(old, new)).digest for old, new in edits} | {small.digest}
    assert len(digests) == 5
    # the same experiment written in another way
    listed = SMALL.replace("values = [0.7, 1.0, 3.9]", "values = [0.7, 1, 3.9]").replace(
        "episode = ", "schema = 1\nepisode = "
    )
    assert e.read_experiment(listed).digest == small.digest
    monkeypatch.setattr(golden, "MODEL_VERSION", MODEL_VERSION + 1)
    assert e.read_experiment(SMALL).digest != small.digest


REFUSALS = [
    ("paths = 8", "path = 8", ["unknown key of an experiment 'path'", "did you mean paths"]),
    ("paths = 8", "paths = 0", ["paths = 0 is refused", "between 1 and 1000000"]),
    ("paths = 8", "paths = true", ["paths = True is refused"]),
    ("seed = 3", "seed = 1.5", ["seed = 1.5 is refused", "whole number"]),
    ("seed = 3", "schema = 2", ["schema = 2 is refused"]),
    ("seed = 3", 'metrics = ["peak_dislocation"]', ["unknown outcome", "peak_dislocation_10y_bp"]),
    ('episode = "crowded"', 'episode = "crowdet"', ["unknown episode 'crowdet'", "crowded"]),
    ('episode = "crowded"', 'episode = "crowded"\nworld = { "funds.scal" = 1 }', ["funds.scale"]),
    ('episode = "crowded"', 'episode = "crowded"\nworld = { "funds.scale" = 0.9 }', ["both set in [world] and varied"]),
    ('"outright"', '"outrite"', ["unknown policy 'outrite'", "outright"]),
    ('"outright"', '"Auction=outright"', ["'Auction' is used by two policies"]),
    ("funds.scale", "funds.scal", ["axis 1: unknown parameter 'funds.scal'", "funds.scale"]),
    ("funds.scale", "title", ["axis 1: unknown parameter 'title'"]),
    ("3.9]", "4.1]", ["axis 1: funds.scale = 4.1 is out of bounds", "at most 4"]),
    ("3.9]", "inf]", ["funds.scale = inf is refused", "finite"]),
    ("3.9]", '"high"]', ["funds.scale = 'high' is refused", "number"]),
    ("3.9]", "1.0]", ["funds.scale takes the value 1.0 twice"]),
    ("[0.7, 1.0, 3.9]", "[]", ["list of 1 to"]),
    ("values = [0.7, 1.0, 3.9]", "", ["exactly one of values, linspace or logspace"]),
    ("values = [0.7, 1.0, 3.9]", "linspace = { from = 0, to = 1 }", ["count of linspace", "None is refused"]),
    ("values = [0.7, 1.0, 3.9]", "linspace = { from = 0, to = 9, count = 3 }", ["funds.scale = 9", "at most 4"]),
    ("values = [0.7, 1.0, 3.9]", "logspace = { from = 0, to = 1, count = 3 }", ["must be above 0"]),
    ("values = [0.7, 1.0, 3.9]", "linspace = { from = 0, to = 1, steps = 3 }", ["unknown key", "'steps'", "count"]),
    ("policy.Auction.", "policy.Auktion.", ["unknown policy 'Auktion'", "Auction"]),
    ("Auction.reserve_discount", "Auction.reserve", ["unknown setting of Auction 'reserve'", "reserve_discount"]),
    ("policy.Auction.reserve_discount", "funds.scale", ["funds.scale is varied by two axes"]),
    ("0.4]", "5.5]", ["axis 2: policy.Auction.reserve_discount = 5.5", "at most 5"]),
    ("[[axis]]", "[axis]", ["not valid TOML"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), REFUSALS, ids=[f"{n}" for _, n, _ in REFUSALS])
def test_what_cannot_be_run_is_refused_before_anything_runs(old: str, new: str, told: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        e.read_experiment(SMALL.replace(old, new, 2 if old == "[[axis]]" else 1))
    assert all(part in str(refusal.value) for part in told), str(refusal.value)


DESIGN_REFUSALS = [
    ('design = "sobol"\ncount = 100', ["power of two, as 64 or 128"]),
    ('design = "sobl"\ncount = 8', ["unknown design 'sobl'", "sobol"]),
    ('design = "latin"', ["count of the design = None is refused"]),
    ('design = "latin"\ncount = 8\n[axis.bounds]\n"funds.scale" = { from = 1 }', ["needs to"]),
    ('design = "latin"\ncount = 8\n[axis.bounds]\n"funds.scale" = { from = 1, to = 0.5 }', ["from must be below to"]),
    ('design = "latin"\ncount = 8\n[axis.bounds]\n"funds.scale" = { from = 0, to = 1, scale = "log" }', ["above 0"]),
    ('design = "latin"\ncount = 8\n[axis.bounds]\n"funds.scale" = { from = 0, to = 5 }', ["at most 4"]),
    ('design = "latin"\ncount = 8\n[axis.bounds]\n"policy.outright.start" = { from = 0, to = 5 }', ["is not a number"]),
    ('zip = { "funds.scale" = [1], "funding.slack_bn" = [1, 2] }', ["of one length", "funding.slack_bn: 2"]),
    ('parameter = "funds.scale"\nzip = { "funding.slack_bn" = [1] }', ["exactly one of parameter, zip or design"]),
]  # fmt: skip


@pytest.mark.parametrize(("axis", "told"), DESIGN_REFUSALS, ids=[str(k) for k in range(len(DESIGN_REFUSALS))])
def test_designs_and_zips_are_checked_too(axis: str, told: list[str]) -> None:
    text = axis if "bounds" in axis or "design" not in axis else axis + BOUNDS
    with pytest.raises(Refused) as refusal:
        read(text)
    assert str(refusal.value).startswith("axis 1: ") and all(part in str(refusal.value) for part in told)


BOUNDS = '\n[axis.bounds]\n"funds.scale" = { from = 0.5, to = 1 }'


def test_a_setting_of_several_parts_needs_the_part() -> None:
    text = 'policies = ["Both=outright+hedged-purchases"]\n[[axis]]\nparameter = "policy.Both.{}"\nvalues = [20, 40]'
    with pytest.raises(Refused, match=r"ambiguous.*policy\.Both\.outright\.pace_bn"):
        e.read_experiment(text.format("pace_bn"))
    found = e.read_experiment(text.format("hedged-purchases.pace_bn"))
    made = point_at(sweep.of_points(found, [0]), (20.0,), {}).policies[1]
    assert made.label == "Both" and [i.pace_bn for i in made.interventions] == [40.0, 20.0]  # type: ignore[union-attr,attr-defined]


# --- numbers ------------------------------------------------------------------------------------------------------


def test_rows_are_those_of_a_comparison(small: e.Experiment, undisturbed: Path) -> None:
    row = {r["policy"]: r for r in rows(undisturbed) if r["point"] == 4}
    specs = ["Auction=hedged-auction:exit=market,reserve_discount=0.1", "outright"]
    result = compare(shipped("crowded"), [parse_policy(spec) for spec in specs], 8, 3)
    scored = all_scores(result)
    for policy, scores in zip(result.policies, scored, strict=True):
        found = row[policy.label]
        assert found["status"] == "done" and found["funds.scale"] == 1.0
        for m in (m for m in METRICS if m.spread):
            values, told = scores.values[m.key], summary(scores.values[m.key])
            gap = difference(values, scored[0].values[m.key])
            wanted = (
                told["mean"],
                standard_error(values),
                told["p05"],
                told["median"],
                told["p95"],
                gap["mean"],
            )
            assert [found[f"{m.key}_{s}"] for s in STATISTICS[:-1]] == list(wanted), m.key
            half = (gap["mean_ci95"][1] - gap["mean_ci95"][0]) / 2
            assert found[f"{m.key}_vs_none_se"] == pytest.approx(half / 1.96, abs=1e-9)
        for m in (m for m in METRICS if not m.spread):
            gap = difference(scores.values[m.key], scored[0].values[m.key])
            wanted = (np.mean(scores.values[m.key]), standard_error(scores.values[m.key]), gap["mean"])
            told = [found[f"{m.key}_{s}"] for s in VALUE_STATISTICS[:-1]]
            assert told == pytest.approx(wanted, rel=1e-12, abs=1e-12), m.key
            half = (gap["mean_ci95"][1] - gap["mean_ci95"][0]) / 2
            assert found[f"{m.key}_vs_none_se"] == pytest.approx(half / 1.96, abs=1e-9)


def test_no_action_differs_from_itself_by_nothing(undisturbed: Path) -> None:
    none = [r for r in rows(undisturbed) if r["policy"] == "none" and r["status"] == "done"]
    assert none and {v for r in none for k, v in r.items() if "_vs_none" in k} == {0.0}


def test_refused_points_are_kept_with_their_reason(small: e.Experiment, undisturbed: Path) -> None:
    found = rows(undisturbed)
    assert len(found) == small.points * 3
    too_levered = [r for r in found if r["funds.scale"] == 3.9]
    assert len(too_levered) == 9 and all(r["status"] == "refused" for r in too_levered)
    assert all("funds.scale up to" in r["reason"] and r["forced_sales_bn_mean"] is None for r in too_levered)
    # A policy that is refused leaves the others at its point alone.
    cheap = {r["policy"]: r for r in found if r["point"] == 0}
    assert cheap["Auction"]["status"] == "refused" and "exit_discount" in cheap["Auction"]["reason"]
    assert cheap["outright"]["status"] == cheap["none"]["status"] == "done"
    assert cheap["outright"]["forced_sales_bn_mean"] == found[5]["forced_sales_bn_mean"]


def test_columns_carry_units_and_the_file_its_experiment(small: e.Experiment, undisturbed: Path) -> None:
    schema = pq.read_schema(undisturbed)
    assert schema.field("funds.scale").metadata[b"unit"] == b"multiple"
    about = schema.field("taxpayer_es95_bn_vs_none_se").metadata
    assert about[b"unit"] == b"$bn" and about[b"statistic"] == b"vs_none_se" and about[b"better"] == b"low"
    assert schema.metadata[b"backstop.model_version"] == str(MODEL_VERSION).encode()
    assert stored_hash(undisturbed) == small.digest
    again = e.read_experiment(schema.metadata[b"backstop.experiment"].decode())
    assert again.digest == small.digest
    assert schema.names[:6] == ["point", "policy", "status", "reason", *small.values(0)]


def test_only_wanted_outcomes_are_recorded(tmp_path: Path) -> None:
    text = SMALL.replace("paths = 8", 'paths = 8\nmetrics = ["taxpayer_es95_bn", "min_depth_mn"]')
    text = text.replace("[0.7, 1.0, 3.9]", "[1.0]").replace("[0.02, 0.1, 0.4]", "[0.1]")
    out = tmp_path / "few.parquet"
    sweep.run(e.read_experiment(text), out, serial())
    wanted = [f"min_depth_mn_{s}" for s in STATISTICS] + [f"taxpayer_es95_bn_{s}" for s in VALUE_STATISTICS]
    assert pq.read_schema(out).names[6:] == wanted
    assert all(math.isfinite(r[name]) for r in rows(out) for name in wanted)


@pytest.mark.parametrize("columns", [1, 60, 10**6])
def test_the_file_does_not_depend_on_the_size_of_shards(
    columns: int, small: e.Experiment, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "COLUMNS_A_SHARD", columns)
    monkeypatch.setattr(sweep, "FEWEST_SHARDS", 1)
    out = tmp_path / "other.parquet"
    sweep.run(small, out, serial())
    assert sweep.shards(small) == {1: 9, 60: 5, 10**6: 1}[columns]
    assert out.read_bytes() == undisturbed.read_bytes()


def test_values_that_are_no_numbers_are_text(tmp_path: Path) -> None:
    found = e.read_experiment(
        'policies = ["A=hedged-auction", "Both=outright"]\npaths = 2\nmetrics = ["take_up_bn"]\n'
        '[[axis]]\nparameter = "policy.A.strategies"\nvalues = [["basis"], ["basis", "swap_spread"]]\n'
        '[[axis]]\nzip = { "policy.Both.start" = ["dislocation_10y_bp.above.5.for.1", 2026-03-09] }\n'
    )
    out = tmp_path / "text.parquet"
    sweep.run(found, out, serial())
    table = rows(out)
    assert {r["policy.A.strategies"] for r in table} == {'["basis"]', '["basis", "swap_spread"]'}
    assert {r["policy.Both.start"] for r in table} == {"dislocation_10y_bp.above.5.for.1", "2026-03-09"}
    assert e.read_experiment(e.to_toml(found)).digest == found.digest


# --- stopping and going on ----------------------------------------------------------------------------------------

LONG = SMALL.replace("3.9", "1.1").replace("0.02, 0.1", "0.06, 0.1, 0.15, 0.2, 0.3")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli.main", "sweep", *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"}


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", timeout=120
    )


# The command that waits for a signal after two shards, and listens to one even where whoever started it ignores it.
WAITING = """
import signal, threading
from ui.cli import main, sweep

shards = set()

def tell(progress):
    shards.add(progress.here)
    if len(shards - {0}) == 2:
        threading.Event().wait()

sweep._reporter = lambda: tell
signal.signal(signal.SIGINT, signal.default_int_handler)
main.main()
"""


def begun(out: Path, *arguments: str) -> subprocess.Popen[str]:
    """A sweep in a process of its own that has finished two shards and waits to be stopped."""
    before = len(list(out.parent.glob(f"{out.name}.parts/*.parquet")))
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, "sweep", *arguments, "--out", str(out)],
        cwd=ROOT, env=environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 120
    while len(list(out.parent.glob(f"{out.name}.parts/*.parquet"))) < before + 2:
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            pytest.fail(f"no two shards: {process.communicate()}")
        time.sleep(0.01)
    return process


def test_a_killed_sweep_goes_on_to_the_same_file(tmp_path: Path) -> None:
    file, out = tmp_path / "experiment.toml", tmp_path / "results.parquet"
    file.write_text(LONG, encoding="utf-8")
    process = begun(out, str(file), "--workers", "2")
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL and not out.exists()
    _, left = psutil.wait_procs(workers, timeout=120)
    assert not left, "workers outlive a killed sweep"
    kept = {p.name: p.stat().st_mtime_ns for p in out.parent.glob("*.parts/*.parquet")}
    assert kept

    # Once more, stopped by hand this time.
    process = begun(out, str(file), "--serial")
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130 and "finished work is kept" in told and "Traceback" not in told
    now = {p.name: p.stat().st_mtime_ns for p in out.parent.glob("*.parts/*.parquet")}
    assert kept.items() <= now.items(), "finished shards are done again"

    experiment, whole = e.read_experiment(LONG), tmp_path / "whole.parquet"
    done = sweep.run(experiment, out, serial())
    assert done.here == experiment.points - len(now) * sweep.shard_points(experiment) > 0
    sweep.run(experiment, whole, serial())
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "experiment.toml",
        "results.parquet",
        "whole.parquet",
    ]


class _Enough(Exception):
    pass


def stop_after(points: int) -> Any:
    def note(progress: sweep.Progress) -> None:
        if progress.here >= points:
            raise _Enough

    return note


def test_broken_parts_are_noticed_and_done_again(
    small: e.Experiment, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results.parquet"
    with pytest.raises(_Enough):
        sweep.run(small, out, serial(), note=stop_after(6))
    parts = sorted(out.parent.glob("*.parts/*.parquet"))
    assert len(parts) == 6
    parts[0].write_bytes(parts[0].read_bytes()[:-100])  # cut off
    data = bytearray(parts[1].read_bytes())
    data[len(data) // 2] ^= 1  # one bit
    parts[1].write_bytes(bytes(data))
    parts[2].with_name(parts[2].name + ".tmp").write_bytes(b"half")
    told: list[sweep.Progress] = []
    done = sweep.run(small, out, serial(), note=told.append)
    assert told[0].done == 4 and done.here == 5 and told[-1].done == small.points
    assert out.read_bytes() == undisturbed.read_bytes() and not list(tmp_path.glob("*.parts"))


def test_a_finished_sweep_is_not_run_again(small: e.Experiment, undisturbed: Path) -> None:
    before = undisturbed.stat().st_mtime_ns
    done = sweep.run(small, undisturbed, serial())
    assert (done.here, done.rows, done.refused) == (0, 27, 11)
    assert undisturbed.stat().st_mtime_ns == before and not list(undisturbed.parent.glob("*.parts"))


def test_another_experiments_work_is_not_mixed_in(small: e.Experiment, tmp_path: Path) -> None:
    other = e.read_experiment(SMALL.replace("seed = 3", "seed = 4"))
    out = tmp_path / "results.parquet"
    with pytest.raises(_Enough):
        sweep.run(small, out, serial(), note=stop_after(2))
    with pytest.raises(Refused, match=r"finished work of experiment .*--restart"):
        sweep.run(other, out, serial())
    assert sweep.run(other, out, serial(), restart=True).here == other.points
    with pytest.raises(Refused, match=r"holds experiment .*--restart"):
        sweep.run(small, out, serial())
    assert stored_hash(out) == other.digest and not list(tmp_path.glob("*.parts"))
    out.write_text("notes", encoding="utf-8")
    with pytest.raises(Refused, match="holds something else"):
        sweep.run(small, out, serial())
    assert out.read_text(encoding="utf-8") == "notes"


def test_one_sweep_at_a_time_writes_a_file(small: e.Experiment, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    out = tmp_path / "results.parquet"
    with opened(out, small.digest), pytest.raises(Refused, match="another sweep is writing"):
        sweep.run(small, out, serial())
    with pytest.raises(Refused, match="there is no folder"):
        sweep.run(small, tmp_path / "nowhere" / "results.parquet", serial())


def test_a_bug_at_a_point_is_told_with_the_point_and_the_rest_is_kept(
    small: e.Experiment, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policy.studies import batch
    from policy.sweeps import points

    real = batch.evaluate

    def broken(pairs: Any, *rest: Any) -> Any:
        if any(w.funds.scale == 0.7 and "reserve_discount=0.4" in str(p) for w, p in pairs):
            raise FloatingPointError("overflow")
        return real(pairs, *rest)

    out = tmp_path / "results.parquet"
    monkeypatch.setattr(points, "evaluate", broken)
    with pytest.raises(sweep.SweepFailed) as failure:
        sweep.run(small, out, serial())
    told = "point 2 (funds.scale = 0.7, reserve_discount = 0.4): FloatingPointError: overflow"
    assert told in str(failure.value) and "1 of 9 shards failed 2 times" in str(failure.value)
    with pytest.raises(PointFailed, match="point 2 "):
        run_task(sweep.of_points(small, range(5)))
    monkeypatch.setattr(points, "evaluate", real)
    assert sweep.run(small, out, serial()).here == 1
    assert out.read_bytes() == undisturbed.read_bytes()


def test_a_worker_of_another_version_is_refused(
    small: e.Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "maker", lambda task: ("0-00000000", np.__version__))
    with pytest.raises(Refused, match="a worker has model"):
        sweep.run(small, tmp_path / "results.parquet", serial())


# --- the command --------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_the_cost_and_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "experiment.toml"
    file.write_text(SMALL, encoding="utf-8")
    done = ran(str(file), "--dry-run", "--out", str(tmp_path / "results.parquet"), "--workers", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 in 9 shards, 5 with a refusal" in done.stdout and "27: 3 policies" in done.stdout
    assert "with 2 workers" in done.stdout and "MB a worker" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["experiment.toml"]


def test_the_estimated_size_is_that_of_the_file(small: e.Experiment, undisturbed: Path) -> None:
    found, size = estimate(small, 1), undisturbed.stat().st_size / 1e6
    assert size / 1.5 < found.file_mb < 1.5 * size
    assert found.seconds == pytest.approx(found.point_seconds * small.points)
    assert found.memory_mb > 50


def test_bad_input_is_one_line_and_code_2(tmp_path: Path) -> None:
    file = tmp_path / "experiment.toml"
    file.write_text(SMALL.replace("funds.scale", "funds.scal"), encoding="utf-8")
    done = ran(str(file), "--out", str(tmp_path / "results.parquet"))
    assert (
        done.returncode == 2
        and len(done.stderr.splitlines()) == 1
        and "did you mean funds.scale" in done.stderr
    )


def test_a_sweep_loads_nothing_of_the_screen(tmp_path: Path) -> None:
    file, out = tmp_path / "experiment.toml", tmp_path / "results.parquet"
    file.write_text(SMALL.replace("[0.7, 1.0, 3.9]", "[1.0]"), encoding="utf-8")
    code = (
        f"import sys; sys.argv = ['backstop', 'sweep', {str(file)!r}, '--serial', '--out', {str(out)!r}]\n"
        "from ui.cli.main import main\nmain()\n"
        "heavy = {'streamlit', 'altair', 'numba', 'scipy', 'distributed'} & set(sys.modules)\n"
        "sys.stderr.write(' '.join(sorted(heavy)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "") and "3 points, 9 rows, 1 of them refused" in done.stdout


@pytest.mark.parametrize(("arguments", "told"), [
    ((), "give --out"),
    (("--serial", "--workers", "2"), "exclude each other"),
    (("--workers", "0"), "workers = 0 is out of bounds"),
])  # fmt: skip
def test_options_that_do_not_fit_are_refused(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    from ui.cli import main

    file = tmp_path / "experiment.toml"
    file.write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["backstop", "sweep", str(file), *arguments])
    with pytest.raises(SystemExit) as stop:
        main.main()
    assert stop.value.code == 2 and told in capsys.readouterr().err


def test_times_read_as_people_say_them() -> None:
    said = [duration(s) for s in (0.04, 9.96, 59.6, 200, 7500, 356_400, math.inf)]
    assert said == ["0.0 s", "10 s", "1 min 0 s", "3 min 20 s", "2 h 5 min", "4 d 3 h", "an unknown time"]


def test_a_sample_reaches_from_first_to_last() -> None:
    assert spread(10, 3) == [0, 4, 9] and spread(2, 3) == [0, 1] and spread(1, 3) == [0]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_can_be_run(path: Path) -> None:
    found = e.load_experiment(path)
    task = sweep.of_points(found, spread(found.points, 2))
    made = [point_at(task, values, {}) for values in task.values]
    assert found.title and not any(isinstance(p, str) for point in made for p in point.policies)


def test_the_page_on_sweeps_is_true(undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")
    (file,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert e.read_experiment(file).points == 21
    pandas, pyarrow, runs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(undisturbed.parent)
    found: dict[str, Any] = {}
    exec(pandas, found)
    assert found["cost"].shape == (2, 3) and bool(found["sure"].any())
    exec(pyarrow, found)
    assert "run(load_experiment(" in runs and all(f"`{o}`" in page for o in ("--restart", "--serial"))
