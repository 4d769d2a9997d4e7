"""What a talk is made of: slides as data, small enough for a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.scenario import World
from policy.spec import Policy

Shows = Literal["step", "screen", "comparison"]
# Steps of the story, and charts of a comparison, by the names that links and files use
STEP_NAMES = ("calm", "shock", "dealers", "outright", "repo", "auction", "hazard", "design")
CHART_NAMES: Mapping[str, str] = {
    "endings": "How a hundred crises end", "yields": "The 10-year yield", "dealers": "Dealers' balance sheets",
    "dislocation": "Dislocation of the 10-year", "peaks": "How far prices break", "parts": "What the yield is made of",
    "sales": "Forced sales", "funds": "What funds lose", "repo": "Repo", "taxpayer": "What the public stands to lose",
    "timeline": "What happens when", "issues": "Auctions of new bonds",
}  # fmt: skip


@dataclass(frozen=True)
class KeptScreen:
    """A comparison as it was kept for a talk."""

    world: World
    policies: tuple[Policy, ...]
    seed: int
    paths: int


@dataclass(frozen=True)
class TalkItem:
    """One slide: a step of the story, the comparison on the screen, or one that was kept.

    `name` is the step's, or the kept comparison's title. `chart` fills the slide; without one it shows the verdict, the
    dislocation and the scorecard. `lever` is a parameter of the screen's world that can be moved on the slide.
    """

    shows: Shows
    name: str = ""
    chart: str = ""
    lever: str = ""
    kept: KeptScreen | None = None
