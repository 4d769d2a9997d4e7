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
from ui.live.translate import translated
from ui.live.ziggurat import edges

FILE = "engine.js"
MODELS = (
    "arithmetic", "parameters", "state", "margins", "issuance", "dealers", "funding", "wedges", "hedge_funds", "auction",
    "cascade", "settlement", "yields", "market", "run", "recorded", "shocks",
)  # fmt: skip
POLICY = ("conditions", "settings", "programmes", "tools", "rules", "run", "outcomes", "profit")
MODULES = (*(f"models.reference.{name}" for name in MODELS), *(f"policy.reference.{name}" for name in POLICY))
BY_HAND = ("prelude.js", "draws.js", "market.js")
OFFERED = ("marketUnder", "prepare", "recordsOn", "judged", "normalsOf", "ratesOn", "ascending")


def generated() -> str:
    """The module's text, with its fingerprint in the first line."""
    body = "\n".join(
        [
            f"const STREAMS = {json.dumps(STREAMS)};\nconst EDGES = {json.dumps(edges())};",
            *(source(name) for name in BY_HAND),
            translated({name: _python(name) for name in MODULES}),
            f"export {{ {', '.join(OFFERED)}, FINGERPRINT }};\n",
        ]
    )
    mark = hashlib.sha256(body.encode()).hexdigest()[:12]
    head = "// Written by `python -m ui.live.engine` out of models/reference and policy/reference; not by hand.\n"
    return f'{head}const FINGERPRINT = "{mark}";\n{body}'


def source(name: str) -> str:
    """The text of a JavaScript file of this room."""
    return resources.files("ui.live").joinpath(name).read_text(encoding="utf-8")


def _python(module: str) -> str:
    package, _, name = module.rpartition(".")
    return resources.files(package).joinpath(f"{name}.py").read_text(encoding="utf-8")


@cache
def fingerprint() -> str:
    """The committed engine's fingerprint: it is the same exactly where its text is."""
    return source(FILE).split('"', 2)[1]


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(generated(), encoding="utf-8")
