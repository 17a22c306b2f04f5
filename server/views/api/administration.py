"""What the three administrators keep and do, apart from each other; hidden from everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from sqlalchemy import Connection

from server import clock, db
from server.errors import NotFound
from server.views.administration import words
from server.views.administration.common import by, roles_of
from server.views.api import conditions, listing
from server.views.api.resource import Resource
from server.views.api.schemas import administration as schemas
from server.views.guards import acting
from server.views.session import config
from server.work import sessions as visits
from server.work.inbox import Page
from server.work.people import administration
from server.work.people import journal as kept
from server.work.people import listing as lists
from server.work.people import organisations as bodies
from server.work.people.administration import Done
from server.work.people.appointments import Office
from server.work.people.listing import Asked, Found
from server.work.people.organisations import Naming
from server.work.people.roles import AUDITOR, SECURITY, SYSTEM, may_administer

Json = dict[str, Any]
Find = Callable[[Connection, Asked], Found]

organisations = Resource("organisations", __name__, description="单位 · Organisations")
people = Resource("people", __name__, description="人员 · People and their accounts")
offices = Resource("appointments", __name__, description="角色任职 · Who holds which role where")
pool = Resource("experts", __name__, description="专家库 · Experts with their ties")
sessions = Resource("sessions", __name__, description="会话 · Who is signed in")
changes = Resource("changes", __name__, description="变更核准 · Changes of two administrators")
journal = Resource(
    "administration-entries", __name__, description="管理日志 · The auditor's journal"
)

BOTH, IS_SYSTEM, IS_SECURITY, IS_AUDITOR = (
    "administer:system|security",
    "administer:system",
    "administer:security",
    "administer:auditor",
)
ROOT = "/administration"
PAGING = frozenset({"text", "sort", "after", "limit"})


def _listed(find: Find, asked: Json, *roles: str) -> Json:
    """A page of a list for these administrators."""
    may_administer(g.person, *(roles or (SYSTEM, SECURITY)))
    number = listing.page_number(asked)
    wanted = Asked(
        text=asked.get("text", "").strip(),
        sort=asked.get("sort", ""),
        page=number,
        size=listing.size(asked),
        filters={name: value for name, value in asked.items() if name not in PAGING},
    )
    with db.read() as tx:
        found = find(tx, wanted)
    return listing.answer(Page(found.items, str(number + 1) if found.more else ""))


def _done(done: Done) -> Json:
    return {"id": done.id, "secret": done.secret or None, "change_id": done.proposal or None}


# --- organisations ------------------------------------------------------------------------------


@organisations.operation(
    "GET",
    f"{ROOT}/organisations",
    schemas.OrganisationPage,
    needs=BOTH,
    query=schemas.OrganisationQuery,
    refuses=(404,),
)
def list_organisations(query: Json) -> Json:
    """单位

    Every organisation.
    """
    return _listed(lists.find_organisations, query)


@organisations.operation(
    "POST",
    f"{ROOT}/organisations/search",
    schemas.OrganisationPage,
    needs=BOTH,
    body=schemas.OrganisationSearch,
    refuses=(404,),
)
def search_organisations(body: Json) -> Json:
    """查询单位

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_organisations, listing.flat(body))


@organisations.operation(
    "GET",
    f"{ROOT}/organisations/<organisation_id>",
    schemas.OrganisationDetail,
    needs=BOTH,
)
def get_organisation(organisation_id: str) -> Json:
    """一个单位

    Its names over time and the offices there.
    """
    may_administer(g.person, SYSTEM, SECURITY)
    with db.read() as tx:
        row = bodies.one(tx, organisation_id)
        return {
            **row,
            "names": bodies.names(tx, organisation_id),
            "appointments": lists.offices_in(tx, organisation_id),
        }


@organisations.operation(
    "POST",
    f"{ROOT}/organisations",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.OrganisationAsked,
    refuses=(404,),
    keyed=True,
)
def create_organisation(body: Json) -> Json:
    """新增单位

    Its code is used once.
    """
    names = body["name"].strip(), body["name_en"].strip()
    return _done(
        administration.create_organisation(by(conditions.key()), body["code"], body["kind"], *names)
    )


@organisations.operation(
    "POST",
    f"{ROOT}/organisations/<organisation_id>/names",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.NameAsked,
    keyed=True,
)
def rename_organisation(organisation_id: str, body: Json) -> Json:
    """单位更名

    Another name from a day on; papers of earlier days keep the earlier one.
    """
    naming = Naming(body["name"].strip(), body["name_en"].strip(), body["from_on"])
    return _done(administration.rename_organisation(by(conditions.key()), organisation_id, naming))


@organisations.operation(
    "POST",
    f"{ROOT}/organisations/<organisation_id>/end",
    schemas.Done,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.LastDay,
    keyed=True,
)
def end_organisation(organisation_id: str, body: Json) -> Json:
    """单位终止

    Propose the last day; the other administrator approves.
    """
    return _done(administration.end_organisation(by(conditions.key()), organisation_id, body["on"]))


# --- people -------------------------------------------------------------------------------------


@people.operation(
    "GET",
    f"{ROOT}/people",
    schemas.AccountPage,
    needs=BOTH,
    query=schemas.PersonQuery,
    refuses=(404,),
)
def list_people(query: Json) -> Json:
    """人员

    Everybody who has or had an account.
    """
    return _people(query)


@people.operation(
    "POST",
    f"{ROOT}/people/search",
    schemas.AccountPage,
    needs=BOTH,
    body=schemas.PersonSearch,
    refuses=(404,),
)
def search_people(body: Json) -> Json:
    """查询人员

    As the list, with filter, sort and page in the body.
    """
    return _people(listing.flat(body))


def _people(asked: Json) -> Json:
    page = _listed(lists.find_people, asked)
    return page | {"items": [_with_state(row) for row in page["items"]]}


def _with_state(row: Json) -> Json:
    return row | {"state": words.account_state(row, clock.now())}


@people.operation("GET", f"{ROOT}/people/<person_id>", schemas.AccountDetail, needs=BOTH)
def get_person(person_id: str) -> Json:
    """一个人员

    Their account, their offices, how many sessions run.
    """
    may_administer(g.person, SYSTEM, SECURITY)
    with db.read() as tx:
        row = lists.person(tx, person_id)
        if row is None:
            raise NotFound("没有找到这个人员")
        return _with_state(row) | {
            "appointments": lists.offices_of(tx, person_id),
            "sessions": len(visits.running(tx, person_id)),
        }


@people.operation(
    "POST",
    f"{ROOT}/people",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.PersonAsked,
    refuses=(404,),
    keyed=True,
)
def create_person(body: Json) -> Json:
    """新增人员

    An account without any office; its one-time secret is shown this once, not to a repeated
    request. A login is used once.
    """
    names = body["name"].strip(), body["name_en"].strip()
    return _done(administration.create_person(by(conditions.key()), body["login"], *names))


@people.operation(
    "POST",
    f"{ROOT}/people/<person_id>/password",
    schemas.Done,
    guard=acting,
    needs=IS_SYSTEM,
    keyed=True,
)
def reset_password(person_id: str) -> Json:
    """重置密码

    A one-time secret in place of the password; for an administrator a change to be approved. A
    repeated request is told no secret.
    """
    return _done(administration.reset_password(by(conditions.key()), person_id))


@people.operation(
    "POST",
    f"{ROOT}/people/<person_id>/end",
    schemas.Done,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.LastDay,
    keyed=True,
)
def end_service(person_id: str, body: Json) -> Json:
    """人员离任

    The last day of service; refused while tasks are in their hands.
    """
    return _done(administration.end_service(by(conditions.key()), person_id, body["on"]))


@people.operation("PUT", f"{ROOT}/people/<person_id>/lock", schemas.Done, guard=acting, needs=BOTH)
def lock_person(person_id: str) -> Json:
    """锁定账号

    No sign-in from now on; running sessions end.
    """
    return _done(administration.lock(by(), person_id))


@people.operation(
    "DELETE",
    f"{ROOT}/people/<person_id>/lock",
    schemas.Done,
    guard=acting,
    needs=IS_SECURITY,
    refuses=(422,),
)
def unlock_person(person_id: str) -> Json:
    """解锁账号

    Let them in again; who has left stays away (422).
    """
    return _done(administration.unlock(by(), person_id))


@people.operation(
    "DELETE", f"{ROOT}/people/<person_id>/sessions", schemas.Done, guard=acting, needs=BOTH
)
def end_person_sessions(person_id: str) -> Json:
    """结束会话

    End all sessions and tokens of a person.
    """
    return _done(administration.end_sessions(by(), person_id))


@people.operation(
    "POST",
    f"{ROOT}/people/<person_id>/identity",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.IdentityAsked,
    keyed=True,
)
def link_identity(person_id: str, body: Json) -> Json:
    """关联统一身份

    Link the account to its subject at the provider of the single sign-on; 404 without one.
    """
    may_administer(g.person, SYSTEM)
    if not config().oidc_issuer:
        raise NotFound
    issuer = config().oidc_issuer
    return _done(
        administration.link_identity(by(conditions.key()), person_id, issuer, body["subject"])
    )


# --- offices ------------------------------------------------------------------------------------


@offices.operation(
    "GET",
    f"{ROOT}/appointments",
    schemas.AppointmentPage,
    needs=BOTH,
    query=schemas.AppointmentQuery,
    refuses=(404,),
)
def list_appointments(query: Json) -> Json:
    """角色任职

    Who holds or held which role where.
    """
    return _listed(lists.find_offices, query)


@offices.operation(
    "POST",
    f"{ROOT}/appointments/search",
    schemas.AppointmentPage,
    needs=BOTH,
    body=schemas.AppointmentSearch,
    refuses=(404,),
)
def search_appointments(body: Json) -> Json:
    """查询任职

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_offices, listing.flat(body))


@offices.operation(
    "POST",
    f"{ROOT}/people/<person_id>/appointments",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SECURITY,
    body=schemas.Grant,
    keyed=True,
)
def grant_office(person_id: str, body: Json) -> Json:
    """授予角色

    Give a person an office; one that decides or administers waits for the other administrator.
    """
    first = body.get("from_on") or clock.today()
    place = body["organisation_id"], body["role"], body["regime"]
    office = Office(*place, first, body.get("until_on"))
    return _done(
        administration.grant(by(conditions.key()), person_id, office, roles_of(office.regime))
    )


@offices.operation(
    "POST",
    f"{ROOT}/appointments/<appointment_id>/end",
    schemas.Done,
    guard=acting,
    needs=IS_SECURITY,
    body=schemas.LastDay,
)
def end_appointment(appointment_id: str, body: Json) -> Json:
    """结束任职

    The last day of an office; today or earlier ends it at once.
    """
    return _done(administration.end_appointment(by(), appointment_id, body["on"]))


# --- experts ------------------------------------------------------------------------------------


@pool.operation(
    "GET",
    f"{ROOT}/experts",
    schemas.ExpertPage,
    needs=BOTH,
    query=schemas.ExpertQuery,
    refuses=(404,),
)
def list_experts(query: Json) -> Json:
    """专家库

    The pool of every regime.
    """
    return _listed(lists.find_experts, query)


@pool.operation(
    "POST",
    f"{ROOT}/experts/search",
    schemas.ExpertPage,
    needs=BOTH,
    body=schemas.ExpertSearch,
    refuses=(404,),
)
def search_experts(body: Json) -> Json:
    """查询专家

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_experts, listing.flat(body))


@pool.operation("GET", f"{ROOT}/experts/<person_id>", schemas.ExpertDetail, needs=BOTH)
def get_expert(person_id: str) -> Json:
    """一位专家

    Employers, former posts and interests, which the check for conflicts reads.
    """
    may_administer(g.person, SYSTEM, SECURITY)
    with db.read() as tx:
        found = lists.person(tx, person_id)
        if found is None or not lists.expert_regimes(tx, person_id):
            raise NotFound("没有找到这位专家")
        return {
            **found,
            "appointments": lists.offices_of(tx, person_id),
            "ties": [_tie(row) for row in lists.ties_of(tx, person_id)],
        }


def _tie(row: Json) -> Json:
    return row | {name: row["data"].get(name) for name in ("kind", "until")}


@pool.operation(
    "POST",
    f"{ROOT}/experts/<person_id>/ties",
    schemas.Done,
    status=201,
    guard=acting,
    needs=IS_SYSTEM,
    body=schemas.TieAsked,
    keyed=True,
)
def add_tie(person_id: str, body: Json) -> Json:
    """登记任职经历或利害关系

    Enter where an expert worked, what they own or have declared.
    """
    with db.read() as tx:
        regimes = lists.expert_regimes(tx, person_id)
    tie = body["organisation_id"], body["kind"], body.get("until")
    return _done(administration.add_tie(by(conditions.key()), person_id, *tie, regimes))


# --- sessions, changes, journal -----------------------------------------------------------------


@sessions.operation(
    "GET",
    f"{ROOT}/sessions",
    schemas.VisitPage,
    needs=BOTH,
    query=schemas.SessionQuery,
    refuses=(404,),
)
def list_sessions(query: Json) -> Json:
    """会话

    Who is signed in, since when and from where.
    """
    return _listed(lists.find_sessions, query)


@sessions.operation(
    "POST",
    f"{ROOT}/sessions/search",
    schemas.VisitPage,
    needs=BOTH,
    body=schemas.SessionSearch,
    refuses=(404,),
)
def search_sessions(body: Json) -> Json:
    """查询会话

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_sessions, listing.flat(body))


@changes.operation(
    "GET",
    f"{ROOT}/changes",
    schemas.ChangePage,
    needs=BOTH,
    query=schemas.ChangeQuery,
    refuses=(404,),
)
def list_changes(query: Json) -> Json:
    """变更核准

    Changes that one administrator proposed, the open ones first.
    """
    return _listed(lists.find_proposals, query)


@changes.operation(
    "POST",
    f"{ROOT}/changes/search",
    schemas.ChangePage,
    needs=BOTH,
    body=schemas.ChangeSearch,
    refuses=(404,),
)
def search_changes(body: Json) -> Json:
    """查询变更

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_proposals, listing.flat(body))


@changes.operation("GET", f"{ROOT}/changes/<proposal_id>", schemas.Change, needs=BOTH)
def get_change(proposal_id: str) -> Json:
    """一项变更

    What it consists of and who deals with it.
    """
    may_administer(g.person, SYSTEM, SECURITY)
    with db.read() as tx:
        found = lists.proposal(tx, proposal_id)
    if found is None:
        raise NotFound("没有找到这项变更")
    return found


@changes.operation(
    "POST",
    f"{ROOT}/changes/<proposal_id>/approval",
    schemas.Done,
    guard=acting,
    needs=BOTH,
    refuses=(409, 422),
)
def approve_change(proposal_id: str) -> Json:
    """核准变更

    Carry out what the other administrator proposed.
    """
    return _done(administration.approve(by(), proposal_id, roles_of))


@changes.operation(
    "POST",
    f"{ROOT}/changes/<proposal_id>/refusal",
    schemas.Done,
    guard=acting,
    needs=BOTH,
    body=schemas.Refusal,
    refuses=(409,),
)
def refuse_change(proposal_id: str, body: Json) -> Json:
    """退回变更

    Leave it undone, with the reason.
    """
    return _done(administration.refuse(by(), proposal_id, body["reason"]))


@journal.operation(
    "GET",
    f"{ROOT}/entries",
    schemas.AdministrationEntryPage,
    needs=IS_AUDITOR,
    query=schemas.EntryQuery,
    refuses=(404,),
)
def list_administration_entries(query: Json) -> Json:
    """管理日志

    What administrators did, who signed in and who was refused, the newest first.
    """
    return _listed(lists.find_entries, query, AUDITOR)


@journal.operation(
    "POST",
    f"{ROOT}/entries/search",
    schemas.AdministrationEntryPage,
    needs=IS_AUDITOR,
    body=schemas.EntrySearch,
    refuses=(404,),
)
def search_administration_entries(body: Json) -> Json:
    """查询管理日志

    As the list, with filter, sort and page in the body.
    """
    return _listed(lists.find_entries, listing.flat(body), AUDITOR)


@journal.operation("GET", f"{ROOT}/entries/chain", schemas.Chain, needs=IS_AUDITOR, refuses=(404,))
def check_administration_chain() -> Json:
    """日志校验

    Every hash computed anew.
    """
    may_administer(g.person, AUDITOR)
    with db.read() as tx:
        return {"faults": kept.broken(tx)}
