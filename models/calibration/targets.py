"""What an episode should look like: its targets, and how each is read off a run or off a path on which nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from models.errors import Refused, refused, unknown
from models.parameters.base import Frozen
from models.scenario import World
from models.series import (
    CONTRACT_MARGIN,
    DEALER_AWARD,
    DEFAULTS,
    FACILITY,
    FORCED_SALES,
    FUND_EQUITY,
    MARGIN,
    POSITIONS,
    REPO_SPREAD,
)
from models.stack import Array
from models.worlds import as_tuples, parse

Records = Mapping[str, Array]
WITHIN = 2.0  # units of noise within which a target is met


class Target(Frozen):
    """One moment of an episode: a series on a day, or its peak or trough in a window, with noise and its reason.

    A target of kind `input` is driven by a shock of its own episode; a `test` is not.
    """

    key: str
    title: str
    series: str
    row: int | None = None
    at: Annotated[int, Field(ge=0)] | None = None
    peak: tuple[int, int] | None = None
    trough: tuple[int, int] | None = None
    since: Annotated[int | None, Field(alias="from")] = None
    kind: Literal["test", "input"] = "test"
    value: float
    noise: Annotated[float, Field(gt=0)]
    unit: str
    source: str
    reason: str

    @model_validator(mode="after")
    def _one_reading(self) -> Target:
        if sum(x is not None for x in (self.at, self.peak, self.trough)) != 1:
            raise ValueError("give one of at, peak and trough")
        return self

    @property
    def last_day(self) -> int:
        return self.at if self.at is not None else (self.peak or self.trough or (0, 0))[1]

    def read(self, records: Records) -> Array:
        """The moment in a run, (column,)."""
        series = recorded(records, self.series)
        series = series if self.row is None else series[:, self.row]
        if self.peak is not None:
            return np.max(series[self.peak[0] : self.peak[1] + 1], axis=0)
        if self.trough is not None:
            return np.min(series[self.trough[0] : self.trough[1] + 1], axis=0)
        return np.asarray(series[self.at] - (0.0 if self.since is None else series[self.since]))


def _since_opening(series: Array) -> Array:
    """Change in per cent of the opening value."""
    return 100 * (series / np.maximum(series[0], 1e-9) - 1)


DERIVED: dict[str, Callable[[Records], Array]] = {
    "exposure_pct": lambda r: _since_opening(np.add.reduce(r[POSITIONS], axis=1)),
    "return_pct": lambda r: _since_opening(r[FUND_EQUITY]),
    "margin_rise_pct": lambda r: _since_opening(r[MARGIN][:, 0]),
    "contract_margin_rise_pct": lambda r: _since_opening(r[CONTRACT_MARGIN]),
    "positions_change_pct": lambda r: _since_opening(r[POSITIONS]),
    "repo_rise_bp": lambda r: r[REPO_SPREAD] - r[REPO_SPREAD][0],
    "defaults_total": lambda r: np.cumsum(r[DEFAULTS], axis=0),
    "forced_total_bn": lambda r: np.cumsum(np.add.reduce(r[FORCED_SALES], axis=1), axis=0),
    "facility_total_bn": lambda r: np.add.reduce(r[FACILITY], axis=1),
}


def recorded(records: Records, name: str) -> Array:
    """A recorded series, or one derived from them, (day, …, column)."""
    return DERIVED[name](records) if name in DERIVED else records[name]


def flat(records: Records, world: World) -> dict[str, Array]:
    """The same series on a path on which nothing changes: opening values for ever, auctions with the usual award."""
    still = {name: np.broadcast_to(series[:1], series.shape) for name, series in records.items()}
    award = records[DEALER_AWARD]
    return still | {DEALER_AWARD: np.full_like(award, 100 * world.issuance.normal_award)}


@lru_cache(maxsize=16)
def targets(episode: str) -> tuple[Target, ...]:
    """The committed targets of a shipped episode."""
    return _parsed(_text(episode))[0]


@lru_cache(maxsize=16)
def public_drain(episode: str) -> tuple[tuple[int, float], ...]:
    """Cash withdrawn from lenders as public accounts alone show it, (day, $bn); empty where the episode has none."""
    return _parsed(_text(episode))[1]


def read_targets(path: Path, world: World) -> tuple[Target, ...]:
    """Targets of one's own from a TOML file, all of which can be read in a run of `world`. Raises `Refused`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"cannot read {str(path)!r}: {error}") from None
    wanted, _ = _parsed(text)
    late = [t for t in wanted if t.last_day > world.scenario.days]
    if late:
        raise Refused(
            f"target {late[0].key!r} is read on day {late[0].last_day}; "
            f"the episode ends on day {world.scenario.days}"
        )
    return wanted


def check_readable(wanted: Sequence[Target], records: Records) -> None:
    """Raises `Refused` for a series or a row that no run has."""
    for target in wanted:
        if target.series not in DERIVED and target.series not in records:
            raise unknown("series", target.series, sorted({*DERIVED, *records}))
        series = recorded(records, target.series)
        rows = series.shape[1] if series.ndim == 3 else 0
        if (target.row is None) != (rows == 0) or (target.row or 0) not in range(max(rows, 1)):
            need = f"needs a row from 0 to {rows - 1}" if rows else "has no rows"
            raise Refused(f"target {target.key!r}: series {target.series!r} {need}")


def z_scores(values: Array, wanted: Sequence[Target]) -> Array:
    """Distance from the targets in units of noise."""
    return np.array([(v - t.value) / t.noise for v, t in zip(values, wanted, strict=True)])


def within_two(values: Array, wanted: Sequence[Target]) -> int:
    """How many targets are met within two units of noise."""
    return int(np.sum(np.abs(z_scores(values, wanted)) <= WITHIN))


def _text(episode: str) -> str:
    return resources.files("models.episodes").joinpath(f"{episode}.targets.toml").read_text(encoding="utf-8")


def _parsed(text: str) -> tuple[tuple[Target, ...], tuple[tuple[int, float], ...]]:
    data = as_tuples(parse(text))
    rows: Any = data.get("target", ())
    if not isinstance(rows, tuple) or not rows:
        raise Refused("no targets: give a [[target]] table for each")
    wanted = tuple(_target(row, k) for k, row in enumerate(rows, 1))
    twice = {t.key for t in wanted if sum(o.key == t.key for o in wanted) > 1}
    if twice:
        raise Refused(f"target key {min(twice)!r} is given twice")
    return wanted, data.get("public", {}).get("cash_drain", ())


def _target(row: Any, number: int) -> Target:
    try:
        return Target.model_validate(row)
    except ValidationError as error:
        raise refused(error, f"target {number}") from None
