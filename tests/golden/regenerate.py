"""Write `policy/golden.json` anew: `python tests/golden/regenerate.py`, after a change that adds or moves figures.

What moved is printed, and documents made before will say so when they are opened; what was only added warns nobody.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from policy import golden as g  # noqa: E402

FILE = ROOT / "policy" / g.FILE


def differences(kept: g.Golden, now: g.Golden) -> list[str]:
    """A line for each figure that moved, and for each row and outcome that came or went."""
    lines = [
        f"outcome {key} {'joined' if key in now.outcomes else 'left'}"
        for key in _either(kept.outcomes, now.outcomes)
    ]
    for world in dict.fromkeys((*kept.rows, *now.rows)):
        old, new = kept.rows.get(world, {}), now.rows.get(world, {})
        lines += [f"{world} under {kind} {'joined' if kind in new else 'left'}" for kind in _either(old, new)]
        for kind in (kind for kind in old if kind in new):
            before = dict(zip(kept.outcomes, old[kind].figures, strict=True))
            after = dict(zip(now.outcomes, new[kind].figures, strict=True))
            lines += [
                f"{world} under {kind}: {key} moved from {before[key]} to {after[key]}"
                for key in before
                if key in after and before[key] != after[key]
            ]
    return lines


def _either(a, b):
    return [x for x in dict.fromkeys((*a, *b)) if (x in a) != (x in b)]


def main() -> None:
    kept = g.parsed(FILE.read_text(encoding="utf-8")) if FILE.exists() else None
    now = g.renewed(kept, {name: g.figures(name) for name in g.WORLDS})
    FILE.write_text(g.printed(now), encoding="utf-8")
    lines = differences(kept, now) if kept else [f"{FILE.name} is new"]
    print("\n".join(lines or ["nothing moved"]))


if __name__ == "__main__":
    main()
