"""One file, one page. The table of all pages: title, section of the menu, and whether the menu shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MenuEntry:
    """A page in the menu. Its file has the page's name; its path in a link is the name with hyphens."""

    title: str
    section: str = ""
    hidden: bool = False


PAGES = {
    "sandbox": MenuEntry("Sandbox"),
    "who_pays": MenuEntry("Who pays"),
    "compare": MenuEntry("Compare runs"),
    "learn": MenuEntry("The story in eight steps", "Learn"),
    "film": MenuEntry("Play the days", "Learn"),
    "why": MenuEntry("Why: from shock to outcome", "Learn"),
    "trades": MenuEntry("The three trades", "Learn"),
    "challenges": MenuEntry("Challenges", "Learn"),
    "mistakes": MenuEntry("Common mistakes and glossary", "Learn"),
    "present": MenuEntry("Present", "Learn", hidden=True),
    "talk": MenuEntry("A talk of your own", "Learn"),
    "winner_map": MenuEntry("Winner map", "Explore"),
    "sensitivity": MenuEntry("What drives it", "Explore"),
    "design": MenuEntry("Best design", "Explore"),
    "rules": MenuEntry("Rules or rescue", "Explore"),
    "term_sheet": MenuEntry("Smallest facility", "Explore"),
    "facilitate": MenuEntry("Run a room", "Together"),
    "board": MenuEntry("The board of a room", "Together"),
    "classroom": MenuEntry("Classroom kit", "Together"),
    "accounts": MenuEntry("Accounts", "Check the model"),
    "history": MenuEntry("Model against history", "Check the model"),
    "robustness": MenuEntry("Robustness", "Check the model"),
}


EMBED = "embed"  # the folder of all addresses that other sites may show in a frame


def page_file(page: str) -> Path:
    """The script that draws a page."""
    return Path(__file__).parent / "pages" / page / "page.py"


def path(page: str) -> str:
    """The page's path in a link; the first page has none."""
    return "" if page == next(iter(PAGES)) else page.replace("_", "-")
