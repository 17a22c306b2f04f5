"""The administrators: kept apart, never upon themselves, two where it weighs, all journaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Stale
from server.models import administration_journal, memberships, organisations, people, records
from server.work import people as accounts
from server.work import sessions
from server.work.people import administration, appointments, journal, listing
from server.work.people import organisations as bodies
from server.work.people.administration import By
from server.work.people.appointments import Office
from server.work.people.organisations import Naming
from server.work.people.person import Person
from server.work.people.roles import ADMINISTRATORS, AUDITOR, INSTALLATION, SECURITY, SYSTEM
from tests.server.work.people_samples import CHEAP, PASSWORD, account

TODAY = date(2026, 11, 20)
KNOWN = frozenset({"undertaker", "authority", "expert_panel"})


@dataclass(frozen=True)
class House:
    """The three administrators, an organisation and a person."""

    system: By
    security: By
    auditor: By
    body: str
    person: str


@pytest.fixture
def house(database: Engine) -> Any:
    accounts.use(CHEAP, refusal_takes=0)
    with clock.frozen(TODAY):
        for role in ADMINISTRATORS:
            administration.first_administrator(role, role, role, "信息中心")
        system, security, auditor = (By(_person(role)) for role in ADMINISTRATORS)
        made = administration.create_organisation(system, "institute", "applicant", "研究院", "")
        yield House(system, security, auditor, made.id, account("clerk"))


def _person(login: str) -> Person:
    with db.read() as tx:
        found = tx.execute(select(people.c.id).where(people.c.login == login)).scalar_one()
        person = accounts.find_person(tx, found)
    assert person is not None
    return person


def roles(_regime: str) -> frozenset[str]:
    return KNOWN | set(ADMINISTRATORS)


def office(house: House, role: str = "undertaker", **days: date) -> Office:
    return Office(house.body, role, "shanxi", days.pop("from_on", TODAY), **days)


def acts() -> list[str]:
    with db.read() as tx:
        assert journal.broken(tx) == []
        ordered = select(administration_journal.c.act).order_by(administration_journal.c.seq)
        return list(tx.execute(ordered).scalars())


def held(person_id: str) -> set[str]:
    with db.read() as tx:
        found = accounts.find_person(tx, person_id)
    return {m.role for m in found.memberships} if found else set()


# --- apart ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["system", "auditor"])
def test_only_the_security_administrator_grants(house: House, who: str) -> None:
    with pytest.raises(NotAllowed):
        administration.grant(getattr(house, who), house.person, office(house), KNOWN)
    assert held(house.person) == set()


@pytest.mark.parametrize("who", ["security", "auditor"])
def test_only_the_system_administrator_makes_accounts(house: House, who: str) -> None:
    with pytest.raises(NotAllowed):
        administration.create_person(getattr(house, who), "new.clerk", "新人", "")


def test_who_is_no_administrator_finds_nothing(house: House) -> None:
    with pytest.raises(NotFound):
        administration.lock(By(_person("clerk")), house.system.person.id)


def test_nobody_grants_to_themself(house: House) -> None:
    own = house.security.person.id
    with pytest.raises(NotAllowed) as caught:
        administration.grant(house.security, own, office(house), KNOWN)
    assert caught.value.code == "oneself"


def test_an_administrator_holds_no_other_office(house: House) -> None:
    with pytest.raises(Invalid):
        administration.grant(house.security, house.system.person.id, office(house), KNOWN)
    administration.grant(house.security, house.person, office(house), KNOWN)
    second = Office(house.body, AUDITOR, INSTALLATION, TODAY)
    with pytest.raises(Invalid):
        administration.grant(house.security, house.person, second, ADMINISTRATORS)


def test_an_administrators_office_opens_no_regime(house: House) -> None:
    for by in (house.system, house.security, house.auditor):
        assert {m.regime for m in by.person.memberships} == {INSTALLATION}


# --- two where it weighs -------------------------------------------------------------------------


def test_a_role_that_decides_waits_for_the_other_administrator(house: House) -> None:
    done = administration.grant(house.security, house.person, office(house, "authority"), KNOWN)
    assert done.proposal and held(house.person) == set()
    with pytest.raises(NotAllowed):
        administration.approve(house.security, done.proposal, roles)
    with pytest.raises(NotAllowed):
        administration.approve(house.auditor, done.proposal, roles)
    administration.approve(house.system, done.proposal, roles)
    assert held(house.person) == {"authority"}
    with pytest.raises(Stale):
        administration.approve(house.system, done.proposal, roles)


def test_a_refused_proposal_changes_nothing_and_says_why(house: House) -> None:
    done = administration.grant(house.security, house.person, office(house, "authority"), KNOWN)
    with pytest.raises(Invalid):
        administration.refuse(house.system, done.proposal, " ")
    administration.refuse(house.system, done.proposal, "没有任命文件。")
    with db.read() as tx:
        row = listing.proposal(tx, done.proposal)
    assert row is not None and (row["status"], row["reason"]) == ("refused", "没有任命文件。")
    assert held(house.person) == set()


def test_an_administrators_password_is_reset_by_two(house: House) -> None:
    done = administration.reset_password(house.system, house.auditor.person.id)
    assert not done.secret
    secret = administration.approve(house.security, done.proposal, roles).secret
    assert accounts.authenticate(AUDITOR, secret, "192.0.2.1") == house.auditor.person.id


def test_nobody_approves_what_concerns_themself(house: House) -> None:
    done = administration.reset_password(house.system, house.security.person.id)
    with pytest.raises(NotAllowed):
        administration.approve(house.security, done.proposal, roles)


# --- accounts ------------------------------------------------------------------------------------


def test_a_one_time_secret_lets_in_once_changed_and_for_seven_days(house: House) -> None:
    made = administration.create_person(house.system, "new.clerk", "新人", "")
    token = sessions.sign_in("new.clerk", made.secret, "192.0.2.1")
    session = sessions.current(token)
    assert session is not None and session.person.must_change
    accounts.change_password(made.id, made.secret, "another-good-one")
    with db.read() as tx:
        person = accounts.find_person(tx, made.id)
    assert person is not None and not person.must_change
    late = administration.create_person(house.system, "late.clerk", "迟到", "")
    with clock.frozen(TODAY + timedelta(days=8)), pytest.raises(NotSignedIn):
        accounts.authenticate("late.clerk", late.secret, "192.0.2.1")


@pytest.mark.parametrize("login", ["x", "Upper.Case", "a b c", "汉字账号", "a" * 65, "<script>"])
def test_a_strange_login_is_refused(house: House, login: str) -> None:
    with pytest.raises(Invalid) as caught:
        administration.create_person(house.system, login, "新人", "")
    assert "login" in caught.value.errors


def test_a_former_password_is_not_taken_again(house: House) -> None:
    accounts.change_password(house.person, PASSWORD, "another-good-one")
    for old in (PASSWORD, "another-good-one"):
        with pytest.raises(Invalid):
            accounts.change_password(house.person, "another-good-one", old)


def test_locking_ends_sessions_and_only_security_unlocks(house: House) -> None:
    token = sessions.sign_in("clerk", PASSWORD, "192.0.2.1")
    administration.lock(house.system, house.person)
    assert sessions.current(token) is None
    with pytest.raises(NotSignedIn):
        accounts.authenticate("clerk", PASSWORD, "192.0.2.1")
    with pytest.raises(NotAllowed):
        administration.unlock(house.system, house.person)
    administration.unlock(house.security, house.person)
    assert accounts.authenticate("clerk", PASSWORD, "192.0.2.1") == house.person


def test_a_sixth_session_ends_the_oldest(house: House) -> None:
    tokens = []
    for minute in range(6):
        with clock.frozen(clock.midnight(TODAY) + timedelta(minutes=minute)):
            tokens.append(sessions.sign_in("clerk", PASSWORD, "192.0.2.1"))
    with clock.frozen(clock.midnight(TODAY) + timedelta(minutes=9)):
        assert [sessions.current(each) is not None for each in tokens] == [False] + [True] * 5


def test_who_leaves_is_let_in_no_more_and_keeps_no_office(house: House) -> None:
    administration.grant(house.security, house.person, office(house), KNOWN)
    token = sessions.sign_in("clerk", PASSWORD, "192.0.2.1")
    administration.end_service(house.system, house.person, TODAY)
    assert sessions.current(token) is None and held(house.person) == set()
    with pytest.raises(Invalid):
        administration.unlock(house.security, house.person)
    with db.transaction() as tx:
        appointments.keep_up(tx)
        assert not tx.execute(
            select(memberships).where(memberships.c.person_id == house.person)
        ).all()


# --- offices and their days ----------------------------------------------------------------------


def test_an_office_begins_and_ends_by_the_calendar(house: House) -> None:
    days = {"from_on": TODAY + timedelta(days=2), "until_on": TODAY + timedelta(days=4)}
    administration.grant(house.security, house.person, office(house, **days), KNOWN)
    seen = []
    for later in range(7):
        with clock.frozen(TODAY + timedelta(days=later)):
            with db.transaction() as tx:
                appointments.keep_up(tx)
            seen.append(bool(held(house.person)))
    assert seen == [False, False, True, True, True, False, False]


def test_an_office_past_its_day_gives_nothing_even_before_the_daily_round(house: House) -> None:
    administration.grant(house.security, house.person, office(house, until_on=TODAY), KNOWN)
    assert held(house.person) == {"undertaker"}
    with clock.frozen(TODAY + timedelta(days=1)):
        assert held(house.person) == set()


def test_an_office_is_ended_at_once(house: House) -> None:
    done = administration.grant(house.security, house.person, office(house), KNOWN)
    token = sessions.sign_in("clerk", PASSWORD, "192.0.2.1")
    administration.end_appointment(house.security, done.id, TODAY)
    session = sessions.current(token)
    assert session is not None and session.person.memberships == ()
    with db.transaction() as tx:
        appointments.keep_up(tx)
    assert held(house.person) == set()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "emperor"}, "role"),
        ({"organisation_id": "nowhere"}, "organisation_id"),
        ({"until_on": TODAY - timedelta(days=1)}, "until_on"),
    ],
)
def test_an_office_that_cannot_be_is_refused_by_field(
    house: House, change: dict[str, Any], field: str
) -> None:
    given = {"organisation_id": house.body, "role": "undertaker", "regime": "shanxi"} | change
    with pytest.raises(Invalid) as caught:
        administration.grant(
            house.security, house.person, Office(**{"from_on": TODAY, **given}), KNOWN
        )
    assert field in caught.value.errors


# --- organisations -------------------------------------------------------------------------------


def name_of(organisation_id: str) -> str:
    with db.read() as tx:
        found = select(organisations.c.name).where(organisations.c.id == organisation_id)
        return str(tx.execute(found).scalar_one())


def test_a_new_name_counts_from_its_day(house: House) -> None:
    later = TODAY + timedelta(days=10)
    administration.rename_organisation(house.system, house.body, Naming("科学院", "", later))
    assert name_of(house.body) == "研究院"
    with clock.frozen(later), db.transaction() as tx:
        bodies.keep_up(tx)
    assert name_of(house.body) == "科学院"
    with db.read() as tx:
        assert [n["name"] for n in bodies.names(tx, house.body)] == ["科学院", "研究院"]


def test_an_organisation_ends_with_approval_and_when_nobody_serves_there(house: House) -> None:
    granted = administration.grant(house.security, house.person, office(house), KNOWN)
    done = administration.end_organisation(house.system, house.body, TODAY)
    with pytest.raises(Invalid):
        administration.approve(house.security, done.proposal, roles)
    administration.end_appointment(house.security, granted.id, TODAY)
    administration.approve(house.security, done.proposal, roles)
    with pytest.raises(Invalid):
        tomorrow = office(house, from_on=TODAY + timedelta(days=1))
        administration.grant(house.security, house.person, tomorrow, KNOWN)


def test_a_former_post_is_what_the_check_for_conflicts_reads(house: House) -> None:
    last = TODAY - timedelta(days=400)
    administration.add_tie(house.system, house.person, house.body, "worked", last, ["shanxi"])
    with db.read() as tx:
        row = tx.execute(select(records).where(records.c.kind == "interest")).mappings().one()
    assert row["organisation_id"] == house.body
    assert row["data"] == {
        "person_id": house.person,
        "kind": "worked",
        "until": last.isoformat(),
    }


# --- the journal ---------------------------------------------------------------------------------


def test_every_act_and_every_sign_in_is_journaled(house: House) -> None:
    begun = len(acts())
    administration.grant(house.security, house.person, office(house), KNOWN)
    sessions.sign_in("clerk", PASSWORD, "192.0.2.1")
    with pytest.raises(NotSignedIn):
        accounts.authenticate("clerk", "wrong password", "192.0.2.9")
    administration.lock(house.system, house.person)
    assert acts()[begun:] == ["grant", "sign_in", "sign_in_refused", "lock"]


def test_a_refused_act_leaves_no_entry(house: House) -> None:
    before = acts()
    with pytest.raises(Invalid):
        administration.grant(house.security, house.person, office(house, "emperor"), KNOWN)
    assert acts() == before


def test_what_was_typed_as_an_unknown_login_is_not_kept(house: House) -> None:
    with pytest.raises(NotSignedIn):
        accounts.authenticate("my-secret-passphrase", "x", "192.0.2.9")
    with db.read() as tx:
        kept = tx.execute(select(administration_journal)).all()
    assert "my-secret-passphrase" not in str(kept)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE administration_journal SET act = 'x'", "DELETE FROM administration_journal"],
)
def test_the_journal_cannot_be_changed(house: House, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"), db.transaction() as tx:
        tx.execute(text(statement))


def test_a_cut_off_end_is_noticed(house: House) -> None:
    with db.transaction() as tx:
        tx.execute(text("UPDATE administration_head SET seq = seq + 1"))
    with db.read() as tx:
        assert journal.broken(tx) == ["最后一条管理日志与链头不符"]


def test_no_secret_and_no_hash_is_in_the_journal(house: House) -> None:
    made = administration.create_person(house.system, "new.clerk", "新人", "")
    with db.read() as tx:
        kept = str(tx.execute(select(administration_journal)).all())
    assert made.secret not in kept and "argon2" not in kept


def test_the_first_administrator_is_appointed_once(house: House) -> None:
    with pytest.raises(Invalid):
        administration.first_administrator(SYSTEM, "second", "第二人", "信息中心")


def test_a_lost_way_in_is_found_on_the_machine_and_journaled(house: House) -> None:
    secret = administration.reset_on_the_machine(SECURITY).secret
    assert accounts.authenticate(SECURITY, secret, "192.0.2.1") == house.security.person.id
    assert "reset_password" in acts()


LISTS: list[Callable[..., listing.Found]] = [
    listing.find_organisations,
    listing.find_people,
    listing.find_offices,
    listing.find_experts,
    listing.find_sessions,
    listing.find_proposals,
    listing.find_entries,
]


@pytest.mark.parametrize("find", LISTS)
@pytest.mark.parametrize("sort", ["", "name", "-person", "nonsense"])
def test_every_list_can_be_searched_and_sorted(
    house: House, find: Callable[..., listing.Found], sort: str
) -> None:
    with db.read() as tx:
        everything = find(tx, listing.Asked(sort=sort))
        nothing = find(tx, listing.Asked(text="没有这样的%_名字", sort=sort))
    assert everything.total >= len(everything.items) and nothing.total == 0


def test_an_end_cannot_be_set_twice(house: House) -> None:
    done = administration.grant(house.security, house.person, office(house), KNOWN)
    administration.end_appointment(house.security, done.id, TODAY)
    with pytest.raises(Invalid):
        administration.end_appointment(house.security, done.id, TODAY)


def test_an_old_password_is_due_where_the_profile_says_so(house: House) -> None:
    accounts.use(replace(CHEAP, password_days=90), refusal_takes=0)
    with db.transaction() as tx:
        long_ago = clock.now() - timedelta(days=91)
        tx.execute(update(people).values(password_set_at=long_ago))
    assert _person("clerk").must_change
    accounts.use(CHEAP, refusal_takes=0)
    assert not _person("clerk").must_change
