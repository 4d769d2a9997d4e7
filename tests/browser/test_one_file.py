"""The sandbox as one file in a real browser: from a disk, with the network cut, on a desk and on a phone."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.browser_steps import grave
from support.sandbox_files import page_text, shipped_states

from policy.comparison import compare, compare_central
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.outcomes.summary import summarise
from policy.spec import print_policy
from ui.live.engine import fingerprint
from ui.state.link import unpack
from ui.words import names, verdicts

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]
SETTLED = "body[data-settled=true]"
LEVER = "[id='lever:funds.scale']"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sandbox") / "sandbox.html"
    path.write_text(page_text(), encoding="utf-8")
    return path


@pytest.fixture
def from_disk(browser, file: Path):
    """Opens the file offline; tells what was asked for and what was complained of."""
    contexts = []

    def opened(hash_: str = "", theme: str = "light", width: int = 1440):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        contexts.append(context)
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: asked.append(f"error: {error}"))
        page.goto(file.as_uri() + hash_)
        page.wait_for_selector(SETTLED, timeout=60_000)
        return page, [a for a in asked if not a.startswith(("file:", "blob:"))]

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_it_opens_from_a_disk_without_a_network_and_is_accessible(from_disk, theme: str, width: int) -> None:
    page, asked = from_disk(theme=theme, width=width)
    assert asked == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert grave(page) == []


def test_it_says_what_the_app_says(from_disk) -> None:
    page, _ = from_disk()
    state = shipped_states()[0]
    comparison = compare(state.world, state.policies, 100, 1)
    summary = summarise(comparison)
    assert page.inner_text("#verdict") == verdicts.sentence(summary)
    shown = table(page)
    scored = all_scores(comparison)
    for metric in METRICS:
        row = [
            f"{metric.headline(s.values[metric.key]):,.2f}".replace("-0.00", "0.00").replace("-", "−")
            for s in scored
        ]
        assert shown[f"{metric.title}, {metric.unit}"] == row, metric.key
    page.check("#central")
    central = all_scores(compare_central(state.world, state.policies))
    shown = table(page)
    for metric in METRICS:
        row = [
            f"{metric.headline(s.values[metric.key]):,.2f}".replace("-0.00", "0.00").replace("-", "−")
            for s in central
        ]
        assert shown[f"{metric.title}, {metric.unit}"] == row, metric.key


def table(page: Any) -> dict[str, list[str]]:
    rows = page.eval_on_selector_all(
        "#table tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    return {row[0]: row[1:] for row in rows}


def test_a_lever_moves_the_answer_and_the_link_restores_it_here_and_in_the_app(from_disk) -> None:
    page, _ = from_disk()
    before = page.inner_text("[id^=peak-dislocation]")
    page.focus(LEVER)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('[id^=peak-dislocation]').innerText !== before", arg=before
    )
    page.uncheck("[id='on:1']")
    page.click("text=Settings of Hedged SPV auction")
    page.fill("[data-for='setting:3.0.penalty_bp'][type=number]", "45")
    page.wait_for_selector(SETTLED, timeout=60_000)
    page.wait_for_function("location.hash.length > 10")
    value, verdict = float(page.input_value(LEVER)), page.inner_text("#verdict")
    link = parse_qs(urlsplit(page.get_attribute("#full", "href")).query)["s"][0]
    restored = unpack(link)
    assert restored.lines == ()
    assert restored.state.world.funds.scale == pytest.approx(value) and value > 1
    assert [print_policy(p) for p in restored.state.policies] == [
        "none",
        "repo",
        "hedged-auction:penalty_bp=45",
    ]
    assert (restored.state.seed, restored.state.paths) == (1, 100)
    app = summarise(compare(restored.state.world, restored.state.policies, 100, 1))
    assert [w.split(" (")[0] for w in names.policy_names(app.policies)][1:] == [
        "Standing repo facility",
        "Hedged SPV auction",
    ]
    again, _ = from_disk("#" + page.evaluate("location.hash.slice(1)"))
    assert again.inner_text("#notes") == ""
    assert float(again.input_value(LEVER)) == value and again.inner_text("#verdict") == verdict
    assert not again.is_checked("[id='on:1']")


def packed(state: dict[str, Any]) -> str:
    body = json.dumps(state).encode()
    return "#" + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def test_a_bad_link_is_refused_in_words_and_the_rest_kept(from_disk) -> None:
    page, _ = from_disk("#nonsense")
    assert "damaged" in page.inner_text("#notes") and page.input_value(LEVER) == "1"
    given = {"scene": "crowded.1", "engine": "0123456789ab", "marks": {"none": "old"}}
    given |= {
        "levers": {"funds.scale": 99, "dealers.capacity_bn": 1600, "yields.x": 1},
        "settings": {"3.0.penalty_bp": "alert(1)"},
    }
    page, asked = from_disk(packed(given))
    said = page.inner_text("#notes")
    assert (
        "Funds' leverage = 99 of the link is out of bounds" in said
        and "“yields.x” of the link is not known" in said
    )
    assert "alert(1) of the link is out of bounds" in said
    assert (
        f"another version of the market (0123456789ab; this is {fingerprint()})" in said
        and "numbers differ under No action" in said
    )
    assert page.input_value("[id='lever:dealers.capacity_bn']") == "1600" and page.input_value(LEVER) == "1"
    assert asked == []
    page, _ = from_disk(packed({**given, "scene": "<img src=x onerror=alert(1)>"}))
    assert "is not in this file" in page.inner_text("#notes") and not page.query_selector("#notes img")


def test_a_lever_ends_where_the_world_ends_and_says_why(from_disk) -> None:
    page, _ = from_disk()
    page.fill("[data-for='lever:dealers.capacity_bn'][type=number]", "200")
    page.keyboard.press("Tab")
    assert "could not carry what funds borrow" in page.inner_text("[data-bound='lever:dealers.capacity_bn']")
    assert float(page.input_value("[id='lever:dealers.capacity_bn']")) > 200
