"""What an explorer of a diagram may take as known: some variables, and what the tables then say.

A business rule task gives one of the rows that its table has for the regime and for the inputs
known; an input that is not known is left open, so that no row the law has is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.engine.dialect import Element
from server.feel import FeelError, compile_expression
from server.law.checks.reach import Answer, answers
from server.law.law import Law, NoTable

Facts = tuple[tuple[str, int], ...]
"""Result variable and the number of the row it holds."""

Variables = Mapping[str, object]


@dataclass(frozen=True)
class Rulings:
    """The knowledge of one obligation in one regime: ``owing`` holds while the obligation is
    owed, ``settled`` once it is met. With neither, tables are left out of account."""

    law: Law
    owing: Variables = field(default_factory=dict)
    settled: Variables = field(default_factory=dict)
    rows: list[Variables] = field(default_factory=list)
    answered: dict[tuple[bool, Facts], Answer] = field(default_factory=dict)

    def answer(self, owed: bool, facts: Facts) -> Answer:
        """Decides the conditions of flows by what is known."""
        if (owed, facts) not in self.answered:
            known = {**self._known(owed), **{name: self.rows[at] for name, at in facts}}
            made = answers(self.law.step, self.law.regime.as_variable(), known)
            self.answered[owed, facts] = made
        return self.answered[owed, facts]

    def after(self, element: Element, owed: bool, facts: Facts) -> Iterator[Facts]:
        """What is known once an element has acted: one possibility for each row of its table."""
        ruled = element.kind == "businessRuleTask" and element.result and self._known(owed)
        rows = self._rows(element, owed) if ruled else []
        rest = tuple(each for each in facts if each[0] != element.result)
        if not rows:
            yield rest
        for row in rows:
            yield tuple(sorted((*rest, (str(element.result), self._number(row)))))

    def _known(self, owed: bool) -> Variables:
        return self.owing if owed else self.settled

    def _rows(self, element: Element, owed: bool) -> list[Variables]:
        inputs = dict(self._inputs(element, self._known(owed)))
        try:
            found = self.law.table(str(element.decision), **inputs)
        except (NoTable, FeelError):
            return []
        return found if isinstance(found, list) else [found] if found else []

    def _inputs(self, element: Element, known: Variables) -> Iterator[tuple[str, Any]]:
        for each in element.inputs:
            try:
                expression = compile_expression(each.source.removeprefix("="))
                if not expression.names - known.keys():
                    yield each.target, expression(known)
            except FeelError:
                continue

    def _number(self, row: Variables) -> int:
        if row not in self.rows:
            self.rows.append(row)
        return self.rows.index(row)
