"""Every way to get the sandbox, tried from a wheel: into an environment, by uvx, by pipx run, and as a container.

    python benchmarks/ways.py [--uvx uvx] [--pipx pipx] [--image IMAGE] [--out benchmarks/ways.md]

Each way compares policies once and then starts the app, asks for its health and its first page, and ends it. A tool that is
not there is a way that was not tried, and the report says so. `--image` names an image that buildah built; it is run as its
own user, without capabilities, on a root that cannot be written, with only `/tmp` in memory. That part needs root.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from measure import load

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 600  # seconds for one step
COMPARE = ("compare", "calm", "--central")
TOLD = "A stylised model for learning and comparison"
READ_ONLY = """set -e
d=$(mktemp -d); mount --bind "$1" $d; mount -o remount,ro,bind $d; mount -t tmpfs tmpfs $d/tmp
mount -t proc proc $d/proc; mount --rbind /dev $d/dev; shift
exec chroot $d setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --reuid 10001 --regid 10001 --clear-groups env -i "$@"
"""


@dataclass(frozen=True)
class WayTried:
    """One way with what came of it, and how long its first comparison and its start took, seconds."""

    name: str
    tool: str
    outcome: str
    compared: float = 0.0
    started: float = 0.0

    @property
    def row(self) -> str:
        times = f"{self.compared:.1f} | {self.started:.1f}" if self.started else "– | –"
        return f"| {self.name} | {self.tool} | {self.outcome} | {times} |"


def tried(name: str, tool: str, command: Sequence[str], app: Sequence[str] = ("app",)) -> WayTried:
    """What a command that stands for `backstop` does."""
    try:
        compared = _compared(command)
        started = _started([*command, *app])
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        return WayTried(name, tool, f"failed: {str(error).splitlines()[-1][:120]}")
    return WayTried(name, tool, "works", compared, started)


def _compared(command: Sequence[str]) -> float:
    began = time.monotonic()
    done = subprocess.run([*command, *COMPARE], capture_output=True, text=True, timeout=LONGEST)
    if done.returncode or TOLD not in done.stdout:
        raise RuntimeError(done.stderr.strip() or f"exit code {done.returncode}")
    return time.monotonic() - began


def _started(command: Sequence[str]) -> float:
    """Seconds until the app is healthy and gives its page. It and all that it started are ended again."""
    port, began = _free_port(), time.monotonic()
    options = ["--server.headless", "true", "--server.port", str(port)]
    server = subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        health = json.loads(_got(f"http://127.0.0.1:{port}/health", server, began + LONGEST))
        seconds = time.monotonic() - began
        page = _got(f"http://127.0.0.1:{port}/", server, began + LONGEST)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
    if health.get("status") != "ok" or b"<html" not in page:
        raise RuntimeError(f"health is {health}")
    return seconds


def _got(url: str, server: subprocess.Popen[bytes], until: float) -> bytes:
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the app ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=4) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the app was not healthy after {LONGEST} seconds")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ran(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=LONGEST)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip() or f"{command[0]} failed")
    return done.stdout.strip()


def environment(folder: Path) -> tuple[WayTried, Path | None]:
    """The command of the README in a fresh environment, and the wheel that its pip builds."""
    name, pip = "an environment, with `-c constraints.txt`", folder / "venv/bin/pip"
    try:
        _ran(sys.executable, "-m", "venv", folder / "venv")
        _ran(pip, "install", "-c", ROOT / "constraints.txt", f"{ROOT}[export,explore]")
        _ran(pip, "check")
        _ran(pip, "wheel", "--no-deps", "--wheel-dir", folder / "dist", ROOT)
        tool = " ".join(_ran(pip, "--version").split()[:2])
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        return WayTried(name, "pip", f"failed: {str(error).splitlines()[-1][:120]}"), None
    return tried(name, tool, [str(folder / "venv/bin/backstop")]), next((folder / "dist").glob("*.whl"))


def from_wheel(wheel: Path | None, uvx: str, pipx: str) -> list[WayTried]:
    """The two that install nothing for good."""
    ways = []
    for name, tool, options in (
        ("`uvx --from WHEEL backstop`", uvx, ("--from", str(wheel))),
        ("`pipx run --spec WHEEL backstop`", pipx, ("run", "--spec", str(wheel))),
    ):
        if wheel is None or shutil.which(tool) is None:
            why = "no wheel" if wheel is None else f"{Path(tool).name} is not here"
            ways.append(WayTried(name, Path(tool).name, f"not tried: {why}"))
            continue
        version = _ran(tool, "--version").splitlines()[0].split("(")[0].strip().removeprefix("uvx ")
        ways.append(tried(name, f"{Path(tool).name} {version}", [tool, *options, "backstop"]))
    return ways


def container(image: str) -> WayTried:
    """An image that is there, run without rights on a root that cannot be written."""
    name = "container: own user, no capabilities, read-only root"
    if not image or shutil.which("buildah") is None:
        return WayTried(name, "buildah", "not tried: no image was named")
    tool = " ".join(_ran("buildah", "--version").split()[::2][:2])
    buildah = ("buildah", "--storage-driver", "vfs")
    working = _ran(*buildah, "from", image)
    try:
        mounted = _ran(*buildah, "mount", working)
        settings = json.loads(_ran(*buildah, "inspect", "--type", "image", image))["Docker"]["config"]
        inside = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", mounted, *settings["Env"]]
        way = tried(name, tool, [*inside, "/backstop/bin/backstop"], settings["Entrypoint"][1:])
    finally:
        _ran(*buildah, "rm", working)
    checked = "with" if settings.get("Healthcheck") else "without"
    return WayTried(
        way.name, way.tool, f"{way.outcome}, {checked} its health check", way.compared, way.started
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uvx", default="uvx")
    parser.add_argument("--pipx", default="pipx")
    parser.add_argument("--image", default="")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own, wheel = environment(Path(folder))
        ways = [own, *from_wheel(wheel, given.uvx, given.pipx), container(given.image)]
    text = (
        f"# Ways to get it\n\n`python benchmarks/ways.py`, Python {platform.python_version()}, {platform.system()}; "
        "seconds until a first comparison, with what uvx and pipx install for it, and then until the app is healthy; "
        f"{load()}.\n\n"
        "| way | with | outcome | first comparison, s | app healthy, s |\n|---|---|---|---:|---:|\n"
        + "\n".join(way.row for way in ways)
        + "\n"
    )
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
