"""Expressions of the translated subset as JavaScript: values, conditions, calls, and what a name may be."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from models.errors import Refused
from ui.live.subset import BUILTINS, MATH, METHODS, NUMPY, OPERATORS, RESERVED


def fields_of(node: ast.ClassDef) -> list[str]:
    """Names of a class's fields, in order."""
    return [f.target.id for f in node.body if isinstance(f, ast.AnnAssign) and isinstance(f.target, ast.Name)]


def methods_of(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """A class's methods and properties."""
    return [f for f in node.body if isinstance(f, ast.FunctionDef)]


class Expressions:
    """One module: its place in errors, its classes and other modules, and how its expressions are written.

    `chosen` where only some of what modules define is translated: then modules may be named within.
    """

    def __init__(
        self, name: str, sources: Mapping[str, str], classes: Mapping[str, ast.ClassDef], chosen: bool
    ) -> None:
        self.name = name
        self.classes = {c: fields_of(node) for c, node in classes.items()}
        self.methods = {f.name for node in classes.values() for f in methods_of(node)}
        self.built = {c for c, node in classes.items() if node.decorator_list}
        self.modules = {m.rpartition(".")[2] for m in sources} if chosen else set()

    def refuse(self, node: ast.AST, what: str) -> Refused:
        """The error for something outside the subset."""
        line = getattr(node, "lineno", 0)
        return Refused(f"{self.name}, line {line}: {what} is outside the subset that is translated")

    def name_of(self, node: ast.AST, name: str) -> str:
        """A name that JavaScript takes too."""
        if (
            name in BUILTINS
            or name in ("eval", "exec", "arguments")
            or (name in RESERVED and isinstance(node, ast.ClassDef))
        ):
            raise self.refuse(node, f"the name {name}")
        return f"{name}_" if name in RESERVED else name

    def target(self, node: ast.expr) -> str:
        """What is assigned to."""
        match node:
            case ast.Tuple(parts):
                return f"[{', '.join(self.target(p) for p in parts)}]"
            case ast.Name(name):
                return self.name_of(node, name)
            case ast.Subscript():
                return self.value(node)
        raise self.refuse(node, f"assigning to {ast.unparse(node)}")

    # Expressions

    def test(self, node: ast.expr) -> str:
        """An expression as a condition: an empty list is false, as in Python."""
        plain = isinstance(node, ast.Compare | ast.BoolOp | ast.Constant) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        )
        return self.value(node) if plain else f"truth({self.value(node)})"

    def value(self, node: ast.expr) -> str:
        """An expression."""
        match node:
            case ast.Constant(value):
                return self._constant(node, value)
            case ast.Name("self"):
                return "this"
            case ast.Name(name):
                return self.name_of(node, name)
            case ast.Attribute(ast.Name("math"), "inf"):
                return "Infinity"
            case ast.Attribute(ast.Name(module), name) if module in self.modules:
                return self.name_of(node, name)
            case ast.Attribute(of, "__getitem__"):
                return f"((k) => {self.value(of)}[k])"
            case ast.Attribute(of, name):
                return f"{self.value(of)}.{name}"
            case ast.BinOp(left, ast.Pow(), right):
                return f"Math.pow({self.value(left)}, {self.value(right)})"
            case ast.BinOp(left, ast.FloorDiv(), right):
                return f"Math.floor({self.value(left)} / {self.value(right)})"
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return f"({self.value(left)} {OPERATORS[type(op)]} {self.value(right)})"
            case ast.UnaryOp(ast.Not(), operand):
                return f"(!{self.test(operand)})"
            case ast.UnaryOp(op, operand) if type(op) in OPERATORS:
                return f"({OPERATORS[type(op)]}{self.value(operand)})"
            case ast.BoolOp(op, values):
                return "(" + f" {OPERATORS[type(op)]} ".join(self.value(v) for v in values) + ")"
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test, body, orelse):
                return f"({self.test(test)} ? {self.value(body)} : {self.value(orelse)})"
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(self.value(p) for p in parts)}]"
            case ast.Starred(inner):
                return f"...{self.value(inner)}"
            case ast.Dict(keys, values) if all(keys):
                pairs = zip(keys, values, strict=True)
                return "({" + ", ".join(f"[{self.value(k)}]: {self.value(v)}" for k, v in pairs if k) + "})"
            case ast.Subscript(of, index):
                return self.value(of) + self._index(index)
            case ast.ListComp(body, [loop]) | ast.GeneratorExp(body, [loop]):
                return self._comprehension(body, loop)
            case ast.Lambda(arguments, body):
                return f"(({', '.join(a.arg for a in arguments.args)}) => {self.value(body)})"
            case ast.JoinedStr(parts):
                return "`" + "".join(self._piece(p) for p in parts) + "`"
            case ast.Call():
                return self._call(node)
        raise self.refuse(node, ast.unparse(node))

    def _constant(self, node: ast.expr, value: object) -> str:
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        if isinstance(value, int | float):
            return repr(value)
        raise self.refuse(node, repr(value))

    def _comparison(self, node: ast.Compare) -> str:
        sides = [node.left, *node.comparators]
        if any(isinstance(s, ast.Call) for s in sides[1:-1]):
            raise self.refuse(node, "a call in the middle of a chain of comparisons")
        parts = []
        for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                parts.append(
                    f"{'' if isinstance(op, ast.In) else '!'}{self.value(right)}.includes({self.value(left)})"
                )
            else:
                parts.append(f"{self.value(left)} {OPERATORS[type(op)]} {self.value(right)}")
        return "(" + " && ".join(parts) + ")"

    def _index(self, index: ast.expr) -> str:
        match index:
            case ast.Tuple(parts):
                return "".join(self._index(p) for p in parts)
            case ast.Slice(low, high, None):
                ends = [self.value(e) if e else "0" for e in ((low, high) if high else (low,))]
                return f".slice({', '.join(ends)})"
            case ast.UnaryOp(ast.USub(), ast.Constant(int())):
                return f".at({self.value(index)})"
        return f"[{self.value(index)}]"

    def _comprehension(self, body: ast.expr, loop: ast.comprehension) -> str:
        source = self._source(loop.iter)
        name = self.target(loop.target)
        taken = f"({name})"
        for test in loop.ifs:
            source += f".filter({taken} => {self.test(test)})"
        shown = self.value(body)
        return f"{source}.map({taken} => {f'({shown})' if shown.startswith('{') else shown})"

    def _piece(self, part: ast.expr) -> str:
        match part:
            case ast.Constant(str(text)):
                return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
            case ast.FormattedValue(value, -1, None):
                return f"${{{self.value(value)}}}"
            case ast.FormattedValue(value, -1, ast.JoinedStr() as form):
                return f"${{formatted({self.value(value)}, {self.value(form)})}}"
        raise self.refuse(part, ast.unparse(part))

    def _call(self, node: ast.Call) -> str:
        given = ", ".join(self.value(a) for a in node.args)
        match node.func:
            case ast.Name("len") if not node.keywords:
                return f"{given}.length"
            case ast.Name("min" | "max" as which) if node.keywords and [k.arg for k in node.keywords] == [
                "key"
            ]:
                return f"{which}By({self._source(node.args[0])}, {self.value(node.keywords[0].value)})"
            case ast.Name("sorted") if [k.arg for k in node.keywords] == ["key"]:
                return f"ordered({self._source(node.args[0])}, {self.value(node.keywords[0].value)})"
            case ast.Name("min" | "max" as which) if len(node.args) == 1 and not node.keywords:
                return f"Math.{which}(...{self._source(node.args[0])})"
            case ast.Name("set") if not node.keywords:
                return f"Array.from(new Set({given}))"
            case ast.Name("list") if isinstance(node.args[0], ast.Call):
                return self._source(node.args[0])
            case ast.Name(name) if name in BUILTINS and not node.keywords:
                return f"{BUILTINS[name]}({given})"
            case ast.Name("zip"):
                return f"zipped({given})"
            case ast.Name(name) if name in self.classes:
                new = "new " if name in self.built else ""
                return f"{new}{name}({', '.join(self._fields_given(node, name))})"
            case ast.Name(name) if not node.keywords:
                return f"{self.name_of(node, name)}({given})"
            case ast.Subscript() if not node.keywords:
                return f"{self.value(node.func)}({given})"
            case ast.Attribute(ast.Name(module), name) if module in self.modules and not node.keywords:
                return f"{self.name_of(node, name)}({given})"
            case ast.Attribute(of, name) if name in self.methods and not node.keywords:
                return f"{self.value(of)}.{name}({given})"
            case ast.Attribute(ast.Name("math"), name) if name in MATH and not node.keywords:
                return f"{MATH[name]}({given})"
            case ast.Attribute(ast.Name("np"), name) if name in NUMPY and not node.keywords:
                return f"{NUMPY[name]}({given})"
            case ast.Attribute(of, "_replace") if not node.args:
                changes = ", ".join(f"{k.arg}: {self.value(k.value)}" for k in node.keywords if k.arg)
                return f"({{ ...{self.value(of)}, {changes} }})"
            case ast.Attribute(_, "startswith" | "endswith") if not isinstance(node.args[0], ast.Constant):
                raise self.refuse(node, "a beginning or end that is not one text")
            case ast.Attribute(of, "join") if not node.keywords:
                return f"{self._source(node.args[0])}.join({self.value(of)})"
            case ast.Attribute(of, name) if name in METHODS and not node.keywords:
                return f"{self.value(of)}.{METHODS[name]}({given})"
        raise self.refuse(node, ast.unparse(node.func))

    def _source(self, node: ast.expr) -> str:
        """What is gone through, where it may be a range."""
        match node:
            case ast.Call(ast.Name("range"), bounds, []) if len(bounds) < 3:
                return f"span({', '.join((['0'] + [self.value(b) for b in bounds])[-2:])})"
        return self.value(node)

    def _fields_given(self, node: ast.Call, name: str) -> list[str]:
        fields = self.classes[name]
        values = dict(zip(fields, (self.value(a) for a in node.args), strict=False))
        values |= {k.arg: self.value(k.value) for k in node.keywords if k.arg}
        if set(values) != set(fields):
            raise self.refuse(node, f"{name} without all its fields")
        return [values[f] for f in fields]
