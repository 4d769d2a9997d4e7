"""The server process: while streamlit starts and the browser loads, a thread makes ready what the first page needs."""

from __future__ import annotations

import importlib
import threading


def warm() -> None:
    """Import what every page imports and load the opening state, so that the first visitor does not wait for it."""
    for name in ("ui.widgets.figures", "ui.widgets.boxes", "ui.charts.figure", "policy.outcomes.summary"):
        importlib.import_module(name)
    importlib.import_module("ui.state.state").opening()


def main() -> None:
    """Run streamlit's own command line on the arguments given."""
    threading.Thread(target=warm, daemon=True).start()
    from streamlit.web.cli import main as streamlit

    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
