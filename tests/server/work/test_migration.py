"""Running cases go over to another version: who may order it, what is kept, what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import insert

from server import db
from server.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from server.jobs import claims, worker
from server.models import (
    drafts,
    instances,
    jobs,
    journal,
    migration_cases,
    migrations,
    work_items,
)
from server.work import archive, migration, publications, worklist
from server.work import desk as desks
from server.work.people import Person
from server.work.together import withdrawing
from tests.office import REGIME, Office
from tests.server.work.helpers import (
    assert_intact,
    do,
    fill,
    open_item,
    review_all,
    rows,
)
from tests.server.work.migrated import PERMIT, lines, official, publish, second, work

WHY = "复核改在作出决定之前"


@dataclass(frozen=True)
class Place:
    """The office with whoever orders and consents."""

    office: Office
    owner: Person
    approver: Person


@pytest.fixture
def place(office: Office) -> Place:
    owner = official(office, "owner", "process_owner")
    return Place(office, owner, official(office, "approver", "approver"))


def order(place: Place, ids: dict[str, str] | None = None, **more: object) -> str:
    mapping = {"permit": ids} if ids else {}
    return migration.order(place.owner, REGIME, "permit", mapping, WHY, **more)


def moved(place: Place, **more: object) -> str:
    """Ordered, agreed to and done."""
    order_id = order(place, **more)
    migration.consent(place.approver, order_id)
    work()
    return order_id


def renamed() -> dict[str, bytes]:
    """The first step under another id everywhere in the diagram."""
    files = second()
    text = files[PERMIT].decode()
    for quoted in ('"fill"', ">fill<"):
        text = text.replace(quoted, quoted.replace("fill", "draft"))
    return files | {PERMIT: text.encode()}


def effect(regime: str = REGIME) -> migration.Effect:
    with db.read() as tx:
        made = publications.catalogue(tx, publications.current(tx))
        (found,) = migration.effects(tx, made, [regime])
    return found


# --- what is kept -------------------------------------------------------------------------------


def test_a_case_goes_over_with_its_item_draft_claim_and_date(place: Place) -> None:
    office = place.office
    office.start()
    item = open_item("fill")
    worklist.claim(office["applicant"], item["id"])
    worklist.save_draft(office["applicant"], item["id"], {"summary": "写了一半"})
    number = publish(second())
    before, draft = open_item("fill"), rows(drafts)
    order_id = moved(place)
    (instance,) = rows(instances)
    assert (instance["publication_id"], instance["version"]) == (number, 2)
    after = open_item("fill")
    same = ("id", "task_id", "assignee_id", "claimed_at", "deadline_id", "due_on", "opened_at")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert (after["name"], after["version"]) == ("编制并核对材料", before["version"] + 1)
    assert rows(drafts) == draft
    entry = rows(journal)[-1]
    assert entry["act"] == "migrate"
    told = entry["detail"]
    assert (told["ordered"], told["confirmed"], told["reason"]) == ("owner", "approver", WHY)
    assert (told["from"], told["to"], told["order"]) == (office.publication, number, order_id)
    assert_intact()


def test_a_case_that_has_gone_over_takes_the_new_way(place: Place) -> None:
    place.office.start()
    publish(second())
    moved(place)
    fill(place.office)
    review_all(place.office)
    assert open_item("recheck")["name"] == "复核"
    do(place.office["officer"], "recheck", explanation="无误")
    assert open_item("decide")


def test_a_timer_keeps_its_job(place: Place) -> None:
    place.office.start()
    fill(place.office)
    review_all(place.office)
    (before,) = rows(jobs, kind="timer")
    publish(second())
    moved(place)
    assert rows(jobs, kind="timer") == [before]
    do(place.office["officer"], "decide", decision="approve")
    assert rows(instances)[0]["outcome"] == "approved"


def test_whoever_had_the_item_open_is_told_that_it_has_changed(place: Place) -> None:
    place.office.start()
    seen = open_item("fill")
    publish(second())
    moved(place)
    with pytest.raises(Stale):
        worklist.complete(place.office["applicant"], seen["id"], seen["version"], {})


def test_a_step_under_another_id_is_named_by_whoever_orders(place: Place) -> None:
    place.office.start()
    item = open_item("fill")["id"]
    publish(renamed())
    assert [reason.element_id for reason in effect().wanted] == ["fill"]
    with pytest.raises(Refused, match="没有可以迁移"):
        order(place)
    moved(place, ids={"fill": "draft"})
    assert open_item("draft")["id"] == item
    fill_again = {"summary": "建设方案", "mode": "plain"}
    panel = [expert.id for expert in place.office.experts[:3]]
    do(place.office["applicant"], "draft", **fill_again, panel=panel)
    assert_intact()


def test_what_was_done_in_a_step_that_is_gone_is_shown_and_offers_nothing(place: Place) -> None:
    applicant = place.office["applicant"]
    place.office.start()
    fill(place.office)
    done = rows(work_items, element_id="fill")[0]
    publish(renamed())
    moved(place)
    with db.read() as tx:
        desk = desks.of_item(tx, done["id"], applicant.id, lock=False)
        assert not withdrawing.is_possible(applicant, desk)
    with pytest.raises(NotAllowed):
        withdrawing.withdraw(applicant, done["id"])
    review_all(place.office)  # with the versions of before: for the experts nothing has changed
    assert open_item("recheck")
    assert_intact()


# --- what is refused ----------------------------------------------------------------------------


def test_what_no_longer_fits_when_its_turn_comes_stays_as_it_was(place: Place) -> None:
    place.office.start()
    publish(second(("P2D", "P5D")))
    order_id = order(place)
    fill(place.office)
    review_all(place.office)  # meanwhile it has come to the decision, whose timer differs
    before = rows(instances), rows(work_items), rows(jobs, kind="timer"), len(rows(journal))
    migration.consent(place.approver, order_id)
    work()
    after = rows(instances), rows(work_items), rows(jobs, kind="timer"), len(rows(journal))
    assert after == before
    with db.read() as tx:
        (line,) = migration.cases_of(tx, order_id)
    assert line["status"] == "refused"
    assert [reason["code"] for reason in line["reasons"]] == ["timer"]


def test_several_at_work_do_not_go_over_to_another_form(place: Place) -> None:
    place.office.start()
    fill(place.office)
    files = second()
    form = "forms/permit/review.form"
    publish(files | {form: files[form].replace(b"opinion", b"opinions", 1)})
    (reason,) = effect().held
    assert (reason.code, reason.element_id) == ("body", "review")


def test_a_case_in_a_state_that_the_new_version_forgets_stays(place: Place) -> None:
    place.office.start()
    files = second()
    table = "processes/tables/states.dmn"
    publish(files | {table: files[table].replace(b'"application_drafting"', b'"drafting"')})
    (reason,) = effect().held
    assert reason.code == "state"


def test_a_case_that_has_ended_meanwhile_is_left_alone(place: Place) -> None:
    place.office.start()
    fill(place.office)
    review_all(place.office)
    publish(second())
    order_id = order(place)
    do(place.office["officer"], "decide", decision="approve")
    migration.consent(place.approver, order_id)
    work()
    assert set(lines(order_id).values()) == {"gone"}


# --- who may ------------------------------------------------------------------------------------


def test_only_who_owns_the_regime_orders_and_only_a_second_person_consents(place: Place) -> None:
    office = place.office
    office.start()
    publish(second())
    with pytest.raises(NotFound):
        migration.order(office["officer"], REGIME, "permit", {}, WHY)
    with pytest.raises(NotAllowed):
        migration.order(place.approver, REGIME, "permit", {}, WHY)
    elsewhere = official(office, "elsewhere", "process_owner", "national")
    with pytest.raises(NotAllowed):
        migration.order(elsewhere, REGIME, "permit", {}, WHY)
    with pytest.raises(Invalid):
        migration.order(place.owner, REGIME, "permit", {}, " ")
    order_id = order(place)
    with pytest.raises(NotAllowed):
        migration.consent(place.owner, order_id)
    with pytest.raises(NotFound):
        migration.consent(elsewhere, order_id)
    assert rows(jobs, kind="migrate") == []
    migration.consent(place.approver, order_id)
    with pytest.raises(Stale):
        migration.consent(place.approver, order_id)
    with pytest.raises(Stale):
        migration.refuse(place.approver, order_id, "不同意")


def test_who_orders_and_approves_in_one_person_still_needs_another(place: Place) -> None:
    place.office.start()
    publish(second())
    both = official(place.office, "both", "process_owner")
    held = (*both.memberships, *official(place.office, "x", "approver").memberships)
    both = Person(both.id, "both", "both", memberships=held)
    order_id = migration.order(both, REGIME, "permit", {}, WHY)
    with pytest.raises(NotAllowed, match="自己"):
        migration.consent(both, order_id)


def test_an_order_is_refused_or_withdrawn_and_the_cases_are_free_again(place: Place) -> None:
    place.office.start()
    publish(second())
    first = order(place)
    with pytest.raises(Refused):
        order(place)  # the case is spoken of
    migration.refuse(place.approver, first, "先改完材料")
    second_one = order(place)
    with pytest.raises(NotAllowed):
        migration.withdraw(place.approver, second_one)
    migration.withdraw(place.owner, second_one)
    assert [row["status"] for row in rows(migrations)] == ["refused", "refused"]
    moved(place)


# --- batches ------------------------------------------------------------------------------------


def test_a_batch_is_paused_and_goes_on(place: Place) -> None:
    for _ in range(4):
        place.office.start()
    publish(second())
    order_id = order(place)
    migration.consent(place.approver, order_id)
    worker.run_one()
    migration.pause(place.approver, order_id)
    work()
    assert sorted(lines(order_id).values()) == ["moved", "waiting", "waiting", "waiting"]
    assert not claims.anything_due(claims.ENGINE)
    migration.resume(place.owner, order_id)
    work()
    with db.read() as tx:
        found = migration.find(tx, place.owner, order_id)
    assert found.is_over
    assert found.counts == {"moved": 4}
    assert [act["act"] for act in found.row["acts"]] == ["order", "consent", "pause", "resume"]


def test_only_the_chosen_cases_go_over(place: Place) -> None:
    for _ in range(3):
        place.office.start()
    publish(second())
    chosen = rows(instances)[1]["id"]
    assert lines(moved(place, chosen=[chosen])) == {chosen: "moved"}
    assert effect().total == 2


def test_what_was_moved_goes_back_where_it_still_can(place: Place) -> None:
    office = place.office
    office.start()
    office.start()
    number = publish(second())
    order_id = moved(place)
    fill(office)
    review_all(office)  # the one stands where the first version has no step
    assert open_item("recheck")
    migration.take_back(place.owner, order_id, "复核另行规定")
    work()
    assert sorted(lines(order_id).values()) == ["kept", "returned"]
    pinned = sorted(row["publication_id"] for row in rows(instances))
    assert pinned == [office.publication, number]
    assert open_item("fill")["name"] == "编制材料"
    back = [entry for entry in rows(journal) if entry["act"] == "migrate"][-1]
    assert back["detail"]["reason"] == "复核另行规定"
    with pytest.raises(Stale):
        migration.take_back(place.owner, order_id, "再来一次")
    assert_intact()


def test_a_case_that_two_orders_speak_of_goes_over_once(place: Place) -> None:
    place.office.start()
    publish(second())
    first, other = order(place), "0" * 32
    line = rows(migration_cases)[0]
    with db.transaction() as tx:
        tx.execute(insert(migrations).values(**rows(migrations)[0] | {"id": other}))
        tx.execute(insert(migration_cases).values(**line | {"migration_id": other}))
    for each in (first, other):
        migration.consent(place.approver, each)
    work()
    assert [*lines(first).values(), *lines(other).values()] == ["moved", "refused"]
    assert [entry["act"] for entry in rows(journal)].count("migrate") == 1


def test_the_package_of_a_case_holds_every_version_it_ran_on(place: Place) -> None:
    case = place.office.start()["case"]
    number = publish(second())
    moved(place)
    with db.transaction() as tx:
        package = archive.whole(tx, case)
    assert sorted(package.trees) == [place.office.publication, number]


def test_taking_back_in_the_middle_leaves_the_rest_where_it_is(place: Place) -> None:
    for _ in range(3):
        place.office.start()
    publish(second())
    order_id = order(place)
    migration.consent(place.approver, order_id)
    worker.run_one()
    migration.take_back(place.approver, order_id, "暂不迁移")
    work()
    assert sorted(lines(order_id).values()) == ["refused", "refused", "returned"]
    assert {row["publication_id"] for row in rows(instances)} == {place.office.publication}


def test_the_effect_counts_what_could_go_and_names_what_holds_the_rest(place: Place) -> None:
    for _ in range(3):
        place.office.start()
    fill(place.office)
    review_all(place.office)
    publish(second(("P2D", "P5D")))
    found = effect()
    assert (found.total, found.fitting) == (3, 2)
    ((reason, held),) = found.held.items()
    assert (reason.code, reason.name, len(held)) == ("timer", "逾期未决", 1)
