"""Python to JavaScript for the scalar reference and the words: a small subset, line by line; anything else is an error.

The subset: module constants, functions with plain parameters, NamedTuple classes, frozen dataclasses with properties and
methods, assignment (also to pairs and to entries),
`if`, `for` over ranges and lists, `while`, `return`; numbers, text, tuples, lists, f-strings, comprehensions over one list,
conditional expressions, comparisons, `in`; `math`, and of NumPy `zeros`, `ones`, `full`, `copy`, `arange`, `sort`; the methods in `METHODS` (`ui/live/subset.py`).
A NamedTuple becomes an object with its names, a tuple, a list and a NumPy array an array, of two axes an array of rows.
Docstrings, annotations and imports fall away: modules become one, so a name may stand for one thing only.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence

from models.errors import Refused
from ui.live.statements import Statements, is_alias


def translated(
    sources: Mapping[str, str], roots: Sequence[str] = (), given: Mapping[str, object] | None = None
) -> str:
    """Python modules by dotted name, in order, as the statements of one JavaScript module, with all it exports at the end.

    With `roots`, only what these names need; `given` are values that stand for names which come from elsewhere.
    Raises `Refused` that names module, line and what was met.
    """
    given = given or {}
    trees = {name: ast.parse(text) for name, text in sources.items()}
    every = [s for tree in trees.values() for s in tree.body]
    classes = {c.name: c for c in every if isinstance(c, ast.ClassDef)}
    needed = _needed(every, roots, given) if roots else None
    parts, exported = [f"const {name} = {json.dumps(value)};\n" for name, value in given.items()], list(given)
    for name, tree in trees.items():
        module = Statements(name, sources, classes, bool(roots))
        kept = [s for s in tree.body if needed is None or needed & _defined(s)]
        parts.append(f"// {name}\n" + "".join(module.top(statement) for statement in kept))
        for one in module.names:
            if one in exported:
                raise Refused(f"{name}: {one} is defined twice among the modules that become one")
            exported.append(one)
    return "\n".join(parts) + f"\nexport {{ {', '.join(exported)} }};\n"


def _defined(node: ast.stmt) -> set[str]:
    """Names that a module's statement defines."""
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Assign(targets) if not is_alias(node.value):
            return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        case ast.AnnAssign(ast.Name(name)):
            return {name}
    return set()


def _needed(every: Sequence[ast.stmt], roots: Sequence[str], given: Mapping[str, object]) -> set[str]:
    """The roots and all that they use, one after another."""
    owners = {name: s for s in every for name in _defined(s) - set(given)}
    wanted, open_names = set[str](), list(roots)
    modules = {a.asname or a.name for s in every if isinstance(s, ast.ImportFrom) for a in s.names}
    while open_names:
        name = open_names.pop()
        if name in wanted or name not in owners:
            continue
        wanted.add(name)
        for node in ast.walk(owners[name]):
            open_names += [node.id] if isinstance(node, ast.Name) else []
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                open_names.append(node.attr)
    return wanted
