"""The server process, and what it makes ready for its first page."""

from __future__ import annotations

import ctypes
import gc
import importlib
from contextlib import suppress

from models.errors import Refused


def warm() -> None:
    """Import what every page imports and compute the opening comparison, so that the first visitor does not wait for it."""
    for name in ("ui.widgets.figures", "ui.widgets.boxes", "ui.charts.figure", "policy.outcomes.summary"):
        importlib.import_module(name)
    opening = importlib.import_module("ui.state.state").opening()
    with suppress(Refused):  # a machine too small for it says so on the page
        importlib.import_module("ui.state.session").results(opening)
    gc.collect()
    gc.freeze()  # what every page shares stays as long as the server: it need not be searched again and again


def give_back() -> None:
    """Hand memory that nothing uses any more back to the system, where its C library can: glibc keeps it otherwise."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def main() -> None:
    """Run streamlit's own command line on the arguments given, which serves `ui.serve.application`."""
    from streamlit.web.cli import main as streamlit

    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
