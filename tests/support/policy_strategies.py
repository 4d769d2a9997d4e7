"""Random interventions and policies for any entry of the registry, read off its fields; none is named here."""

from __future__ import annotations

import datetime as dt
import typing
from functools import cache
from typing import Any

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import assume
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from models.errors import Refused
from models.simulation import PUBLISHED
from models.text import label_trouble
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger
from policy.spec import LABEL, Policy, build_intervention, policy

finite = st.floats(allow_nan=False, allow_infinity=False)
triggers = st.builds(
    Trigger,
    metric=st.sampled_from(list(PUBLISHED)),
    above=st.booleans(),
    level=finite,
    days=st.integers(1, 60),
)
dates = st.dates(dt.date(1990, 1, 1), dt.date(2050, 12, 31))
LETTERS = st.characters(categories=("L", "N", "P", "S"), exclude_characters="=:+,@")
labels = st.text(LETTERS | st.just(" "), min_size=1, max_size=60).filter(
    lambda text: bool(LABEL.fullmatch(text)) and not label_trouble(text) and text.casefold() != "none"
)


def bounds(field: FieldInfo) -> tuple[float, float]:
    """Lowest and highest value a numeric field takes."""
    low = next(m.ge for m in field.metadata if isinstance(m, Ge))
    high = next(m.le for m in field.metadata if isinstance(m, Le))
    return typing.cast(tuple[float, float], (low, high))


def setting(field: FieldInfo, exact: bool = False) -> st.SearchStrategy[Any]:
    """Valid values of one field; numbers to four decimals unless `exact`, so that tiny ones do not underflow.

    Tuples of numbers are shuffles of the default, so that their sum stays.
    """
    kind = field.annotation
    if kind is float:
        low, high = bounds(field)
        any_value = st.floats(low, high)
        ends = st.sampled_from((low, high, (low + high) / 2))
        return ends | (any_value if exact else any_value.map(lambda x: round(x, 4)))
    if kind is int:
        return st.integers(*(int(b) for b in bounds(field)))
    if kind is bool:
        return st.booleans()
    if kind == float | tuple[float, float, float] | None:  # one price, or one for each strategy
        prices = st.sampled_from((0.0, 1000.0)) | st.floats(0, 300).map(lambda x: x if exact else round(x, 4))
        return prices | st.tuples(prices, prices, prices)
    if kind == float | None:  # another unit, in the place of a setting that is drawn
        return st.none()
    if typing.get_origin(kind) is typing.Literal:
        return st.sampled_from(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return _tuple(field)
    if Trigger in typing.get_args(kind):
        return triggers | dates | st.none() if type(None) in typing.get_args(kind) else triggers | dates
    raise NotImplementedError(f"teach tests/support/policy_strategies.py to draw {kind}")


def _tuple(field: FieldInfo) -> st.SearchStrategy[Any]:
    inner = typing.get_args(field.annotation)[0]
    if typing.get_origin(inner) is not typing.Literal:
        return st.permutations(field.default).map(tuple)
    least = next((m.min_length for m in field.metadata if isinstance(m, MinLen)), 0)
    most = next((m.max_length for m in field.metadata if isinstance(m, MaxLen)), None)
    some = st.lists(st.sampled_from(typing.get_args(inner)), min_size=least, max_size=most, unique=True)
    return some.map(tuple)


@cache
def setting_of(kind: type[Intervention], name: str, exact: bool) -> st.SearchStrategy[Any]:
    """The same of a field by its name, built once."""
    return setting(kind.model_fields[name], exact)


@cache
@st.composite
def interventions(
    draw: st.DrawFn, kind: type[Intervention] | None = None, exact: bool = False
) -> Intervention:
    """A valid intervention with some of its settings changed."""
    kind = kind or draw(st.sampled_from(REGISTRY))
    names = (
        draw(st.lists(st.sampled_from(sorted(kind.model_fields)), unique=True)) if kind.model_fields else []
    )
    given = {name: draw(setting_of(kind, name, exact)) for name in names}
    try:
        return build_intervention(kind.name, given)
    except Refused:  # settings that do not go together
        assume(False)
        raise


@cache
@st.composite
def policies(draw: st.DrawFn, most: int = 4, labelled: bool = False, exact: bool = False) -> Policy:
    """One to `most` interventions combined, with a label of its own if wanted."""
    parts = draw(st.lists(interventions(exact=exact), min_size=1, max_size=most))
    return policy(parts, draw(labels) if labelled else None)


def early(made: Intervention) -> Intervention:
    """The same intervention, begun on the first day of anything, so that a short test sees it act."""
    if "start" not in type(made).model_fields:
        return made
    return build_intervention(made.name, {**made.settings(), "start": "1990-01-01"})
