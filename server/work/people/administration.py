"""The acts of the administrators: each one transaction, journaled, and where it weighs, a proposal
that the other administrator approves.

Who may do what: server/work/people/roles.py. Nobody acts upon their own account, neither as the
one who proposes nor as the one who approves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, Stale
from server.feel.sentence import told
from server.ids import new_id
from server.models import appointments as held_offices
from server.models import identities, people, proposals, records, sessions, tokens, work_items
from server.models import organisations as bodies
from server.work.people import accounts, appointments, organisations
from server.work.people.appointments import Office
from server.work.people.journal import COMMAND_LINE, Actor, Subject, actor, append
from server.work.people.organisations import Naming
from server.work.people.person import Person
from server.work.people.roles import (
    ADMINISTRATORS,
    INSTALLATION,
    SECOND,
    SECURITY,
    SYSTEM,
    WEIGHTY,
    may_administer,
    not_oneself,
)
from server.work.requests import once, request_hash
from server.work.sql import Row

Answer = TypeVar("Answer")

LIMIT_REASON = 500
TIES = ("worked", "owner", "declared")
"""Kinds of ties of an expert to an organisation (handlers/rules/conflicts.py)."""


@dataclass(frozen=True, slots=True)
class By:
    """The administrator who acts, from which address, and by which key of a program."""

    person: Person
    address: str = ""
    key: str | None = None

    @property
    def actor(self) -> Actor:
        return actor(self.person, self.address)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: ``secret`` is shown once; ``proposal`` waits for the other
    administrator."""

    id: str
    secret: str = ""
    proposal: str = ""


# --- the system administrator: organisations, people, accounts -----------------------------------


def create_organisation(by: By, code: str, kind: str, name: str, name_en: str) -> Done:
    """A new organisation."""
    may_administer(by.person, SYSTEM)

    def act(tx: Connection) -> Done:
        made = organisations.create(tx, code, kind, Naming(name, name_en, clock.today()))
        detail = {"code": code, "kind": kind, "name_en": name_en}
        append(tx, by.actor, "create_organisation", Subject(made, name), detail)
        return Done(made)

    return _once(by, "create_organisation", code, [kind, name, name_en], act)


def rename_organisation(by: By, organisation_id: str, naming: Naming) -> Done:
    """Another name from a day on; papers of earlier days keep the earlier name."""
    may_administer(by.person, SYSTEM)

    def act(tx: Connection) -> Done:
        before = organisations.rename(tx, organisation_id, naming)
        detail = {"to": naming.name, "to_en": naming.name_en, "from_on": naming.from_on}
        append(tx, by.actor, "rename_organisation", _organisation(before), detail)
        return Done(organisation_id)

    return _once(by, "rename_organisation", organisation_id, naming, act)


def end_organisation(by: By, organisation_id: str, on: date) -> Done:
    """Propose the last day of an organisation."""
    may_administer(by.person, SYSTEM)

    def act(tx: Connection) -> Done:
        subject = _organisation(organisations.one(tx, organisation_id))
        return _propose(tx, by, "end_organisation", subject, {"on": on.isoformat()})

    return _once(by, "end_organisation", organisation_id, on, act)


def create_person(by: By, login: str, name: str, name_en: str) -> Done:
    """A new account without any office; its one-time secret."""
    may_administer(by.person, SYSTEM)

    def act(tx: Connection) -> Done:
        made, secret = accounts.create_with_secret(tx, login, name, name_en)
        append(tx, by.actor, "create_person", Subject(made, name), {"login": login})
        return Done(made, secret)

    return _once(by, "create_person", login, [name, name_en], act)


def reset_password(by: By, person_id: str) -> Done:
    """A one-time secret in place of the password; for an administrator's account a proposal."""
    may_administer(by.person, SYSTEM)
    not_oneself(by.person, person_id)

    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        if _is_administrator(tx, person_id):
            return _propose(tx, by, "reset_password", subject, {})
        append(tx, by.actor, "reset_password", subject)
        return Done(person_id, accounts.give_secret(tx, person_id))

    return _once(by, "reset_password", person_id, None, act)


def end_service(by: By, person_id: str, on: date) -> Done:
    """The last day of a person here: no sign-in, no office; what they did stays theirs.

    Refused while tasks are in their hands; for an administrator's account a proposal.
    """
    may_administer(by.person, SYSTEM)
    not_oneself(by.person, person_id)

    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        _nothing_in_hand(tx, person_id)
        if on > clock.today():
            raise Invalid(errors={"on": ["离任日期不能晚于今天；到期任职请填写任职的截止日期"]})
        if _is_administrator(tx, person_id):
            return _propose(tx, by, "end_service", subject, {"on": on.isoformat()})
        _end_service(tx, by, subject, on)
        return Done(person_id)

    return _once(by, "end_service", person_id, on, act)


def link_identity(by: By, person_id: str, issuer: str, subject_there: str) -> Done:
    """Let a person sign in through the provider as this subject of theirs."""
    may_administer(by.person, SYSTEM)
    not_oneself(by.person, person_id)
    if not 0 < len(subject_there) <= 255:
        raise Invalid(errors={"subject": ["请填写统一身份认证中的用户标识"]})

    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        taken = select(identities.c.person_id).where(
            identities.c.issuer == issuer, identities.c.subject == subject_there
        )
        if tx.execute(taken).first():
            raise Invalid(errors={"subject": ["该用户标识已与一个账号关联"]})
        link = {"issuer": issuer, "subject": subject_there}
        tx.execute(insert(identities).values(person_id=person_id, **link))
        append(tx, by.actor, "link_identity", subject, link)
        return Done(person_id)

    return _once(by, "link_identity", person_id, [issuer, subject_there], act)


def add_tie(
    by: By,
    person_id: str,
    organisation_id: str,
    kind: str,
    until: date | None,
    regimes: Collection[str],
) -> Done:
    """Enter where an expert worked, what they own or have declared; the check for conflicts of
    every regime in which they serve reads it (D-16). ``until`` None: it lasts."""
    may_administer(by.person, SYSTEM)
    not_oneself(by.person, person_id)
    if kind not in TIES:
        raise Invalid(errors={"kind": ["请从列表中选择关系种类"]})
    if until and until > clock.today():
        raise Invalid(errors={"until": ["截止日期不能晚于今天；仍存续的不填"]})

    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        body = organisations.one(tx, organisation_id)
        data = {"person_id": person_id, "kind": kind, "until": until.isoformat() if until else None}
        for regime in regimes:
            tx.execute(insert(records).values(**_tie(regime, organisation_id, subject, data)))
        append(tx, by.actor, "add_tie", subject, data | {"organisation": body["name"]})
        return Done(person_id)

    return _once(by, "add_tie", person_id, [organisation_id, kind, until], act)


def _tie(regime: str, organisation_id: str, subject: Subject, data: Mapping[str, Any]) -> Row:
    return {
        "id": new_id(),
        "regime": regime,
        "kind": "interest",
        "organisation_id": organisation_id,
        "title": f"{subject.name}的任职和利害关系",
        "effective_on": clock.today(),
        "data": dict(data),
    }


# --- the security administrator: offices, locks, sessions ----------------------------------------


def grant(by: By, person_id: str, office: Office, known: Collection[str]) -> Done:
    """Give a person an office; one that weighs is a proposal. ``known``: roles of the regime."""
    may_administer(by.person, SECURITY)
    not_oneself(by.person, person_id)

    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        appointments.check(tx, person_id, office, known)
        payload = _plain(asdict(office))
        if office.role in WEIGHTY:
            return _propose(tx, by, "grant", subject, payload)
        made = appointments.appoint(tx, person_id, office, by.person.id)
        append(tx, by.actor, "grant", subject, payload)
        return Done(made)

    return _once(by, "grant", person_id, office, act)


def end_appointment(by: By, appointment_id: str, on: date) -> Done:
    """The last day of an office; today or earlier ends it at once."""
    may_administer(by.person, SECURITY)

    def act(tx: Connection) -> Done:
        office = appointments.one(tx, appointment_id)
        not_oneself(by.person, office["person_id"])
        appointments.end(tx, appointment_id, on)
        told = {name: office[name] for name in ("role", "regime", "organisation_id")}
        append(tx, by.actor, "end_office", _person(tx, office["person_id"]), {**told, "on": on})
        return Done(office["person_id"])

    return _in_transaction(act)


def lock(by: By, person_id: str) -> Done:
    """Let a person in no more and end their sessions: both administrators may, at once."""
    may_administer(by.person, SYSTEM, SECURITY)
    not_oneself(by.person, person_id)
    return _account_act(by, person_id, "lock", accounts.disable)


def unlock(by: By, person_id: str) -> Done:
    """Let a locked person in again; who has left stays away."""
    may_administer(by.person, SECURITY)
    not_oneself(by.person, person_id)

    def let_in(tx: Connection, person_id: str) -> None:
        ended = select(people.c.ended_on).where(people.c.id == person_id)
        if tx.execute(ended).scalar_one() is not None:
            raise Invalid("此人已离任，账号不能再启用。", code="left")
        accounts.enable(tx, person_id)

    return _account_act(by, person_id, "unlock", let_in)


def end_sessions(by: By, person_id: str) -> Done:
    """End all sessions and tokens of a person."""
    may_administer(by.person, SYSTEM, SECURITY)

    def end(tx: Connection, person_id: str) -> None:
        for ways_in in (sessions, tokens):
            tx.execute(delete(ways_in).where(ways_in.c.person_id == person_id))

    return _account_act(by, person_id, "end_sessions", end)


def _account_act(
    by: By, person_id: str, name: str, change: Callable[[Connection, str], None]
) -> Done:
    def act(tx: Connection) -> Done:
        subject = _person(tx, person_id)
        change(tx, person_id)
        append(tx, by.actor, name, subject)
        return Done(person_id)

    return _in_transaction(act)


# --- proposals -----------------------------------------------------------------------------------


def approve(by: By, proposal_id: str, known: Callable[[str], Collection[str]]) -> Done:
    """Carry out what the other administrator proposed; ``known``: the roles of a regime."""

    def act(tx: Connection) -> Done:
        proposal = _to_decide(tx, by, proposal_id)
        subject = Subject(proposal["subject_id"], proposal["subject_name"])
        _decided(tx, by, proposal_id, "approved", "")
        append(tx, by.actor, "approve", subject, {"proposal": proposal_id, "act": proposal["act"]})
        return _carry_out(tx, by, proposal, subject, known)

    return _in_transaction(act)


def refuse(by: By, proposal_id: str, reason: str) -> Done:
    """Leave a proposal undone, with the reason."""
    if not 0 < len(reason.strip()) <= LIMIT_REASON:
        raise Invalid(errors={"reason": ["请写明理由，不超过 500 个字"]})

    def act(tx: Connection) -> Done:
        proposal = _to_decide(tx, by, proposal_id)
        subject = Subject(proposal["subject_id"], proposal["subject_name"])
        _decided(tx, by, proposal_id, "refused", reason.strip())
        detail = {"proposal": proposal_id, "act": proposal["act"], "reason": reason.strip()}
        append(tx, by.actor, "refuse", subject, detail)
        return Done(proposal_id)

    return _in_transaction(act)


def _propose(
    tx: Connection, by: By, act: str, subject: Subject, payload: Mapping[str, Any]
) -> Done:
    row = {
        "id": new_id(),
        "act": act,
        "subject_id": subject.id,
        "subject_name": subject.name,
        "payload": dict(payload),
        "proposed_by": by.person.id,
        "proposed_at": clock.now(),
        "status": "open",
    }
    tx.execute(insert(proposals).values(row))
    detail = {"proposal": row["id"], "act": act, **payload}
    append(tx, by.actor, "propose", subject, detail)
    return Done(subject.id, proposal=str(row["id"]))


def _to_decide(tx: Connection, by: By, proposal_id: str) -> Row:
    """The open proposal, if this administrator is the other one; raises."""
    may_administer(by.person, SYSTEM, SECURITY)
    found = select(proposals).where(proposals.c.id == proposal_id).with_for_update()
    proposal = tx.execute(found).mappings().first()
    if proposal is None:
        raise NotFound("没有找到这项变更")
    if proposal["status"] != "open":
        raise Stale("这项变更已经处理", code="not_open")
    not_oneself(by.person, proposal["subject_id"])
    second = SECOND[_office_of(tx, proposal["proposed_by"])]
    if proposal["proposed_by"] == by.person.id:
        raise NotAllowed("变更须由另一位管理员核准", code="two_people")
    may_administer(by.person, second)
    return dict(proposal)


def _office_of(tx: Connection, person_id: str) -> str:
    """The administrator's office of the one who proposed; it may have ended meanwhile."""
    a = held_offices.c
    held = select(a.role).where(a.person_id == person_id, a.role.in_(SECOND))
    found: str = tx.execute(held.order_by(a.granted_at.desc())).scalars().first() or SECURITY
    return found


def _decided(tx: Connection, by: By, proposal_id: str, status: str, reason: str) -> None:
    decided = {"status": status, "reason": reason, "decided_by": by.person.id}
    changed = update(proposals).where(proposals.c.id == proposal_id)
    tx.execute(changed.values(**decided, decided_at=clock.now()))


def _carry_out(
    tx: Connection,
    by: By,
    proposal: Row,
    subject: Subject,
    known: Callable[[str], Collection[str]],
) -> Done:
    given = proposal["payload"]
    match proposal["act"]:
        case "grant":
            office = _office(given)
            appointments.check(tx, subject.id, office, known(office.regime))
            appointments.appoint(tx, subject.id, office, proposal["proposed_by"])
        case "end_organisation":
            organisations.end(tx, subject.id, date.fromisoformat(given["on"]))
        case "reset_password":
            return Done(subject.id, accounts.give_secret(tx, subject.id))
        case "end_service":
            _nothing_in_hand(tx, subject.id)
            _end_service(tx, by, subject, date.fromisoformat(given["on"]))
    return Done(subject.id)


def _office(given: Mapping[str, Any]) -> Office:
    until = given["until_on"]
    return Office(
        given["organisation_id"],
        given["role"],
        given["regime"],
        date.fromisoformat(given["from_on"]),
        date.fromisoformat(until) if until else None,
    )


def _plain(values: Mapping[str, Any]) -> Row:
    """Days as text, as the payload of a proposal keeps them."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


# --- on the machine itself -----------------------------------------------------------------------


def first_administrator(role: str, login: str, name: str, organisation: str) -> Done:
    """The first holder of an administrator's office, from the command line; a one-time secret.

    Raises Invalid where the office is held: then the administrators themselves appoint.
    """
    if role not in ADMINISTRATORS:
        raise Invalid(told("角色须是 %(roles)s 之一。", roles=list(ADMINISTRATORS)))
    here = Actor(None, COMMAND_LINE)

    def act(tx: Connection) -> Done:
        if _held(tx, role):
            raise Invalid("该管理员岗位已有人担任，请由管理员在系统中任命。", code="held")
        body = _body_named(tx, organisation)
        made, secret = accounts.create_with_secret(tx, login, name)
        office = Office(body, role, INSTALLATION, clock.today())
        appointments.appoint(tx, made, office, None)
        append(tx, here, "create_person", Subject(made, name), {"login": login})
        append(tx, here, "grant", Subject(made, name), {"role": role, "regime": INSTALLATION})
        return Done(made, secret)

    return _in_transaction(act)


def reset_on_the_machine(login: str) -> Done:
    """A one-time secret for an account, from the command line: when nobody else can help."""

    def act(tx: Connection) -> Done:
        found = select(people.c.id, people.c.name).where(people.c.login == login, people.c.active)
        row = tx.execute(found).first()
        if row is None:
            raise NotFound("没有这个账号，或者账号已停用。")
        append(tx, Actor(None, COMMAND_LINE), "reset_password", Subject(row.id, row.name))
        return Done(row.id, accounts.give_secret(tx, row.id))

    return _in_transaction(act)


def _held(tx: Connection, role: str) -> bool:
    a = held_offices.c
    held = select(a.id).where(a.role == role, a.regime == INSTALLATION, a.ended_at.is_(None))
    return tx.execute(held).first() is not None


def _body_named(tx: Connection, name: str) -> str:
    """The organisation of a name, made where there is none."""
    found = tx.execute(select(bodies.c.id).where(bodies.c.name == name)).scalars().first()
    code = "administration"
    return found or organisations.create(tx, code, "authority", Naming(name, "", clock.today()))


# --- small things --------------------------------------------------------------------------------


def _once(by: By, name: str, target: str, given: object, act: Callable[[Connection], Done]) -> Done:
    """An act in a transaction, once per key; a secret is not told again."""
    return once(
        by.person.id,
        by.key,
        request_hash(name, target, given),
        act,
        keep=lambda done: {"id": done.id, "proposal": done.proposal},
        again=lambda kept: Done(**kept),
    )


def _in_transaction(act: Callable[[Connection], Answer]) -> Answer:
    def once() -> Answer:
        with db.transaction() as tx:
            return act(tx)

    return db.run(once)


def _person(tx: Connection, person_id: str) -> Subject:
    name = tx.execute(select(people.c.name).where(people.c.id == person_id)).scalars().first()
    if name is None:
        raise NotFound("没有找到这个人员")
    return Subject(person_id, name)


def _organisation(row: Mapping[str, Any]) -> Subject:
    return Subject(row["id"], row["name"])


def _is_administrator(tx: Connection, person_id: str) -> bool:
    a = held_offices.c
    held = select(a.id).where(
        a.person_id == person_id, a.regime == INSTALLATION, a.ended_at.is_(None)
    )
    return tx.execute(held).first() is not None


def _nothing_in_hand(tx: Connection, person_id: str) -> None:
    counted = select(func.count()).where(
        work_items.c.assignee_id == person_id, work_items.c.status == "open"
    )
    waiting = tx.execute(counted).scalar_one()
    if waiting:
        sentence = "此人名下还有待办，请先移交；需要立即停用时可先锁定账号。"
        raise Invalid(sentence, code="tasks_in_hand", errors={"on": [sentence]})


def _end_service(tx: Connection, by: By, subject: Subject, on: date) -> None:
    appointments.end_all(tx, subject.id, on)
    accounts.disable(tx, subject.id)
    tx.execute(update(people).where(people.c.id == subject.id).values(ended_on=on))
    append(tx, by.actor, "end_service", subject, {"on": on})
