"""Accounts, history and robustness in a real browser: sums of zero, a long run that can be stopped, a way to the sandbox."""

from __future__ import annotations

import pytest
from support.browser_steps import tiles, wait_for

from models.accounts import SECTORS
from policy.spec import parse_policy
from ui.pages.accounts import view
from ui.state import state as s

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def open_page(page_of):
    """Opens one of the pages by its address."""
    return lambda name, width=1440, height=900, theme="light": page_of(width, height, theme, name)


def cells(page, key: str) -> dict[str, list[str]]:
    """A table's texts by row header, without the remainders in small type."""
    found = page.eval_on_selector_all(
        f"table[data-testid={key}] tbody tr",
        "rows => rows.map(r => [r.querySelector('th').textContent,"
        " [...r.querySelectorAll('td')].map(c => c.firstChild.textContent)])",
    )
    return dict(found)


def test_a_day_and_a_policy_are_picked_and_all_sums_are_zero(open_page) -> None:
    page = open_page("accounts")
    page.get_by_role("combobox", name="Policy").click()
    page.get_by_role("option", name="Hedged SPV auction").click()
    page.get_by_text("Under Hedged SPV auction on the central path").wait_for()
    slider = page.locator(".st-key-accounts-day input[type=range]")
    slider.focus()
    slider.press("Home")
    state = s.opening()
    books = view.keep_books(state.world, parse_policy("hedged-auction"), None, state.seed)
    for day in range(7):
        date = view.day_text(books, day)
        page.get_by_text(f"on {date} every instrument and every sector sums to zero").wait_for()
        if day < 6:
            page.get_by_role("button", name="Next day").click()
    page.get_by_text(f"Balance sheets at the close, {date}").wait_for()
    body = cells(page, "godley")
    assert len(body) == 15
    assert all(row[-1] == "0" for row in body.values())
    assert body["Sum"] == ["0"] * (len(SECTORS) + 1)
    for k, name in enumerate(("Treasuries", "Price above par")):
        shown = [float(x.replace(",", "").replace("−", "-").replace("<", "")) for x in body[name][:-1]]
        assert shown == pytest.approx(list(books.sheets[k, :, 6]), abs=0.051)
    page.get_by_text("Change since the opening", exact=True).click()
    page.get_by_text("Balance sheets change since the opening").wait_for()
    assert cells(page, "godley")["Sum"] == ["0"] * (len(SECTORS) + 1)


def test_a_long_run_shows_its_phase_and_can_be_stopped(open_page) -> None:
    page = open_page("robustness")
    page.get_by_role("spinbutton", name="Draws of parameters").fill("64")
    page.get_by_role("spinbutton", name="Draws of parameters").press("Enter")
    page.get_by_role("button", name="Run 256 draws").click()
    page.get_by_text("Comparing policies:").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.locator("table[data-testid=best]").count() == 0


def test_march_2020_opens_in_the_sandbox_with_what_was_done(open_page) -> None:
    page = open_page("history")
    page.get_by_role("button", name="Open March 2020 in the sandbox").click()
    wait_for(page, s.with_whole_episode("march_2020")(s.opening()))
    assert page.url.split("?")[0].rstrip("/").count("/") == 2
    assert len({policy for _, policy in tiles(page)}) == 5
    assert "What was done" in page.inner_text(".sb-cards")
