"""An aim as a probability: an outcome kept within a bound on so many of all paths, and when draws prove it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from models.errors import Refused, unknown
from models.stack import Array, Flags
from policy.interventions.triggers import number
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import BY_KEY, METRICS

_AIM = re.compile(r"\s*(?P<key>[a-z0-9_]+)\s*(?P<side><=|>=)\s*(?P<level>[-+0-9.eE]+)\s*")
LEAST, MOST = 0.5, 0.999  # probabilities that are accepted
DOUBT = 0.05  # one-sided: the bound lies above the truth at most so often
KINDS = tuple(m.key for m in METRICS if not m.horizon)  # what a path has by itself


@dataclass(frozen=True)
class Aim:
    """An outcome kept at or below (or above) a level on at least this share of paths. Raises `Refused`."""

    key: str
    at_most: bool
    level: float
    probability: float

    def __post_init__(self) -> None:
        if self.key not in BY_KEY:
            raise unknown("outcome", self.key, list(KINDS))
        if self.key not in KINDS:
            raise Refused(
                f"outcome {self.key} cannot be kept on a path: it is counted over all paths at once; for example {KINDS[0]} can"
            )
        if not np.isfinite(self.level):
            raise Refused(f"level {self.level} of the aim is refused: it must be a number")
        if not LEAST <= self.probability <= MOST:
            raise Refused(
                f"probability = {number(self.probability)} is refused: it must be between {LEAST:g} and {MOST:g}; certainty cannot be "
                "shown by draws"
            )

    @property
    def metric(self) -> Metric:
        return BY_KEY[self.key]

    def met(self, values: Array) -> Flags:
        """Whether paths keep it."""
        return np.asarray(values <= self.level if self.at_most else values >= self.level)

    def __str__(self) -> str:
        return f"{self.key}{'<=' if self.at_most else '>='}{number(self.level)}"


def parse_aim(text: str, probability: float) -> Aim:
    """An aim from `OUTCOME<=LEVEL` or `OUTCOME>=LEVEL`. Raises `Refused`."""
    parts = _AIM.fullmatch(text)
    if parts is None:
        raise Refused(
            f"aim {text!r} is refused: it is written OUTCOME<=LEVEL or OUTCOME>=LEVEL, for example {KINDS[0]}<=15"
        )
    try:
        level = float(parts["level"])
    except ValueError:
        raise Refused(f"level {parts['level']!r} of an aim is not a number") from None
    return Aim(parts["key"], parts["side"] == "<=", level, probability)


def lower_bound(times: int, of: int) -> float:
    """The one-sided 95% lower bound of a probability seen `times` in `of` draws (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    return float(betaincinv(times, of - times + 1, DOUBT)) if times else 0.0


def fewest_paths(probability: float) -> int:
    """Draws that must all keep an aim before its bound reaches a probability."""
    return int(np.ceil(np.log(DOUBT) / np.log(probability)))
