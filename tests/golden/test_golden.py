"""Numbers, defaults and shipped data stand still until `models.MODEL_VERSION` is raised.

After a change that is meant: raise the version and run `python tests/golden/regenerate.py`.
"""

from __future__ import annotations

import pytest
from golden.regenerate import INPUTS, close, inputs, numbers, stored
from support.shipped_runs import PATHS, SEED

from models import MODEL_VERSION
from models.library import SHIPPED

WHAT_TO_DO = "raise models.MODEL_VERSION and run python tests/golden/regenerate.py"


@pytest.mark.parametrize("name", [*SHIPPED, INPUTS])
def test_golden_files_are_of_this_version(name: str) -> None:
    assert stored(name)["model_version"] == MODEL_VERSION, "run python tests/golden/regenerate.py"


def test_inputs_are_unchanged() -> None:
    before, now = stored(INPUTS)["fingerprints"], inputs()
    assert {k for k in before.keys() | now.keys() if before.get(k) != now.get(k)} == set(), WHAT_TO_DO


@pytest.mark.parametrize("name", SHIPPED)
def test_headline_numbers_are_unchanged(name: str) -> None:
    before, now = stored(name), numbers(name)
    assert (before["paths"], before["seed"]) == (PATHS, SEED)
    table = before["median_and_mean"]
    assert table.keys() == now.keys()
    moved = {
        f"{label}.{key}": (table[label].get(key), now[label].get(key))
        for label in now
        for key in now[label].keys() | table[label].keys()
        if not close(table[label].get(key), now[label].get(key))
    }
    assert not moved, WHAT_TO_DO


def test_closeness_is_relative() -> None:
    assert close({"a": [1.0, 1e6]}, {"a": [1.0 + 1e-7, 1e6 + 0.5]})
    assert not close([1.0], [1.00001]) and not close([1.0], [1.0, 2.0]) and not close({"a": 1}, {"b": 1})
    assert not close(None, [0.0])
