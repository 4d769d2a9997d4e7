"""The first twenty stops of the Tab key on the sandbox, by role and name: what somebody who does not see is led through."""

from __future__ import annotations

from support.browser_steps import wait_for

from ui.state import state as s

ROLE_AND_NAME = """() => {
  let at = document.activeElement;
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  const by = (at.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
  const named = by.map((id) => (at.getRootNode().getElementById(id) || {}).innerText || "").join(" ");
  const name = at.getAttribute("aria-label") || named || (at.labels && at.labels[0] || at).innerText || "";
  const role = at.getAttribute("role") || (at.tagName === "INPUT" ? at.type : at.tagName.toLowerCase());
  return [role, name.replace(/\\s+/g, " ").trim()];
}"""


def lever(name: str) -> list[list[str]]:
    return [["button", f"What “{name}” means"], ["number", f"{name}, as a number"], ["range", name]]


STOPS = [
    ["a", "Skip to main content"],
    ["tab", "World"],
    ["combobox", "Episode"],
    *lever("Funds' leverage"),
    *lever("Dealers' capacity"),
    *lever("Balance sheet a dollar of repo uses"),
    *lever("Sales by real money"),
    *lever("Clients' demand for financing"),
    *lever("Move of fundamentals"),
][:20]


def test_the_first_twenty_stops_have_role_and_name(page_of) -> None:
    page = page_of()
    wait_for(page, s.opening())
    page.wait_for_timeout(500)
    stops = []
    for _ in STOPS:
        page.keyboard.press("Tab")
        stops.append(page.evaluate(ROLE_AND_NAME))
    assert stops == STOPS
