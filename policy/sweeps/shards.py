"""Results on disk: finished shards as they come, each written whole or not at all, and the one file made of them.

A shard's name carries the checksum of its bytes, so one that was cut off or changed is noticed and done again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from models import MODEL_VERSION
from models.errors import Refused

Table = Any
Schema = Any
PREFIX = "backstop."
HASH = f"{PREFIX}experiment_hash"
VERSIONS = f"{PREFIX}versions"
ROWS_A_GROUP = 32_768
STAMP = "sweep.json"
LOCK = "lock"
_PART = re.compile(r"(\d{7})-([0-9a-f]{16})\.parquet")


@dataclass(frozen=True)
class Store:
    """Where a sweep's results go: the file, and beside it a folder of finished shards until the file is whole.

    Each shard carries the hash of its experiment and the versions that its numbers depend on.
    """

    out: Path
    digest: str = ""

    @property
    def parts(self) -> Path:
        return self.out.with_name(self.out.name + ".parts")

    def write(self, index: int, table: Table) -> None:
        """One finished shard, safe on disk before it is counted."""
        data = encoded(table.replace_schema_metadata(self._marks))
        _write(self.parts / f"{index:07d}-{_checksum(data)}.parquet", data)

    @property
    def _marks(self) -> dict[str, str]:
        return {HASH: self.digest, VERSIONS: json.dumps(versions(), sort_keys=True)}

    def finished(self) -> dict[int, Path]:
        """Finished shards by number. Whatever is not whole, or another experiment's, is removed."""
        for path in sorted(self.parts.iterdir()):
            if path.name not in (STAMP, LOCK) and not (_whole(path) and self._own(path)):
                path.unlink()
        return self.named()

    def _own(self, path: Path) -> bool:
        """Whether a shard says that it is this experiment's, made with these versions."""
        try:
            metadata = pq.read_schema(path).metadata or {}
        except (pa.ArrowException, OSError):
            return False
        return all(metadata.get(key.encode()) == value.encode() for key, value in self._marks.items())

    def named(self) -> dict[int, Path]:
        """Shards by number, going by their names alone."""
        matches = {path: _PART.fullmatch(path.name) for path in sorted(self.parts.iterdir())}
        return {int(name[1]): path for path, name in matches.items() if name}

    def assemble(self, schema: Schema, parts: list[Path]) -> None:
        """The file, from shards in order; it appears whole, and then the folder goes."""
        whole = self.parts / "whole.tmp"
        with pq.ParquetWriter(whole, schema, **_options(schema)) as writer:
            for group in _groups(parts):
                writer.write_table(group.cast(schema), row_group_size=ROWS_A_GROUP)
        _sync(whole)
        os.replace(whole, self.out)
        _sync(self.out.parent)
        self.close()

    def close(self) -> None:
        """Remove the folder of shards."""
        shutil.rmtree(self.parts)


def versions() -> dict[str, str]:
    """Versions that numbers depend on: of the model and of NumPy."""
    return {"model": str(MODEL_VERSION), "numpy": np.__version__}


def _told(present: dict[str, str]) -> str:
    return f"model {present.get('model', '?')} and NumPy {present.get('numpy', '?')}"


@contextmanager
def opened(out: Path, digest: str, restart: bool = False) -> Iterator[Store]:
    """The store of one experiment, for one writer at a time. Raises `Refused` where it holds another experiment's."""
    store = Store(out, digest)
    if not out.parent.is_dir():
        raise Refused(f"cannot write {str(out)!r}: there is no folder {str(out.parent)!r}")
    try:
        store.parts.mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(f"cannot write {str(store.parts)!r}: {error.strerror}") from None
    with _alone(store.parts / LOCK, out):
        _claim(store, digest, restart)
        yield store


def _claim(store: Store, digest: str, restart: bool) -> None:
    """Make sure that what is there belongs to this experiment; with `restart`, throw it away."""
    held, stamp = stored_hash(store.out), _stamp(store.parts)
    begun = any(_PART.fullmatch(path.name) for path in store.parts.iterdir())
    if not restart and begun and stamp != digest:
        raise Refused(
            f"{str(store.parts)!r} holds finished work of {_named(stamp)}, not {digest[:12]}; "
            "choose another --out, or --restart to throw it away"
        )
    origin = _made_with(store)
    if not restart and (begun or held == digest) and origin not in (None, versions()):
        raise Refused(
            f"{str(store.out)!r} was begun with {_told(origin)}, and this is {_told(versions())}: numbers of both must not be "
            "mixed; choose another --out, or --restart to begin anew"
        )
    if not restart and held not in (None, digest) and stamp != digest:
        _leave_no_trace(store)
        raise Refused(
            f"{str(store.out)!r} holds {_named(held)}, not {digest[:12]}; choose another --out, or --restart to replace it"
        )
    if restart:
        for path in store.parts.iterdir():
            if path.name != LOCK:
                path.unlink()
    _write(store.parts / STAMP, json.dumps({"experiment_hash": digest, "versions": versions()}).encode())


def _made_with(store: Store) -> dict[str, str] | None:
    """Versions that finished work was made with, where it says so."""
    try:
        stamped = json.loads((store.parts / STAMP).read_text(encoding="utf-8")).get("versions")
    except (OSError, ValueError, AttributeError):
        stamped = None
    if stamped is None and store.out.exists():
        try:
            metadata = pq.read_schema(store.out).metadata or {}
            stamped = json.loads(metadata.get(VERSIONS.encode(), b"null"))
        except (pa.ArrowException, OSError, ValueError):
            stamped = None
    return stamped if isinstance(stamped, dict) else None


def trouble(path: Path, rows: int) -> str:
    """Why a results file cannot be called finished, or nothing: every page is read against its checksum, every row counted."""
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        present = sum(file.read_row_group(k).num_rows for k in range(file.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        return f"it cannot be read ({' '.join(str(error).split())[:120]})"
    return "" if present == rows else f"it has {present} rows of {rows}"


def _leave_no_trace(store: Store) -> None:
    if {p.name for p in store.parts.iterdir()} <= {LOCK}:
        shutil.rmtree(store.parts)


def _named(digest: str | None) -> str:
    return f"experiment {digest[:12]}" if digest else "something else"


def stored_hash(path: Path) -> str | None:
    """The hash of the experiment in a results file: None if there is no file, empty if it is no results file."""
    if not path.exists():
        return None
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return ""
    return str(metadata.get(HASH.encode(), b"").decode())


def _stamp(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / STAMP).read_text(encoding="utf-8"))["experiment_hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _alone(path: Path, out: Path) -> Iterator[None]:
    """Hold a lock that goes with this process. Where the system has none, nothing is held."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                f"another sweep is writing {str(out)!r}; wait for it or choose another --out"
            ) from None
        yield


def encoded(table: Table) -> bytes:
    """A table as the bytes of a Parquet file: the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, **_options(table.schema))
    return bytes(sink.getvalue())


def _options(schema: Schema) -> dict[str, Any]:
    """Numbers by byte planes, texts by dictionary, pages with checksums."""
    numbers = [f.name for f in schema if pa.types.is_floating(f.type)]
    return {
        "compression": "zstd",
        "use_dictionary": [f.name for f in schema if f.name not in numbers],
        "use_byte_stream_split": numbers,
        "write_page_checksum": True,
    }


def _groups(parts: list[Path]) -> Iterator[Table]:
    """Shards joined to tables of at least a row group."""
    group: list[Table] = []
    rows = 0
    for path in parts:
        group.append(_read(path))
        rows += group[-1].num_rows
        if rows >= ROWS_A_GROUP:
            yield pa.concat_tables(group).combine_chunks()
            group, rows = [], 0
    if group:
        yield pa.concat_tables(group).combine_chunks()


def _whole(path: Path) -> bool:
    """Whether a file is a shard with the bytes that its name tells."""
    name = _PART.fullmatch(path.name)
    return name is not None and _checksum(path.read_bytes()) == name[2]


def _read(path: Path) -> Table:
    data = path.read_bytes()
    if not path.name.endswith(f"-{_checksum(data)}.parquet"):
        raise Refused(f"{str(path)!r} changed while the sweep ran; run the same command again")
    return pq.read_table(pa.BufferReader(data))


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _write(path: Path, data: bytes) -> None:
    """Write aside, force to disk, rename: after a crash the file is whole or not there."""
    aside = path.with_name(path.name + ".tmp")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Force a file or a folder's entries to disk, where the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
