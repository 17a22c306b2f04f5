"""What the three administrators keep: organisations, people, offices, experts, changes."""

from __future__ import annotations

from marshmallow import Schema

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ListQuery, PageAsked, page_of, sort_of
from server.work.people import organisations
from server.work.people.administration import LIMIT_REASON, TIES
from server.work.people.listing import LIMIT_TEXT

STATES = ("active", "locked", "left")
STATUSES = ("open", "approved", "refused")
LOGIN = r"^[a-z0-9][a-z0-9._-]{2,63}$"
REGIME = r"^([a-z][a-z0-9_]{0,63})?$"
"""Empty: an office of the installation."""


def listed(filters: type[Schema], name: str, sorts: tuple[str, ...]) -> tuple[type[Schema], ...]:
    """The plain list's arguments and the search's body, for these filters and orders."""
    directed = tuple(sign + key for key in sorts for sign in ("", "-"))
    sort = f.choice(directed, "`-` in front for descending.")
    query = type(f"{name}Query", (filters, ListQuery), {"sort": sort})
    body = {
        "filter": f.part(filters),
        "sort": f.part(sort_of(sorts, f"{name}Sort")),
        "page": f.part(PageAsked),
    }
    return query, type(f"{name}Search", (Asked,), body)


class Done(Answer):
    """What became of an act of an administrator."""

    id = f.identity("What was made or changed.")
    secret = f.word("One-time secret, shown this once; else null.", optional=True)
    change_id = f.identity("Set where the other administrator must approve first.", optional=True)


# --- organisations ------------------------------------------------------------------------------


class OrganisationFilter(Asked):
    text = f.text(LIMIT_TEXT, "In name or code.")
    kind = f.choice(organisations.KINDS)


OrganisationQuery, OrganisationSearch = listed(
    OrganisationFilter, "Organisation", ("name", "code", "kind", "serving")
)


class Organisation(Answer):
    id = f.identity()
    code = f.word()
    name = f.word()
    name_en = f.word()
    kind = f.word()
    until_on = f.day("Last day of one that has ended.", optional=True)


class OrganisationRow(Organisation):
    serving = f.number("People with an office there.")


OrganisationPage = page_of(OrganisationRow, "OrganisationPage")


class NameSince(Answer):
    name = f.word()
    name_en = f.word()
    from_on = f.day("The year 1: before anybody wrote it down.")


class Appointment(Answer):
    """An office with its days."""

    id = f.identity()
    person_id = f.identity()
    name = f.word()
    login = f.word()
    organisation_id = f.identity()
    organisation = f.word()
    role = f.word()
    regime = f.word("Empty: an office of the installation.")
    from_on = f.day()
    until_on = f.day("Last day; null until it is ended.", optional=True)
    ended_at = f.instant(optional=True)


class OrganisationDetail(Organisation):
    names = f.many(NameSince)
    appointments = f.many(Appointment, "In force or to come.")


class OrganisationAsked(Asked):
    code = f.text(64, "Letters, digits and `_`.", least=1, required=True)
    kind = f.choice(organisations.KINDS, required=True)
    name = f.text(organisations.LIMIT_NAME, least=1, required=True)
    name_en = f.text(organisations.LIMIT_NAME, required=True)


class NameAsked(Asked):
    name = f.text(organisations.LIMIT_NAME, least=1, required=True)
    name_en = f.text(organisations.LIMIT_NAME, required=True)
    from_on = f.Day(required=True)


class LastDay(Asked):
    on = f.Day(required=True, metadata={"description": "The last day."})


# --- people -------------------------------------------------------------------------------------


class PersonFilter(Asked):
    text = f.text(LIMIT_TEXT, "In name or login.")
    state = f.choice(STATES)


PersonQuery, PersonSearch = listed(PersonFilter, "Person", ("name", "login", "ended"))


class Account(Answer):
    id = f.identity()
    login = f.word()
    name = f.word()
    name_en = f.word()
    state = f.one_of(STATES)
    ended_on = f.day("Last day of service.", optional=True)


AccountPage = page_of(Account, "AccountPage")


class AccountDetail(Account):
    secret_until = f.instant("While the password is a one-time secret.", optional=True)
    appointments = f.many(Appointment)
    sessions = f.number("Running ones.")


class PersonAsked(Asked):
    login = f.matching(LOGIN, "Lower-case letters, digits and `_.-`.", required=True)
    name = f.text(100, least=1, required=True)
    name_en = f.text(100, required=True)


class IdentityAsked(Asked):
    subject = f.text(255, "Who the person is at the provider.", least=1, required=True)


class AppointmentFilter(Asked):
    text = f.text(LIMIT_TEXT, "In name, login or organisation.")
    role = f.matching(f.NAME, "For example `authority`.")
    regime = f.matching(f.NAME, "For example `shanxi`.")
    now = f.choice(("1",), "Only those in force.")


AppointmentQuery, AppointmentSearch = listed(
    AppointmentFilter, "Appointment", ("person", "organisation", "role", "from")
)
AppointmentPage = page_of(Appointment, "AppointmentPage")


class Grant(Asked):
    organisation_id = f.matching(f.ID, required=True)
    role = f.matching(f.NAME, required=True)
    regime = f.matching(REGIME, "Empty: an office of the installation.", required=True)
    from_on = f.Day(metadata={"description": "Today when nothing is said."})
    until_on = f.Day(metadata={"description": "Last day; until it is ended when nothing is said."})


# --- experts ------------------------------------------------------------------------------------


class ExpertFilter(Asked):
    text = f.text(LIMIT_TEXT, "In name, login or employer.")
    regime = f.matching(f.NAME, "For example `shanxi`.")


ExpertQuery, ExpertSearch = listed(ExpertFilter, "Expert", ("person", "organisation"))


class ExpertRow(Appointment):
    ties = f.number("Former posts and interests on record.")


ExpertPage = page_of(ExpertRow, "ExpertPage")


class Tie(Answer):
    """Where an expert worked, what they own or have declared."""

    organisation = f.word(optional=True)
    kind = f.word("Null where it was recorded before kinds were.", optional=True)
    until = f.word("Last day; null while it lasts.", optional=True)
    regime = f.word()
    entered_on = f.day(attribute="effective_on")


class ExpertDetail(Answer):
    id = f.identity()
    name = f.word()
    name_en = f.word()
    appointments = f.many(Appointment)
    ties = f.many(Tie)


class TieAsked(Asked):
    organisation_id = f.matching(f.ID, required=True)
    kind = f.choice(TIES, required=True)
    until = f.Day(metadata={"description": "Last day; it lasts when nothing is said."})


# --- sessions, changes, journal -----------------------------------------------------------------


class SessionFilter(Asked):
    text = f.text(LIMIT_TEXT, "In name, login or address.")


SessionQuery, SessionSearch = listed(SessionFilter, "Session", ("person", "seen"))


class Visit(Answer):
    """A running session; never its token."""

    person_id = f.identity()
    name = f.word()
    login = f.word()
    created_at = f.instant()
    seen_at = f.instant()
    expires_at = f.instant()
    address = f.word()


VisitPage = page_of(Visit, "VisitPage")


class ChangeFilter(Asked):
    text = f.text(LIMIT_TEXT, "In the subject's or the proposer's name.")
    status = f.choice(STATUSES)


ChangeQuery, ChangeSearch = listed(ChangeFilter, "Change", ("at",))


class Change(Answer):
    """What one administrator proposed and another decides."""

    id = f.identity()
    act = f.word()
    subject_id = f.identity()
    subject_name = f.word()
    payload = f.free("What the change consists of.")
    proposer = f.word()
    proposed_at = f.instant()
    status = f.one_of(STATUSES)
    decider = f.word(optional=True)
    decided_at = f.instant(optional=True)
    reason = f.word("Why it was refused.")


ChangePage = page_of(Change, "ChangePage")


class Refusal(Asked):
    reason = f.text(LIMIT_REASON, least=1, pattern=f.WRITTEN, required=True)


class EntryFilter(Asked):
    text = f.text(LIMIT_TEXT, "In the actor's or the subject's name, or the address.")
    act = f.matching(f.NAME, "For example `grant`.")


EntryQuery, EntrySearch = listed(EntryFilter, "AdministrationEntry", ("at",))


class AdministrationEntry(Answer):
    """What an administrator did, who signed in or was refused."""

    seq = f.number()
    at = f.instant()
    actor_name = f.word()
    act = f.word()
    subject_name = f.word()
    address = f.word()
    detail = f.free()
    prev_hash = f.word()
    hash = f.word()


AdministrationEntryPage = page_of(AdministrationEntry, "AdministrationEntryPage")


class Chain(Answer):
    """Whether the journal of the administration is whole."""

    faults = f.words("What does not fit in the chain; empty when it is intact.")
