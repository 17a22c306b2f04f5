"""Everything a process owner may look up: procedures, parts, tables, forms and regimes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from server.law import checks
from server.law.catalogue import Catalogue, stem
from server.models import cases, instances
from server.studio import sheets
from server.studio.drafts.paths import regime_of

KINDS = ("procedure", "part", "table", "form", "regime")
KEPT = 8


@dataclass(frozen=True, slots=True)
class Model:
    """One file on the shelf; ``regimes`` are those that use it, ``process`` the diagram it is or
    belongs to."""

    path: str
    kind: str
    name: str
    regimes: tuple[str, ...]
    process: str = ""


_shelves: dict[str, tuple[Model, ...]] = {}


def models(made: Catalogue) -> tuple[Model, ...]:
    """The shelf of a catalogue, by kind and path; the last ones looked at are kept."""
    if made.digest not in _shelves:
        used = _uses(made)
        found = [each for path in made.files for each in _models(made, path, used)]
        if len(_shelves) >= KEPT:
            _shelves.clear()
        order = sorted(found, key=lambda each: (KINDS.index(each.kind), each.path))
        _shelves[made.digest] = tuple(order)
    return _shelves[made.digest]


def _models(made: Catalogue, path: str, used: Mapping[str, list[str]]) -> Iterator[Model]:
    everywhere = tuple(made.regimes)
    if path.endswith(".bpmn"):
        kind = "part" if path.startswith("processes/parts/") else "procedure"
        diagram = made.describe(path)
        name = diagram.name if diagram else stem(path)
        yield Model(path, kind, name or stem(path), tuple(used.get(path, ())), stem(path))
    elif path.endswith(".dmn"):
        name = next((each.name for each in sheets.read(made.files[path])), path)
        yield Model(path, "table", name, everywhere)
    elif path.endswith(".form"):
        yield _form(made, path, used)
    elif path.endswith("/regime.toml") and (regime := made.regimes.get(regime_of(path))):
        yield Model(path, "regime", regime.instrument, (regime.id,))


def _form(made: Catalogue, path: str, used: Mapping[str, list[str]]) -> Model:
    own = regime_of(path)
    form = path.removeprefix("forms/").removesuffix(".form").removesuffix(f".{own}")
    diagram = made.describe(made.processes.get(form.split("/")[0], ""))
    step = diagram.by_id.get(form.split("/")[1]) if diagram else None
    name = f"{diagram.name} · {step.label}" if diagram and step else form
    regimes = (own,) if own else tuple(used.get(form.split("/")[0], ()))
    return Model(path, "form", name, regimes, form.split("/")[0])


def _uses(made: Catalogue) -> dict[str, list[str]]:
    """Path, and process id, of a diagram to the regimes that come to it."""
    found: dict[str, list[str]] = {}
    for place in checks.look(made).places:
        for name in (place.path, place.diagram.id):
            found.setdefault(name, []).append(place.regime.id)
    return found


def running(tx: Connection, regimes: Iterable[str]) -> Counter[str]:
    """Process id to the procedures of these regimes that run now."""
    wanted = (
        select(instances.c.process_id, func.count())
        .join(cases, cases.c.id == instances.c.case_id)
        .where(instances.c.status == "running", cases.c.regime.in_(list(regimes)))
        .group_by(instances.c.process_id)
    )
    return Counter({row[0]: row[1] for row in tx.execute(wanted)})


def find(made: Catalogue, path: str) -> Model | None:
    """One model, or None."""
    return next((each for each in models(made) if each.path == path), None)
