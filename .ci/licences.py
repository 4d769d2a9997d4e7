#!/usr/bin/env python3
"""Licences of everything that is installed: a table, or with --check an error where one is not among those allowed.

python .ci/licences.py [--check] [--out docs/licences.md]
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

OWN = "fed-backstop-sandbox"
# Permissive licences, and two that ask nothing of a program that only imports what is under them.
ALLOWED = re.compile(
    r"(MIT|MIT-0|MIT-CMU|BSD(-[23]-Clause)?|Apache(-2\.0)?|ISC|PSF(-2\.0)?|Python-2\.0|Unlicense|0BSD|Zlib|HPND|CC0-1\.0|MPL-2\.0)"
)
# Drivers of databases that whoever wants them installs beside the program, unchanged; a release does not hold them.
BESIDE = {"psycopg": "LGPL-3.0-only", "psycopg-binary": "LGPL-3.0-only"}
FORBIDDEN = re.compile(r"\bA?GPL", re.IGNORECASE)
WORDS = {
    "MIT": "MIT", "BSD": "BSD-3-Clause", "Apache": "Apache-2.0", "Python Software Foundation": "PSF-2.0", "ISC": "ISC",
    "Mozilla Public License 2.0": "MPL-2.0", "The Unlicense": "Unlicense", "Historical Permission": "HPND",
    "GNU General Public": "GPL", "GNU Affero": "AGPL", "GNU Lesser": "LGPL",
}  # fmt: skip


def licence(found: Distribution) -> str:
    """The licence of a distribution as an expression, or as its classifiers or first words say it; else nothing."""
    about = found.metadata
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classes = [
        c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")
    ]
    told = [*classes, (about.get("License") or "").strip().partition("\n")[0][:80], _first_words(found)]
    for text in told:
        for words, short in WORDS.items():
            if words.lower() in text.lower():
                return short
    return ""


def _first_words(found: Distribution) -> str:
    """How the licence file begins."""
    files = [f for f in found.files or () if re.search(r"licen[cs]e|copying", f.name, re.IGNORECASE)]
    for file in files:
        try:
            return file.locate().read_text(encoding="utf-8", errors="replace")[:400]
        except OSError:
            continue
    return ""


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> list[tuple[str, str, str]]:
    """Name, version and licence of every distribution here but our own, by name."""
    found = {canonical(d.metadata["Name"]): d for d in distributions()}
    return [(name, d.version, licence(d)) for name, d in sorted(found.items()) if name != OWN]


def acceptable(text: str) -> bool:
    """Whether one of the alternatives of an expression is allowed in all its parts."""
    if not text:
        return False
    for choice in re.split(r"\s+OR\s+", text.strip("()")):
        parts = [p.strip(" ()") for p in re.split(r"\s+AND\s+", choice)]
        if all(ALLOWED.fullmatch(re.sub(r"\s+WITH\s+.*", "", p)) and not FORBIDDEN.search(p) for p in parts):
            return True
    return False


def table(rows: list[tuple[str, str, str]]) -> str:
    """The list as a page."""
    lines = [f"| {name} | {version} | {text or 'unknown'} |" for name, version, text in rows]
    head = (
        "# Licences\n\nEverything that the tests were run with, `python .ci/licences.py --out docs/licences.md`. The check in "
        "`.ci/run` refuses any licence that is not permissive, but for the driver that the extra `postgres` installs.\n\n| package | version | licence |\n|---|---|---|\n"
    )
    return head + "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows = installed()
    if asked.out:
        asked.out.write_text(table(rows), encoding="utf-8")
    bad = [row for row in rows if not acceptable(row[2]) and BESIDE.get(row[0]) != row[2]]
    if not asked.check:
        if not asked.out:
            sys.stdout.write(table(rows))
        return 0
    for name, version, text in bad:
        sys.stderr.write(f"{name} {version}: licence {text or 'unknown'} is not among those allowed\n")
    sys.stdout.write(f"{len(rows)} packages, {len(bad)} with a licence that is not allowed\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
