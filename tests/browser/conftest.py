"""A server started as a user starts it, and a real browser. Without a browser the tests skip; on CI they fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from support.browser_steps import LONGEST_WAIT, settled
from support.paths import ROOT

# The first switch that turns features off is lost to a second one, so what playwright turns off stands here again; the
# last two draw pages of the browser's own beside every page, at a quarter of the whole cost of opening one.
WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
ARGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START = "from ui.cli.app import launch; import sys; launch(sys.argv[1:])"


def _browser_path() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    path = _browser_path()
    if path is None:
        reason = "no browser: set CHROMIUM or install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def served(port: int) -> Iterator[str]:
    """Address of a running page on a port, as long as it is needed."""
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-c", START, *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def address(chromium: str) -> Iterator[str]:
    """Address of a running page, on a free port."""
    with served(free_port()) as running:
        yield running


@pytest.fixture
def restarting(chromium: str):
    """A server of one's own that can be ended and started anew at its address: each call gives the running page's address."""
    port, stack = free_port(), ExitStack()

    def anew() -> str:
        stack.close()
        return stack.enter_context(served(port))

    with stack:
        yield anew


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with code {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")


@pytest.fixture(scope="session")
def browser(chromium: str):
    """A headless browser for all tests of a worker."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium, args=ARGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def visitor(browser):
    """One visitor for all tests of a worker, who has the app's files already: each test opens windows of its own."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def window_of(visitor, address: str):
    """Opens an address of the app in a size and theme, without waiting for anything."""
    windows = []

    def opened(path: str = "", width: int = 1440, height: int = 900, theme: str = "light"):
        page = visitor.new_page()
        windows.append(page)
        page.set_default_timeout(LONGEST_WAIT)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.goto(f"{address}{path}")
        return page

    yield opened
    for page in windows:
        page.close()


@pytest.fixture
def page_of(window_of):
    """Opens a page in a size and theme and waits until it is complete."""

    def opened(width: int = 1440, height: int = 900, theme: str = "light", path: str = ""):
        page = window_of(path, width, height, theme)
        settled(page)
        if not path:
            page.wait_for_selector("svg.marks >> nth=1", state="attached")
        return page

    return opened
