"""Winner maps that come with the package: of every shipped world the one that its page opens with.

A file holds what a `Picture` holds, as numbers of 32 bits with cells last and nothing twice (no mirrored half of a
matrix, no spread of an outcome whose variance is among the covariances), under the digest of its question. Whoever asks something else, or asks a model whose figures have moved, gets none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from io import BytesIO

import numpy as np

from models.library import SHIPPED, shipped
from models.scenario import SHOCKS
from models.stack import Array
from policy.comparison import arms
from policy.golden import nearest
from policy.outcomes.scorecard import KEYS
from policy.presets import default_specs
from policy.spec import parse_policy
from policy.studies.factors import ranged, world_factors
from policy.studies.winner_map import COUNTED, Picture, Question, asked

FOLDER = "winner_maps"  # beside this package's other data
SIDE, PATHS, SEED = 10, 64, 1
COMMAND = "python benchmarks/winner_map.py --store"
LEVERAGE = "funds.scale"
CAPACITY = "dealers.capacity_bn"
BLOWS = ("real_money_sales", "money_fund_run")  # the usual ones, before any other shock of a world
Range = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """Names of two of a world's parameters, each with its range."""

    x: str
    x_range: Range
    y: str
    y_range: Range


@lru_cache(maxsize=64)
def usual_axes(name: str) -> Axes:
    """What a shipped world's map is drawn over: funds' leverage, and the blow; without one, dealers' capacity.

    A blow goes from none to three times its size, farther where the world's own is larger.
    """
    world = shipped(name)
    blows = [k for k in (*BLOWS, *SHOCKS) if getattr(world.scenario, k).knots]
    if not blows:
        return Axes(LEVERAGE, (0.2, 1.1), CAPACITY, _around(world.dealers.capacity_bn))
    size = getattr(world.scenario, blows[0]).size
    return Axes(LEVERAGE, (0.2, 1.1), f"scenario.{blows[0]}.size", (0.0, max(3.0, 1.25 * size)))


def _around(value: float) -> Range:
    """Half as much to half as much again, in round numbers."""
    return float(f"{0.5 * value:.2g}"), float(f"{1.5 * value:.2g}")


def usual_question(name: str) -> Question:
    """What the page asks when a shipped world is opened. Raises `Refused`."""
    world = shipped(name)
    axes, factors = usual_axes(name), {f.key: f for f in world_factors(world)}
    x, y = ranged(factors[axes.x], *axes.x_range), ranged(factors[axes.y], *axes.y_range)
    policies = arms([parse_policy(text) for text in default_specs(name)])
    return asked(world, policies, x, y, SIDE, PATHS, SEED)


def stored(question: Question) -> Picture | None:
    """The stored picture of exactly this question; nothing where there is none, or its numbers are no longer today's."""
    kept = _kept(nearest(question.world)) if question.world.name in SHIPPED else None
    return kept.under(question) if kept and kept.question.digest == question.digest else None


@lru_cache(maxsize=4)
def _kept(name: str) -> Picture | None:
    file = resources.files("policy").joinpath(FOLDER, f"{name}.npz")
    question = usual_question(name)
    return unpacked(file.read_bytes(), question) if file.is_file() else None


def packed(picture: Picture) -> bytes:
    """A finished picture as a compressed file of arrays."""
    policies, criteria = picture.covariance.shape[-2:]
    wide = policies * criteria
    refused = [[*at, why] for at, why in picture.refused.items()]
    file = BytesIO()
    np.savez_compressed(
        file,
        digest=picture.question.digest,
        refused=json.dumps(refused),
        means=_cells_last(picture.means),
        spread=_cells_last(_half(picture.spread[:, :, _alone()])),
        covariance=_cells_last(_half(picture.covariance.reshape(*picture.shape, wide, wide))),
    )
    return file.getvalue()


def unpacked(data: bytes, question: Question) -> Picture | None:
    """The picture of a file, if it is this question's."""
    with np.load(BytesIO(data), allow_pickle=False) as file:
        if str(file["digest"]) != question.digest:
            return None
        picture = Picture(question)
        picture.known[:] = True
        picture.means[:] = _cells_first(file["means"])
        policies, criteria = picture.covariance.shape[-2:]
        halves = _cells_first(file["covariance"])
        picture.covariance[:] = _whole(halves, policies * criteria).reshape(picture.covariance.shape)
        picture.spread[:, :, _alone()] = _whole(_cells_first(file["spread"]), policies)
        picture.spread[:, :, COUNTED] = np.einsum("xypcqc->xycpq", picture.covariance)
        picture.refused |= {(i, j): why for i, j, why in json.loads(str(file["refused"]))}
    return picture


def _alone() -> list[int]:
    """Places of the outcomes that no criterion counts."""
    return [k for k in range(len(KEYS)) if k not in COUNTED]


def _cells_last(values: Array) -> np.ndarray:
    """(x, y, …) → (…, x, y) in 32 bits: neighbours resemble each other, so the file gets smaller."""
    return np.ascontiguousarray(np.moveaxis(values, (0, 1), (-2, -1)), np.float32)


def _cells_first(values: Array) -> Array:
    """The inverse of `_cells_last`, in 64 bits."""
    return np.moveaxis(np.asarray(values, float), (-2, -1), (0, 1))


def _half(matrices: Array) -> Array:
    """Symmetric matrices (…, n, n) without what is below the diagonal, (…, n (n + 1) / 2)."""
    upper = np.triu_indices(matrices.shape[-1])
    return matrices[..., upper[0], upper[1]]


def _whole(halves: Array, size: int) -> Array:
    """The inverse of `_half`."""
    rows, columns = np.triu_indices(size)
    matrices = np.empty((*halves.shape[:-1], size, size))
    matrices[..., rows, columns] = halves
    matrices[..., columns, rows] = halves
    return matrices


def fresh(name: str) -> bool:
    """Whether the map that comes with a shipped world is today's."""
    return _kept(name) is not None
