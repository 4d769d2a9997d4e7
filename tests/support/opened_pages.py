"""What a click opens on a page, for tests that look at everything of it in one visit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from support.browser_steps import READY, closer

from ui.pages.sandbox.parts import CLOSER

# A window of the browser, whose library is loaded only where there is a browser.
Page = Any


def _sandbox(page: Page) -> None:
    closer(page, CLOSER[0])
    page.get_by_text("Numbers and CSV").first.click()
    page.get_by_text("Download as CSV").wait_for()
    page.get_by_text("All parameters").click()
    page.get_by_label("Group").wait_for()


def _policies(page: Page) -> None:
    """The sandbox's other tab, which hides the first."""
    page.get_by_role("tab", name="Policies").click()
    page.get_by_text("Hedged SPV auction", exact=True).first.click()
    page.get_by_label("First day").or_(page.get_by_label("Level")).first.wait_for()


def _learn(page: Page) -> None:
    page.get_by_role("button", name="Show me").first.click()
    page.wait_for_selector("[data-testid=answer]")
    page.wait_for_selector("svg.marks >> nth=1", state="attached")


def _present(page: Page) -> None:
    page.keyboard.press("a")
    page.wait_for_selector("[data-testid=slide][data-answer='1']", state="attached")
    page.wait_for_function("() => document.querySelector('svg.marks path')")
    page.get_by_role("button", name="Blank").focus()  # or the controls fade while they are looked at


def _who_pays(page: Page) -> None:
    """Few paths, so that a test need not wait."""
    page.get_by_text("Weights of waste, which equilibrium counts, accuracy").click()
    field = page.get_by_role("spinbutton", name="Paths at every scale")
    field.fill("20")
    field.press("Enter")
    page.get_by_text("default 400").wait_for()
    page.get_by_role("button", name="Run the game").click()
    page.wait_for_selector("table[data-testid=game]", timeout=180_000)  # longer on a busy machine
    page.get_by_role("button", name="Run the curve").click()
    page.get_by_text("By how far the market must have moved before the vehicle buys").first.wait_for()
    page.get_by_text("All assumptions of the count").click()
    page.get_by_label("Recovery from failed funds").first.wait_for()
    page.get_by_text("Each policy's own", exact=True).click()
    page.wait_for_selector(READY, state="attached")


def _accounts(page: Page) -> None:
    page.get_by_text("What each row is valued at").click()
    page.get_by_text("What else must be zero").click()
    page.wait_for_selector("table[data-testid=identities]")


def _history(page: Page) -> None:
    page.get_by_text("Show the differences here").click()
    page.wait_for_selector("table[data-testid=against]")
    page.get_by_role("tab", name="Fitted values").click()


def _robustness(page: Page) -> None:
    page.get_by_role("spinbutton", name="Draws of parameters").fill("3")
    page.get_by_role("spinbutton", name="Draws of parameters").press("Enter")
    page.get_by_role("button", name=re.compile("^Run 12 draws")).click()
    page.wait_for_selector("table[data-testid=pairs]", timeout=180_000)  # longer on a busy machine


OPENS: dict[str, Callable[[Page], None]] = {
    "sandbox": _sandbox,
    "learn": _learn,
    "present": _present,
    "who_pays": _who_pays,
    "accounts": _accounts,
    "history": _history,
    "robustness": _robustness,
}
# Groups of figures of which a page shows one at a time, and that _sandbox() leaves closed.
GROUPS: dict[str, tuple[str, ...]] = {"sandbox": CLOSER[1:]}
SECOND_TABS: dict[str, Callable[[Page], None]] = {"sandbox": _policies}
