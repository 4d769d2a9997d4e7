"""The command line as its users meet it: in a process of its own, with its exit codes, streams and files."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from support.command_line import backstop, printed
from support.paths import ROOT

from models import MODEL_VERSION
from models.library import SHIPPED, shipped
from models.series import SERIES
from models.worlds import replace, to_toml
from policy.comparison import DEFAULT_SPECS
from policy.outcomes.scorecard import BY_KEY, CONTAINED_SHARE, KEYS, METRICS
from policy.ranking.verdict import Kind
from policy.report import SERIES_COLUMNS
from ui.cli import main

SUMMARY = {"median", "mean", "p05", "p95"}
EVERY = pytest.mark.parametrize("name", SHIPPED)


def _no_constant(text: str) -> Any:
    raise AssertionError(f"{text} in JSON")


SPREAD, VALUES = ([m.key for m in METRICS if m.spread == told] for told in (True, False))


@cache
def document(name: str, *arguments: str) -> dict[str, Any]:
    text = printed("compare", name, "--paths", "200", "--format", "json", *arguments)
    loaded: dict[str, Any] = json.loads(text, parse_constant=_no_constant)
    return loaded


# --- the document ------------------------------------------------------------------------------------------------


@EVERY
def test_the_document_is_as_documented(name: str) -> None:
    data = document(name)
    assert list(data) == ["schema", "model_version", "episode", "world", "paths", "seed", "verdict", "arms"]
    assert data["verdict"]["kind"] in get_args(Kind)
    assert (data["schema"], data["model_version"], data["episode"]) == (1, MODEL_VERSION, name)
    assert (data["world"], data["paths"], data["seed"]) == ({}, 200, 1)
    assert [arm["label"] for arm in data["arms"]] == list(DEFAULT_SPECS)
    for arm in data["arms"]:
        assert set(arm) == {"label", "policy", "metrics", "risk", "vs_none"}
        assert list(arm["metrics"]) == SPREAD and list(arm["risk"]) == VALUES
        assert all(set(v) == SUMMARY for v in arm["metrics"].values())
        shares = {m.key for m in METRICS if m.counted}
        assert all(set(v) == {"value", "se", "ci95"} for key, v in arm["risk"].items() if key in shares)
        assert all(set(v) == {"value", "se"} for key, v in arm["risk"].items() if key not in shares)
        assert all(set(arm["vs_none"][m.key]) == SUMMARY | {"mean_ci95"} for m in METRICS if m.spread)
        assert all(set(arm["vs_none"][m.key]) == {"value", "ci95"} for m in METRICS if not m.spread)
        assert all(math.isfinite(x) for x in _numbers(arm))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for item in value.values() for x in _numbers(item)]
    if isinstance(value, list):
        return [x for item in value for x in _numbers(item)]
    return [value] if isinstance(value, int | float) else []


@EVERY
def test_quantiles_and_intervals_are_in_order(name: str) -> None:
    for arm in document(name)["arms"]:
        for values in (*arm["metrics"].values(), *arm["vs_none"].values()):
            low, high = values.get("mean_ci95") or values.get("ci95") or (0, 0)
            assert low <= values.get("mean", values.get("value", 0)) <= high or "median" in values
            if "median" in values:
                assert values["p05"] <= values["median"] <= values["p95"]
        assert all(v["se"] >= 0 for v in arm["risk"].values())


@EVERY
def test_no_action_differs_from_itself_by_exactly_nothing(name: str) -> None:
    first = document(name)["arms"][0]
    assert first["label"] == "none" and set(_numbers(first["vs_none"])) == {0}


def test_calm_is_the_zero_of_everything() -> None:
    """Flows and losses are 0, levels stay at their day-0 value, and no policy differs from none."""
    world = shipped("calm")
    opening = {
        "peak_yield_10y_pct": world.scenario.opening_yields_pct[2],
        "end_yield_10y_pct": world.scenario.opening_yields_pct[2],
        "peak_dealer_use_pct": 100 * world.dealers.calm_use,
        "peak_dealer_inventory_bn": world.dealers.normal_inventory_bn,
        "min_depth_mn": world.liquidity.calm_depth_mn,
        "peak_repo_spread_bp": world.funding.calm_spread_bp,
        "cascade_multiplier": 1.0,
    }
    for arm in document("calm")["arms"]:
        assert set(_numbers(arm["vs_none"])) == {0}
        for key, risk in arm["risk"].items():
            assert (risk["value"], risk["se"]) == (100 if key == CONTAINED_SHARE.key else 0, 0)
        for metric in (BY_KEY[key] for key in SPREAD):
            expected = opening.get(metric.key, 0.0)
            assert metric.level or expected == 0
            got = arm["metrics"][metric.key].values()
            assert (
                set(got) == {0} if not expected else all(v == pytest.approx(expected, abs=1e-9) for v in got)
            )


def test_same_seed_same_document_and_another_seed_another() -> None:
    arguments = ("compare", "crowded", "--paths", "40", "--format", "json")
    first = printed(*arguments, "--seed", "7")
    assert printed(*arguments, "--seed", "7") == first
    assert json.loads(printed(*arguments, "--seed", "8"))["arms"] != json.loads(first)["arms"]


def test_other_policies_leave_an_arms_numbers_alone() -> None:
    alone = document("march_2020", "--policy", "hedged-auction")["arms"]
    among = document("march_2020")["arms"]
    assert alone[0] == among[0] and alone[1] == among[3]


def test_changes_of_the_world_are_reported() -> None:
    data = document("crowded", "--set", "dealers.capacity_bn=1500", "--set", "funds.scale = 0.9")
    assert data["world"] == {"dealers.capacity_bn": 1500, "funds.scale": 0.9}
    assert data["arms"][0]["metrics"] != document("crowded")["arms"][0]["metrics"]


def test_lists_can_be_set() -> None:
    data = document("calm", "--set", "scenario.basis_shock.knots=[[1, 0.0], [5, 4.0]]", "--policy", "none")
    assert data["world"] == {"scenario.basis_shock.knots": [[1, 0.0], [5, 4.0]]}


def test_labels_and_settings_come_back() -> None:
    data = document(
        "crowded", "--policy", "Fast=outright:pace_bn=80+repo:clearing=cleared", "--policy", "none"
    )
    assert [arm["label"] for arm in data["arms"]] == ["none", "Fast"]
    names = [p["name"] for p in data["arms"][1]["policy"]]
    assert names == ["outright", "repo"] and data["arms"][1]["policy"][0]["settings"]["pace_bn"] == 80


def test_the_central_path_is_one_path() -> None:
    data = document("march_2020", "--central", "--policy", "actual")
    assert data["paths"] == 1 and all(x == 0 for x in (r["se"] for r in data["arms"][1]["risk"].values()))
    values = data["arms"][1]["metrics"].values()
    assert all(len(set(v.values())) == 1 for v in values)


# --- other formats and files ---------------------------------------------------------------------------------


def test_the_table_has_every_key_and_arm() -> None:
    text = printed("compare", "april_2025", "--paths", "20")
    assert text.splitlines()[0].startswith(shipped("april_2025").title) and "20 paths, seed 1" in text
    assert text.splitlines()[2].startswith("Nothing was needed")
    assert all(label in text.splitlines()[4] for label in DEFAULT_SPECS)
    rows = {line.split()[0] for line in text.splitlines()[5:] if line.strip()}
    assert set(KEYS) <= rows
    assert text.rstrip().endswith("not a forecast.")


def test_the_csv_table_agrees_with_the_document() -> None:
    rows = list(
        csv.DictReader(io.StringIO(printed("compare", "crowded", "--paths", "200", "--format", "csv")))
    )
    assert [row["key"] for row in rows] == list(KEYS)
    arms = {arm["label"]: arm for arm in document("crowded")["arms"]}
    for row in rows:
        for label, arm in arms.items():
            found = arm["metrics"].get(row["key"]) or arm["risk"][row["key"]]
            assert float(row[label]) == found.get(BY_KEY[row["key"]].statistic, found.get("value"))


def test_out_writes_what_would_be_printed(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    arguments = ("compare", "calm", "--paths", "3", "--format", "json")
    assert printed(*arguments, "--out", str(path)) == ""
    assert path.read_text("utf-8") == printed(*arguments)


@pytest.mark.parametrize("central", [False, True])
def test_series_is_a_long_table(tmp_path: Path, central: bool) -> None:
    path = tmp_path / "series.csv"
    more = ("--central",) if central else ("--paths", "10")
    printed("compare", "march_2020", "--policy", "actual", "--series", str(path), *more)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = shipped("march_2020").scenario.days
    kinds = {"central"} if central else {"p05", "p50", "p95"}
    assert (
        tuple(rows[0])
        == SERIES_COLUMNS
        == ("policy", "path", "day", "date", "series", "tenor", "value", "unit")
    )
    assert {r["policy"] for r in rows} == {"none", "actual"} and {r["path"] for r in rows} == kinds
    assert {r["series"] for r in rows} == set(SERIES) and {int(r["day"]) for r in rows} == set(
        range(days + 1)
    )
    assert {r["tenor"] for r in rows if r["series"] == "yield_pct"} == {"2", "5", "10", "30"}
    assert {r["tenor"] for r in rows if r["series"] == "basis_bp"} == {""}
    assert all(math.isfinite(float(r["value"])) and r["unit"] == SERIES[r["series"]][1] for r in rows)
    width = sum(max(1, len(axis)) for _, _, axis in SERIES.values())
    assert len(rows) == 2 * len(kinds) * (days + 1) * width
    assert rows[0]["date"] == "2020-03-02" and rows[-1]["date"] == "2020-04-30"


def test_a_file_can_be_the_episode(tmp_path: Path) -> None:
    world = replace(shipped("crowded"), {"funds.scale": 0.9})
    (tmp_path / "mine.toml").write_text(to_toml(world, shipped("crowded")), encoding="utf-8")
    text = printed("compare", "mine.toml", "--paths", "200", "--format", "json", cwd=tmp_path)
    assert json.loads(text)["arms"] == document("crowded", "--set", "funds.scale=0.9")["arms"]


def test_a_file_can_be_the_policy(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text('label = "Plan"\n[[intervention]]\nname = "repo"\ncap_bn = 40.0\n')
    text = printed(
        "compare", "funding_run", "--paths", "5", "--format", "json", "--policy", "@plan.toml", cwd=tmp_path
    )
    assert json.loads(text)["arms"][1]["label"] == "Plan"


def test_list_is_the_catalogue() -> None:
    data = json.loads(printed("list", "--format", "json"), parse_constant=_no_constant)
    assert data["schema"] == 1 and data["model_version"] == MODEL_VERSION
    assert [e["name"] for e in data["episodes"]] == list(SHIPPED)
    assert data["default_policies"] == list(DEFAULT_SPECS)
    assert {m["key"] for m in data["metrics"]} == set(KEYS)
    assert all({"unit", "low", "high", "meaning", "source", "evidence"} <= set(p) for p in data["parameters"])
    text = printed("list")
    assert all(p["name"] in text for p in (*data["policies"], *data["parameters"], *data["episodes"]))
    assert all(m["key"] in text for m in data["metrics"])


def test_a_command_that_fails_by_its_own_count_exits_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.cli.calibrate._check", lambda asked: 1)
    monkeypatch.setattr("sys.argv", ["backstop", "calibrate", "--check"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1


def test_help_names_every_command() -> None:
    text = printed("--help")
    assert all(word in text for word in ("compare", "list", "sweep", "export", "calibrate", "app"))
    assert "--policy" in printed("compare", "--help")


def test_compare_loads_neither_streamlit_nor_altair() -> None:
    code = (
        "import sys; sys.argv = ['backstop', 'compare', 'calm', '--paths', '3', '--format', 'json']\n"
        "from ui.cli.main import main\nmain()\n"
        "heavy = {'streamlit', 'altair', 'pandas', 'numba', 'scipy'} & set(sys.modules)\n"
        "sys.stderr.write(' '.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


# --- refusals: exit code 2, one line, nothing written -----------------------------------------------------------

BAD_FILES = {
    "broken.toml": "base = 'calm\n",
    "wrong_key.toml": "base = 'calm'\n[dealers]\nspeed = 3\n",
    "wrong_type.toml": "base = 'calm'\n[dealers]\ncapacity_bn = 'big'\n",
    "not_a_number.toml": "base = 'calm'\n[dealers]\ncapacity_bn = nan\n",
    "own_margin.toml": (
        "base = 'calm'\n[funds]\ncohorts = [{ name = 'Brave', equity_bn = 1.0, leverage = 100.0, mix = [0.0, 1.0, 0.0] }]\n"
    ),
    "bad_policy.toml": "[[intervention]]\nname = 'outright'\npace_bn = -3.0\n",
}
BAD = [
    (["compare", "1987"], ["episode", "1987", "april_2025"]),
    (["compare", "crowdd"], ["crowdd", "crowded"]),
    (["compare", "nowhere.toml"], ["nowhere.toml"]),
    (["compare", "."], ["episode", "'.'"]),
    (["compare", "broken.toml"], ["TOML"]),
    (["compare", "wrong_key.toml"], ["dealers.speed"]),
    (["compare", "wrong_type.toml"], ["dealers.capacity_bn", "'big'"]),
    (["compare", "not_a_number.toml"], ["dealers.capacity_bn", "nan"]),
    (["compare", "own_margin.toml"], ["Brave", "own requirement", "swap_spread"]),
    (["compare", "calm", "--set", "funds.scale=3.9"], ["funds.scale", "own requirement", "margin"]),
    (["compare", "calm", "--set", "dealers.capacity=900"], ["dealers.capacity", "dealers.capacity_bn"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=1"], ["dealers.capacity_bn", "at least 100"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=nan"], ["dealers.capacity_bn", "nan"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=-inf"], ["dealers.capacity_bn", "inf"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=lots"], ["dealers.capacity_bn", "'lots'"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=\"900\""], ["dealers.capacity_bn", "'900'"]),
    (["compare", "calm", "--set", "dealers.capacity_bn=true"], ["dealers.capacity_bn", "True"]),
    (["compare", "calm", "--set", "dealers.capacity_bn"], ["dealers.capacity_bn", "value"]),
    (["compare", "calm", "--set", "dealers=3"], ["'dealers'"]),
    (["compare", "calm", "--set", "scenario.days=2.5"], ["scenario.days", "2.5"]),
    (["compare", "calm", "--set", "wedges.swap_spread_mix=[0.5, 0.5, 0.5, 0.5]"], ["swap_spread_mix", "sum to 1"]),
    (["compare", "calm", "--set", "wedges.swap_spread_mix=0.5"], ["wedges.swap_spread_mix", "0.5"]),
    (["compare", "calm", "--set", "wedges.basis_mix=0.5"], ["wedges.basis_mix", "each group of funds holds contracts"]),
    (["compare", "calm", "--set", "funds.cohorts=[]"], ["funds.cohorts"]),
    (["compare", "calm", "--policy", "qe"], ["policy", "'qe'", "outright"]),
    (["compare", "calm", "--policy", "outright:pace=5"], ["outright", "pace", "pace_bn"]),
    (["compare", "calm", "--policy", "outright:pace_bn=-5"], ["outright.pace_bn", "-5", "at least 0"]),
    (["compare", "calm", "--policy", "outright:pace_bn=nan"], ["outright.pace_bn", "nan"]),
    (["compare", "calm", "--policy", "outright:pace_bn=five"], ["outright.pace_bn", "five"]),
    (["compare", "calm", "--policy", "outright:mix=35/30/20/16"], ["mix", "101", "100"]),
    (["compare", "calm", "--policy", "@bad_policy.toml"], ["outright.pace_bn", "-3"]),
    (["compare", "calm", "--policy", "@missing.toml"], ["missing.toml"]),
    (["compare", "calm", "--policy", "repo", "--policy", "repo"], ["label", "'repo'"]),
    (["compare", "calm", "--policy", "A=repo", "--policy", "A=outright"], ["label", "'A'"]),
    (["compare", "calm", "--policy", "none=repo"], ["label", "'none'"]),
    (["compare", "calm", "--policy", "a=none", "--policy", "a=none"], ["label 'a' is used"]),
    (["compare", "calm", "--paths", "0"], ["paths", "0", "1"]),
    (["compare", "calm", "--paths", "-5"], ["paths", "-5"]),
    (["compare", "calm", "--paths", "1000001"], ["paths", "1000000"]),
    (["compare", "calm", "--paths", "many"], ["--paths", "integer"]),
    (["compare", "calm", "--seed", "-1"], ["seed", "-1"]),
    (["compare", "calm", "--seed", "1.5"], ["--seed", "integer"]),
    (["compare", "calm", "--format", "xml"], ["--format", "xml", "json"]),
    (["compare", "calm", "--out", "missing/folder/x.json"], ["missing/folder/x.json"]),
    (["compare", "calm", "--series", "missing/folder/x.csv"], ["missing/folder/x.csv"]),
    (["compare", "calm", "--series", "."], ["'.'"]),
    (["compare", "calm", "--depth", "3"], ["--depth"]),
    (["compare"], ["episode"]),
    (["compair", "calm"], ["compair"]),
    (["list", "--format", "csv"], ["--format", "csv"]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "says"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_refused_in_one_line(tmp_path: Path, arguments: list[str], says: list[str]) -> None:
    for name, text in BAD_FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    extra = ["--out", "out.json"] if arguments[0] == "compare" and "--out" not in arguments else []
    done = backstop(*arguments, *extra, cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 1), done.stderr
    assert "Traceback" not in done.stderr and all(part in lines[0] for part in says), lines[0]
    assert {p.name for p in tmp_path.iterdir()} == set(BAD_FILES), "something was written"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_refused_too() -> None:
    done = backstop("compare", "calm", "--paths", "3", "--out", "/dev/full")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "/dev/full" in done.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m ui.cli.main list | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "Worlds\n" and "Traceback" not in done.stderr
