"""The architecture as rules over a tree of sources: `breaches` names every line that breaks one.

Sources are a mapping from path to text, so that a breach can be tried without writing a file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

LAYERS = ("models", "policy", "ui")

# Rooms in their order: each may import what stands before it; rooms in one set do not import each other.
POLICY = (
    {"reference"},
    {"interventions"},
    {"spec"},
    {"comparison"},
    {"presets", "described", "cost"},
    {"outcomes"},
    {"ranking", "leverage"},
    {"catalogue", "report", "golden"},
    {"studies"},
    {"sweeps"},
)
UI = (
    {"menu", "results"},  # `results` is where scripts of the first version look; nothing here imports it
    {"state"},
    {"words"},
    {"charts"},
    {"film"},
    {"html"},
    {"comparison"},
    {"story"},
    {"export"},
    {"live"},
    {"widgets"},
    {"rooms", "stage"},
    {"classroom"},
    {"pages"},
    {"serve"},
    {"cli"},
)
ORDER = {"policy": POLICY, "ui": UI}

NEVER = {"numba", "matplotlib"}
ENGINE_NEVER = NEVER | {"streamlit", "altair", "pandas", "ui", "app", "tests"}
FORBIDDEN = {"models": ENGINE_NEVER | {"policy"}, "policy": ENGINE_NEVER, "ui": NEVER | {"tests", "app"}}

STREAMLIT = ("ui/pages/", "ui/widgets/", "ui/live/", "ui/rooms/", "ui/stage/", "ui/serve/", "ui/cli/")
STREAMLIT_FILES = {"ui/state/session.py"}
VEGA = "ui/charts/vega.py"  # the only file that draws by Vega-Lite
SPECIFICATIONS = ({"$schema"}, {"mark", "encoding"}, {"layer", "encoding"}, {"mark", "data"})
SHOWS = "ui/widgets/figures.py"  # the only file that puts a specification on a page

# What runs the market. Studies take long: pages hand them to a job, which runs them, and so they are not named here.
RUNS = {
    "models.simulation": {"simulate", "simulate_in_pieces", "simulate_central", "run_columns"},
    "models.market": {"step", "opening"},
    "models.trace": {"walk"},
    "policy.comparison": {"compare", "compare_central"},
}
MAY_RUN = ("ui/rooms/", "ui/cli/")
MAY_RUN_FILES = {"ui/state/session.py", "ui/widgets/jobs.py", "ui/widgets/study_jobs.py"}

LOOP = "models/simulation.py"
REFERENCE = {
    "models/reference/": ("models.reference",),
    "policy/reference/": ("models.reference", "policy.reference"),
}


@dataclass(frozen=True)
class Imported:
    """One imported thing: the module, the name taken from it (nothing for a module as a whole), and what it is called."""

    line: int
    module: str
    name: str
    local: str

    @property
    def whole(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def layer(self) -> str:
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def room(self) -> str:
        """The folder, or the file that stands beside the folders; nothing for a layer's own head."""
        room = self.path.split("/")[1].removesuffix(".py")
        return "" if room == "__init__" else room

    @cached_property
    def imports(self) -> tuple[Imported, ...]:
        """All imports wherever they stand in the file."""
        found: list[Imported] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [Imported(node.lineno, a.name, "", a.asname or a.name) for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                found += [Imported(node.lineno, module, a.name, a.asname or a.name) for a in node.names]
        return tuple(found)


Breach = str


def breaches(sources: Mapping[str, str]) -> list[Breach]:
    """Every breach of the architecture's invariants, as `path:line: what is wrong`."""
    files = [Source(path, text) for path, text in sorted(sources.items())]
    modules = {_module(path) for path in sources}
    return [f"{source.path}:{said}" for source in files for rule in RULES for said in rule(source, modules)]


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _direction(source: Source, modules: set[str]) -> Iterator[str]:
    """`ui` → `policy` → `models`, never back, and nothing slow or drawn below `ui`."""
    for i in source.imports:
        if i.module.startswith("."):
            yield f"{i.line}: relative import"
        against = [f for f in FORBIDDEN[source.layer] if _within(i.whole, f)]
        if against:
            yield f"{i.line}: {source.layer} imports {i.whole}"


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _rooms(source: Source, modules: set[str]) -> Iterator[str]:
    """Rooms import only rooms that stand before them."""
    order = ORDER.get(source.layer)
    if order is None or not source.room:
        return
    own = _floor(order, source.room)
    if own is None:
        yield f"1: room {source.room} has no place in the order of {source.layer}"
        return
    for i in source.imports:
        parts = i.whole.split(".")
        if parts[0] != source.layer or len(parts) < 2 or parts[1] == source.room:
            continue
        other = _floor(order, parts[1])
        if other is None or other >= own:
            yield f"{i.line}: room {source.room} imports room {parts[1]}"


def _floor(order: tuple[set[str], ...], room: str) -> int | None:
    return next((k for k, rooms in enumerate(order) if room in rooms), None)


def _pages(source: Source, modules: set[str]) -> Iterator[str]:
    """No page imports another."""
    if not source.path.startswith("ui/pages/") or source.path.count("/") < 3:
        return
    own = source.path.split("/")[2]
    for i in source.imports:
        parts = i.whole.split(".")
        if parts[:2] == ["ui", "pages"] and parts[2:3] != [own]:
            yield f"{i.line}: page {own} imports {i.whole}"


def _streamlit(source: Source, modules: set[str]) -> Iterator[str]:
    allowed = source.path.startswith(STREAMLIT) or source.path in STREAMLIT_FILES
    yield from _only(source, "streamlit", allowed)


def _altair(source: Source, modules: set[str]) -> Iterator[str]:
    yield from _only(source, "altair", source.path == VEGA)


def _vega(source: Source, modules: set[str]) -> Iterator[str]:
    """Only one file builds specifications, and one shows them."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "vega_lite_chart" and source.path != SHOWS:
            yield f"{node.lineno}: shows a specification"
        if isinstance(node, ast.Dict):
            keys = {k.value for k in node.keys if isinstance(k, ast.Constant)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "dict":
            keys = {k.arg for k in node.keywords}
        else:
            continue
        if source.path != VEGA and any(wanted <= keys for wanted in SPECIFICATIONS):
            yield f"{node.lineno}: builds a specification"


def _only(source: Source, package: str, allowed: bool) -> Iterator[str]:
    if not allowed and source.layer == "ui":
        yield from (
            f"{i.line}: {package} outside its rooms" for i in source.imports if _within(i.whole, package)
        )


def _engine(source: Source, modules: set[str]) -> Iterator[str]:
    """Within `ui`, only the session, jobs, rooms' workers and the command line run the market."""
    if source.layer != "ui" or source.path.startswith(MAY_RUN) or source.path in MAY_RUN_FILES:
        return
    yield from (f"{line}: runs the engine by {name}" for line, name in _used(source, RUNS))


def _used(source: Source, wanted: Mapping[str, set[str]]) -> Iterator[tuple[int, str]]:
    """Names of modules that a file takes, by import or through the module."""
    for i in source.imports:
        if i.name in wanted.get(i.module, ()):
            yield i.line, i.whole
    names = {i.local: i.whole for i in source.imports if i.whole in wanted}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            module = names.get(ast.unparse(node.value))
            if module and node.attr in wanted[module]:
                yield node.lineno, f"{module}.{node.attr}"


def _private(source: Source, modules: set[str]) -> Iterator[str]:
    """No name with an underscore crosses a file."""
    for i in source.imports:
        if i.module.split(".")[0] in LAYERS and any(p.startswith("_") for p in i.whole.split(".")):
            yield f"{i.line}: imports {i.whole}"
    names = {i.local for i in source.imports if i.whole in modules}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in names:
            private = node.attr.startswith("_") and not node.attr.endswith("__")
            if private:
                yield f"{node.lineno}: takes {ast.unparse(node)}"


def _one_loop(source: Source, modules: set[str]) -> Iterator[str]:
    """The market's day is stepped in one loop, in `models/simulation.py`; the reference has its own day."""
    steps = list(_used(source, {"models.market": {"step"}}))
    if source.path != LOOP:
        yield from (f"{line}: a second loop over days, by {name}" for line, name in steps)
        return
    loops = {
        loop.lineno
        for loop in ast.walk(source.tree)
        if isinstance(loop, ast.For | ast.While | ast.ListComp | ast.GeneratorExp)
        and any(
            isinstance(n, ast.Call) and ast.unparse(n.func) in ("step", "market.step") for n in ast.walk(loop)
        )
    }
    yield from (f"{line}: a second loop over days" for line in sorted(loops)[1:])


REFERENCE_ROOMS = ("models.reference", "policy.reference")


def _reference(source: Source, modules: set[str]) -> Iterator[str]:
    """The reference shares no code with the engine, in neither direction."""
    own = next((own for path, own in REFERENCE.items() if source.path.startswith(path)), None)
    for i in source.imports:
        if own and i.module.split(".")[0] in LAYERS and not any(_within(i.whole, o) for o in own):
            yield f"{i.line}: the reference imports {i.whole}"
        if not own and source.layer != "ui" and any(_within(i.whole, r) for r in REFERENCE_ROOMS):
            yield f"{i.line}: the engine imports the reference"


RULES = (_direction, _rooms, _pages, _streamlit, _altair, _vega, _engine, _private, _one_loop, _reference)
