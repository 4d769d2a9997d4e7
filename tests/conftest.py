"""What every test shares: floating-point trouble is an error, and hypothesis draws the same examples every time.

`HYPOTHESIS_PROFILE=thorough` draws many more examples, at random.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings

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


@pytest.fixture(autouse=True, scope="session")
def _floating_point_trouble_is_an_error():
    """Overflow, division by zero and invalid operations raise in every test, as NumPy would warn of them by default."""
    old = np.seterr(all="raise", under="ignore")
    yield
    np.seterr(**old)
