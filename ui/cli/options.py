"""What commands share: settings as text, notes, and files written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def write_file(path: Path, text: str) -> None:
    from models.errors import Refused

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"cannot write {str(path)!r}: {error.strerror}") from None


def note(text: str) -> None:
    """Progress, only to a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text} …\n")


def setting_of(text: str) -> tuple[str, Any]:
    import tomllib

    from models.errors import Refused
    from models.worlds import as_tuples

    name, equals, value = text.partition("=")
    if not equals:
        raise Refused(f"--set {text!r} is refused; write dotted.parameter=value")
    try:
        return name.strip(), as_tuples(tomllib.loads(f"value = {value}")["value"])
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()
