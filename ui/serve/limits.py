"""What one server takes from whoever reaches it: the size of a message, files kept for a session, and how many sessions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD_MB = 1  # a saved screen has a quarter of that at most
LARGEST_BODY = 2_000_000  # bytes of any request
LONGEST_ADDRESS = 60_000  # characters of a request's query
MOST_FILES = 4  # uploaded files that are kept for a session
MOST_KEPT = 64_000_000  # bytes of files kept for all sessions
MOST_SESSIONS = 300
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+$")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),  # an address holds a screen
    (b"content-security-policy", b"frame-ancestors 'self'"),  # what others may frame says so itself
]


class Limits:
    """Refuses what is too large before it is read, and sessions beyond the last that fits."""

    def __init__(
        self, app: App, most_sessions: int = MOST_SESSIONS, files: Callable[[], Any] | None = None
    ) -> None:
        self.app, self.most_sessions = app, most_sessions
        self.files = files or kept_files
        self.sessions = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._session(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.sessions >= self.most_sessions or len(scope.get("query_string", b"")) > LONGEST_ADDRESS:
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": "this server is full"})
            return
        self.sessions += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.sessions -= 1

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(scope)
        if refused is not None:
            await _answer(send, *refused)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                set_already = {name.lower() for name, _ in own}
                message["headers"] = [*own, *(pair for pair in HEADERS if pair[0] not in set_already)]
            await send(message)

        await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason where a request is not read at all."""
        told = dict(scope.get("headers", [])).get(b"content-length", b"0")
        if not told.isdigit() or len(told) > 12:
            return 400, "this length is no number"
        if int(told) > LARGEST_BODY:
            return 413, f"at most {LARGEST_BODY:,} bytes are read"
        if len(scope.get("query_string", b"")) > LONGEST_ADDRESS:
            return 414, f"at most {LONGEST_ADDRESS:,} characters of an address are read"
        upload = _UPLOAD.search(scope["path"])
        if upload and scope["method"] in ("PUT", "POST") and not make_room(self.files(), upload["session"]):
            return 503, "this server keeps as many files as it can"
        return None


def kept_files() -> Any:
    """Files by session and name, as streamlit keeps them in memory."""
    from streamlit.runtime import Runtime

    return getattr(Runtime.instance().uploaded_file_mgr, "file_storage", {}) if Runtime.exists() else {}


def make_room(files: Any, session: str) -> bool:
    """Forget a session's oldest files until one more fits; whether all sessions' files leave room for it."""
    own = files.get(session, {})
    while len(own) >= MOST_FILES:
        own.pop(next(iter(own)))
    kept = sum(len(file.data) for some in list(files.values()) for file in list(some.values()))
    return kept + UPLOAD_MB * 2**20 <= MOST_KEPT


async def _answer(send: Send, status: int, reason: str) -> None:
    body = reason.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
    ]
    await send(
        {"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]}
    )
    await send({"type": "http.response.body", "body": body})
