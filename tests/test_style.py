"""Names and signatures: few arguments, a class name used once, locals called by what they hold."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

import pytest
from support.layers import LAYERS
from support.paths import ROOT

PATHS = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PATHS}

MOST = 7
# A command's options are its parameters; the reference is a day in scalars, compiled and translated as it stands.
LONG = ("ui/cli/", "models/reference/")


def signatures(path: str, text: str) -> list[str]:
    """Functions that take more than seven arguments."""
    if path.startswith(LONG):
        return []
    return [
        f"{path}:{node.lineno}: {getattr(node, 'name', 'lambda')}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        and len(taken(node.args)) > MOST
    ]


def taken(arguments: ast.arguments) -> list[str]:
    """Names of a function's arguments without its own object."""
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return [one.arg for one in every if one is not None and one.arg not in ("self", "cls")]


def test_no_signature_has_eight_parameters() -> None:
    assert [line for path, text in SOURCES.items() for line in signatures(path, text)] == []


@pytest.mark.parametrize(
    "text", ["def f(a, b, c, d, e, f, g, h): ...", "def f(a, b, c, d, e, *f, g, **h): ...", "lambda a, b, c, d, e, f, g, h: 0"]
)  # fmt: skip
def test_a_long_signature_would_be_found(text: str) -> None:
    assert signatures("ui/words/names.py", text)
    assert not signatures("ui/words/names.py", text.replace("a, b", "a"))


def classes(path: str, text: str) -> list[str]:
    """Names of a file's classes; the reference says their nouns once more, in a house of its own."""
    inside = path.startswith(("models/reference/", "policy/reference/"))
    return [] if inside else [n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef)]


def twice(sources: Mapping[str, str]) -> list[str]:
    """Class names that stand for more than one type."""
    names = Counter(name for path, text in sources.items() for name in classes(path, text))
    return sorted(name for name, times in names.items() if times > 1)


def test_a_class_name_is_used_once() -> None:
    assert twice(SOURCES) == []


def test_a_second_class_of_a_name_would_be_found() -> None:
    assert twice({**SOURCES, "ui/menu.py": "class Auction: ..."}) == ["Auction"]
    assert twice({**SOURCES, "ui/menu.py": "def f():\n    class World: ..."}) == ["World"]


EMPTY = {"made", "found"}  # names that say how a thing was come by, not what it is


def said_nothing(path: str, text: str) -> list[str]:
    """Arguments and locals with such a name; a field of a value is none."""
    tree = ast.parse(text)
    bodies = [line for kind in ast.walk(tree) if isinstance(kind, ast.ClassDef) for line in kind.body]
    fields = {id(line.target) for line in bodies if isinstance(line, ast.AnnAssign)}
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.arg) and node.arg in EMPTY)
        or (isinstance(node, ast.Name) and node.id in EMPTY and id(node) not in fields)
    ]


def test_locals_are_named_for_what_they_hold() -> None:
    kept = {path: text for path, text in SOURCES.items() if not path.startswith("ui/cli/")}
    assert [line for path, text in kept.items() for line in said_nothing(path, text)] == []


@pytest.mark.parametrize(
    "text", ["def f(made): ...", "found = 1", "def f(x):\n    return [made for made in x]"]
)
def test_a_name_that_says_nothing_would_be_found(text: str) -> None:
    assert said_nothing("ui/menu.py", text) and not said_nothing("ui/menu.py", "class A:\n    found: int")
