"""A phone in a room, without a browser."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit


class PhoneClient:
    """What a phone's browser does, without a browser: cookies, forms, and the line that says when to look."""

    def __init__(self, address: str) -> None:
        self.address, self.cookies = address, {}

    def ask(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        where = urlsplit(self.address)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        sent = {"Origin": self.address, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None if fields is None else urlencode(fields)
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("GET" if body is None else "POST", path, body, {**sent, **headers})
        answer = line.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        line.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text

    def join(self, code: str, name: str) -> PhoneClient:
        assert self.ask(f"/join/{code}")[0] == 200
        status, headers, text = self.ask(f"/join/{code}", {"name": name})
        assert (status, headers.get("location")) == (303, f"/room/{code}"), text
        return self

    def events(self, code: str) -> Iterator[str]:
        """What the line says, line by line."""
        where = urlsplit(self.address)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        line.request(
            "GET",
            f"/room/{code}/events",
            headers={"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())},
        )
        answer = line.getresponse()
        assert answer.status == 200 and answer.headers["content-type"].startswith("text/event-stream")
        try:
            while text := answer.fp.readline().decode():
                yield text.strip()
        finally:
            line.close()
