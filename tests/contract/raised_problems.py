"""Every problem that the code can raise: its code, its status and what it tells the caller to do.

Read from the source, so that the catalogue can say neither less nor more than the code does: the classes of
app.errors and their heirs, and each call of one with a code of its own.
"""

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import app
from app.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
Found = dict[str, tuple[int, list[str]]]


def raised() -> Found:
    """Return status and messages of each problem code."""
    classes = {cls.__name__: cls for cls in _heirs(DomainError)}
    statuses = {cls.code: cls.status for cls in classes.values()}
    messages: dict[str, set[str]] = defaultdict(set)
    for cls in classes.values():
        messages[cls.code].add(cls.detail)
    for path in sorted((ROOT / "app").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call, scopes in _calls(tree, [tree]):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            given = call.args[1:] if name == "Invalid" else call.args
            if name in classes and given and classes[name].__init__ in _TAKING_CODES:
                code = _text(given[0], scopes)
                statuses[code] = classes[name].status
                messages[code].add(_text(given[1], scopes) if len(given) > 1 else classes[name].detail)
    return {code: (statuses[code], sorted(messages[code])) for code in sorted(statuses)}


def _heirs(cls: type[DomainError]) -> Iterator[type[DomainError]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        importlib.import_module(module.name)
    waiting = [cls]
    while waiting:
        found = waiting.pop()
        waiting += [heir for heir in found.__subclasses__() if heir.__module__.startswith("app.")]
        yield found


def _calls(node: ast.AST, scopes: list[ast.AST]) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
    """Yield each call with the module and functions it stands in, the nearest last."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scopes
        inner = [*scopes, child] if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scopes
        yield from _calls(child, inner)


def _text(node: ast.expr, scopes: list[ast.AST]) -> str:
    """Return the text that an expression stands for: itself, N_(text), a name for it, the code of what was caught."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(func=ast.Name(id="N_"), args=[argument]):
            return _text(argument, scopes)
        case ast.Name(id=name):
            return _text(_assigned(name, scopes, node.lineno), scopes)
        case ast.Attribute(value=ast.Name(id=name), attr="code"):
            return _caught_code(name, scopes)
    raise ValueError(f"line {node.lineno}: write a problem's code and message as a text, N_(text) or a name for it")


def _assigned(name: str, scopes: list[ast.AST], line: int) -> ast.expr:
    """Return what was last assigned to a name above this line, in the nearest scope that knows it."""
    for scope in reversed(scopes):
        found = [
            node
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
            and (node.lineno < line or isinstance(scope, ast.Module))
        ]
        if found:
            return max(found, key=lambda node: node.lineno).value
    raise ValueError(f"{name} is not assigned where it can be found")


def _caught_code(name: str, scopes: list[ast.AST]) -> str:
    for node in ast.walk(scopes[-1]):
        if isinstance(node, ast.ExceptHandler) and node.name == name and isinstance(node.type, ast.Name):
            module = next(alias for alias in ast.walk(scopes[0]) if _imports(alias, node.type.id))
            return str(getattr(importlib.import_module(str(module.module)), node.type.id).code)  # type: ignore[attr-defined]
    raise ValueError(f"{name} is not caught where it can be found")


def _imports(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names)


_TAKING_CODES = {DomainError.__init__, importlib.import_module("app.errors").Invalid.__init__}
