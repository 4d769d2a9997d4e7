"""One file, one page. The table of all pages: title, section of the menu, and whether the menu shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A page in the menu. Its file has the page's name; its path in a link is the name with hyphens."""

    title: str
    section: str = ""
    hidden: bool = False


PAGES = {
    "sandbox": Entry("Sandbox"),
    "who_pays": Entry("Who pays"),
    "compare": Entry("Compare runs"),
    "learn": Entry("The story in eight steps", "Learn"),
    "why": Entry("Why: from shock to outcome", "Learn"),
    "trades": Entry("The three trades", "Learn"),
    "challenges": Entry("Challenges", "Learn"),
    "mistakes": Entry("Common mistakes and glossary", "Learn"),
    "present": Entry("Present", "Learn", hidden=True),
    "winner_map": Entry("Winner map", "Explore"),
    "sensitivity": Entry("What drives it", "Explore"),
    "design": Entry("Best design", "Explore"),
    "accounts": Entry("Accounts", "Check the model"),
    "history": Entry("Model against history", "Check the model"),
    "robustness": Entry("Robustness", "Check the model"),
}


def page_file(page: str) -> Path:
    """The script that draws a page."""
    return Path(__file__).parent / "pages" / page / "page.py"


def path(page: str) -> str:
    """The page's path in a link; the first page has none."""
    return "" if page == next(iter(PAGES)) else page.replace("_", "-")
