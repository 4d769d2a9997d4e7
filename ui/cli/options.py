"""What commands share: notes, printing, and where options name files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from policy.studies.executors import Open

Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]
Policy = Annotated[
    list[str] | None,
    typer.Option("--policy", help="[LABEL=]NAME[:key=value,…][+NAME…] or [LABEL=]@file.toml; repeatable."),
]
Setting = Annotated[
    list[str] | None, typer.Option("--set", help="dotted.parameter=value in TOML notation; repeatable.")
]


def note(text: str) -> None:
    """Progress, only to a terminal."""
    from models.text import terminal

    if sys.stderr.isatty():
        sys.stderr.write(f"{terminal(text)} …\n")


def printed(text: str) -> None:
    """Text for whoever reads; what cannot be encoded there is replaced, not a fault."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        known = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(known, "replace").decode(known))


def inputs_of(episode: str, policies: Sequence[str] | None) -> dict[str, str | Path | None]:
    """Files that a command reads: its world and the policies that stand in files."""
    read: dict[str, str | Path | None] = {"the world": episode}
    for text in policies or ():
        head, at, name = text.partition("@")
        if at and (not head or head.endswith("=")):
            read[f"--policy {text}"] = name
    return read


class PrintFormat(StrEnum):
    """How a command prints: for reading, or as data."""

    table = "table"
    json = "json"


def workers(worth: bool) -> Open:
    """How a study computes: by two processes of this machine where that is worth starting them, else here."""
    from policy.studies.executors import processes, serial, usable_processors

    return processes(min(2, usable_processors())) if worth else serial()


def share_note() -> Callable[[float, str], None]:
    """Hears the share done and the phase, and tells a terminal each tenth once."""
    told: set[int] = set()

    def hear(share: float, text: str) -> None:
        tenth = int(10 * share)
        if tenth not in told:
            told.add(tenth)
            note(f"{text}, {100 * share:.0f}%")

    return hear
