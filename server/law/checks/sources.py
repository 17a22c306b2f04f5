"""The rules of the house read as text: what each module of `handlers` offers and refuses.

The sources are parsed, never run: a check must not execute the code that it is asked about.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import handlers

PORTS = frozenset(
    {"today", "now", "calendar", "deadline", "table", "defaults", "register", "regime", "case",
     "actor"}
)  # fmt: skip
"""Parameters that are no process variables but asked of the application."""

HELPERS = frozenset({"__init__", "ports", "refusal", "sentence"})
"""Modules of the package that hold no boxes."""


@dataclass(frozen=True, slots=True)
class Function:
    """A public function: the label in its docstring, its parameters, those without default, the
    variables it returns."""

    name: str
    label: str
    text: str
    parameters: tuple[str, ...]
    required: frozenset[str]
    outputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Module:
    """One `handlers/<stem>.py`: its boxes, the variables it returns, the codes it refuses with."""

    path: str
    text: str
    functions: Mapping[str, Function]
    outputs: frozenset[str]
    codes: frozenset[str]


Modules = Mapping[str, Module]


def installed() -> dict[str, bytes]:
    """The handlers of this installation, by path."""
    return on_disk(Path(handlers.__path__[0]).parent)


def on_disk(root: Path) -> dict[str, bytes]:
    """The handlers below a folder that holds `handlers/`, by path relative to it."""
    paths = sorted((root / "handlers").rglob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def read(sources: Mapping[str, bytes]) -> Modules:
    """Stem to module for every file directly in `handlers/`; raises SyntaxError."""
    stems = {path.removeprefix("handlers/").removesuffix(".py"): path for path in sources}
    return {
        stem: _module(path, sources[path])
        for stem, path in stems.items()
        if "/" not in stem and stem not in HELPERS
    }


def docstrings(source: bytes) -> Iterator[tuple[str, str]]:
    """Name and docstring of a module and of each of its functions and classes."""
    tree = ast.parse(source)
    documented = (ast.FunctionDef, ast.ClassDef)
    for node in (tree, *(each for each in ast.walk(tree) if isinstance(each, documented))):
        yield getattr(node, "name", ""), ast.get_docstring(node) or ""


@lru_cache(maxsize=256)
def _module(path: str, source: bytes) -> Module:
    tree = ast.parse(source, path)
    own = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    public = [each for name, each in own.items() if name[0] != "_"]
    return Module(
        path=path,
        text=ast.get_docstring(tree) or "",
        functions={each.name: _function(each, own) for each in public},
        outputs=frozenset(_outputs(tree)),
        codes=frozenset(_codes(tree)),
    )


def _function(node: ast.FunctionDef, own: Mapping[str, ast.FunctionDef]) -> Function:
    label, _, text = (ast.get_docstring(node) or "").partition("\n")
    names = [each.arg for each in (*node.args.args, *node.args.kwonlyargs)]
    positional = len(node.args.args) - len(node.args.defaults)
    keyword = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    required = {*names[:positional], *(each.arg for each, given in keyword if given is None)}
    outputs = frozenset(name for each in _asked(node, own) for name in _outputs(each))
    needed = frozenset(required)
    return Function(node.name, label.strip(), text.strip(), tuple(names), needed, outputs)


def _asked(node: ast.FunctionDef, own: Mapping[str, ast.FunctionDef]) -> Iterator[ast.FunctionDef]:
    """A function and those of its module that it comes to."""
    seen, todo = {node.name}, [node]
    while todo:
        yield (at := todo.pop())
        named = {each.id for each in ast.walk(at) if isinstance(each, ast.Name)} & own.keys()
        todo.extend(own[name] for name in named - seen)
        seen |= named


def _outputs(tree: ast.AST) -> Iterator[str]:
    returned = (each.value for each in ast.walk(tree) if isinstance(each, ast.Return))
    for value in filter(None, returned):
        for part in ast.walk(value):
            if isinstance(part, ast.Dict):
                yield from (str(k.value) for k in part.keys if isinstance(k, ast.Constant))


def _codes(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal" and call.args:
            code = call.args[0]
            yield str(code.value) if isinstance(code, ast.Constant) else ""
