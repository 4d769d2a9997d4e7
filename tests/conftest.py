"""What every test shares: floating-point trouble is an error, hypothesis draws the same examples every time, and the
tests of a file run in one process.

`HYPOTHESIS_PROFILE=thorough` draws many more examples, at random.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers

import models

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

# A failing world is large and slow to simplify, so that is left to the thorough profile.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=SLOW_IS_FINE,
    phases=[Phase.explicit, Phase.generate],
)
settings.register_profile("thorough", deadline=None, max_examples=400, suppress_health_check=SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@cache
def market_numbers() -> providers.Constants:
    """Numbers that stand in the market's modules."""
    numbers = providers.Constants()
    for _, name, _ in pkgutil.walk_packages(models.__path__, "models."):
        numbers |= providers.constants_from_module(importlib.import_module(name))
    return numbers


# Hypothesis also tries numbers of all modules imported so far: here always of the same, whatever ran before in a process.
assert hasattr(providers, "_get_local_constants")
providers._get_local_constants = market_numbers


@pytest.fixture(autouse=True, scope="session")
def _floating_point_trouble_is_an_error():
    """Overflow, division by zero and invalid operations raise in every test, as NumPy would warn of them by default."""
    old = np.seterr(all="raise", under="ignore")
    yield
    np.seterr(**old)


# Files and folders that take longest begin first, so that no worker ends long before the other.
LONGEST = (
    "tests/browser/",
    "tests/policy/leverage/",
    "tests/oracle/",
    "tests/test_package.py",
    "tests/test_contributing.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, each file's tests in their own order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: next((k for name, k in places.items() if item.nodeid.startswith(name)), len(places))
    )


# What a second worker does in a browser of its own, at the same time: a browser's tests mostly wait.
SECOND_HALF = tuple(
    f"tests/browser/test_{name}.py" for name in ("room", "one_file", "nothing_lost", "present")
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker for each file, whose tests share what it prepares; browser tests share a server and a browser by halves."""
    from xdist.scheduler import LoadScopeScheduling

    class OneFileOneWorker(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            if not file.startswith("tests/browser/"):
                return file
            return f"tests/browser {file in SECOND_HALF}"

    return OneFileOneWorker(config, log)
