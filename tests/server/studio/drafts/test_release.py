"""From a draft to what rules: the day it takes effect, the order of two, an upgrade between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert

from server import clock, db
from server.engine.errors import Finding
from server.errors import NotAllowed, Stale
from server.ids import new_id
from server.law.catalogue import Catalogue, tree_on_disk
from server.models import memberships, organisations, people
from server.studio.drafts import acts, overlay, store
from server.studio.drafts.upgrade import upgrade
from server.views import HERE
from server.work import publications
from server.work.people import Membership, Person

TODAY = date(2026, 11, 20)
FORM = "forms/publicity/compile_status.form"
OTHER = "forms/midterm/evaluate_midterm.form"


def person(role: str, regimes: tuple[str, ...]) -> Person:
    place, own = new_id(), new_id()
    offices = tuple(Membership(place, role, regime) for regime in regimes)
    with db.transaction() as tx:
        row = {"id": place, "code": place, "name": "机关", "kind": "authority"}
        tx.execute(insert(organisations).values(**row))
        tx.execute(insert(people).values(id=own, login=own, name=role, password_hash="x"))
        for office in offices:
            held = {"person_id": own, "organisation_id": place, "role": role}
            tx.execute(insert(memberships).values(**held, regime=office.regime))
    return Person(own, own, role, memberships=offices)


@pytest.fixture
def house(database: Engine) -> dict[str, Person]:
    regimes = ("national", "shanxi", "jiangxi", "jiangxi_base")
    with clock.frozen(TODAY), db.transaction() as tx:
        upgrade(tx, tree_on_disk(HERE.parents[1]))
    return {role: person(role, regimes) for role in ("process_owner", "approver")}


def in_force() -> dict[str, bytes]:
    with db.read() as tx:
        return publications.tree(tx, publications.current(tx))


def released(house: dict[str, Person], path: str, word: str, day: date) -> str:
    """A draft that writes a word into a form, consented to."""
    draft = acts.begin(house["process_owner"], word)
    content = in_force()[path].replace(b'"label": "', f'"label": "{word}'.encode(), 1)
    acts.save(house["process_owner"], draft, path, content, 0)
    acts.submit(house["process_owner"], draft, "理由", day)
    assert acts.consent(house["approver"], draft)
    return draft


def test_a_change_rules_from_its_day_on(house: dict[str, Person]) -> None:
    with clock.frozen(TODAY):
        released(house, FORM, "明日", TODAY + timedelta(1))
        assert "明日".encode() not in in_force()[FORM]
    with clock.frozen(TODAY + timedelta(1)):
        assert "明日".encode() in in_force()[FORM]


def test_what_is_to_come_is_not_lost_by_a_release_before_it(house: dict[str, Person]) -> None:
    with clock.frozen(TODAY):
        released(house, FORM, "以后", TODAY + timedelta(30))
        released(house, OTHER, "现在", TODAY)
        assert "现在".encode() in in_force()[OTHER]
        assert "以后".encode() not in in_force()[FORM]
    with clock.frozen(TODAY + timedelta(30)):
        assert "现在".encode() in in_force()[OTHER]
        assert "以后".encode() in in_force()[FORM]


def test_two_changes_of_one_file_do_not_pass_each_other(house: dict[str, Person]) -> None:
    with clock.frozen(TODAY):
        released(house, FORM, "以后", TODAY + timedelta(30))
        with pytest.raises(Stale):
            released(house, FORM, "现在", TODAY)
        assert "现在".encode() not in in_force()[FORM]


def test_an_upgrade_of_the_software_keeps_what_was_decided(house: dict[str, Person]) -> None:
    with clock.frozen(TODAY):
        released(house, FORM, "本机关", TODAY)
        tree = tree_on_disk(HERE.parents[1])
        newer = tree[OTHER].replace(b'"label": "', '"label": "新版'.encode(), 1)
        with db.transaction() as tx:
            upgrade(tx, tree | {OTHER: newer})
        assert "本机关".encode() in in_force()[FORM]
        assert in_force()[OTHER] == newer
        with db.transaction() as tx:  # the next start finds nothing new
            upgrade(tx, tree | {OTHER: newer})
        assert "本机关".encode() in in_force()[FORM]


def test_a_changed_journal_entry_is_noticed(house: dict[str, Person]) -> None:
    draft_id = acts.begin(house["process_owner"], "草稿")
    with db.read() as tx:
        draft = store.find(tx, draft_id)
        assert not store.broken(tx, draft)
        assert store.broken(tx, draft | {"journal_seq": 2})


def test_who_edited_does_not_consent_even_with_both_roles(house: dict[str, Person]) -> None:
    both = house["process_owner"]
    approves = tuple(Membership(m.organisation_id, "approver", m.regime) for m in both.memberships)
    both = Person(both.id, both.login, both.name, memberships=(*both.memberships, *approves))
    with clock.frozen(TODAY):
        draft = acts.begin(both, "自批")
        content = in_force()[FORM].replace(b'"label": "', '"label": "改'.encode(), 1)
        acts.save(both, draft, FORM, content, 0)
        acts.submit(both, draft, "理由", TODAY)
        with pytest.raises(NotAllowed):
            acts.consent(both, draft)


def test_a_table_whose_rows_only_change_places_concerns_everybody(house: dict[str, Person]) -> None:
    from server.studio.drafts import scope

    text = in_force()["processes/tables/deadlines.dmn"].decode()
    first = text[text.index("<rule ") : text.index("</rule>") + 7]
    moved = text.replace(first, "").replace("</decisionTable>", first + "</decisionTable>")
    known = overlay.catalogue(in_force()).regimes
    assert scope.rows_changed(text.encode(), moved.encode(), known) == set(known)


def test_nobody_waits_while_a_draft_is_checked(
    house: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has not seen the draft before checks it first, and locks after that."""
    waiting: list[bool] = []

    def look(made: Catalogue) -> list[Finding]:
        waiting.append(db._afterwards.get() is not None)
        return []

    with clock.frozen(TODAY):
        draft = acts.begin(house["process_owner"], "改表单")
        content = in_force()[FORM].replace(b'"label": "', '"label": "新'.encode(), 1)
        acts.save(house["process_owner"], draft, FORM, content, 0)
        monkeypatch.setattr(overlay.checks, "check", look)
        for act in (submit, consent):
            overlay._found.clear()
            act(house, draft)
    assert waiting == [False, False]


def submit(house: dict[str, Person], draft: str) -> None:
    acts.submit(house["process_owner"], draft, "理由", TODAY)


def consent(house: dict[str, Person], draft: str) -> None:
    assert acts.consent(house["approver"], draft)
