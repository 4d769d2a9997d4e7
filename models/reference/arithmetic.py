"""Numbers, triples (by strategy or form of repo), quadruples (by tenor), and Wright's omega."""

from __future__ import annotations

import math
from typing import Any

Three = tuple[float, float, float]
Four = tuple[float, float, float, float]
Array = Any  # NumPy array of floats, its shape in words beside it

BASIS, SWAP, PAIRS = 0, 1, 2
TEN = 2  # place of the 10-year among the tenors 2, 5, 10, 30
DAYS_A_YEAR = 252.0


def positive(x: float) -> float:
    """x⁺."""
    return max(x, 0.0)


def clip(x: float, low: float, high: float) -> float:
    """x within two ends."""
    return min(max(x, low), high)


def ratio(part: float, whole: float) -> float:
    """part/whole, and 0 where there is no whole."""
    return part / whole if whole > 0 else 0.0


def kept(half_life_days: float) -> float:
    """What a day leaves of something with a half-life."""
    return float(0.5 ** (1 / half_life_days))


def add3(a: Three, b: Three) -> Three:
    """Sum of two triples."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def less3(a: Three, b: Three) -> Three:
    """Difference of two triples."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def sum3(a: Three) -> float:
    """Sum over a triple."""
    return a[0] + a[1] + a[2]


def put3(triple: Three, j: int, value: float) -> Three:
    """The triple with its entry j set."""
    return (
        value if j == 0 else triple[0],
        value if j == 1 else triple[1],
        value if j == 2 else triple[2],
    )


def add4(a: Four, b: Four) -> Four:
    """Sum of two quadruples."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])


def less4(a: Four, b: Four) -> Four:
    """Difference of two quadruples."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3])


def sum4(a: Four) -> float:
    """Sum over a quadruple."""
    return a[0] + a[1] + a[2] + a[3]


def dot4(a: Four, b: Four) -> float:
    """Σ a_i·b_i."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]


def times4(a: Four, b: Four) -> Four:
    """a_i·b_i."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3])


def scaled4(factor: float, a: Four) -> Four:
    """factor·a_i."""
    return (factor * a[0], factor * a[1], factor * a[2], factor * a[3])


def row3(rows: Array, k: int) -> Three:
    """Row k of an array (row, 3)."""
    return (rows[k, 0], rows[k, 1], rows[k, 2])


def row4(rows: Array, k: int) -> Four:
    """Row k of an array (row, 4)."""
    return (rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3])


def sum1(values: Array) -> float:
    """Sum over an array (n,)."""
    total = 0.0
    for n in range(len(values)):
        total += values[n]
    return total


def sum2(rows: Array) -> float:
    """Sum over an array (row, 3)."""
    total = 0.0
    for n in range(len(rows)):
        total += rows[n, 0] + rows[n, 1] + rows[n, 2]
    return total


def wright_omega(z: float) -> float:
    """ω(z): the w > 0 with w + ln w = z.

    Far below zero it is e^z to the last digit; elsewhere a guess and steps of fourth order (Fritsch, Shafer, Crowley 1973).
    """
    if z < -40.0:
        return math.exp(z)
    if z < -2.0:
        w = math.exp(z)
    elif z < 2.0:
        w = 1 + (z - 1) / 2 + (z - 1) * (z - 1) / 16
    else:
        w = z - math.log(z)
    for _ in range(4):
        off = z - w - math.log(w)
        cubic = (1 + w) * (1 + w + 2 * off / 3)
        w *= 1 + off / (1 + w) * (cubic - off / 2) / (cubic - off)
    return w
