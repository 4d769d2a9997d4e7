"""The sandbox as one file: what it holds, how small and how strict it is, and what the command line refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.sandbox_files import WORLDS, page_text, shipped_states

from models import library
from models.errors import Refused
from models.scenario import largest_scale
from policy.reference.reading import market_under
from policy.reference.rules import strain
from ui.cli.export import computed
from ui.live.sandbox import APP, checked_address, html
from ui.state import state as s
from ui.story.steps import STEPS


def held(text: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1].replace("\\u003c", "<"))


def test_the_file_is_small_and_its_policy_strict() -> None:
    text = page_text()
    assert len(text.encode()) < 2_000_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    code = text.split('id="data"')[1].split("</script>", 1)[1]
    assert not re.search(r"\beval\(|new Function|fetch\(|XMLHttpRequest|import\(|WebSocket|sendBeacon", code)
    assert not re.search(r'(?:src|href)="(?!http://localhost:8501/)', text)


def test_the_same_states_give_the_same_file() -> None:
    assert page_text() == html(shipped_states())


def test_it_holds_worlds_policies_and_top_levers() -> None:
    data = held(page_text())
    assert [scene["title"] for scene in data["scenes"]] == [library.shipped(n).title for n in WORLDS]
    for world, name in zip(data["worlds"], WORLDS, strict=True):
        assert world["data"] == library.shipped(name).model_dump(mode="json")
        assert [lever["name"] for lever in world["levers"]] == list(s.top_levers(library.shipped(name)))
    rows = [row for policy in data["scenes"][0]["policies"] for row in policy["settings"]]
    assert {"0.start.level", "0.start.days", "0.pace_bn"} <= {row["key"] for row in rows}
    assert all(row["low"] <= row["value"] <= row["high"] and row["label"] for row in rows)


def test_a_changed_world_and_a_labelled_policy_are_told_to_the_app() -> None:
    from policy.spec import parse_policy

    state = s.with_world(shipped_states()[0], {"funds.size": 1.1})
    state = s.with_policies(state, [parse_policy("Quick=outright:pace_bn=60+repo")])
    data = held(html([state]))
    assert data["worlds"][0]["changes"] == {"funds.size": 1.1}
    quick = data["scenes"][0]["policies"][1]
    assert quick["label"] == "Quick"
    assert quick["parts"] == [{"name": "outright", "given": {"pace_bn": "60"}}, {"name": "repo", "given": {}}]


def test_the_story_comes_in_eight_steps_that_open_in_the_sandbox() -> None:
    text = html(shipped_states()[:1], lambda state: computed(s.with_draws(state, paths=8)))
    assert len(STEPS) == text.count("data-step=") == text.count("data-scene=") == 8
    scenes = held(text)["scenes"]
    assert [scene["title"] for scene in scenes[1:]] == [step.title for step in STEPS]
    assert all(step.question.replace("'", "&#x27;") in text or step.question in text for step in STEPS)


@pytest.mark.parametrize("name", library.SHIPPED)
def test_how_near_a_world_is_to_its_own_rules(name: str) -> None:
    world = library.shipped(name)
    scale = largest_scale(world)[0] / world.funds.scale
    assert max(strain(market_under(world, ()))) == pytest.approx(1 / scale)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "http://a b/", 'https://x/"onclick', "ftp://x/", "https://x" + "y" * 400]
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="must begin with http"):
        checked_address(text)
    assert checked_address("https://example.org/app") == "https://example.org/app/"


REFUSED = {
    ("crowded", "--live", "--out", "x.pptx"): "its name must end in .html",
    ("crowded", "kahn", "--out", "x.html"): "go with --live",
    ("crowded", "--out", "x.html", "--app", APP): "go with --live",
    ("crowded", "--live", "--out", "x.html", "--paths", "20"): "--paths does not fit --live",
    ("nowhere", "--live", "--out", "x.html"): "nowhere",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_the_command_line_refuses_what_does_not_fit(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from ui.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["backstop", "export", *arguments])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code not in (0, None)
    assert REFUSED[arguments] in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_command_line_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["backstop", "export", *WORLDS, "--live", "--out", "sandbox.html"])
    main()
    assert (tmp_path / "sandbox.html").read_text(encoding="utf-8") == page_text()
