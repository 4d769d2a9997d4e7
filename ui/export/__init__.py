"""Exports of what a screen shows: charts as pictures, editable slides, and one web page that needs no network.

The packages that draw pictures and write slides are an extra: nothing here is imported before somebody asks for a file.
"""

from __future__ import annotations

from importlib.util import find_spec

NEEDS = {"vl_convert": "vl-convert-python", "pptx": "python-pptx"}


def missing(*modules: str) -> str:
    """What to install before these modules can be used, as one plain sentence; empty where nothing is missing."""
    absent = [NEEDS[name] for name in modules if find_spec(name) is None]
    if not absent:
        return ""
    verb = "is" if len(absent) == 1 else "are"
    return f"{' and '.join(absent)} {verb} not installed; to install: pip install {' '.join(absent)}"
