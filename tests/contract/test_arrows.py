"""The arrows of the house: upper floors import lower ones, never the other way round."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "feel": set(),
    "engine": {"feel", "handlers"},
    "law": {"feel", "engine", "handlers"},
    "work": {
        "handlers",
        "feel",
        "engine",
        "law",
        "db",
        "ids",
        "clock",
        "models",
        "errors",
        "config",
    },
    "jobs": {"work", "law", "engine", "db", "ids", "clock", "models", "errors", "config"},
    "studio": {"work", "law", "engine", "feel", "db", "ids", "clock", "models", "errors"},
    "views": {"work", "jobs", "studio", "law", "feel", "errors", "config", "db", "clock", "logs"},
}
"""Room -> what it may import besides itself, the standard library and third-party packages."""

FLASK_CONTEXT = {"request", "g", "current_app", "session", "has_request_context", "url_for"}
MAY_TOUCH_FLASK = {"views", "__init__", "cli", "errors"}


def modules(top: str) -> Iterator[Path]:
    return (p for p in (ROOT / top).rglob("*.py") if "node_modules" not in p.parts)


def room_of(path: Path) -> str:
    part = path.relative_to(ROOT / "server").parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Absolute dotted names of everything a module imports, also inside functions."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def our_rooms(path: Path) -> set[str]:
    names = [name.split(".") for name in imports(path)]
    rooms = {n[1] for n in names if n[0] == "server" and len(n) > 1}
    return rooms | ({"handlers"} if any(n[0] == "handlers" for n in names) else set())


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_floors_below_it(room: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {sorted(extra)}"
        for path in modules("server")
        if room_of(path) == room and (extra := our_rooms(path) - MAY_IMPORT[room] - {room})
    }
    assert not wrong


def test_handlers_import_the_standard_library_and_each_other() -> None:
    allowed = set(sys.stdlib_module_names) | {"handlers"}
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("handlers")
        for name in imports(path)
        if name.split(".")[0] not in allowed
    }
    assert not wrong


def test_one_package_imports_the_engine_library() -> None:
    users = {
        room_of(path)
        for path in modules("server")
        if any(name.split(".")[0] == "SpiffWorkflow" for name in imports(path))
    }
    assert users <= {"engine"}


def test_one_function_commits() -> None:
    committing = {
        str(path.relative_to(ROOT))
        for path in modules("server")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    }
    assert committing <= {"server/db.py"}


def test_only_the_edge_touches_the_request_context() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("server")
        if room_of(path) not in MAY_TOUCH_FLASK
        for name in imports(path)
        if name.split(".")[0] == "flask" and name.split(".")[-1] in FLASK_CONTEXT
    }
    assert not wrong


def test_no_clock_but_the_clock() -> None:
    """Deadlines need one clock: nothing else may read the machine's time of day."""
    readers = {
        str(path.relative_to(ROOT))
        for top in ("server", "handlers")
        for path in modules(top)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    }
    assert readers <= {"server/clock.py"}


@pytest.mark.parametrize("top", ["server", "handlers"])
def test_nothing_evaluates_text_as_python(top: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(top)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "__import__"}
    }
    assert not wrong
