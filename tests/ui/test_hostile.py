"""Links, labels and pictures that used to take the sandbox down, or make it say what it should not."""

from __future__ import annotations

import base64
import re
import time
import zlib

import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import html, opened, ran
from support.paths import APP

from models.errors import Refused
from policy.spec import parse_policy
from ui.export import images
from ui.state import document, link, runs
from ui.state import state as s

LABEL = "Say `a` *b* _c_ [d](e) <i>f</i> $g$ ~h~ \\ |"
MARKS = re.compile(r"(?<!\\)(?:`a|\*b|\b_c_|\[d\]|<i>f|\$g|~h)")


def linked(text: str) -> str:
    """A link's parameter for any document, as somebody with ill intent would make it."""
    packed = zlib.compress(text.encode(), 9, wbits=-15)
    return base64.urlsafe_b64encode(zlib.crc32(packed).to_bytes(4, "big") + packed).decode().rstrip("=")


HEAD = 'model_version = 2\nepisode = "crowded"\n'
LINKS = {
    "dotted key": HEAD + ".".join("a" * 100_000) + " = 1",
    "brackets": HEAD + "world = " + "[" * 100_000,
    "digits": HEAD + "seed = " + "9" * 100_000,
    "control in a label": HEAD + 'policies = ["A\\u0007B=repo"]',
    "direction in a label": HEAD + 'policies = ["A\\u202EB=repo"]',
    "key as a label": HEAD + 'policies = ["key=repo", "unit=outright"]',
    "parts": HEAD + 'policies = ["' + "repo+" * 20_000 + 'repo"]',
    "policies": HEAD + "policies = [" + '"repo",' * 20_000 + "]",
    "runs": HEAD + "[[runs]]\nname = 'a'\n" * 3_000,
    "names": HEAD + "[world]\n" + "\n".join(f"a{k} = 1" for k in range(20_000)),
    "unknown keys": HEAD + "\n".join(f"k{k} = 1" for k in range(20_000)),
    "dates": HEAD + "[world]\n'scenario.start' = 9999-12-31",
    "everything at its largest": (
        'model_version = 2\nepisode = "crowded"\npaths = 4096\npolicies = ["outright", "repo", "hedged-auction", '
        '"hedged-purchases", "buybacks", "twist", "end-qt"]\n[world]\n"scenario.days" = 260\n"funds.cohorts" = ['
        + ",".join(f"{{name='c{k}', equity_bn=2.0, leverage=10.0, mix=[1.0, 0.0, 0.0]}}" for k in range(40))
        + "]"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_hostile_link_costs_little_and_says_why(name: str) -> None:
    began = time.process_time()
    try:
        restored = link.unpack(linked(LINKS[name]))
    except Refused as refusal:
        assert len(str(refusal)) < 2_000
    else:
        assert restored.refused and len(restored.refused) <= 11
        assert sum(map(len, restored.refused)) < 20_000 and all(
            line.isprintable() for line in restored.refused
        )
        assert document.from_toml(document.to_toml(restored.state)).state == restored.state
    assert time.process_time() - began < 6.0


def test_the_page_opens_on_a_hostile_link() -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params[link.PARAMETER] = linked(LINKS["dotted key"])
    ran(at)
    assert any("could not be restored" in w.value for w in at.warning)


@pytest.mark.parametrize("page", ["sandbox", "compare", "why", "present"])
def test_a_label_is_words_wherever_it_stands(page: str) -> None:
    state = s.with_policies(s.with_draws(s.opening(), paths=8), [parse_policy(f"{LABEL}=repo")])
    state = runs.keep_run(runs.keep_run(state, 1, f"Run {LABEL}"), 1, f"Other {LABEL}")
    at = opened(page, s.with_page(state, page))
    said = [
        e.value
        for kind in ("markdown", "caption", "info", "warning", "error", "subheader", "header")
        for e in at.get(kind)
    ]
    said += [b.label for b in at.get("button")] + [e.label for e in at.get("expander")]
    assert not [text for text in said if MARKS.search(str(text))]
    assert "<i>f</i>" not in html(at)


def test_a_picture_that_the_converter_dies_on_ends_nothing_else() -> None:
    """A control character in a label and one click on export aborted the server."""
    for bad in ("<svg", f"<svg xmlns='http://www.w3.org/2000/svg'><text>{chr(7)}</text></svg>", ""):
        with pytest.raises(Refused, match="cannot be drawn"):
            images._converted(images.raster, bad)
    with pytest.raises(Refused, match="failed on it"):  # its panic aborts the process that it is in
        images._converted(_panic)
    ok = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    assert images._converted(images.raster, ok).startswith(b"\x89PNG")


def _panic() -> str:
    """What a chart with a control character in it did to the server."""
    import vl_convert

    spec = {
        "data": {"values": [{"a": "x\0"}]},
        "mark": "point",
        "encoding": {"x": {"field": "a", "title": "t\0"}},
    }
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], show_warnings=False))


def test_a_screen_too_large_for_a_link_is_refused_when_it_is_made() -> None:
    state = s.opening()
    knots = tuple((k, ((k * 7919) % 9973) / 97.3) for k in range(1, 400))
    for shock in ("client_financing", "basis_shock", "desired_longs", "money_fund_run", "margin_step"):
        state = s.with_world(state, {f"scenario.{shock}.knots": knots})
    link.linked(state)
    with pytest.raises(Refused, match=r"a link|a document|a screen"):
        for k in range(6):
            state = link.linked(runs.keep_run(s.with_draws(state, seed=k), 1, f"run {k}"))
            state = s.with_world(
                state, {"scenario.auction_withdrawal.knots": tuple((d, v + k) for d, v in knots)}
            )
