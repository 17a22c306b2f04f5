"""Who is told what, by which way and when; nothing sealed ever leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server import clock, db
from server.config import Config, ConfigError
from server.errors import Invalid
from server.jobs.outside import compose, spread
from server.models import jobs, outbox, people, work_items
from server.work import outside as told
from server.work import together, worklist
from server.work.outside import contacts
from server.work.outside.contacts import Wishes
from server.work.people import speak
from tests.server.jobs.outside.conftest import WINDOW, Telling
from tests.server.work.helpers import count, fill, open_item, rows

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def waiting(**where: Any) -> list[dict[str, Any]]:
    return rows(outbox, status="gathering", **where)


def test_nothing_is_entered_where_nothing_leaves_the_house(telling: Telling) -> None:
    told.use(Config())
    telling.office.start()
    assert rows(jobs, kind="tell") == []


def test_what_is_to_be_told_is_written_with_the_act_or_not_at_all(telling: Telling) -> None:
    with pytest.raises(RuntimeError, match="taken back"), db.transaction() as tx:
        told.telling.told(tx, telling.office["officer"].id, [])
        raise RuntimeError("taken back")
    assert rows(jobs, kind="tell") == []
    telling.office.start()
    (job,) = rows(jobs, kind="tell")
    assert job["payload"]["items"][0]["title"] == open_item("fill")["name"]


def test_colleagues_of_the_office_are_told_of_a_task_and_its_actor_is_not(telling: Telling) -> None:
    colleague = telling.reach("colleague")
    for login in ("applicant", "stranger", "officer"):
        telling.reach(login)
    with clock.frozen(NOON):
        telling.office.start()
        telling.spread()
    (message,) = waiting()
    assert message["recipient"] == message["person_id"] == colleague.id
    assert message["address"] == "colleague@office.example"
    assert message["run_at"] == NOON + timedelta(seconds=WINDOW)
    assert [line["event"] for line in message["items"]] == ["task"]


def test_several_things_within_the_window_become_one_message(telling: Telling) -> None:
    telling.reach("colleague")
    with clock.frozen(NOON):
        for _ in range(3):
            telling.office.start()
            telling.spread()
    (message,) = waiting()
    assert len(message["items"]) == 3
    text = compose.text(message["items"], "zh")
    assert text.subject == "规程：3 项提醒"
    assert text.body.count("https://o.example/tasks/") == 3


def test_much_becomes_several_messages_and_nothing_is_left_out(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling.reach("colleague")
    monkeypatch.setattr(spread, "FULL", 2)
    for _ in range(3):
        telling.office.start()
    telling.spread()
    one, other = sorted(rows(outbox), key=lambda row: len(row["items"]), reverse=True)
    assert [(row["status"], len(row["items"])) for row in (one, other)] == [
        ("due", 2),
        ("gathering", 1),
    ]
    assert len({line["item"] for row in (one, other) for line in row["items"]}) == 3
    assert one["run_at"] > clock.now()


def test_what_comes_at_once_is_divided_as_well(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = telling.reach("colleague")
    monkeypatch.setattr(spread, "FULL", 2)
    case = telling.office.start()["case"]
    telling.spread()
    line = rows(outbox)[0]["items"][0] | {"case": case, "event": "due"}
    with db.transaction() as tx:
        told.telling.told(tx, person.id, [line | {"kind": "due"} for _ in range(5)])
    telling.spread()
    sizes = [len(row["items"]) for row in rows(outbox)]
    assert (len(sizes), sum(sizes)) == (3, 6)


def test_members_of_a_panel_are_told_each_and_nobody_else(telling: Telling) -> None:
    for login in ("expert_1", "expert_2", "officer", "applicant", "expert_9"):
        telling.reach(login)
    telling.office.start()
    fill(telling.office)
    telling.spread()
    told_to = {row["address"] for row in waiting()}
    assert told_to == {"expert_1@office.example", "expert_2@office.example"}


def test_a_message_says_nothing_that_anybody_wrote(telling: Telling) -> None:
    telling.reach("colleague")
    telling.office.start()
    item = open_item("fill")
    telling.spread()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        worklist.claim(telling.office["applicant"], item["id"])
        version = open_item("fill")["version"]
        colleague = telling.office["colleague"].id
        together.transfer(
            telling.office["applicant"], item["id"], version, colleague, "机密：反对意见三票"
        )
        telling.spread()
    lines = [line for row in waiting() for line in row["items"]]
    assert {line["event"] for line in lines} == {"task", "transfer"}
    text = compose.text(lines, "zh")
    for secret in ("机密", "三票", "applicant"):
        assert secret not in text.subject + text.body + str(lines)


def test_a_person_chooses_of_what_they_are_told(telling: Telling) -> None:
    telling.reach("colleague", events=("due",))
    telling.office.start()
    telling.spread()
    assert waiting() == []


def test_who_has_given_no_address_is_told_inside_only(telling: Telling) -> None:
    telling.office.start()
    telling.spread()
    assert count(outbox) == 0
    assert rows(jobs, kind="tell")[0]["status"] == "done"


@pytest.mark.parametrize(
    ("quiet", "at", "sent"),
    [
        (("21:00", "07:30"), "2026-11-20T22:00", "2026-11-21T07:30"),
        (("21:00", "07:30"), "2026-11-20T06:00", "2026-11-20T07:30"),
        (("21:00", "07:30"), "2026-11-20T12:00", "2026-11-20T12:00"),
        (("21:00", "07:30"), "2026-11-20T07:30", "2026-11-20T07:30"),
        (("12:00", "14:00"), "2026-11-20T12:00", "2026-11-20T14:00"),
        (("12:00", "14:00"), "2026-11-20T14:00", "2026-11-20T14:00"),
        (("", ""), "2026-11-20T23:59", "2026-11-20T23:59"),
    ],
)
def test_quiet_hours_put_it_off(quiet: tuple[str, str], at: str, sent: str) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)

    row = {"quiet_from": quiet[0], "quiet_until": quiet[1]}
    assert contacts.not_before(row, local(at)) == local(sent)


def test_an_english_reader_is_told_in_english(telling: Telling) -> None:
    person = telling.reach("colleague")
    with db.transaction() as tx:
        speak(tx, person.id, "en")
    telling.office.start()
    telling.spread()
    (message,) = waiting()
    text = compose.text(message["items"], message["locale"])
    assert text.subject.startswith("New task: ")
    assert "Please sign in" in text.body


def test_a_reminder_says_how_near_the_date_is() -> None:
    title = {"title": "报送建设方案", "title_en": "filing of the plan", "due_on": "2027-06-30"}
    line = {"event": "due", "case": "C", "number": "SX-1", "case_title": "某基地", **title}
    told = [compose.text([line | {"days": days}], "zh").subject for days in (-30, 0, 7)]
    assert told == [
        "期限还有 30 天：报送建设方案（SX-1）",
        "期限就在今天：报送建设方案（SX-1）",
        "期限已过 7 天：报送建设方案（SX-1）",
    ]
    assert "filing of the plan" in compose.text([line | {"days": 0}], "en").subject


def test_many_things_are_counted_after_the_first_fifty() -> None:
    line = {"event": "task", "case": "C", "number": "SX-1", "case_title": "某基地", "item": "I",
            "title": "填报", "due_on": None}  # fmt: skip
    text = compose.text([line] * 53, "zh")
    assert text.body.count("【新的待办】") == 50
    assert "另有 3 项" in text.body


# --- robots and webhooks ------------------------------------------------------------------------

HOOK = """
[[endpoint]]
name = "duty"
kind = "webhook"
url = "https://hook.example/x"
secret = "0123456789abcdef"
{more}
"""


def test_an_office_hears_of_its_tasks_and_of_no_single_voice(telling: Telling) -> None:
    telling.use(HOOK.format(more=""))
    telling.office.start()
    telling.spread()
    fill(telling.office)
    assert len(rows(work_items, element_id="review")) == 3
    telling.spread()
    (message,) = waiting(channel="webhook")
    assert [line["item"] for line in message["items"]] == [rows(work_items)[0]["id"]]


def test_an_endpoint_hears_of_its_offices_and_regimes_only(telling: Telling) -> None:
    elsewhere = HOOK.format(more='regimes = ["jiangxi"]')
    other = HOOK.replace("duty", "other").format(more='offices = ["other_unit"]')
    unit = HOOK.replace("duty", "unit").format(more='offices = ["unit"]')
    telling.use(elsewhere + other + unit)
    telling.office.start()
    telling.spread()
    assert [row["recipient"] for row in waiting()] == ["unit"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "KeyError"),
        ("endpoint = 3", "TypeError"),
        (HOOK.format(more="") * 2, "same name"),
        (HOOK.format(more="").replace("https", "http"), "must begin with https"),
        (HOOK.format(more="").replace("0123456789abcdef", "short"), "secret of 16"),
        (HOOK.format(more="").replace("webhook", "fax"), "kinds"),
        (HOOK.format(more='events = ["vote"]'), "unknown event"),
        (HOOK.format(more="color = 1"), "unknown entry color"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_by_name(
    telling: Telling, text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        telling.use(text or "# nothing")


# --- wishes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        (Wishes(mail="nobody"), "mail"),
        (Wishes(mail="a@b.example\nBcc: c@d.example"), "mail"),
        (Wishes(mail=f"a@{'b' * 260}.example"), "mail"),
        (Wishes(mail="a@elsewhere.example"), "mail"),
        (Wishes(events=("vote",)), "events"),
        (Wishes(quiet_from="21:00"), "quiet"),
        (Wishes(quiet_from="25:00", quiet_until="07:00"), "quiet"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_by_field(
    telling: Telling, wishes: Wishes, field: str
) -> None:
    contacts.use(Config(mail_domains="office.example, 某.example"))
    with pytest.raises(Invalid) as refused:
        contacts.keep(telling.office["applicant"], wishes)
    assert list(refused.value.errors) == [field]


def test_wishes_are_kept_and_changed(telling: Telling) -> None:
    person = telling.office["applicant"]
    with db.read() as tx:
        assert contacts.of_person(tx, person) == Wishes()
    for wishes in (
        Wishes("a@office.example"),
        Wishes("b@office.example", ("due",), "21:00", "07:00"),
    ):
        contacts.keep(person, wishes)
        with db.read() as tx:
            assert contacts.of_person(tx, person) == wishes
    assert rows(people, id=person.id)
