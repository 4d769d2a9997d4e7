"""Files that are there whole or not at all: written aside in the same folder, forced to disk, renamed."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from models.errors import Refused


def write(path: str | Path, data: bytes | str, force: bool = False) -> None:
    """Write a file whole; an existing one only with `force`. Raises `Refused`, and then leaves what was there.

    What is no regular file (a pipe, a device) is written as it is.
    """
    target, content = Path(path), data.encode() if isinstance(data, str) else data
    check(target, force)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target.resolve(), content)
    except OSError as error:
        raise Refused(f"cannot write {str(path)!r}: {error.strerror or error}") from None


def check(path: str | Path, force: bool = False) -> None:
    """Whether a file could be written, before anything is computed for it. Raises `Refused`."""
    target = Path(path)
    try:
        if target.is_dir():
            raise Refused(f"cannot write {str(path)!r}: it is a folder")
        if not target.resolve().parent.is_dir():
            raise Refused(f"cannot write {str(path)!r}: there is no folder {str(target.parent)!r}")
        if target.is_file() and not force:
            raise Refused(f"{str(path)!r} is there already; choose another name, or --force to replace it")
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"cannot write {str(path)!r}: {error}") from None


def apart(outputs: dict[str, Path | None], inputs: dict[str, str | Path | None] | None = None) -> None:
    """Raises `Refused` where two outputs, or an output and an input, are one file. Names are those of the options."""
    seen: list[tuple[str, Path]] = [(name, Path(path)) for name, path in (inputs or {}).items() if path]
    for name, path in outputs.items():
        if path is None:
            continue
        for other, there in seen:
            if _same(path, there):
                raise Refused(f"{name} {str(path)!r} is refused: it is the same file as {other}")
        seen.append((name, path))


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
    return False


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, _mode(target))
        os.replace(aside, target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _mode(target: Path) -> int:
    """Permissions of the file that is replaced, or those of a new one."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
