"""Write the golden headline numbers: `python tests/golden/regenerate.py`, after raising `models.MODEL_VERSION`.

One file per shipped world with medians and means of every outcome for each policy, and one with fingerprints of
what goes in: parameter defaults, policies' defaults and the episodes' data. Where something changed and the
version did not, nothing is written; `--same-version` overrides that before a first release.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent)]

from support.shipped_runs import PATHS, SEED, compared  # noqa: E402

from models import MODEL_VERSION  # noqa: E402
from models.library import SHIPPED  # noqa: E402
from models.scenario import World  # noqa: E402
from models.worlds import parse  # noqa: E402
from policy.interventions import REGISTRY  # noqa: E402
from policy.report import document  # noqa: E402

EPISODES = HERE.parent.parent / "models" / "episodes"
INPUTS = "inputs"


def numbers(name: str) -> dict[str, Any]:
    """Headline numbers of one world by policy and key: median and mean, or a risk key's value."""
    arms = document(compared(name))["arms"]
    return {
        arm["label"]: {key: [v["median"], v["mean"]] for key, v in arm["metrics"].items()}
        | {key: [v["value"]] for key, v in arm["risk"].items()}
        for arm in arms
    }


def fingerprint(data: Any) -> str:
    """A hash of plain data that does not depend on the order of keys, on comments or on layout."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def inputs() -> dict[str, str]:
    """Fingerprints of everything shipped that moves numbers."""
    data = {name: parse((EPISODES / f"{name}.toml").read_text(encoding="utf-8")) for name in SHIPPED}
    return {
        "parameter defaults": fingerprint(World().model_dump(mode="json")),
        "policy defaults": fingerprint({kind.name: kind().settings() for kind in REGISTRY}),
        **{name: fingerprint({k: v for k, v in d.items() if k != "sources"}) for name, d in data.items()},
    }


def golden() -> dict[str, dict[str, Any]]:
    """All files by name."""
    head = {"model_version": MODEL_VERSION}
    runs = {
        name: {**head, "paths": PATHS, "seed": SEED, "median_and_mean": numbers(name)} for name in SHIPPED
    }
    return {**runs, INPUTS: {**head, "fingerprints": inputs()}}


def stored(name: str) -> dict[str, Any]:
    """A file as it stands."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def close(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Equal plain data, numbers to a relative tolerance."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k], tolerance) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, float | int) and isinstance(b, float | int):
        return abs(a - b) <= tolerance * max(abs(a), abs(b)) + 1e-9
    return bool(a == b)


def main(force: bool) -> int:
    """Write all files; 1 where numbers changed under the same version."""
    files = golden()
    exist = all((HERE / f"{name}.json").exists() for name in files)
    if exist and not force:
        same_version = stored(INPUTS)["model_version"] == MODEL_VERSION
        if same_version and not all(close(files[name], stored(name)) for name in files):
            print(f"numbers or inputs changed; raise models.MODEL_VERSION above {MODEL_VERSION} first")
            return 1
    for name, data in files.items():
        (HERE / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {len(files)} files for model version {MODEL_VERSION}")
    return 0


if __name__ == "__main__":
    sys.exit(main("--same-version" in sys.argv[1:]))
