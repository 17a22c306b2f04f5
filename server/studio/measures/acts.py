"""What a person does to enter a new regime; every act keeps the files it changes in the draft."""

from __future__ import annotations

import json
import re
from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from server.errors import Invalid
from server.feel.sentence import told
from server.law.catalogue import Catalogue, stem
from server.studio.drafts import acts as drafts
from server.studio.drafts.overlay import Overlay
from server.studio.drafts.paths import REMOVED, VARIANT
from server.studio.measures import cells, draft, facts, rows, sheets
from server.studio.measures.counterparts import Citing
from server.studio.measures.draft import New
from server.studio.measures.recognition import Instrument, recognise
from server.studio.measures.sheets import Entry, Mark
from server.studio.scenarios import usual
from server.studio.sheets import allowed
from server.work.people import Person

Files = dict[str, bytes | None]
LIMIT_SCENARIOS = 60
PERIOD = "construction_period"
DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b", re.ASCII)


def begin(person: Person, made: Catalogue, given: Mapping[str, str], key: str | None = None) -> str:
    """A draft with the regime.toml of a new regime, once per key; returns the draft's id. Raises
    Invalid."""
    regime, prefix = given.get("id", "").strip(), given.get("prefix", "").strip()
    facts.check_names(regime, prefix, made.regimes.values())
    checked = facts.checked(given)
    draft_id = drafts.begin(person, f"新办法：{checked['short']}"[: drafts.TITLE], key)
    path = f"processes/regimes/{regime}/regime.toml"
    drafts.rewrite(person, draft_id, lambda laid: {path: facts.written(checked, prefix)})
    return draft_id


def _rewrite(person: Person, draft_id: str, work: Callable[[New], Files]) -> None:
    drafts.rewrite(person, draft_id, lambda laid: work(draft.of(laid)))


def set_facts(person: Person, draft_id: str, given: Mapping[str, str]) -> None:
    """Other names and days; the id and the prefix stay."""
    checked = facts.checked(given)

    def work(new: New) -> Files:
        kept = (new.facts[name] for name in ("modelled_on", "counterparts", "basis"))
        toml = facts.written(checked, new.prefix, *kept)
        return {f"{new.folder}regime.toml": toml}

    _rewrite(person, draft_id, work)


# --- the text -----------------------------------------------------------------------------------


def set_text(person: Person, draft_id: str, text: str) -> list[Instrument]:
    """Keep the text and recognise its articles; returns the instruments found, the first is taken.

    Marks stay with the clauses whose words stay. Raises Invalid where no article is found.
    """
    found: list[Instrument] = []

    def work(new: New) -> Files:
        found[:] = _recognised(text, new.prefix)
        kept = {part.text: part.mark for one in new.entries() for part in one.parts}
        entries = [_marked(one, kept) for one in sheets.recognised(found[0].articles)]
        title = str(new.facts["instrument"])
        files: Files = {f"{new.folder}source.txt": text.encode()}
        return files | sheets.written(new.id, title, new.prefix, entries)

    _rewrite(person, draft_id, work)
    return found


def _recognised(text: str, prefix: str) -> list[Instrument]:
    try:
        found = recognise(text, prefix)
    except ValueError as error:
        raise Invalid(str(error), code="text") from error
    if not found:
        raise Invalid("没有找到“第一条”：请粘贴从第一条开始的条文", code="text")
    return found


def _marked(one: Entry, kept: Mapping[str, Mark]) -> Entry:
    parts = (sheets.Part(p.id, p.article, p.text, kept.get(p.text, p.mark)) for p in one.parts)
    return Entry(one.id, one.article, one.title, one.text, tuple(parts))


def set_clauses(
    person: Person, draft_id: str, lines: Mapping[str, str], marks: Mapping[str, list[Mark]]
) -> None:
    """Other clauses (by article, one a line) and marks (by article, in the order of the lines)."""

    def work(new: New) -> Files:
        entries = [
            sheets.split(one, lines[one.id].splitlines(), marks.get(one.id, []))
            if one.id in lines
            else one
            for one in new.entries()
        ]
        title = str(new.facts["instrument"])
        return dict(sheets.written(new.id, title, new.prefix, entries))

    _rewrite(person, draft_id, work)


# --- rows ---------------------------------------------------------------------------------------


def set_model(person: Person, draft_id: str, model: str, pairs: Mapping[str, str]) -> None:
    """Copy every row, form, diagram and usual answer of a regime in force, with the clauses that
    correspond; what was entered in rows before is replaced. Raises Invalid."""

    def work(new: New) -> Files:
        if model not in new.current.regimes:
            raise Invalid("请选择参照的管理办法", code="model")
        if not new.entries():
            raise Invalid("请先输入条文", code="text")
        known = {one.id for one in new.entries()}
        if strange := sorted(set(pairs.values()) - known):
            raise Invalid(told("没有条文 %(id)s", id=strange[0]), code="article")
        citing = Citing(new.current, new.entries(), pairs)
        toml = facts.written(new.named, new.prefix, model, pairs, citing.basis(model))
        files: Files = {path: None for path in new.laid.contents if _copies(path, new)}
        files |= _tables(new, model, citing)
        files |= _forms(new, model, citing)
        files |= _diagrams(new, model, citing)
        files |= _usual(new, model, citing)
        return {**files, f"{new.folder}regime.toml": toml}

    _rewrite(person, draft_id, work)


def _copies(path: str, new: New) -> bool:
    """Whether a file of the draft was made from the model."""
    made = VARIANT.fullmatch(path)
    own = path.startswith(new.folder) and path.endswith(".bpmn")
    return path.endswith(".dmn") or own or bool(made and made[1] == new.id)


def _tables(new: New, model: str, citing: Citing) -> Files:
    files: Files = {}
    for path in dict.fromkeys(new.current.table_files.values()):
        content = rows.copied(new.current.files[path], model, new.id, citing.cell)
        if new.id in allowed(content):
            files[path] = _fitted(new, model, content)
    steps = new.current.table_files.get("steps", "")
    return files | {steps: _switched(new, model, citing, files.get(steps))}


def _switched(new: New, model: str, citing: Citing, content: bytes | None) -> bytes | None:
    """Table ``steps`` with a row for each procedure that the model has."""
    for process, path in new.current.procedures(model).items() if content else ():
        described = new.current.describe(path)
        starts = described.of_kind("startEvent") if described else ()
        cited = citing.cell(" ".join(clause for start in starts[:1] for clause in start.clauses))
        title = described.name if described else process
        content = rows.switched(content or b"", new.id, process, title, cited)
    return content


def _fitted(new: New, model: str, content: bytes) -> bytes:
    """The rows with the names of the new regime: its title, its organ, offices of its own."""
    found = {
        line.id: _own_names(new, model, table.id, line)
        for table in rows.read(content, new.id)
        for line in table.lines
    }
    return rows.changed(content, new.id, {row: cells for row, cells in found.items() if cells})


def _own_names(new: New, model: str, table: str, line: rows.Line) -> dict[str, str]:
    """The cells of a row that name the model's base or offices, with the new regime's names."""
    title = new.current.regimes[model].title
    found = {
        name: _json(cells.plain(text).replace(title, str(new.facts["title"])))
        for name, text in line.cells.items()
        if title in text and cells.TEXT.fullmatch(text)
    }
    if table == "names":
        found["en"] = '""'
    if table == "roles":
        offices = _offices(new, model)
        own = offices[cells.plain(line.cells["office"])]
        found["office"] = _json(own)
        if own == offices.get(_office_of(new, model, "authority")):
            found |= {"title": _json(str(new.facts["issuer"])), "title_en": '""'}
    return found


def _offices(new: New, model: str) -> dict[str, str]:
    """Office code of the model -> that of the new regime, named after its first role."""
    found: dict[str, str] = {}
    for row in new.current.rows("roles", model):
        found.setdefault(str(row["office"]), f"{new.id}_{row['role']}")
    return found


def _office_of(new: New, model: str, role: str) -> str:
    row = new.current.row("roles", model, role=role)
    return str(row["office"]) if row else ""


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _forms(new: New, model: str, citing: Citing) -> Files:
    """The model's variants of forms as those of the new regime."""
    files: Files = {}
    for path, content in new.current.forms.items():
        found = VARIANT.fullmatch(path)
        if found and found[1] == model:
            files[path.replace(f".{model}.form", f".{new.id}.form")] = citing.text(content)
    return files


def _diagrams(new: New, model: str, citing: Citing) -> Files:
    """The diagrams that the model alone has."""
    folder = f"processes/regimes/{model}/"
    own = (path for path in new.current.files if path.startswith(folder) and path[-5:] == ".bpmn")
    return {path.replace(folder, new.folder): citing.text(new.current.files[path]) for path in own}


def _usual(new: New, model: str, citing: Citing) -> Files:
    content = new.current.files.get(f"{usual.FOLDER}{model}.yaml")
    own = _own_words(new, citing.text(content).decode()).encode() if content else None
    return {f"{usual.FOLDER}{new.id}.yaml": own}


def _own_words(new: New, text: str) -> str:
    """A text of scenarios with the new regime's title and construction period for the model's."""
    lines = [line for _, table in new.tables() if table.id == "quotas" for line in table.lines]
    own = [one.cells["amount"] for one in lines if one.cells["quota"] == f'"{PERIOD}"']
    row = new.current.row("quotas", new.model, quota=PERIOD) if new.model else None
    if own and row:
        text = re.sub(rf"\bperiod_months: {row['amount']}\b", f"period_months: {own[0]}", text)
    model = new.current.regimes.get(new.model)
    return text.replace(model.title, str(new.facts["title"])) if model else text


def set_rows(
    person: Person, draft_id: str, table: str, given: Mapping[str, Mapping[str, str]]
) -> None:
    """Other cells in rows of a table: row id -> column -> what is in the field. Raises Invalid
    with a sentence that names the row; then nothing is kept."""

    def work(new: New) -> Files:
        path, found = _table(new, table)
        if not given.keys() <= {line.id for line in found.lines}:
            raise Invalid(told("%(name)s没有这一行", name=found.name), code="row")
        words = cells.choices(new.current, table, new.anchors())
        lines = (line for line in found.lines if line.id in given)
        other = {line.id: _cells(new, found, line, given[line.id], words) for line in lines}
        other = {row: own for row, own in other.items() if own}
        content = rows.changed(new.laid.contents[path], new.id, other)
        return {path: content} | (_drawn(new, content) if table == "steps" else {})

    _rewrite(person, draft_id, work)


def _drawn(new: New, steps: bytes) -> Files:
    """The model's own diagrams: a procedure that is switched off leaves none behind."""
    lines = (line for table in rows.read(steps, new.id) for line in table.lines)
    off = {cells.plain(one.cells["step"]) for one in lines if one.cells["on"] == "false"}
    return {
        path: None if f"procedure_{stem(path)}" in off else new.laid.contents.get(path, content)
        for path, content in _diagrams(new, new.model, new.citing()).items()
    }


def _cells(
    new: New,
    table: rows.Table,
    line: rows.Line,
    given: Mapping[str, str],
    words: Mapping[str, list[str]],
) -> dict[str, str]:
    where = f"{table.name}“{cells.label(line, table.columns[1:])}”"
    found = {}
    for column in table.columns[1:]:
        one = cells.cell(column, line.cells[column.name], words)
        if column.name not in given and one.how != "flag":
            continue
        if one.how == "clause" and given[column.name].strip() != one.shown:
            cells.check_clause(new.citable(), given[column.name], where)
        text = cells.feel(one, given.get(column.name, ""), where)
        if text is not None and text != line.cells[column.name]:
            found[column.name] = text
    return found


def _table(new: New, name: str) -> tuple[str, rows.Table]:
    """Path and table of the draft; raises Invalid."""
    for path, table in new.tables():
        if table.id == name:
            return path, table
    raise Invalid("没有这张表", code="table")


def add_row(person: Person, draft_id: str, table: str, source: str) -> None:
    """One more row, copied from another regime; it cites what corresponds or the reading."""

    def work(new: New) -> Files:
        path, _ = _table(new, table)
        return {path: rows.added(new.laid.after(path), source, new.id, new.citing().cell)}

    _rewrite(person, draft_id, work)


def remove_row(person: Person, draft_id: str, table: str, row: str) -> None:
    """Without one row."""

    def work(new: New) -> Files:
        path, _ = _table(new, table)
        return {path: rows.without(new.laid.contents[path], row, new.id)}

    _rewrite(person, draft_id, work)


def others(new: New, table: rows.Table) -> list[tuple[str, str, str]]:
    """Rows of other regimes that this one lacks: row id, regime, what it is called."""
    own = {line.key(table.columns[1:]) for line in table.lines}
    found: dict[tuple[str, ...], tuple[str, str, str]] = {}
    content = new.current.files[new.current.table_files[table.id]]
    for regime in new.current.regimes:
        for each in rows.read(content, regime):
            for line in each.lines if each.id == table.id else ():
                key = line.key(each.columns[1:])
                if key not in own:
                    found.setdefault(key, (line.id, regime, cells.label(line, each.columns[1:])))
    return list(found.values())


# --- what shared diagrams cite ------------------------------------------------------------------


def set_basis(person: Person, draft_id: str, chosen: Mapping[str, str]) -> None:
    """Other clauses for those that shared diagrams cite: clause there -> clause here, empty where
    the text says nothing of it. Raises Invalid."""

    def work(new: New) -> Files:
        known = {part.id for one in new.entries() for part in one.parts}
        for cited, own in chosen.items():
            if cited not in new.current.clauses.clauses or (own and own not in known):
                raise Invalid(told("没有条款 %(id)s", id=own or cited), code="clause")
        basis = {k: v for k, v in {**new.facts["basis"], **chosen}.items() if v}
        pairs = new.facts["counterparts"]
        toml = facts.written(new.named, new.prefix, new.model, pairs, basis)
        return {f"{new.folder}regime.toml": toml}

    _rewrite(person, draft_id, work)


# --- scenarios ----------------------------------------------------------------------------------


def candidates(new: New) -> dict[str, bytes]:
    """Scenarios of the model by path, those of procedures that the new regime has."""
    folder = f"processes/scenarios/{new.model}/"
    held = set(new.made.procedures(new.id)) if new.id in new.made.regimes else set()
    found = {}
    for path, content in new.current.files.items():
        if path.startswith(folder) and new.model:
            begun = re.findall(r"\b(?:start|finish): ([a-z_]+)", content.decode())
            if set(begun) <= held and b"regime:" not in content:
                found[path] = content
    return found


def take_scenarios(person: Person, draft_id: str, paths: Iterable[str]) -> None:
    """Copy scenarios of the model with ids and clauses of the new regime."""
    wanted = list(paths)

    def work(new: New) -> Files:
        known, files = candidates(new), dict[str, bytes | None]()
        number = 1
        for path in wanted:
            if path not in known:
                raise Invalid("没有这个场景", code="scenario")
            while (own := f"processes/scenarios/{new.id}/{new.prefix}-{number:02}.yaml") in {
                *new.scenarios(), *files,
            }:  # fmt: skip
                number += 1
            text = _own_words(new, new.citing().text(known[path]).decode())
            text = _later(text, str(new.facts["effective_from"]), _led_up(new, text))
            name = f"{new.prefix}-{number:02}"
            files[own] = re.sub(r"^id: .*$", f"id: {name}", text, count=1, flags=re.M).encode()
        if len({*new.scenarios(), *files}) > LIMIT_SCENARIOS:
            raise Invalid(
                told("场景不超过 %(limit)s 个", limit=LIMIT_SCENARIOS),
                code="scenarios",
            )
        return files | _usual(new, new.model, new.citing())

    _rewrite(person, draft_id, work)


def _led_up(new: New, text: str) -> timedelta:
    """How long before its first day a scenario really begins, by the usual ways it follows."""
    ways = usual.of(new.current, new.model).ways
    waiting, days = [state for state in ways if f"reach: {state}\n" in text], 0
    while waiting:
        steps = ways[waiting.pop()]
        days += max((int(step.manner.get("before", 0)) for step in steps), default=0)
        waiting += [step.target for step in steps if step.act == "reach" and step.target in ways]
    return timedelta(days=days)


def _later(text: str, first: str, before: timedelta) -> str:
    """A scenario as many whole years later as it takes to begin when the regime is in force."""
    days = [date(*map(int, day)) for day in DAY.findall(text)]
    begun = (min(days) - before).isoformat() if days else first
    years = int(first[:4]) - int(begun[:4]) + (begun[4:] < first[4:]) if first > begun else 0

    def moved(found: re.Match[str]) -> str:
        year, rest = int(found[1]) + years, f"{found[2]}-{found[3]}"
        return f"{year}-{rest if rest != '02-29' or isleap(year) else '02-28'}"

    return DAY.sub(moved, text)


def drop_scenario(person: Person, draft_id: str, path: str) -> None:
    """Without one scenario."""
    _rewrite(person, draft_id, lambda new: {path: None} if path in new.scenarios() else {})


# --- beside what others have changed ------------------------------------------------------------


def take_over(person: Person, draft_id: str) -> None:
    """Go on from what is in force now: the new regime's rows are laid into the newest tables, so
    that nothing that others have released is lost."""

    def work(laid: Overlay) -> Files:
        if not draft.holds(laid):
            return {}
        new = draft.of(laid)
        return {
            path: rows.laid_anew(laid.current[path], content, new.id)
            for path, content in laid.contents.items()
            if path.endswith(".dmn") and path in laid.current and content != REMOVED
        }

    drafts.take_over(person, draft_id, work)
