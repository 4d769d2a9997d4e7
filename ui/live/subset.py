"""The names and signs that the translated subset knows, and what JavaScript calls them."""

from __future__ import annotations

import ast

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
