"""A course site of another origin shows the answer and the sandbox in frames, by the markup that a page gives, and no page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from support.browser_steps import settled

pytestmark = pytest.mark.filterwarnings("default")


@contextmanager
def course(body: str) -> Iterator[str]:
    """Address of a site of another origin; a real one, as browsers keep what is merely made up from this machine's servers."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_course_site_shows_what_the_markup_names_and_no_page_of_the_app(page_of, address: str) -> None:
    page = page_of()
    frames = []
    for title in ("The answer", "The sandbox itself"):
        if not page.get_by_text("Show it on a course site").is_visible():
            page.get_by_role("button", name="Share and save").click()
        page.get_by_role("combobox", name="Show it on a course site").click()
        page.get_by_role("option", name=title).click()
        settled(page)
        code = page.locator("code", has_text="<iframe").filter(has_text=f'title="{title}')
        frames.append(code.inner_text())
    sentence = page.get_by_test_id("verdict").first.inner_text()
    with course(f"<h1>Course</h1>{''.join(frames)}<iframe src='{address}' title='page'></iframe>") as other:
        site = page.context.new_page()
        site.goto(other)
        shown = site.frame_locator("iframe[title^='The answer']")
        assert shown.locator(".sb-verdict").inner_text() == sentence
        assert shown.get_by_role("link", name="Open it in the sandbox").get_attribute("target") == "_blank"
        site.locator("iframe[title='page']").scroll_into_view_if_needed()
        live = site.frame_locator("iframe[title^='The sandbox']")
        live.locator("body[data-settled='true']").wait_for(timeout=60_000)
        assert live.get_by_test_id("verdict").inner_text() not in ("", "Working it out…")
        site.wait_for_function("document.querySelector('iframe[title=page]').contentDocument === null")
        assert [frame.url for frame in site.frames if frame.url.startswith("chrome-error")]
        site.close()
