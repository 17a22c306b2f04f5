"""The unit of a case is replaced: who acts from then on, and what becomes of what is under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from server import clock, db
from server.errors import NotFound
from server.models import case_parties, cases, drafts, journal, subscriptions, work_items
from server.work import desk as desks
from server.work import publications, worklist
from server.work.people import Person
from server.work.surroundings import party_variables
from server.work.together import send_back, withdraw
from tests.office import Office
from tests.procedures import tree
from tests.server.engine.drawing import (
    catch,
    chain,
    diagram,
    end,
    mapping,
    message,
    on_message,
    service,
    start,
)
from tests.server.work.helpers import assert_intact, do, open_item, rows
from tests.server.work.life import CITED, lanes
from tests.server.work.shared import PLAIN, in_hand

DAY = date(2026, 11, 20)

REPLACING = diagram(
    "replacing",
    lanes(authority="ordered"),
    start("ordered", props=CITED | {"starts": "procedure", "form": "permit/start"}),
    service("enter", "trial.count", ext=mapping(outputs={"undertaker_id": "= field_name"})),
    end("replaced", props={"record": "undertaker_id"}),
    chain("ordered", "enter", "replaced"),
)
LISTENING = diagram(
    "listening",
    lanes(undertaker="begun listen"),
    start("begun", props=CITED | {"starts": "procedure", "form": "permit/start"}),
    catch("listen", on_message("news"), props={"form": "permit/objection"}),
    end("heard"),
    chain("begun", "listen", "heard"),
    around=message("news", "news"),
)


@pytest.fixture
def begun(office: Office) -> Iterator[Office]:
    """The applicant's case, with a task of the unit and a message that it may bring."""
    drawn = {"plain": PLAIN, "replacing": REPLACING, "listening": LISTENING}
    files = {f"processes/{name}.bpmn": xml for name, xml in drawn.items()}
    with db.transaction() as tx:
        publications.publish(tx, tree() | files, "更换单位", None)
    with clock.frozen(DAY):
        office.start("plain")
        began(office["applicant"], "listening", "消息")
        yield office


def began(person: Person, process: str, field_name: str) -> dict[str, Any]:
    case = rows(cases)[0]["id"]
    return worklist.start_procedure(person, case, process, {"field_name": field_name})


def replace(office: Office, short: str) -> None:
    """The authority puts another unit in the place of the present one."""
    began(office["officer"], "replacing", office.organisations[short])


def present(role: str = "undertaker") -> list[str]:
    return [r["organisation_id"] for r in rows(case_parties, role=role, until_on=None)]


def test_the_unit_that_goes_is_a_party_until_the_day_and_the_next_one_from_it(
    begun: Office,
) -> None:
    with clock.frozen(DAY + timedelta(days=3)):
        replace(begun, "other_unit")
    found = {r["organisation_id"]: r for r in rows(case_parties, role="undertaker")}
    old, new = (found[begun.organisations[short]] for short in ("unit", "other_unit"))
    assert (old["from_on"], old["until_on"]) == (DAY, DAY + timedelta(days=3))
    assert (new["from_on"], new["until_on"]) == (DAY + timedelta(days=3), None)
    told = [e["detail"].get("parties") for e in rows(journal) if "parties" in e["detail"]]
    assert told == [{"undertaker": begun.organisations["other_unit"]}]
    assert_intact()


def test_a_claimed_task_goes_to_the_next_unit_and_waits_there_unclaimed(begun: Office) -> None:
    item = in_hand(begun, "applicant", "write")
    draft = {"work_item_id": item["id"], "person_id": begun["applicant"].id, "data": {}}
    with db.transaction() as tx:
        tx.execute(insert(drafts).values(draft | {"saved_at": clock.now()}))
    replace(begun, "other_unit")
    with pytest.raises(NotFound):
        worklist.complete(begun["applicant"], item["id"], item["version"] + 1, {})
    after = open_item("write")
    assert after["id"] == item["id"]
    assert after["organisation_id"] == begun.organisations["other_unit"]
    assert (after["assignee_id"], after["claimed_at"]) == (None, None)
    assert len(rows(drafts)) == 1
    do(begun["stranger"], "write")
    assert rows(drafts) == []
    assert_intact()


def test_what_is_done_already_and_the_work_of_others_stay_where_they_are(begun: Office) -> None:
    do(begun["applicant"], "write")
    replace(begun, "other_unit")
    assert open_item("read")["organisation_id"] == begun.organisations["reviewer"]
    done = rows(work_items, element_id="write")[0]
    assert done["organisation_id"] == begun.organisations["unit"]


def test_only_the_next_unit_brings_the_message_and_begins_procedures(begun: Office) -> None:
    replace(begun, "other_unit")
    waiting = rows(subscriptions)[0]
    assert waiting["organisation_id"] == begun.organisations["other_unit"]
    with pytest.raises(NotFound):
        worklist.deliver(begun["applicant"], waiting["id"], {"reason": "迟了"})
    began(begun["stranger"], "listening", "消息")
    assert rows(subscriptions)[1]["organisation_id"] == begun.organisations["other_unit"]


def test_the_former_unit_takes_nothing_back(begun: Office) -> None:
    do(begun["applicant"], "write")
    replace(begun, "other_unit")
    with pytest.raises(NotFound):
        withdraw(begun["applicant"], rows(work_items, element_id="write")[0]["id"])


def test_work_returned_for_correction_goes_to_the_next_unit(begun: Office) -> None:
    do(begun["applicant"], "write")
    item = in_hand(begun, "reviewer", "read")
    replace(begun, "other_unit")
    until = DAY + timedelta(days=10)
    send_back(begun["reviewer"], item["id"], item["version"], "write", ["缺少附件"], until)
    again = open_item("write")
    assert again["organisation_id"] == begun.organisations["other_unit"]
    assert again["assignee_id"] is None


def test_units_that_change_forth_and_back_on_one_day_leave_one_at_present(begun: Office) -> None:
    for short in ("other_unit", "unit", "other_unit", "unit"):
        replace(begun, short)
        assert present() == [begun.organisations[short]]
        assert open_item("write")["organisation_id"] == begun.organisations[short]
    do(begun["applicant"], "write")
    assert_intact()


def test_a_change_that_took_effect_before_parties_followed_is_followed_by_the_next_act(
    begun: Office,
) -> None:
    on_record({"undertaker_id": begun.organisations["other_unit"]})
    do(begun["applicant"], "write")
    assert present() == [begun.organisations["other_unit"]]
    assert rows(work_items, element_id="write")[0]["status"] == "completed"
    assert_intact()


def test_an_entry_that_names_no_organisation_changes_no_party(begun: Office) -> None:
    on_record({"undertaker_id": "nobody"})
    do(begun["applicant"], "write")
    assert present() == [begun.organisations["unit"]]


def test_a_unit_that_a_change_has_renamed_has_its_new_name_in_what_follows(begun: Office) -> None:
    unit = begun.organisations["unit"]
    on_record({"undertaker_name": "新名研究院"})
    assert named() == "某研究院"
    on_record({"undertaker_id": unit, "undertaker_name": "新名研究院"})
    assert named() == "新名研究院"


def named() -> str:
    with db.read() as tx:
        return party_variables(desks.of_case(tx, rows(cases)[0]["id"], lock=False))[
            "undertaker_name"
        ]


def on_record(entry: dict[str, str]) -> None:
    with db.transaction() as tx:
        tx.execute(update(cases).values(record=entry))
