"""The strips of the ziggurat by which NumPy draws standard normals, read off its own draws to the last bit.

A draw takes 64 bits: eight choose one of 256 strips, one the sign, 52 a whole number that the strip's width turns into the
normal (Marsaglia and Tsang 2000). Bits and normals of two equal generators side by side therefore give every width.
"""

from __future__ import annotations

import numpy as np

STRIPS = 256
DRAWS = 60_000
SCALE = 2.0**52


def edges() -> tuple[float, ...]:
    """Widths of the strips × 2⁵²: the base strip's, then right edges from the narrowest up; 256 floats.

    Raises ValueError where no width explains the draws, so that NumPy must draw in another way.
    """
    bits, normals = _side_by_side()
    strip = (bits & np.uint64(0xFF)).astype(int)
    size = ((bits >> np.uint64(9)) & np.uint64(0xFFFFFFFFFFFFF)).astype(float)
    return tuple(_width(size[strip == k], np.abs(normals[strip == k])) * SCALE for k in range(STRIPS))


def _side_by_side() -> tuple[np.ndarray, np.ndarray]:
    """Bits and the normals made of them; a draw that needed more than a second look at its strip is left out."""
    generator, bits, normals = np.random.PCG64(1), [], []
    drawn = np.random.Generator(generator)
    for _ in range(DRAWS):
        twin = np.random.PCG64()
        twin.state = generator.state
        raw = twin.random_raw()
        value = drawn.standard_normal()
        if generator.state in (twin.state, twin.advance(1).state):
            bits.append(raw)
            normals.append(value)
    return np.array(bits, np.uint64), np.array(normals)


def _width(size: np.ndarray, normal: np.ndarray) -> float:
    """The one float that turns every size into its normal."""
    guess = float(np.median(normal / size))
    tried = guess * (1 + np.arange(-8, 9) * 2.0**-53)
    for width in dict.fromkeys(float(w) for w in tried):
        if np.mean(size * width == normal) == 1:
            return width
    raise ValueError("NumPy no longer draws normals by a ziggurat of 256 strips")
