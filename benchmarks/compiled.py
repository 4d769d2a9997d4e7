"""The scalar reference compiled by numba: the speed limit of one thread."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numba

import models.reference


def compiled(
    entry: Callable[..., Any], *arguments: Any, also: Sequence[ModuleType] = ()
) -> Callable[..., Any]:
    """`entry` and everything of the reference that it calls, compiled for these arguments and called with them once.

    Modules look functions up by name, so each holds the compiled ones meanwhile (those of `also` too); the plain ones are
    put back after.
    """
    plain = [(module, name, f) for module in [*_rooms(), *also] for name, f in _functions(module)]
    fast = {f: numba.njit(nogil=True, cache=False)(f) for _, _, f in plain}
    try:
        for module, name, f in plain:
            setattr(module, name, fast[f])
        loop = fast.get(entry) or numba.njit(nogil=True, cache=False)(entry)
        loop(*arguments)
    finally:
        for module, name, f in plain:
            setattr(module, name, f)
    return loop


def _rooms() -> list[ModuleType]:
    names = [found.name for found in pkgutil.iter_modules(models.reference.__path__)]
    return [importlib.import_module(f"models.reference.{name}") for name in names]


def _functions(module: ModuleType) -> list[tuple[str, FunctionType]]:
    """Functions of the reference, or of the module itself, that it looks up by name."""
    mine = ("models.reference.", module.__name__)
    return [
        (n, f)
        for n, f in vars(module).items()
        if isinstance(f, FunctionType) and f.__module__.startswith(mine)
    ]
