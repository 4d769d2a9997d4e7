"""Values as a browser reads them."""

from __future__ import annotations

from typing import Any


def as_data(value: Any) -> Any:
    """Named tuples as objects with their names, all the way down."""
    if hasattr(value, "_asdict"):
        return {name: as_data(inner) for name, inner in value._asdict().items()}
    return [as_data(inner) for inner in value] if isinstance(value, tuple | list) else value
