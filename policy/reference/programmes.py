"""What a programme buys on each day of action: full pace, an even taper, then nothing."""

from __future__ import annotations

import math

LONGEST = 400  # days; a programme that is longer stays at full pace


def bought_on(day: int, pace: float, total: float, taper: int) -> float:
    """$bn bought on a day of action, 0 being the first, at a pace ($bn a day) up to a total with a taper (days)."""
    if pace == 0 or total == 0:
        return 0.0
    tapered = 0.0
    for k in range(taper):
        tapered += step(k, pace, taper)
    room = total - tapered
    if room < 0:
        return step(day, pace, taper) * (total / tapered) if day < taper else 0.0
    if room > pace * LONGEST:
        return pace
    rest = room % pace
    whole = math.floor((room - rest) / pace + 0.5)
    return pace if day < whole else falling(day - whole, rest, pace, taper)


def step(k: int, pace: float, taper: int) -> float:
    """Step k of the taper, $bn."""
    return pace * (taper - k) / (taper + 1)


def falling(place: int, rest: float, pace: float, taper: int) -> float:
    """The taper's steps and what is left of the total, largest first: the one at this place."""
    before = 0
    for k in range(taper):
        if step(k, pace, taper) >= rest:
            before += 1
    if place < before:
        return step(place, pace, taper)
    if place == before:
        return rest
    return step(place - 1, pace, taper) if place <= taper else 0.0
