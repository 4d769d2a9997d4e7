"""What other sites may frame: the answer, any chart and the sandbox of a screen in the address; nothing else, and no nonsense."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from models.text import html as escape
from ui.cli.export import computed
from ui.export import embedding
from ui.export.content import figures
from ui.serve import embed
from ui.serve.limits import Limits
from ui.state import link
from ui.state import state as s
from ui.state.items import CHART_NAMES
from ui.state.state import State
from ui.words import verdicts


def small(world: str = "crowded") -> State:
    own = s.with_draws(s.opening(), paths=16)
    return s.with_draws(s.with_episode(own, world), paths=16)


def answer(path: str, text: str | None = None) -> tuple[int, dict[str, str], str]:
    """What the server says to a GET."""

    async def home(request: Any) -> PlainTextResponse:
        return PlainTextResponse("the app")

    app = Limits(Starlette(routes=[*embed.ROUTES, Route("/", home)]), files=dict)
    query = b"" if text is None else urlencode({link.PARAMETER: text}).encode()
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query, "headers": [(b"host", b"sandbox.example")],
        "server": ("sandbox.example", 443), "scheme": "https", "root_path": "",
    }  # fmt: skip
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]).decode()


def test_the_answer_of_a_screen_is_shown_to_any_site_without_a_script() -> None:
    state = small()
    status, headers, page = answer("/embed/answer", link.pack(state))
    assert status == 200 and headers["content-type"].startswith("text/html")
    policy = headers["content-security-policy"]
    assert (
        policy.endswith("frame-ancestors *")
        and policy.startswith("default-src 'none'")
        and "x-frame-options" not in headers
    )
    assert escape(verdicts.sentence(computed(state))) in page and "<script" not in page
    assert f'href="../?{link.PARAMETER}={link.pack(state)}"' in page
    assert answer("/")[1]["content-security-policy"] == "frame-ancestors 'self'"


def test_without_a_screen_the_opening_one_is_shown() -> None:
    status, _, page = answer("/embed/answer")
    assert status == 200 and link.pack(s.opening()) in page


def test_any_chart_of_a_screen_is_shown_and_named() -> None:
    state = small("april_2025")
    known = {figure.key: figure for figure in figures(state, computed(state))}
    assert list(CHART_NAMES) == list(known)  # the world has auctions, so these are all charts
    offered = [own.path for own in embedding.embeddables(state)]
    assert offered == ["answer", "sandbox", *(f"chart/{key}" for key in known)]
    for key in ("endings", "issues"):
        status, headers, page = answer(f"/embed/chart/{key}", link.pack(state))
        assert status == 200 and escape(known[key].title) in page and "<svg" in page
        assert headers["content-security-policy"].endswith("frame-ancestors *") and "<script" not in page


def test_the_sandbox_of_a_screen_is_shown_with_its_own_policy() -> None:
    status, headers, page = answer("/embed/sandbox", link.pack(small()))
    assert status == 200 and headers["content-security-policy"] == "frame-ancestors *"
    assert "script-src 'sha256-" in page and 'href="https://sandbox.example/"' in page


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("/embed/answer", "nonsense", "link is damaged"),
        ("/embed/sandbox", "<script>", "link is damaged"),
        ("/embed/chart/endings", "A" * 50_000, "at most 48,000"),
        ("/embed/chart/everything", None, "no chart of this name; there are endings"),
        ("/embed/chart/issues", link.pack(small("calm")), "chart of this screen"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(path: str, text: str | None, said: str) -> None:
    status, headers, page = answer(path, text)
    assert status == 422 and "This cannot be shown" in page and said in page and "<script" not in page
    assert headers["cache-control"] == "no-store" and headers["content-security-policy"] == embed.STATIC


def test_an_address_that_this_version_cannot_give_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    half = replace(link.unpack(link.pack(small())), refused=("the policy wishes is unknown",))
    monkeypatch.setattr(link, "unpack", lambda text: half)
    status, _, page = answer("/embed/answer", "half")
    assert status == 422 and "cannot be restored whole: the policy wishes is unknown" in page


def test_the_markup_of_a_frame_leads_to_what_it_names() -> None:
    state = small()
    own = embedding.embeddables(state)[0]
    markup = embedding.frame_markup(own, state, "https://sandbox.example/x/")
    source = markup.split('src="')[1].split('"')[0]
    where = urlsplit(source)
    assert where.path == "/x/embed/answer" and link.unpack(where.query.partition("=")[2]).state == state
    assert markup.startswith("<iframe ") and f'title="{own.title}: ' in markup and "<script" not in markup
