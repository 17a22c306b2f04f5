"""What an editor offers to choose from: roles, forms, functions, tables, parts, dates, clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.law import checks
from server.law.catalogue import Catalogue
from server.law.checks import services
from server.law.checks.survey import Survey
from server.studio import sheets, shelf

Offer = list[dict[str, str]]
KEPT = 8
_made: dict[str, dict[str, Any]] = {}


def offers(made: Catalogue) -> dict[str, Any]:
    """Word lists by what they are for; each entry has ``id`` and ``label``. The last ones made are
    kept, for every editor asks when it opens."""
    if made.digest not in _made:
        if len(_made) >= KEPT:
            _made.clear()
        _made[made.digest] = _offers(made)
    return _made[made.digest]


def _offers(made: Catalogue) -> dict[str, Any]:
    looked_at = checks.look(made)
    return {
        "roles": _by_id(_rows(made, "roles", "role", "title")),
        "forms": _forms(made),
        "handlers": [
            {"id": f"{stem}.{function.name}", "label": function.label}
            for stem, module in looked_at.modules.items()
            for function in module.functions.values()
        ],
        "decisions": [
            {"id": sheet.id, "label": sheet.name}
            for path in made.files
            if path.endswith(".dmn")
            for sheet in sheets.read(made.files[path])
        ],
        "called": [
            {"id": each.process, "label": each.name}
            for each in shelf.models(made)
            if each.kind == "part"
        ],
        "deadlines": _by_id(_rows(made, "deadlines", "milestone", "title")),
        "states": _by_id(_rows(made, "states", "state", "title")),
        "steps": _by_id(_rows(made, "steps", "step", "title")),
        "sets": _sets(made, looked_at),
        "clauses": [
            {"id": clause.id, "regime": clause.regime, "article": clause.article,
             "label": clause.rule_zh}
            for clause in made.clauses.clauses.values()
        ],
        "regimes": [{"id": each.id, "label": each.short} for each in made.regimes.values()],
    }  # fmt: skip


def _sets(made: Catalogue, looked_at: Survey) -> dict[str, Any]:
    """Which variables a form, a function, or the beginning of a diagram brings with it."""
    handed: dict[str, set[str]] = {}
    for _, diagram in looked_at.diagrams:
        for element in diagram.elements:
            if element.called:
                given = {each.target for each in element.inputs}
                handed.setdefault(element.called, set()).update(given)
            for begun in element.words("begins"):
                handed.setdefault(begun, set()).update(element.words("begins_with"))
    functions = {
        f"{stem}.{function.name}": function.outputs
        for stem, module in looked_at.modules.items()
        for function in module.functions.values()
    }
    return {
        "forms": _sorted(services.form_keys(made)),
        "handlers": _sorted(functions),
        "begins": _sorted(handed),
    }


def _sorted(found: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in found.items()}


def _forms(made: Catalogue) -> Offer:
    found = {}
    for each in shelf.models(made):
        if each.kind == "form" and each.path.count(".") == 1:
            form = each.path.removeprefix("forms/").removesuffix(".form")
            found[form] = {"id": form, "label": each.name}
    return list(found.values())


def _rows(made: Catalogue, table: str, key: str, title: str) -> Iterator[Mapping[str, Any]]:
    """Key and title of the rows of a table, regime after regime."""
    for regime in made.regimes if table in made.tables else ():
        for row in made.rows(table, regime):
            if isinstance(row.get(key), str):
                yield {"id": row[key], "label": str(row.get(title) or row[key])}


def _by_id(rows: Iterator[Mapping[str, Any]]) -> Offer:
    """Each id once, with the titles that the regimes give it."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row["id"], {})[row["label"]] = None
    return [{"id": name, "label": " / ".join(labels)} for name, labels in found.items()]
