"""What an experiment varies: parameters of the world and settings of policies, along lists, zipped lists or designs."""

from __future__ import annotations

import hashlib
import json
import typing
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from models.errors import Refused, refused, unknown
from models.parameters.base import Frozen
from models.scenario import World
from models.worlds import as_tuples, flatten, plain
from policy.interventions.triggers import Trigger
from policy.spec import Policy

POLICY = "policy."
# Parts of a world that name it and change no number.
DESCRIPTIVE = frozenset({"name", "title", "summary", "kind", "scenario.events"})
MOST_STEPS = 10_000
MOST_DRAWS = 2**20
STREAM = 8
DESIGNS = ("sobol", "latin", "random")
SCALES = ("linear", "log")
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Lever:
    """A parameter of the world by its dotted name, or a setting of one part of one policy, with its type and bounds."""

    name: str
    field: FieldInfo
    policy: int | None = None
    part: int = 0
    setting: str = ""

    @property
    def unit(self) -> str:
        extra = self.field.json_schema_extra
        about: Any = extra.get("parameter", {}) if isinstance(extra, dict) else {}
        return str(about.get("unit", ""))

    @property
    def title(self) -> str:
        return self.field.description or self.name

    @property
    def kind(self) -> type[Any]:
        """float, int or bool, also where it may be several or left out; str for everything else."""
        forms = (self.field.annotation, *typing.get_args(self.field.annotation))
        return next((kind for kind in (float, int, bool) if kind in forms), str)

    def read(self, value: Any) -> Any:
        """The value in plain data, as its own type and bounds have it. Raises `Refused`."""
        if self.kind is int and isinstance(value, float) and value.is_integer():
            value = int(value)
        try:
            return _shown(self._adapter.validate_python(as_tuples(value)))
        except ValidationError as error:
            raise refused(error, self.name) from None

    @property
    def _adapter(self) -> TypeAdapter[Any]:
        form: Any = Annotated
        kind: Any = self.field.annotation
        return TypeAdapter(
            form[(kind, *self.field.metadata)] if self.field.metadata else kind, config=_STRICT
        )


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Trigger) else plain(value)


def lever(name: str, world: World, policies: Sequence[Policy]) -> Lever:
    """The lever of that name, `group.parameter` or `policy.LABEL.setting`. Raises `Refused`."""
    if name.startswith(POLICY):
        return _setting(name, policies)
    known = [n for n in flatten(world) if n not in DESCRIPTIVE]
    if name not in known:
        raise unknown("parameter", name, known)
    *groups, last = name.split(".")
    node: Frozen = world
    for group in groups:
        node = getattr(node, group)
    return Lever(name, type(node).model_fields[last])


def _setting(name: str, policies: Sequence[Policy]) -> Lever:
    """`policy.LABEL.setting`, or `policy.LABEL.intervention.setting` where several parts have it."""
    meant = [k for k, p in enumerate(policies) if name.startswith(f"{POLICY}{p.label}.")]
    if not meant:
        label = name.removeprefix(POLICY).split(".")[0]
        raise unknown("policy", label, [p.label for p in policies])
    index = max(meant, key=lambda k: len(policies[k].label))
    policy = policies[index]
    *part, setting = name.removeprefix(f"{POLICY}{policy.label}.").split(".")
    known = [(k, i) for k, i in enumerate(policy.interventions) if not part or [i.name] == part]
    if not known:
        raise unknown(f"part of {policy.label}", ".".join(part), [i.name for i in policy.interventions])
    having = [(k, type(i).model_fields[setting]) for k, i in known if setting in type(i).model_fields]
    if not having:
        raise unknown(
            f"setting of {policy.label}", setting, [s for _, i in known for s in type(i).model_fields]
        )
    if len(having) > 1:
        names = ", ".join(
            f"{POLICY}{policy.label}.{policy.interventions[k].name}.{setting}" for k, _ in having
        )
        raise Refused(f"{name} is ambiguous: several parts of the policy have it; write one of {names}")
    ((part_at, field),) = having
    return Lever(name, field, index, part_at, setting)


@dataclass(frozen=True)
class SweepAxis:
    """One direction of an experiment: levers that move together and their values, one list for each lever.

    `written` is the axis as the canonical file has it.
    """

    levers: tuple[Lever, ...]
    columns: tuple[Sequence[Any], ...]
    written: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.columns[0])

    def step(self, k: int) -> dict[str, Any]:
        """Values of the axis's levers at step k, by name."""
        return {lever.name: column[k] for lever, column in zip(self.levers, self.columns, strict=True)}

    @property
    def digest(self) -> str:
        """Hash of the values themselves, so that a design drawn otherwise is another experiment."""
        running = hashlib.sha256()
        for column in self.columns:
            text = column.tobytes() if isinstance(column, array) else json.dumps(column, default=str).encode()
            running.update(text)
        return running.hexdigest()


def read_axis(data: Any, world: World, policies: Sequence[Policy]) -> SweepAxis:
    """An axis from plain data: `parameter` with values, `zip`, or `design` with bounds. Raises `Refused`."""
    forms = {"parameter": _list_axis, "zip": _zip_axis, "design": _design_axis}
    given = [name for name in forms if isinstance(data, Mapping) and name in data]
    if len(given) != 1:
        raise Refused("an axis needs exactly one of parameter, zip or design")
    return forms[given[0]](data, world, policies)


def _keys(data: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    for key in data:
        if key not in known:
            raise unknown(f"key of {what}", key, list(known))


def _table(data: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not data:
        raise Refused(f"{what} is refused: it must be a table that is not empty")
    return data


# Lists


def _list_axis(data: Mapping[str, Any], world: World, policies: Sequence[Policy]) -> SweepAxis:
    forms = ("values", "linspace", "logspace")
    _keys(data, ("parameter", *forms), "an axis over one parameter")
    given = [name for name in forms if name in data]
    if not isinstance(data["parameter"], str):
        raise Refused("parameter is refused: it must be the name of a parameter, as text")
    if len(given) != 1:
        raise Refused(f"{data['parameter']} needs exactly one of values, linspace or logspace")
    moved = lever(data["parameter"], world, policies)
    raw = data["values"] if given == ["values"] else _spaced(moved, given[0], data[given[0]])
    column = _column(moved, raw)
    return SweepAxis((moved,), (column,), {"parameter": moved.name, "values": list(column)})


def _spaced(lever: Lever, form: str, data: Any) -> list[float]:
    what = f"{form} of {lever.name}"
    table = _table(data, what)
    _keys(table, ("from", "to", "count"), what)
    low, high = _ends(lever, table, what)
    if form == "logspace" and not (low > 0 and high > 0):
        raise Refused(f"{what} from {low:g} to {high:g} is refused: both ends must be above 0")
    count = whole(f"count of {what}", table.get("count"), 2, MOST_STEPS)
    spaced = np.linspace(low, high, count) if form == "linspace" else np.geomspace(low, high, count)
    values: list[float] = spaced.tolist()
    return values


def _ends(lever: Lever, table: Mapping[str, Any], what: str) -> tuple[float, float]:
    """`from` and `to`, both within the lever's own bounds. Raises `Refused`."""
    if lever.kind not in (float, int):
        raise Refused(f"{lever.name} is not a number; give values = […] in a list")
    missing = [key for key in ("from", "to") if key not in table]
    if missing:
        raise Refused(f"{what} needs {missing[0]}")
    low, high = (lever.read(table[key]) for key in ("from", "to"))
    if low == high:
        raise Refused(f"{what} from {low:g} to {high:g} is refused: the ends must differ")
    return low, high


def _column(lever: Lever, raw: Any) -> list[Any]:
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST_STEPS:
        raise Refused(f"values of {lever.name} must be a list of 1 to {MOST_STEPS}")
    values = [lever.read(value) for value in raw]
    seen: set[str] = set()
    for value in values:
        text = json.dumps(value, default=str)
        if text in seen:
            raise Refused(f"{lever.name} takes the value {text} twice; each value may stand once")
        seen.add(text)
    return values


def _zip_axis(data: Mapping[str, Any], world: World, policies: Sequence[Policy]) -> SweepAxis:
    _keys(data, ("zip",), "an axis of zipped lists")
    table = _table(data["zip"], "zip")
    lengths = {name: len(raw) if isinstance(raw, list | tuple) else 0 for name, raw in table.items()}
    size = next(iter(lengths.values()))
    if not 1 <= size <= MOST_STEPS or len(set(lengths.values())) > 1:
        told = ", ".join(f"{name}: {n}" for name, n in lengths.items())
        raise Refused(f"zipped lists must be of one length, 1 to {MOST_STEPS}; given are {told}")
    levers = tuple(lever(name, world, policies) for name in sorted(table))
    columns = tuple([moved.read(value) for value in table[moved.name]] for moved in levers)
    written = {moved.name: list(column) for moved, column in zip(levers, columns, strict=True)}
    return SweepAxis(levers, columns, {"zip": written})


# Designs


def _design_axis(data: Mapping[str, Any], world: World, policies: Sequence[Policy]) -> SweepAxis:
    _keys(data, ("design", "count", "seed", "bounds"), "a design")
    design = data["design"]
    if design not in DESIGNS:
        raise unknown("design", str(design), list(DESIGNS))
    count = whole("count of the design", data.get("count"), 1, MOST_DRAWS)
    if design == "sobol" and count & (count - 1):
        lower = 1 << (count.bit_length() - 1)
        raise Refused(
            f"count = {count} is refused: a Sobol design needs a power of two, as {lower} or {2 * lower}"
        )
    seed = whole("seed of the design", data.get("seed", 1), 0, 2**31 - 1)
    table = _table(data.get("bounds"), "bounds of the design")
    names = sorted(table)
    levers = tuple(lever(name, world, policies) for name in names)
    bounds = [_bounds(moved, table[moved.name]) for moved in levers]
    unit = _unit(design, count, len(names), seed)
    columns = tuple(
        _scaled(moved, b, unit[:, k]) for k, (moved, b) in enumerate(zip(levers, bounds, strict=True))
    )
    written = {
        "design": design,
        "count": count,
        "seed": seed,
        "bounds": dict(zip(names, bounds, strict=True)),
    }
    return SweepAxis(levers, columns, written)


def _bounds(lever: Lever, data: Any) -> dict[str, Any]:
    what = f"bounds of {lever.name}"
    table = _table(data, what)
    _keys(table, ("from", "to", "scale"), what)
    low, high = _ends(lever, table, what)
    scale = table.get("scale", "linear")
    if scale not in SCALES:
        raise unknown(f"scale of {lever.name}", str(scale), list(SCALES))
    if low > high:
        raise Refused(f"{what} from {low:g} to {high:g} are refused: from must be below to")
    if scale == "log" and (low <= 0 or lever.kind is int):
        raise Refused(f"{what}: scale = 'log' is refused: it needs bounds above 0 and no whole numbers")
    return {"from": low, "to": high, "scale": scale}


def _unit(design: str, count: int, size: int, seed: int) -> np.ndarray[Any, Any]:
    """A design in the unit cube (draw, lever)."""
    if design == "random":
        return np.random.default_rng([seed, STREAM]).random((count, size))
    from scipy.stats import qmc

    if design == "latin":
        return np.asarray(qmc.LatinHypercube(size, rng=seed).random(count))
    return np.asarray(qmc.Sobol(size, scramble=True, rng=seed).random_base2(count.bit_length() - 1))


def _scaled(lever: Lever, bounds: Mapping[str, Any], unit: np.ndarray[Any, Any]) -> array[Any]:
    """Draws between bounds, evenly on their scale; whole numbers are equally likely, both ends among them."""
    low, high = bounds["from"], bounds["to"]
    if lever.kind is int:
        return array("q", (low + np.floor(unit * (high - low + 1))).astype(np.int64).tolist())
    if bounds["scale"] == "log":
        return array("d", np.clip(np.exp(np.log(low) + unit * np.log(high / low)), low, high).tolist())
    return array("d", np.clip(low + unit * (high - low), low, high).tolist())


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number within bounds. Raises `Refused`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f"{name} = {value!r} is refused: it must be a whole number between {low} and {high}")
    return value
