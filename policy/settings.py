"""One way to change a settings object: a copy with some fields set anew, validated as a whole."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from models.errors import Refused, explain
from models.parameters import Frozen
from models.worlds import as_tuples

Settings = TypeVar("Settings", bound=Frozen)


def revised(settings: Settings, **changes: Any) -> Settings:
    """`settings` with some fields changed. Raises `Refused` for an unknown field or a value out of bounds."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    try:
        return type(settings).model_validate({**values, **{k: as_tuples(v) for k, v in changes.items()}})
    except ValidationError as error:
        raise Refused(explain(error)) from None
