"""What a person hands in: their form, what it is filled with, the documents they attached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from server.engine import runtime
from server.errors import Invalid, Outdated
from server.work import choices
from server.work.choices import Context
from server.work.desk import Desk
from server.work.forms import Form, chosen, compile_form, load
from server.work.journal import fingerprint
from server.work.people import Person
from server.work.sql import Query, Row, json_text, strings
from server.work.surroundings import Surroundings

ATTACHABLE = Query("""
    SELECT id, name FROM documents WHERE id IN {strings(ids)}
        AND (case_id = :case OR (case_id IS NULL AND uploaded_by = :person))""")

DRAFT = Query(
    "SELECT data, saved_at FROM drafts WHERE work_item_id = :item AND person_id = :person",
    {"json": ["data"], "instants": ["saved_at"]},
)
NO_DRAFT: Row = {"data": {}, "saved_at": None}

FORGET_DRAFT = Query("""
    DELETE FROM drafts WHERE work_item_id = :item AND person_id = :person RETURNING saved_at""")

KEEP_DRAFT = Query("""
    INSERT INTO drafts (work_item_id, person_id, data, saved_at)
    VALUES (:item, :person, :data, :now)
    ON CONFLICT (work_item_id, person_id)
    DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at RETURNING saved_at""")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document this person may hand in."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Submission:
    """The variables a form gives, and the documents among them."""

    values: dict[str, Any]
    documents: tuple[str, ...] = ()


def submit(
    desk: Desk, around: Surroundings, form_id: str | None, person: Person, data: Mapping[str, Any]
) -> Submission:
    """What is submitted, checked against the form; raises Invalid with sentences by field."""
    if form_id is None:
        return _nothing(data)
    attached: list[str] = []

    def documents(ids: Sequence[str]) -> Iterable[Attachment]:
        found = attachable(desk.tx, desk.case["id"], person, ids)
        attached.extend(document.id for document in found)
        return found

    form = form_of(desk, form_id)
    values = load(
        form,
        data,
        context(desk, around, partial(chosen, form.plan, data)),
        locale=person.locale,
        documents=documents,
        now=desk.now,
    )
    return Submission(values, tuple(attached))


def _nothing(data: Mapping[str, Any]) -> Submission:
    if data:
        raise Invalid("该事项没有表单，不接受填写内容")
    return Submission({})


def submit_draft(desk: Desk, around: Surroundings, person: Person, data: Mapping[str, Any]) -> None:
    """Keep a draft as it was typed; raises Invalid for what no form field could hold."""
    item = desk.item
    if item["form"] is None:
        raise Invalid("该事项没有表单，不能暂存")
    if around.is_secret:  # a draft has a name
        raise Invalid("无记名表决不能暂存")
    form = form_of(desk, item["form"])
    filled = context(desk, around, partial(chosen, form.plan, {}))  # a draft may choose anything
    load(form, data, filled, True, locale=person.locale, now=desk.now)
    now = desk.now.isoformat()
    KEEP_DRAFT.all(desk.tx, item=item["id"], person=person.id, data=json_text(dict(data)), now=now)


def draft(tx: Connection, item_id: str, person: Person) -> dict[str, Any]:
    """The draft a person has left on an item; empty when there is none."""
    return dict(kept_draft(tx, item_id, person)["data"])


def kept_draft(tx: Connection, item_id: str, person: Person) -> Row:
    """A person's draft as ``data`` with ``saved_at``, which is None when there is none."""
    return DRAFT.first(tx, item=item_id, person=person.id) or NO_DRAFT


def check_draft(tx: Connection, item_id: str, person: Person, seen: str | None) -> None:
    """Raises Outdated unless the draft is the one with this fingerprint (or none is asked for)."""
    if seen is not None and seen != draft_tag(draft(tx, item_id, person)):
        raise Outdated("草稿已在别处保存，请先读取最新的草稿")


def draft_tag(data: Mapping[str, Any]) -> str:
    """The short fingerprint of a draft's content."""
    return fingerprint(dict(data))[:16]


def forget_draft(tx: Connection, item_id: str, person: Person) -> None:
    """Remove a person's draft; that there was none is no fault."""
    FORGET_DRAFT.all(tx, item=item_id, person=person.id)


def form_of(desk: Desk, form_id: str) -> Form:
    """A form of the publication the instance is pinned to, in the regime's own variant."""
    data = desk.catalogue.form(form_id, desk.case["regime"])
    if data is None:
        raise LookupError(f"没有表单 {form_id}")
    return compile_form(data)


Chosen = Callable[[str], Collection[str] | None]
"""Of a variable with options, which of them were chosen; None where all of them are needed."""


def everything(_: str) -> None:
    """A page shows all there is to choose."""


def context(desk: Desk, around: Surroundings, chosen: Chosen = everything) -> Context:
    """What a form is filled with: the variables of its task, the case, and the choices."""
    return Context(partial(_variables, desk, around), partial(_offered, desk, around, chosen))


def texts_of(desk: Desk, around: Surroundings, names: Sequence[str]) -> list[str]:
    """The texts among some variables of the desk's open item."""
    known = _of_instance(desk, around)
    return [text for name in names if isinstance(text := known.get(name), str) and text]


def _variables(desk: Desk, around: Surroundings) -> dict[str, Any]:
    """The hidden names come last: no variable can stand in for them."""
    return {**_of_instance(desk, around), **around.hidden}


def _of_instance(desk: Desk, around: Surroundings) -> dict[str, Any]:
    if not desk.instance.get("version"):
        return {}
    if waiting := desk.subscription:
        place = waiting["element_id"], waiting["message"], waiting["key"]
        return runtime.message_variables(around.spec, around.state, *place)
    if not desk.item:
        return runtime.variables(around.spec, around.state)
    return runtime.local_variables(around.spec, around.state, desk.item["task_id"])


def _offered(
    desk: Desk, around: Surroundings, chosen: Chosen, name: str, seen: Mapping[str, Any]
) -> list[choices.Choice]:
    return choices.offered(desk.tx, around.law, name, seen, chosen(name))


def attachable(
    tx: Connection, case_id: str, person: Person, ids: Sequence[str]
) -> list[Attachment]:
    """Of these documents, those a person may hand in: their own uploads, and the case's."""
    rows = ATTACHABLE.all(tx, ids=strings(ids), case=case_id, person=person.id)
    return [Attachment(row["id"], row["name"]) for row in rows]
