"""The server as it is started: for this machine alone, with a health address, and alive after what used to end it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.paths import ROOT

from ui.live import files
from ui.live.engine import source


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = tmp_path_factory.mktemp("served") / "log.txt"
    command = [
        sys.executable,
        "-m",
        "ui.cli.main",
        "app",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, cwd=log.parent, stdout=out, stderr=out, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            answer(port, "/health")
            break
        except OSError:
            time.sleep(0.2)
    yield port, log
    process.terminate()
    process.wait(timeout=20)


def answer(port: int, path: str, data: bytes | None = None) -> tuple[int, str]:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=data, method="PUT" if data else "GET"
    )
    try:
        with urllib.request.urlopen(asked, timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_is_healthy_and_listens_to_this_machine_alone(served: tuple[int, Path]) -> None:
    port, _ = served
    status, body = answer(port, "/health")
    assert status == 200 and json.loads(body)["status"] == "ok"
    with socket.socket() as other:
        other.settimeout(2)
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError):
                other.connect((own, port))


def test_large_uploads_and_addresses_are_refused_by_the_server(served: tuple[int, Path]) -> None:
    """Four files of 190 MB went in; only the browser had a limit."""
    port, log = served
    assert answer(port, "/?s=" + "a" * 60_500)[0] == 414
    assert answer(port, "/_stcore/upload_file/nobody/file", b"x" * 1000)[0] in (400, 403)
    with suppress(ConnectionError, urllib.error.URLError):  # refused before it was read
        assert answer(port, "/_stcore/upload_file/nobody/file", b"x" * 3_000_000)[0] == 413
    assert answer(port, "/_stcore/health") == (200, "ok")
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert {line["event"] for line in lines} >= {"started", "request"} and "aaaa" not in log.read_text(
        "utf-8"
    )


@pytest.mark.parametrize("folder", ["/", "/sandbox/"])
def test_the_browsers_engine_has_an_address_also_in_a_folder_and_nothing_else_is_there(
    served: tuple[int, Path], folder: str
) -> None:
    at = folder + files.folder()
    assert answer(served[0], at + files.ENGINE) == (200, source(files.ENGINE))
    status, worker = answer(served[0], at + files.WORKER)
    assert status == 200 and worker.endswith(source(files.WORKER)) and f'from "./{files.ENGINE}"' in worker
    for other in (f"{at}page.js", f"{folder}live/0123456789ab/{files.ENGINE}", f"{at}engine.py"):
        assert answer(served[0], other) == (404, "there is no such file")
