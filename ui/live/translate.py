"""Python to JavaScript for the scalar reference and the words: a small subset, line by line; anything else is an error.

The subset: module constants, functions with plain parameters, NamedTuple classes, frozen dataclasses with properties and
methods, assignment (also to pairs and to entries),
`if`, `for` over ranges and lists, `while`, `return`; numbers, text, tuples, lists, f-strings, comprehensions over one list,
conditional expressions, comparisons, `in`; `math`, and of NumPy `zeros`, `ones`, `full`, `copy`, `arange`, `sort`; the methods in `METHODS`.
A NamedTuple becomes an object with its names, a tuple, a list and a NumPy array an array, of two axes an array of rows.
Docstrings, annotations and imports fall away: modules become one, so a name may stand for one thing only.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence

from models.errors import Refused

MATH = {
    name: f"Math.{name}" for name in ("exp", "log", "sqrt", "floor", "ceil", "expm1", "log1p")
}  # fmt: skip
NUMPY = {
    "zeros": "zeros",
    "ones": "ones",
    "full": "full",
    "copy": "copied",
    "arange": "arange",
    "sort": "ascending",
}
BUILTINS = {
    "abs": "Math.abs", "min": "Math.min", "max": "Math.max", "float": "Number", "int": "Math.trunc", "str": "String",
    "sorted": "ordered", "sum": "sumOf", "list": "Array.from", "tuple": "Array.from",
}  # fmt: skip
METHODS = {
    "append": "push", "lower": "toLowerCase", "upper": "toUpperCase", "startswith": "startsWith", "endswith": "endsWith",
    "replace": "replaceAll", "split": "split", "index": "indexOf",
}  # fmt: skip
OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!==", ast.Is: "===", ast.IsNot: "!==", ast.And: "&&", ast.Or: "||",
    ast.USub: "-", ast.Not: "!",
}  # fmt: skip
RESERVED = {
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function",
    "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package",
    "private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true",
    "try", "typeof", "var", "void", "while", "with", "yield",
}  # fmt: skip
KNOWN_MODULES = {"math", "typing", "numpy", "__future__", "collections.abc"}


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
        module = _Module(name, sources, classes, bool(roots))
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
        case ast.Assign(targets) if not _alias(node.value):
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


def _alias(value: ast.expr) -> bool:
    """Whether a module's assignment only names a type."""
    return isinstance(value, ast.Subscript) or (isinstance(value, ast.Name) and value.id == "Any")


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [f for f in node.body if isinstance(f, ast.FunctionDef)]


def _fields(node: ast.ClassDef) -> list[str]:
    return [f.target.id for f in node.body if isinstance(f, ast.AnnAssign) and isinstance(f.target, ast.Name)]


class _Module:
    """One module: its place in errors, what it may import, and what it defines."""

    def __init__(
        self, name: str, sources: Mapping[str, str], classes: Mapping[str, ast.ClassDef], chosen: bool
    ) -> None:
        self.name, self.sources, self.chosen = name, sources, chosen
        self.classes = {c: _fields(node) for c, node in classes.items()}
        self.methods = {f.name for node in classes.values() for f in _methods(node)}
        self.built = {c for c, node in classes.items() if node.decorator_list}
        self.modules = {m.rpartition(".")[2] for m in sources} if chosen else set()
        self.names: list[str] = []

    def refuse(self, node: ast.AST, what: str) -> Refused:
        """The error for something outside the subset."""
        line = getattr(node, "lineno", 0)
        return Refused(f"{self.name}, line {line}: {what} is outside the subset that is translated")

    # Statements

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
            case ast.Assign([target], value) if _alias(value):
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
        names = ", ".join(self.name_of(node, f) for f in _fields(node))
        self.names.append(node.name)
        return f"const {node.name} = ({names}) => ({{ {names} }});\n"

    def _dataclass(self, node: ast.ClassDef) -> str:
        """A frozen dataclass: its fields, properties and methods."""
        fields = [self.name_of(node, f) for f in _fields(node)]
        kept = " ".join(f"this.{f} = {f};" for f in fields)
        body = f"  constructor({', '.join(fields)}) {{ {kept} }}\n"
        for method in _methods(node):
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

    def name_of(self, node: ast.AST, name: str) -> str:
        """A name that JavaScript takes too."""
        if (
            name in BUILTINS
            or name in ("eval", "exec", "arguments")
            or (name in RESERVED and isinstance(node, ast.ClassDef))
        ):
            raise self.refuse(node, f"the name {name}")
        return f"{name}_" if name in RESERVED else name

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
        match loop.iter:
            case ast.Call(ast.Name("range"), bounds, []) if len(bounds) < 3:
                source = f"span({', '.join((['0'] + [self.value(b) for b in bounds])[-2:])})"
            case _:
                source = self.value(loop.iter)
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
