"""The words in the browser are the app's: verdicts, counts of a hundred and figures, on random means, letter by letter."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.browser_engine import ENGINE

from policy.outcomes.scorecard import KEYS
from policy.ranking.verdict import MOVED, Verdict
from ui.comparison import answer
from ui.words import amounts, endings, verdicts

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="words are compared under Node")
KINDS = (
    "alone",
    "not_needed",
    "nothing_works",
    "backfires",
    "not_worth_its_price",
    "tie",
    "cheapest",
    "best",
)
NAMES = ("No action", "Outright purchases", "Standing repo facility", "Hedged SPV auction")
# Halves that binary numbers hold exactly, which JavaScript and Python round in different ways.
NUMBERS = (
    0.5,
    1.5,
    2.5,
    0.25,
    0.75,
    0.125,
    -0.125,
    1234.5,
    99.95,
    0.005,
    -0.0,
    1e-9,
    1e6,
    12345.678,
    -2.5,
    0.045,
    100.5,
    101.5,
)
RUN = """
import { readFileSync } from "node:fs";
import { in_words, hundred, amount, figures_in_words, ends_in_words, finding } from "./engine.mjs";
const { verdicts, numbers } = JSON.parse(readFileSync("given.json", "utf8"));
const told = verdicts.map(({ ruled, names, means }) => {
  const counts = means.map(hundred);
  return [in_words(ruled, names, means), ...counts.map(ends_in_words), finding(counts, names), ...means.map((m, k) => figures_in_words(m, k === 0)).flat()];
});
const sums = numbers.map((x) => ["$bn", "bp", "%", "days"].flatMap((unit) => [amount(x, unit), amount(x, unit, true)]));
process.stdout.write(JSON.stringify({ told, sums }));
"""


def drawn(rng: np.random.Generator, kind: str) -> dict[str, Any]:
    """A verdict of a kind with means that add up to a hundred crises."""
    count = 1 if kind == "alone" else int(rng.integers(2, 5))
    means = []
    for _ in range(count):
        one = {
            key: float(x)
            for key, x in zip(
                KEYS, rng.choice([1, 10, 1000], len(KEYS)) * rng.normal(size=len(KEYS)), strict=True
            )
        }
        shares = rng.multinomial(200, rng.dirichlet((1, 1, 1))) / 2
        one |= dict(zip(endings.SHARES, map(float, shares), strict=True))
        means.append(one)
    few = kind in ("alone", "best", "not_worth_its_price")
    places = [0] if kind == "alone" else list(range(1, 2 if few else count))
    ruled = {
        "kind": kind, "policies": places, "reason": str(rng.choice(list(MOVED))), "value": 1.0, "base": 2.0,
        "backfiring": [k for k in range(1, count) if k not in places or kind == "backfires"][: int(rng.integers(0, 3))],
        "stronger": int(rng.integers(1, count)) if kind == "best" and rng.random() < 0.5 else None,
    }  # fmt: skip
    return {"ruled": ruled, "names": NAMES[:count], "means": means}


def in_python(one: dict[str, Any]) -> list[str]:
    ruled, names, means = one["ruled"], one["names"], one["means"]
    judged = Verdict(
        **{**ruled, "policies": tuple(ruled["policies"]), "backfiring": tuple(ruled["backfiring"])}
    )
    counts = [endings.hundred(m) for m in means]
    figures = [text for k, m in enumerate(means) for text in answer.figures_in_words(m, k == 0)]
    return [
        verdicts.in_words(judged, names, means), *map(answer.ends_in_words, counts), answer.finding(counts, names), *figures,
    ]  # fmt: skip


def test_words_are_the_same_letter_by_letter(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    given = [drawn(rng, kind) for kind in KINDS for _ in range(25)]
    numbers = [*NUMBERS, *(float(x) for x in rng.normal(size=60) * 10.0 ** rng.integers(-4, 5, 60))]
    (tmp_path / "engine.mjs").write_text(ENGINE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "given.json").write_text(
        json.dumps({"verdicts": given, "numbers": numbers}), encoding="utf-8"
    )
    (tmp_path / "run.mjs").write_text(RUN, encoding="utf-8")
    done = subprocess.run(["node", "run.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    got = json.loads(done.stdout)
    for one, told in zip(given, got["told"], strict=True):
        assert told == in_python(one)
    for x, texts in zip(numbers, got["sums"], strict=True):
        units = ("$bn", "bp", "%", "days")
        assert texts == [t for u in units for t in (amounts.amount(x, u), amounts.amount(x, u, True))], x
