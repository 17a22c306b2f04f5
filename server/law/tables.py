"""The decision tables of a catalogue, asked by name."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cached_property
from typing import Any

from server.feel import compile_expression, compile_unary_tests
from server.feel.dmn import Model
from server.feel.evaluation import Decided
from server.feel.graph import Decision
from server.feel.sentence import told
from server.feel.tables import Rule, Table

Row = dict[str, Any]
Functions = Mapping[str, Callable[..., object]]
NO_FUNCTIONS: Functions = {}


_listener: ContextVar[set[str] | None] = ContextVar("asked", default=None)


@contextmanager
def listening() -> Iterator[set[str]]:
    """The decisions that are asked meanwhile (rehearsals)."""
    asked: set[str] = set()
    token = _listener.set(asked)
    try:
        yield asked
    finally:
        _listener.reset(token)


def _note(decision: str) -> None:
    asked = _listener.get()
    if asked is not None:
        asked.add(decision)


class NoTable(LookupError):
    """A decision that the catalogue does not have; the message is a sentence for people."""


class Tables:
    """Every decision of a catalogue by its id; immutable and shared between threads."""

    def __init__(self, models: Iterable[Model] = ()) -> None:
        self._models = {each: model for model in models for each in decisions(model)}
        self._tables = {
            table.owner: table for model in self._models.values() for table in model.tables
        }

    def __contains__(self, decision: str) -> bool:
        return decision in self._models

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def table(self, decision: str) -> Table:
        """The table of a decision as it is written; raises NoTable."""
        if decision not in self._tables:
            raise NoTable(told("没有决策表“%(decision)s”。", decision=decision))
        return self._tables[decision]

    @cached_property
    def english(self) -> Mapping[str, str]:
        """Names that stand beside their English: the columns ``title`` and ``title_en``."""
        pairs = (pair for table in self._tables.values() for pair in _pairs(table))
        return {zh: en for zh, en in pairs if zh and en}

    def tables_of(self, decision: str) -> list[Table]:
        """The tables of a decision: one, or none when it is no table."""
        return [self._tables[decision]] if decision in self._tables else []

    def decide(
        self, decision: str, data: Mapping[str, object], functions: Functions = NO_FUNCTIONS
    ) -> Decided:
        """The result and the rules that gave it, in FEEL values; raises NoTable."""
        _note(decision)
        return self._model(decision).evaluate(decision, data, functions)

    def ask(self, decision: str, data: Mapping[str, object]) -> Row | list[Row] | None:
        """The result in Python values: one row, the rows of a COLLECT table, or None.

        When an input column is left out of `data` the question is open: all rows that match
        the given columns, each with the value of its open cells (a list where it names several).
        """
        if self._open_columns(decision, data):
            _note(decision)
            return list(self._matching(self.table(decision), data))
        result: Row | list[Row] | None = plain(self.decide(decision, data).result)
        return result

    def _model(self, decision: str) -> Model:
        if decision not in self._models:
            raise NoTable(told("没有决策表“%(decision)s”。", decision=decision))
        return self._models[decision]

    def _open_columns(self, decision: str, data: Mapping[str, object]) -> bool:
        table = self._tables.get(decision)
        return table is not None and any(column.text not in data for column in table.inputs)

    def _matching(self, table: Table, data: Mapping[str, object]) -> Iterator[Row]:
        for rule in table.rules:
            if all(_passes(column.text, cell, data) for column, cell in _inputs(table, rule)):
                yield _whole_row(table, rule, data)


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    places = {column.text: at for at, column in enumerate(table.outputs)}
    for name, at in places.items():
        if f"{name}_en" in places:
            for rule in table.rules:
                yield _text(rule.outputs[at]), _text(rule.outputs[places[f"{name}_en"]])


def _text(cell: str) -> str:
    """The text that a cell holds, "" for any other expression."""
    return cell.strip()[1:-1] if re.fullmatch(r'\s*"[^"\\]*"\s*', cell) else ""


def decisions(model: Model) -> list[str]:
    """The ids of a model's own decisions."""
    return [
        identity
        for (namespace, identity), element in model.graph.items()
        if namespace == model.namespace and isinstance(element, Decision)
    ]


def plain(value: Any) -> Any:
    """FEEL values as Python ones: whole numbers become int, contexts and lists are copied."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _inputs(table: Table, rule: Rule) -> list[tuple[Any, str]]:
    return list(zip(table.inputs, rule.inputs, strict=True))


def _passes(name: str, cell: str, data: Mapping[str, object]) -> bool:
    return name not in data or compile_unary_tests(cell)(data[name], data)


def _whole_row(table: Table, rule: Rule, data: Mapping[str, object]) -> Row:
    asked = {
        column.text: _asked(cell, data)
        for column, cell in _inputs(table, rule)
        if column.text not in data and cell != "-"
    }
    answered = {
        column.text: plain(compile_expression(cell)(data))
        for column, cell in zip(table.outputs, rule.outputs, strict=True)
    }
    return asked | answered


def _asked(cell: str, data: Mapping[str, object]) -> object:
    """The value that a cell asks for, or the list of them where it names several."""
    values = plain(compile_expression(f"[{cell}]")(data))
    return values[0] if len(values) == 1 else values
