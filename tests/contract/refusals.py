"""What a "no" says, read from the source: every text that reaches what is raised, through names,
functions and modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
SENTENCES = {"sentence", "reason", "detail", "text", "word", "name", "errors", "message"}
"""What a parameter is called that holds a sentence, or a part of one."""
TRANSLATING = {"gettext", "lazy_gettext", "ngettext", "_"}
RAISED_BY_RULES = {"Refusal", "NoDeadline", "NoTable"}
FAMILIES = {"server/errors.py": "Problem", "server/engine/errors.py": "EngineError"}
"""What becomes a problem document; Problem and EngineError with all that is made of them."""


@dataclass(frozen=True)
class Text:
    """A text that is said: ``made`` where it is put together so that no English can be found."""

    file: str
    line: int
    text: str
    made: bool


@dataclass
class Module:
    """A file: its functions, its constants, and where its imported names come from."""

    path: Path
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imported: dict[str, tuple[Path, str]] = field(default_factory=dict)
    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def module(path: Path) -> Module:
    return parsed(path, path.read_text(encoding="utf-8"))


def parsed(path: Path, source: str) -> Module:
    read = Module(path, tree=ast.parse(source))
    for node in ast.walk(read.tree):
        if isinstance(node, ast.FunctionDef):
            read.functions.setdefault(node.name, node)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if source := _file(node.module):
                    read.imported[alias.asname or alias.name] = (source, alias.name)
    for node in read.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            read.constants[node.targets[0].id] = node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            read.constants[node.target.id] = node.value
    return read


def _file(dotted: str) -> Path | None:
    place = ROOT.joinpath(*dotted.split("."))
    found = place.with_suffix(".py"), place / "__init__.py"
    ours = dotted.split(".")[0] in ("handlers", "server")
    return next((each for each in found if ours and each.exists()), None)


def raised() -> set[str]:
    """Names of the classes whose text is shown to whoever asked."""
    names = set(RAISED_BY_RULES)
    for file, family in FAMILIES.items():
        names.add(family)
        for node in module(ROOT / file).tree.body:
            bases = node.bases if isinstance(node, ast.ClassDef) else []
            if {each.id for each in bases if isinstance(each, ast.Name)} & names:
                names.add(node.name)  # type: ignore[attr-defined]
    return names


@cache
def makers() -> frozenset[str]:
    """The classes, and the functions that put a parameter of theirs into one."""
    kinds = raised()
    for path in files():
        for function in module(path).functions.values():
            own = {each.arg for each in function.args.args}
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _called(node) in kinds:
                    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                    if own & names & SENTENCES:
                        kinds.add(_known_as(module(path), function.name))
    return frozenset(kinds)


def _known_as(at: Module, name: str) -> str:
    """A private name is one of its file only."""
    return f"{at.name}:{name}" if name.startswith("_") else name


def files() -> Iterator[Path]:
    """Ours, but the bundle's."""
    for top in ("handlers", "server"):
        found = sorted((ROOT / top).rglob("*.py"))
        yield from (each for each in found if "node_modules" not in each.parts)


def said(read: Module) -> Iterator[Text]:
    """Every text that a file lets somebody be told when it says no."""
    kinds = makers()
    for function in [*read.functions.values()]:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _known_as(read, _called(node)) in kinds:
                yield from Reader().arguments(read, function, node)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


class Reader:
    """Follows a value back to the texts it is made of; each name and function once."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def arguments(
        self, at: Module, inside: ast.FunctionDef | None, call: ast.Call
    ) -> Iterator[Text]:
        given = [each for each in call.keywords if each.arg not in ("code", "clauses")]
        for part in [*call.args, *(each.value for each in given)]:
            yield from self.texts(at, inside, part)

    def texts(self, at: Module, inside: ast.FunctionDef | None, node: ast.AST) -> Iterator[Text]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if CHINESE.search(node.value):
                yield Text(at.name, node.lineno, node.value, False)
        elif isinstance(node, ast.JoinedStr):
            yield from self._joined(at, node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            yield from self._put_together(at, inside, node)
        elif isinstance(node, ast.Name):
            yield from self._name(at, inside, node.id)
        elif isinstance(node, ast.Call):
            yield from self._call(at, inside, node)
        elif isinstance(node, ast.IfExp):
            for part in (node.body, node.orelse):
                yield from self.texts(at, inside, part)
        elif isinstance(node, ast.Compare | ast.Attribute):
            return
        elif isinstance(node, ast.Subscript):
            yield from self.texts(at, inside, node.value)
        else:
            for part in ast.iter_child_nodes(node):
                yield from self.texts(at, inside, part)

    def _joined(self, at: Module, node: ast.JoinedStr) -> Iterator[Text]:
        words = [each.value for each in node.values if isinstance(each, ast.Constant)]
        if CHINESE.search("".join(map(str, words))):
            yield Text(at.name, node.lineno, ast.unparse(node), True)

    def _put_together(
        self, at: Module, inside: ast.FunctionDef | None, node: ast.BinOp
    ) -> Iterator[Text]:
        for part in (node.left, node.right):
            for text in self.texts(at, inside, part):
                yield Text(text.file, text.line, text.text, True)

    def _name(self, at: Module, inside: ast.FunctionDef | None, name: str) -> Iterator[Text]:
        where = f"{at.name}:{inside.name if inside else ''}"
        if (where, name) in self.seen:
            return
        self.seen.add((where, name))
        values = list(_assigned(inside, name)) if inside else []
        for value in values:
            yield from self.texts(at, inside, value)
        if not values and name in at.constants:
            yield from self.texts(at, None, at.constants[name])
        elif not values and name in at.imported:
            source = module(at.imported[name][0])
            if found := source.constants.get(at.imported[name][1]):
                yield from self.texts(source, None, found)

    def _call(self, at: Module, inside: ast.FunctionDef | None, node: ast.Call) -> Iterator[Text]:
        name = _called(node)
        if name in TRANSLATING:
            return
        yield from self.arguments(at, inside, node)
        if isinstance(node.func, ast.Attribute):
            made = node.func.attr in ("format", "replace")
            for text in self.texts(at, inside, node.func.value):
                yield Text(text.file, text.line, text.text, made or text.made)
        source, known = at, name
        if name in at.imported:
            source, known = module(at.imported[name][0]), at.imported[name][1]
        if known in source.functions and (source.name, known) not in self.seen:
            self.seen.add((source.name, known))
            function = source.functions[known]
            for value in _returned(function):
                yield from self.texts(source, function, value)


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = [node.target]
        if any(_named(each) == name for each in targets):
            value = node.value  # type: ignore[attr-defined]
            if value is not None:
                yield value


def _named(target: ast.expr) -> str:
    """The name that an assignment changes: ``errors`` of ``errors["title"]``."""
    part = target.value if isinstance(target, ast.Subscript) else target
    return part.id if isinstance(part, ast.Name) else ""


def _returned(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield node.value
