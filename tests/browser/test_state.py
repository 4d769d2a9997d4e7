"""Working with the state in a real browser: undo and redo, a link in a second browser, files, the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.browser_steps import at_rest, lever, settled, shown, tiles, wait_for

from policy.comparison import compare
from policy.outcomes.summary import summarise
from ui.state import document
from ui.state import state as s

pytestmark = pytest.mark.filterwarnings("default")


def figures(state: s.State) -> dict[tuple[str, int], str]:
    return shown(summarise(compare(state.world, state.policies, state.paths, state.seed)))


def press(page, name: str, key: str) -> None:
    lever(page, name).press(key)


def test_change_undo_redo_replay_and_a_link_in_a_second_browser(page_of, browser) -> None:
    page = page_of()
    first = s.opening()
    press(page, "funds.scale", "ArrowLeft")
    second = s.with_world(first, {"funds.scale": 0.9})
    wait_for(page, second)
    press(page, "scenario.real_money_sales.size", "ArrowRight")
    third = s.with_world(second, {"scenario.real_money_sales.size": 1.1})
    wait_for(page, third)
    assert tiles(page) == figures(third)
    page.keyboard.press("Alt+z")
    wait_for(page, second)
    page.keyboard.press("Alt+z")
    wait_for(page, first)
    assert page.get_by_role("button", name="Undo").is_disabled()
    assert tiles(page) == figures(first)
    page.keyboard.press("Alt+Shift+z")
    wait_for(page, second)
    page.get_by_role("button", name="Redo").click()
    wait_for(page, third)
    _replay_shows_before_and_after(page, second, third)
    page.get_by_role("button", name="Share and save").click()
    link = page.locator("[data-testid=stCode] code").inner_text().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?s=[\w-]+", link)
    page.wait_for_url(link)  # the address bar says the same
    other = browser.new_context().new_page()
    other.goto(link)
    wait_for(other, third)
    assert tiles(other) == tiles(page) == figures(third)
    other.context.close()


def _replay_shows_before_and_after(page, before: s.State, after: s.State) -> None:
    page.keyboard.press("Alt+p")
    page.get_by_text("this is the screen before the last change").wait_for()
    wait_for(page, before)
    wait_for(page, after)
    page.get_by_text("this is the screen before the last change").wait_for(state="hidden")


def test_the_link_keeps_the_page_and_back_does_not_lose_the_state(page_of) -> None:
    page = page_of()
    press(page, "funds.scale", "ArrowLeft")
    state = s.with_world(s.opening(), {"funds.scale": 0.9})
    wait_for(page, state)
    page.get_by_role("link", name="Who pays").click()
    page.wait_for_url(re.compile(r"/who-pays\?s=[\w-]+$"))
    page.reload()
    wait_for(page, state)
    page.get_by_role("link", name="Sandbox").click()
    page.wait_for_url(re.compile(r"/\?s=[\w-]+$"))
    page.go_back()
    wait_for(page, state)


def test_a_damaged_link_says_so_and_opens(page_of) -> None:
    page = page_of(path="?s=damaged")
    page.get_by_text("the link is damaged").wait_for()
    wait_for(page, s.opening())
    page.get_by_role("button", name="I have read this").click()
    page.get_by_text("the link is damaged").wait_for(state="hidden")


def test_a_screen_is_saved_and_loaded_as_a_file(page_of, tmp_path: Path) -> None:
    page = page_of()
    press(page, "funds.scale", "ArrowLeft")
    state = s.with_world(s.opening(), {"funds.scale": 0.9})
    wait_for(page, state)
    settled(page)
    at_rest(page)
    page.get_by_role("button", name="Share and save").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as TOML").click()
    file = tmp_path / "screen.toml"
    saved.value.save_as(file)
    assert document.from_toml(file.read_text()) == document.Restored(state)
    page.goto(page.url.split("?")[0])
    wait_for(page, s.opening())
    page.get_by_role("button", name="Share and save").click()
    page.locator("input[type=file]").set_input_files(file)
    wait_for(page, state)
    settled(page)
    at_rest(page)  # the old box for files is gone
    file.write_text("nonsense")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("not valid TOML").wait_for()
    wait_for(page, state)


def test_the_core_task_needs_no_mouse(page_of) -> None:
    """Choose an episode, move a lever, change a policy, read the result, undo."""
    page = page_of()
    choice = page.get_by_role("combobox", name="Episode")
    choice.focus()
    choice.press("ArrowDown")
    for letter in "April":
        page.keyboard.press(letter)
    page.keyboard.press("Enter")
    episode = s.with_episode(s.opening(), "april_2025")
    wait_for(page, episode)
    tab = page.get_by_role("tab", name="World")
    tab.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    fold = page.locator(".st-key-policy-1 summary")
    fold.focus()
    page.keyboard.press("Enter")
    pace = page.get_by_label(re.compile("^Pace"))
    pace.fill("60")
    pace.press("Enter")
    changed = s.with_setting(episode, 1, 0, "pace_bn", 60.0)
    wait_for(page, changed)
    assert tiles(page) == figures(changed)
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    wait_for(page, episode)


def test_a_policy_is_kept_as_a_run_and_compared(page_of) -> None:
    page = page_of()
    page.get_by_role("button", name="Keep a run").click()
    page.get_by_role("menuitem", name="Outright purchases").or_(
        page.get_by_role("option", name="Outright purchases")
    ).first.click()
    page.get_by_text("Kept on the page Compare runs: Outright purchases · Crowded trades.").wait_for()
    page.get_by_role("link", name="Compare runs").click()
    page.get_by_role("textbox", name="Name").first.wait_for()
    assert (
        page.get_by_role("textbox", name="Name").first.input_value() == "Outright purchases · Crowded trades"
    )
