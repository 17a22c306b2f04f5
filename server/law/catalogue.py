"""The catalogue: one tree of processes, tables, forms and law, read once and shared.

A tree is a mapping of paths to contents, from the disk or from a publication.  A file that
cannot be read does not stop the others: it becomes a fault that the checks report, so that a
process owner sees every mistake of a draft at once.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

from handlers.rules.working_days import Calendar
from server.engine import dialect
from server.engine.dialect import ProcessDescription
from server.engine.errors import DialectError, Finding
from server.feel import FeelError
from server.feel.dmn import Model, load_model
from server.feel.sentence import told
from server.feel.xml import XmlError
from server.law import calendar as calendars
from server.law import clauses, regimes, states
from server.law.clauses import Clause, Register
from server.law.duties import duties
from server.law.procedures import procedures
from server.law.regimes import Regime
from server.law.sheets import SheetError
from server.law.states import States
from server.law.tables import Row, Tables, decisions

PROCESSES = "processes/"
FORMS = "forms/"
MAX_FILES = 5_000
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Catalogue:
    """All that a publication says.

    `digest` identifies the content; `faults` are the files that could not be read.
    `calendar` is made of the shipped notices; an office may know later ones.
    """

    files: Mapping[str, bytes]
    digest: str
    regimes: Mapping[str, Regime]
    clauses: Register
    tables: Tables
    calendar: Calendar
    table_files: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()

    # --- processes ---

    @cached_property
    def shared(self) -> Mapping[str, str]:
        """Process id to the path of the diagram that the regimes share."""
        return {stem(path): path for path in self._diagrams if not _regime_of(path)}

    @cached_property
    def processes(self) -> Mapping[str, str]:
        """Process id to the path of a diagram, shared or of the regime that alone has it."""
        own = {stem(path): path for path in reversed(self._diagrams) if _regime_of(path)}
        return own | dict(self.shared)

    def diagrams(self, regime: str) -> Mapping[str, str]:
        """Process id to path for a regime: its own diagrams replace the shared ones."""
        own = {stem(path): path for path in self._diagrams if _regime_of(path) == regime}
        return {**self.shared, **own}

    def procedures(self, regime: str) -> Mapping[str, str]:
        """Process id to path of what begins by itself in a regime, parts left out."""
        return self._procedures(regime)

    def duties(self, regime: str) -> Mapping[str, str]:
        """Milestone to the lane that owes it in a regime."""
        return self._duties(regime)

    def sources(self, regime: str) -> Mapping[str, bytes]:
        """Process id to BPMN for a regime, as the engine wants it."""
        return self._sources(regime)

    def read(self, path: str) -> ProcessDescription:
        """The diagram of a path as the engine reads it; raises DialectError."""
        return dialect.describe(self.files[path], stem(path))

    def describe(self, path: str) -> ProcessDescription | None:
        """The diagram of a path, read once; None when it cannot be read."""
        return self._describe(path)

    # --- tables ---

    def row(self, table: str, regime: str, **inputs: object) -> Mapping[str, Any] | None:
        """The one row of a table that matches, or None."""
        found = self.tables.ask(table, {**inputs, "regime": regime})
        return found if isinstance(found, dict) else None

    def rows(self, table: str, regime: str, **inputs: object) -> list[Row]:
        """All rows of a table for a regime that match the inputs given; others stay open."""
        found = self.tables.ask(table, {**inputs, "regime": regime})
        return found if isinstance(found, list) else [found] if found else []

    def ask(self, table: str, data: Mapping[str, object]) -> Row | list[Row] | None:
        """A row, the rows of a COLLECT table or of an open question, or None."""
        return self.tables.ask(table, data)

    def offices(self, regime: str) -> Mapping[str, str]:
        """Role to the code of the office that plays it in a regime."""
        return self._offices(regime)

    def states(self, regime: str) -> States:
        """The states of a regime's cases and the moves between them."""
        return self._states(regime)

    def rule_text(self, clause_id: str) -> str:
        """The wording of a clause."""
        return self.clauses.rule_text(clause_id)

    def clauses_of(self, regime: str, cited: Iterable[str]) -> list[Clause]:
        """Of the clauses that a shared diagram cites, those of one regime; where the regime was
        modelled on another, its own for those of the model."""
        known = self.regimes.get(regime)
        basis = known.basis if known else {}
        own = dict.fromkeys(basis.get(each, each) for each in cited)
        named = map(self.clauses.by_id, own)
        return [clause for clause in named if clause and clause.regime == regime]

    # --- forms ---

    def form_path(self, form_id: str, regime: str = "") -> str | None:
        """The path of a form, the regime's own variant first; None when there is none."""
        candidates = (f"{FORMS}{form_id}.{regime}.form", f"{FORMS}{form_id}.form")
        return next((path for path in candidates if path in self.files), None)

    def form(self, form_id: str, regime: str = "") -> bytes | None:
        """The form-js JSON of a form for a regime, or None."""
        path = self.form_path(form_id, regime)
        return self.files[path] if path else None

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """Path to content of every form, variants included."""
        return {path: self.files[path] for path in self.files if path.startswith(FORMS)}

    # --- inside ---

    @cached_property
    def checkable(self) -> tuple[str, ...]:
        """The regimes whose conditions a unit can check by itself (server/law/self_check.py)."""
        return tuple(
            regime
            for regime in self.regimes
            if self._all("eligibility", regime) and "application" in self.procedures(regime)
        )

    def _all(self, table: str, regime: str) -> list[Row]:
        return self.rows(table, regime) if table in self.tables else []

    @cached_property
    def _diagrams(self) -> tuple[str, ...]:
        return tuple(p for p in self.files if p.startswith(PROCESSES) and p.endswith(".bpmn"))

    @cached_property
    def _procedures(self) -> Callable[[str], Mapping[str, str]]:
        return cache(partial(procedures, self))

    @cached_property
    def _duties(self) -> Callable[[str], Mapping[str, str]]:
        return cache(partial(duties, self))

    @cached_property
    def _offices(self) -> Callable[[str], Mapping[str, str]]:
        def build(regime: str) -> Mapping[str, str]:
            return {row["role"]: str(row["office"]) for row in self._all("roles", regime)}

        return cache(build)

    @cached_property
    def _states(self) -> Callable[[str], States]:
        def build(regime: str) -> States:
            return states.read(*(self._all(name, regime) for name in ("states", "transitions")))

        return cache(build)

    @cached_property
    def _sources(self) -> Callable[[str], Mapping[str, bytes]]:
        def build(regime: str) -> Mapping[str, bytes]:
            return {name: self.files[path] for name, path in self.diagrams(regime).items()}

        return cache(build)

    @cached_property
    def _describe(self) -> Callable[[str], ProcessDescription | None]:
        def read_once(path: str) -> ProcessDescription | None:
            try:
                return self.read(path)
            except DialectError:
                return None

        return cache(read_once)


def load(tree: Mapping[str, bytes]) -> Catalogue:
    """Read a tree of `processes/` and `forms/`; raises ValueError for one too large."""
    if len(tree) > MAX_FILES or sum(map(len, tree.values())) > MAX_BYTES:
        raise ValueError("文件过多或过大，不能作为一个发布版本。")
    files = dict(sorted(tree.items()))
    faults: list[Finding] = []
    tables, table_files = _tables(files, faults)
    return Catalogue(
        files=files,
        digest=digest(files),
        regimes=_regimes(files, faults),
        clauses=_register(files, faults),
        tables=tables,
        calendar=_calendar(files, faults),
        table_files=table_files,
        faults=tuple(faults),
    )


def from_disk(root: Path) -> Catalogue:
    """Read the tree below a folder that holds `processes/` and `forms/`."""
    return load(tree_on_disk(root))


def tree_on_disk(root: Path) -> dict[str, bytes]:
    """The files below `processes/` and `forms/`, by path relative to the folder."""
    folders = (root / PROCESSES, root / FORMS)
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def digest(files: Mapping[str, bytes]) -> str:
    """sha256 over the sorted paths and the sha256 of their contents."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return total.hexdigest()


def stem(path: str) -> str:
    """The process id that a diagram's path stands for."""
    return PurePosixPath(path).name.removesuffix(".bpmn")


def _regime_of(path: str) -> str:
    parts = PurePosixPath(path).parts
    return parts[2] if len(parts) > 3 and parts[1] == "regimes" else ""


def _regimes(files: Mapping[str, bytes], faults: list[Finding]) -> dict[str, Regime]:
    found = {}
    for path in files:
        if path.startswith("processes/regimes/") and path.endswith("/regime.toml"):
            try:
                found[_regime_of(path)] = regimes.load(_regime_of(path), files[path])
            except regimes.RegimeError as error:
                faults.append(_fault(path, "regime", str(error)))
    return found


def _register(files: Mapping[str, bytes], faults: list[Finding]) -> Register:
    """The register in processes/law, and what regimes keep of it in folders of their own."""
    found = Register()
    for folder in ("processes/law/", *_own_registers(files)):
        paths = (f"{folder}clauses.csv", f"{folder}articles.csv")
        try:
            sheet, articles = (files[path] for path in paths)
            found = found.with_more(clauses.load(sheet, articles, _regime_of(paths[0])))
        except (KeyError, SheetError, ValueError) as error:
            faults.append(
                _fault(paths[0], "clauses", told("条款登记表不能读取：%(error)s", error=error))
            )
    return found


def _own_registers(files: Mapping[str, bytes]) -> list[str]:
    ending = "/clauses.csv"
    return [p.removesuffix("clauses.csv") for p in files if _regime_of(p) and p.endswith(ending)]


def _calendar(files: Mapping[str, bytes], faults: list[Finding]) -> Calendar:
    folder = "processes/law/calendars/"
    sheets = {}
    for path in files:
        year = path.removeprefix(folder).removesuffix(".csv")
        if path.startswith(folder) and year.isdecimal() and len(year) == 4:
            try:
                calendars.parse_year(int(year), files[path])
                sheets[int(year)] = files[path]
            except SheetError as error:
                faults.append(_fault(path, "calendar", str(error)))
    return calendars.build(sheets)


def _tables(files: Mapping[str, bytes], faults: list[Finding]) -> tuple[Tables, dict[str, str]]:
    models: list[Model] = []
    held: dict[str, str] = {}
    for path in files:
        if path.startswith(PROCESSES) and path.endswith(".dmn"):
            try:
                model = _model(files[path])
            except (XmlError, FeelError) as error:
                faults.append(_fault(path, "table", told("决策表不能读取：%(error)s", error=error)))
                continue
            models.append(model)
            faults.extend(_twice(path, held, decisions(model)))
            held |= dict.fromkeys(decisions(model), path)
    return Tables(models), held


@lru_cache(maxsize=64)
def _model(xml: bytes) -> Model:
    """Tables read once, in whatever catalogues they stand: a draft changes one of thirty."""
    return load_model(xml)


def _twice(path: str, held: Mapping[str, str], names: Iterable[str]) -> list[Finding]:
    return [
        _fault(
            path,
            "duplicate",
            told("决策“%(name)s”已在 %(file)s 中定义。", name=name, file=held[name]),
        )
        for name in names
        if name in held
    ]


def _fault(path: str, code: str, sentence: str) -> Finding:
    return Finding("error", path, None, code, sentence)
