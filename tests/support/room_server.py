"""A server with rooms on, as a user starts it for others; it can be killed and started again on the same port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from support.paths import ROOT

START = "from ui.cli.app import launch; import sys; launch(sys.argv[1:], share=True)"


class RoomServer:
    """One process on a database, by its address; its log can be read."""

    def __init__(self, database: str, log: Path) -> None:
        self.database, self.log = database, log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> RoomServer:
        """Start, without waiting for it to answer."""
        options = [
            "--server.port",
            str(self.port),
            "--server.address",
            "127.0.0.1",
            "--server.headless",
            "true",
        ]
        environment = {**os.environ, "BACKSTOP_DATABASE": self.database, "PYTHONPATH": str(ROOT)}
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, *options],
                cwd=self.log.parent,
                stdout=out,
                stderr=out,
                env=environment,
            )
        return self

    def ready(self) -> RoomServer:
        """Wait until it answers."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process is not None and self.process.poll() is None, self.log.read_text("utf-8")
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=2):
                    return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server did not answer within a minute")

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)

    def end(self) -> None:
        """End it as a user does."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=20)
