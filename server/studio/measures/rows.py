"""The rows of one regime in the decision tables: read, copied from another, changed, laid anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from server.feel.xml import child, child_text, children, read_xml
from server.studio.sheets import QUOTED, REGIME

CLAUSE = "clause"
Cite = Callable[[str], str]
"""The words of a clause cell, ids and readings, to those of the new regime."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what tables call it, what people call it, its type where one is stated."""

    name: str
    label: str
    type: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the regime: its cells as FEEL, by column, the regime left out."""

    id: str
    cells: dict[str, str]
    note: str

    def key(self, columns: Iterable[Column]) -> tuple[str, ...]:
        """What tells it from the other rows: the cells that are asked for."""
        return tuple(self.cells[each.name] for each in columns if each.asked)


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table with the rows of one regime."""

    id: str
    name: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def read(content: bytes, regime: str) -> list[Table]:
    """The tables of a DMN file that ask for the regime, with its own rows."""
    return [
        Table(each.id, each.name, each.columns, each.lines.get(regime, ()))
        for each in _parsed(content)
    ]


@dataclass(frozen=True, slots=True)
class _Whole:
    """A table with the rows of every regime."""

    id: str
    name: str
    columns: tuple[Column, ...]
    lines: Mapping[str, tuple[Line, ...]]


@lru_cache(maxsize=64)
def _parsed(content: bytes) -> tuple[_Whole, ...]:
    return tuple(
        _Whole(
            decision.get("id", ""), decision.get("name", ""), tuple(_columns(table)), _lines(table)
        )
        for decision, table in _tables(read_xml(content))
    )


def _lines(table: etree._Element) -> Mapping[str, tuple[Line, ...]]:
    """The regime that the rows name in their first cell, to these rows."""
    found: dict[str, tuple[Line, ...]] = {}
    for rule in children(table, "rule"):
        owner = _cells(rule)[0].strip('"')
        found[owner] = (*found.get(owner, ()), _line(table, rule))
    return found


def copied(content: bytes, model: str, regime: str, cite: Cite) -> bytes:
    """The file with the rows of ``model`` as those of ``regime``, in place of any it had; rows
    that are for every regime are then for this one too."""

    def work(decision: etree._Element, table: etree._Element) -> None:
        _remove(table, _own(table, regime))
        if any(_cells(rule)[:1] == ["-"] for rule in children(table, "rule")):
            _allow(table, regime)
        for rule in list(_own(table, model)):
            _add(table, _renamed(rule, table, model, regime, cite))

    return _worked(content, work)


def added(content: bytes, source: str, regime: str, cite: Cite) -> bytes:
    """The file with one more row, copied from that with the id ``source``; unchanged where there
    is none, or where the regime has such a row."""

    def work(decision: etree._Element, table: etree._Element) -> None:
        rule = next((one for one in children(table, "rule") if one.get("id") == source), None)
        if rule is None:
            return
        model = next(iter(QUOTED.findall(_cells(rule)[0])), "")
        new = _renamed(rule, table, model, regime, cite)
        keys = {tuple(_asked_cells(table, one)) for one in _own(table, regime)}
        if table.get("hitPolicy") == "COLLECT" or tuple(_asked_cells(table, new)) not in keys:
            _add(table, new)

    return _worked(content, work)


def without(content: bytes, row: str, regime: str) -> bytes:
    """The file without one row of the regime."""

    def work(decision: etree._Element, table: etree._Element) -> None:
        _remove(table, [one for one in _own(table, regime) if one.get("id") == row])

    return _worked(content, work)


def changed(content: bytes, regime: str, cells: Mapping[str, Mapping[str, str]]) -> bytes:
    """The file with other cells in rows of the regime: row id -> output column -> FEEL."""

    def work(decision: etree._Element, table: etree._Element) -> None:
        for rule in _own(table, regime):
            for name, text in cells.get(rule.get("id", ""), {}).items():
                _set(table, rule, name, text)

    return _worked(content, work) if cells else content


def switched(content: bytes, regime: str, procedure: str, title: str, clause: str) -> bytes:
    """Table ``steps`` with the row that gives the regime a procedure, made of its last row."""

    def work(decision: etree._Element, table: etree._Element) -> None:
        own = list(_own(table, regime))
        name = f'"procedure_{procedure}"'
        if not own or any(_cells(one)[1] == name for one in own):
            return
        rule = deepcopy(own[-1])
        _number(table, rule, f"{decision.get('id')}_{regime}_procedure_{procedure}")
        _entries(rule, "inputEntry")[1].text = name
        for column, text in (("on", "true"), ("title", _quoted(title)), (CLAUSE, _quoted(clause))):
            _set(table, rule, column, text)
        for note in list(children(rule, "description")):
            rule.remove(note)
        _add(table, rule)

    return _worked(content, work)


def laid_anew(current: bytes, draft: bytes, regime: str) -> bytes:
    """The file in force with the regime's rows as a draft has them; all other rows as in force."""
    own = {
        decision.get("id"): list(_own(table, regime))
        for decision, table in _tables(read_xml(draft))
    }

    def work(decision: etree._Element, table: etree._Element) -> None:
        _remove(table, _own(table, regime))
        _allow(table, regime)
        for rule in own.get(decision.get("id"), ()):
            _add(table, deepcopy(rule))

    return _worked(current, work)


# --- inside a table -----------------------------------------------------------------------------


def _worked(content: bytes, work: Callable[[etree._Element, etree._Element], None]) -> bytes:
    root = read_xml(content)
    for decision, table in _tables(root):
        work(decision, table)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _tables(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    for decision in children(root, "decision"):
        for table in children(decision, "decisionTable"):
            if [one.name for one in _columns(table)][:1] == [REGIME]:
                yield decision, table


def _columns(table: etree._Element) -> Iterator[Column]:
    for each in children(table, "input"):
        expression = child(each, "inputExpression")
        name = (child_text(expression, "text") or "") if expression is not None else ""
        kind = expression.get("typeRef", "") if expression is not None else ""
        yield Column(name, each.get("label", name), kind, True)
    for each in children(table, "output"):
        name = each.get("name", "")
        yield Column(name, each.get("label", name), each.get("typeRef", ""), False)


def _entries(rule: etree._Element, *names: str) -> list[etree._Element]:
    wanted = names or ("inputEntry", "outputEntry")
    found = (child(each, "text") for each in children(rule, *wanted))
    return [each for each in found if each is not None]


def _cells(rule: etree._Element) -> list[str]:
    return [(each.text or "").strip() for each in _entries(rule)]


def _asked_cells(table: etree._Element, rule: etree._Element) -> list[str]:
    return _cells(rule)[: len(list(children(table, "input")))]


def _own(table: etree._Element, regime: str) -> Iterator[etree._Element]:
    for rule in list(children(table, "rule")):
        if _cells(rule)[:1] == [f'"{regime}"']:
            yield rule


def _line(table: etree._Element, rule: etree._Element) -> Line:
    names = [each.name for each in _columns(table)]
    cells = dict(list(zip(names, _cells(rule), strict=True))[1:])
    return Line(rule.get("id", ""), cells, child_text(rule, "description") or "")


def _set(table: etree._Element, rule: etree._Element, name: str, text: str) -> None:
    names = [each.get("name") for each in children(table, "output")]
    if name in names:
        _entries(rule, "outputEntry")[names.index(name)].text = text


def _renamed(
    rule: etree._Element, table: etree._Element, model: str, regime: str, cite: Cite
) -> etree._Element:
    """A copy of a row with the regime in its first cell, ids and clauses of its own."""
    new = deepcopy(rule)
    _entries(new)[0].text = f'"{regime}"'
    old = rule.get("id", "")
    name = old.replace(f"_{model}_", f"_{regime}_", 1) if f"_{model}_" in old else f"{regime}_{old}"
    _number(table, new, name)
    clause = _entries(new, "outputEntry")[-1]
    clause.text = _quoted(cite((clause.text or "").strip('" ')))
    for note in list(children(new, "description", "annotationEntry")):
        new.remove(note)
    return new


def _number(table: etree._Element, rule: etree._Element, name: str) -> None:
    """Give a row and its cells ids that no other element of the file has."""
    taken = {each.get("id") for each in table.getroottree().iter() if each.get("id")}
    base, count = name, 1
    while name in taken:
        count += 1
        name = f"{base}_{count}"
    rule.set("id", name)
    for place, cell in enumerate(children(rule, "inputEntry", "outputEntry")):
        cell.set("id", f"{name}_{place}")


def _add(table: etree._Element, rule: etree._Element) -> None:
    """Append a row, indented like the others."""
    last = next(reversed(list(children(table, "rule"))), None)
    own = QUOTED.findall(_cells(rule)[0])
    _allow(table, own[0] if own else "")
    if last is not None:
        rule.tail, last.tail = last.tail, "\n      "
        last.addnext(rule)
        rule.tail = rule.tail or "\n    "
    else:
        table.append(rule)


def _allow(table: etree._Element, regime: str) -> None:
    """The column of regimes takes one more value."""
    for values in children(next(iter(children(table, "input"))), "inputValues"):
        text = child(values, "text")
        if text is not None and text.text and f'"{regime}"' not in text.text:
            text.text += f', "{regime}"'


def _remove(table: etree._Element, rules: Iterable[etree._Element]) -> None:
    for rule in list(rules):
        before = rule.getprevious()
        if before is not None and rule.getnext() is None:
            before.tail = rule.tail
        table.remove(rule)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
