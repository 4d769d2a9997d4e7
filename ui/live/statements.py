"""Statements of the translated subset as JavaScript: what a module defines, and what functions do line by line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ui.live.expressions import Expressions, fields_of, methods_of
from ui.live.subset import KNOWN_MODULES, OPERATORS


def is_alias(value: ast.expr) -> bool:
    """Whether a module's assignment only names a type."""
    return isinstance(value, ast.Subscript) or (isinstance(value, ast.Name) and value.id == "Any")


class Statements(Expressions):
    """One module with what it may import and the names that it defines."""

    def __init__(
        self, name: str, sources: Mapping[str, str], classes: Mapping[str, ast.ClassDef], chosen: bool
    ) -> None:
        super().__init__(name, sources, classes, chosen)
        self.sources, self.chosen = sources, chosen
        self.names: list[str] = []

    def top(self, node: ast.stmt) -> str:
        """A statement of the module itself."""
        match node:
            case ast.Expr(ast.Constant(str())):
                return ""
            case ast.Import() | ast.ImportFrom():
                return self._imported(node)
            case ast.If(ast.Name("TYPE_CHECKING")):
                return ""
            case ast.ClassDef():
                return self._class(node)
            case ast.FunctionDef():
                return self._function(node)
            case ast.Assign([target], value) if is_alias(value):
                return ""
            case ast.Assign([target], value) | ast.AnnAssign(target, _, value) if value is not None:
                self.names += [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                return f"const {self.target(target)} = {self.value(value)};\n"
        raise self.refuse(node, type(node).__name__)

    def _imported(self, node: ast.Import | ast.ImportFrom) -> str:
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for module in () if self.chosen else modules:
            if module not in KNOWN_MODULES and module not in self.sources:
                raise self.refuse(node, f"importing {module}, which is not among the translated,")
        if isinstance(node, ast.ImportFrom) and any(a.asname for a in node.names):
            raise self.refuse(node, "renaming an import")
        return ""

    def _class(self, node: ast.ClassDef) -> str:
        if [ast.unparse(d) for d in node.decorator_list] == ["dataclass(frozen=True)"] and not node.bases:
            return self._dataclass(node)
        if [ast.unparse(b) for b in node.bases] != ["NamedTuple"]:
            raise self.refuse(node, "a class that is no NamedTuple")
        for part in node.body:
            if not isinstance(part, ast.AnnAssign | ast.Expr):
                raise self.refuse(part, "anything but fields in a NamedTuple")
        names = ", ".join(self.name_of(node, f) for f in fields_of(node))
        self.names.append(node.name)
        return f"const {node.name} = ({names}) => ({{ {names} }});\n"

    def _dataclass(self, node: ast.ClassDef) -> str:
        """A frozen dataclass: its fields, properties and methods."""
        fields = [self.name_of(node, f) for f in fields_of(node)]
        kept = " ".join(f"this.{f} = {f};" for f in fields)
        body = f"  constructor({', '.join(fields)}) {{ {kept} }}\n"
        for method in methods_of(node):
            decorators = [ast.unparse(d) for d in method.decorator_list]
            if decorators not in ([], ["property"]) or method.args.args[0].arg != "self":
                raise self.refuse(method, "a method of this kind")
            method.args.args, method.decorator_list = method.args.args[1:], []
            text = self._function(method).removeprefix("function ")
            self.names.pop()
            body += ("get " if decorators else "") + text
        self.names.append(node.name)
        return f"class {node.name} {{\n{body}}}\n"

    def _function(self, node: ast.FunctionDef) -> str:
        a = node.args
        if a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg or node.decorator_list:
            raise self.refuse(node, "a parameter or decorator of this kind")
        plain = len(a.args) - len(a.defaults)
        defaults = [""] * plain + [f" = {self.value(d)}" for d in a.defaults]
        given = [self.name_of(arg, arg.arg) + default for arg, default in zip(a.args, defaults, strict=True)]
        own = sorted(set(self._assigned(node.body)) - {self.name_of(arg, arg.arg) for arg in a.args})
        head = f"  let {', '.join(own)};\n" if own else ""
        self.names.append(node.name)
        return f"function {self.name_of(node, node.name)}({', '.join(given)}) {{\n{head}{self.block(node.body, 1)}}}\n"

    def _assigned(self, body: Sequence[ast.stmt]) -> Iterator[str]:
        """Names that a function's statements give a value."""
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    raise self.refuse(node, "a function within a function")
                targets: list[ast.expr] = []
                if isinstance(node, ast.Assign):
                    targets = node.targets
                elif isinstance(node, ast.AugAssign | ast.For | ast.AnnAssign):
                    targets = [node.target]
                for target in targets:
                    names = target.elts if isinstance(target, ast.Tuple) else [target]
                    yield from (self.name_of(n, n.id) for n in names if isinstance(n, ast.Name))

    def block(self, body: Sequence[ast.stmt], depth: int) -> str:
        """Statements, indented."""
        return "".join(self.statement(s, depth) for s in body)

    def statement(self, node: ast.stmt, depth: int) -> str:
        """A statement within a function."""
        pad = "  " * depth
        match node:
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                return ""
            case ast.Expr(ast.Call() as call):
                return f"{pad}{self.value(call)};\n"
            case ast.Return(value):
                return f"{pad}return {self.value(value) if value else ''};\n"
            case ast.Assign([target], value) | ast.AnnAssign(target, _, value) if value is not None:
                return f"{pad}{self.target(target)} = {self.value(value)};\n"
            case ast.AugAssign(target, op, value) if type(op) in OPERATORS:
                return f"{pad}{self.target(target)} {OPERATORS[type(op)]}= {self.value(value)};\n"
            case ast.If(test, body, orelse):
                other = f"{pad}else {{\n{self.block(orelse, depth + 1)}{pad}}}\n" if orelse else ""
                return f"{pad}if ({self.test(test)}) {{\n{self.block(body, depth + 1)}{pad}}}\n{other}"
            case ast.While(test, body, []):
                return f"{pad}while ({self.test(test)}) {{\n{self.block(body, depth + 1)}{pad}}}\n"
            case ast.For(target, source, body, []):
                return f"{pad}{self._for(target, source)} {{\n{self.block(body, depth + 1)}{pad}}}\n"
        raise self.refuse(node, type(node).__name__)

    def _for(self, target: ast.expr, source: ast.expr) -> str:
        match source:
            case ast.Call(ast.Name("range"), bounds, []) if isinstance(target, ast.Name) and len(bounds) < 3:
                first, last = (["0"] + [self.value(b) for b in bounds])[-2:]
                name = "_" if target.id == "_" else target.id
                return f"for ({name} = {first}; {name} < {last}; {name} += 1)"
        return f"for ({self.target(target)} of {self.value(source)})"
