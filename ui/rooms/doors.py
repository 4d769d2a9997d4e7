"""Who is let in: cookies with secrets, posts from our own pages only, and a limit on guessing codes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from models.errors import Refused

GUESSES, WITHIN = 30, 60.0  # wrong codes of one address, and the seconds within which they count
MOST_ADDRESSES = 10_000


class Throttle:
    """Wrong codes by address, lately. Right ones cost nothing, so a whole class behind one address can join."""

    def __init__(
        self, most: int = GUESSES, seconds: float = WITHIN, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self._wrong: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raises `Refused` where an address has guessed too often."""
        with self._lock:
            recent = self._recent(address)
        if len(recent) >= self.most:
            raise Refused("too many wrong codes came from this address; wait a minute, then try again")

    def wrong(self, address: str) -> None:
        """One more wrong code."""
        with self._lock:
            recent = self._recent(address)
            self._wrong.pop(address, None)
            self._wrong[address] = [*recent, self.clock()][-self.most :]
            for old in list(self._wrong)[:-MOST_ADDRESSES]:
                del self._wrong[old]

    def _recent(self, address: str) -> list[float]:
        since = self.clock() - self.seconds
        return [at for at in self._wrong.get(address, ()) if at > since]


THROTTLE = Throttle()  # of this process, for phones and pages alike


def seat_cookie(code: str) -> str:
    """The name of the cookie with a seat's secret."""
    return f"backstop_seat_{code}"


def host_cookie(code: str) -> str:
    """The name of the cookie with a facilitator's secret."""
    return f"backstop_host_{code}"


def remember(answer: Response, request: Request, name: str, secret: str, seconds: float, base: str) -> None:
    """Keep a secret in the browser, where no script sees it and no other site sends it."""
    encrypted = request.url.scheme == "https" or base.startswith("https:")
    answer.set_cookie(
        name, secret, max_age=max(1, int(seconds)), path="/", httponly=True, samesite="lax", secure=encrypted
    )


def own_page(request: Request, base: str) -> None:
    """Raises `Refused` where a post comes from another site's page."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        origin = urlsplit(request.headers.get("origin", ""))
        own = bool(origin.netloc) and origin.netloc in (request.headers.get("host"), urlsplit(base).netloc)
    if not own:
        raise Refused("this was not taken: it did not come from a page of this server")


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""
