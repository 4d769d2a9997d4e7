"""The browser's engine: the scalar reference as one JavaScript module, with the engine's own random numbers.

`python -m ui.live.engine` writes `engine.js` anew; it is committed, and a test holds it to this, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path

from models.shocks import STREAMS
from policy.outcomes import scorecard
from policy.outcomes.metric import Metric
from ui.live.translate import translated
from ui.live.ziggurat import edges
from ui.words import endings

FILE = "engine.js"
MODELS = (
    "arithmetic", "parameters", "state", "margins", "issuance", "dealers", "funding", "wedges", "hedge_funds", "auction",
    "cascade", "settlement", "yields", "market", "run", "recorded", "shocks",
)  # fmt: skip
POLICY = (
    "conditions", "settings", "programmes", "tools", "rules", "run", "outcomes", "profit", "verdict",
)  # fmt: skip
MODULES = (*(f"models.reference.{name}" for name in MODELS), *(f"policy.reference.{name}" for name in POLICY))
# The words: what these functions need of their modules.
WORDS = ("ui.words.amounts", "ui.words.endings", "ui.words.verdicts", "ui.comparison.answer")
SPOKEN = ("in_words", "hundred", "amount", "figures_in_words", "ends_in_words", "finding")
BY_HAND = ("prelude.js", "draws.js", "market.js")
OFFERED = (
    "worldWith",
    "marketUnder",
    "prepare",
    "recordsOn",
    "judged",
    "samplesOf",
    "meansOf",
    "normalsOf",
    "ascending",
)


def generated() -> str:
    """The module's text, with its fingerprint in the second line."""
    body = "\n".join(
        [
            f"const STREAMS = {json.dumps(STREAMS)};\nconst EDGES = {json.dumps(edges())};",
            *(source(name) for name in BY_HAND),
            translated({name: python_source(name) for name in MODULES}),
            translated({name: python_source(name) for name in WORDS}, SPOKEN, _values()),
            f"export {{ {', '.join(OFFERED)}, FINGERPRINT }};\n",
        ]
    )
    mark = hashlib.sha256(body.encode()).hexdigest()[:12]
    head = (
        "// Written by `python -m ui.live.engine` out of the scalar reference and the words; not by hand.\n"
    )
    return f'{head}const FINGERPRINT = "{mark}";\n{body}'


def _values() -> dict[str, object]:
    """Values that the words take from elsewhere: outcomes by the names that modules give them, and names of ends."""
    rows = {
        name: {"key": row.key, "unit": row.unit}
        for name, row in vars(scorecard).items()
        if isinstance(row, Metric)
    }
    told = {
        name: rows[name]
        for name in ("DAYS_DISLOCATED", "LOSSES_SPARED", "PEAK_DISLOCATION", "PEAK_REPO_SPREAD")
    }
    told |= {name: rows[name] for name in ("SPIRAL_SHARE", "TAXPAYER_TAIL", "UNINTENDED_EASING")}
    units = {row.key: {"unit": row.unit} for row in scorecard.METRICS}
    return told | {"BY_KEY": units, "SHARES": endings.SHARES, "NAMES": endings.NAMES}


def source(name: str) -> str:
    """The text of a JavaScript file of this room."""
    return resources.files("ui.live").joinpath(name).read_text(encoding="utf-8")


def python_source(module: str) -> str:
    """The text of a Python module."""
    package, _, name = module.rpartition(".")
    return resources.files(package).joinpath(f"{name}.py").read_text(encoding="utf-8")


@cache
def fingerprint() -> str:
    """The committed engine's fingerprint: it is the same exactly where its text is."""
    return source(FILE).split('"', 2)[1]


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(generated(), encoding="utf-8")
