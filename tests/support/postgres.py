"""A PostgreSQL of our own for tests: Debian's programs, started as an ordinary user on a free port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

OPTIONS = "-c fsync=off -c max_connections=120 -c shared_buffers=16MB"
TRIES = 100


def programs() -> Path | None:
    """The folder of the newest server's programs."""
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if there:
        return there[-1].parent
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


class Postgres:
    """A server that can be stopped and started again on the same data and port."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self.folder = Path(tempfile.mkdtemp(prefix="rooms-pg-"))
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._run("initdb", "-D", str(self.data), "-U", "backstop", "--auth=trust", "--no-sync", "-E", "UTF8")
        self.start()
        self.databases = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *given: str) -> None:
        done = subprocess.run(
            [str(self.binaries / program), *given],
            user=self.user,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 {OPTIONS}"
        self._run(
            "pg_ctl", "start", "-w", "-s", "-D", str(self.data), "-o", options, "-l", str(self.folder / "log")
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", str(self.data))

    def address(self) -> str:
        """A new, empty database."""
        self.databases += 1
        name = f"rooms{self.databases}"
        for _ in range(TRIES):
            try:
                with psycopg.connect(self._url("postgres"), autocommit=True) as db:
                    db.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
                return self._url(name)
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not answer")

    def _url(self, name: str) -> str:
        return f"postgresql://backstop@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
