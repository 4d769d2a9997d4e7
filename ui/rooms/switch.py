"""Whether rooms are on in this process. It loads nothing else, so that a server for one machine starts as fast as before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.rooms.house import House

SHARED, PUBLIC = "BACKSTOP_SHARED", "BACKSTOP_PUBLIC_URL"
OFF = (
    "Rooms are off here, because this server is for one machine alone: phones could not reach it. Start it with "
    "`backstop app --share` in a network that the phones are in too. A hosted copy is started with "
    "`BACKSTOP_PUBLIC_URL` set to the address under which it is reached."
)

HOUSE: list[House] = []  # the rooms of this process, where they are on
WHY: list[str] = []  # why they are off although they were asked for


def house() -> House | None:
    """The rooms of this server; nothing where they are off."""
    return HOUSE[-1] if HOUSE else None


def wanted() -> bool:
    """Whether this server was started for others."""
    return bool(os.environ.get(SHARED) or os.environ.get(PUBLIC))
