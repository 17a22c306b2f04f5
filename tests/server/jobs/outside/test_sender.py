"""Messages leave once, come again after a failure with the same key, and are given up in words."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import insert, update

from server import clock, db
from server.config import Config
from server.ids import new_id
from server.jobs import claims, daily
from server.jobs.celery_app import Waker, make
from server.jobs.outside import sender, web
from server.jobs.outside.port import Undelivered
from server.jobs.ticker import Postman
from server.models import outbox, pauses, people
from server.work import worklist
from tests.server.jobs.outside.conftest import (
    SENDER,
    WINDOW,
    Hook,
    Letterbox,
    Telling,
    authenticator,
    free_port,
)
from tests.server.work.helpers import count, open_item, rows


def later(seconds: float = WINDOW + 1) -> Any:
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def write(telling: Telling) -> dict[str, Any]:
    """A message to a colleague about a task waits in the outbox."""
    telling.reach("colleague")
    telling.office.start()
    telling.spread()
    return rows(outbox)[0]


def post(telling: Telling, hook: Hook, kind: str = "webhook", **more: Any) -> dict[str, Any]:
    """A message to an endpoint waits in the outbox."""
    entry = {"name": "duty", "kind": kind, "url": hook.url, "private": True, **more}
    if kind == "webhook":
        entry["secret"] = "0123456789abcdef"
    telling.use("[[endpoint]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in entry.items()))
    telling.office.start()
    telling.spread()
    return rows(outbox)[0]


def message() -> dict[str, Any]:
    return rows(outbox)[0]


# --- mail ---------------------------------------------------------------------------------------


def test_a_mail_arrives_when_its_window_has_passed(
    telling: Telling, smtp: Controller, letterbox: Letterbox
) -> None:
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    made = write(telling)
    assert sender.drain() == 0
    with later():
        assert sender.drain() == 1
        assert sender.drain() == 0
    (mail,) = letterbox.mails
    assert mail["To"] == "colleague@office.example"
    assert mail["From"] == SENDER
    assert mail["Message-ID"] == f"<{made['id']}@office.example>"
    assert mail["Subject"].startswith("新的待办：")
    assert f"https://o.example/tasks/{open_item('fill')['id']}" in mail.get_content()
    sent = message()
    assert (sent["status"], sent["attempts"], sent["lease_until"]) == ("sent", 1, None)


def test_what_comes_after_a_message_has_been_taken_is_another_message(telling: Telling) -> None:
    write(telling)
    with later():
        assert sender.claim() is not None
        telling.office.start()
        telling.spread()
    assert [row["status"] for row in rows(outbox)] == ["due", "gathering"]


def test_a_password_goes_over_tls_only_and_is_checked(
    telling: Telling, letterbox: Letterbox, certificates: Any
) -> None:
    server = Controller(
        letterbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=certificates,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticator(),
    )
    server.start()
    address = f"smtp+starttls://guicheng@localhost:{server.port}"
    telling.use(smtp_url=address, smtp_password="wrong")
    write(telling)
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("due", "login")
    telling.use(smtp_url=address, smtp_password="a long password")
    with later(3600):
        sender.drain()
    server.stop()
    assert message()["status"] == "sent"
    assert len(letterbox.mails) == 1


def test_a_server_with_a_certificate_of_nobody_gets_no_mail(
    telling: Telling, letterbox: Letterbox, certificates: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Controller(letterbox, hostname="127.0.0.1", port=free_port(), ssl_context=certificates)
    server.start()
    telling.use(smtp_url=f"smtps://localhost:{server.port}")
    write(telling)
    monkeypatch.delenv("SSL_CERT_FILE")
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("due", "away")
    assert "certificate" in message()["last_error"].lower()
    server.stop()
    assert letterbox.mails == []


@pytest.mark.parametrize(
    ("recipient", "data", "status", "error"),
    [
        ("550 no such mailbox", "250 OK", "dead", "address"),
        ("450 mailbox busy", "250 OK", "due", "address"),
        ("250 OK", "554 refused", "dead", "refused"),
        ("250 OK", "451 later", "due", "refused"),
    ],
)
def test_a_refusal_for_good_is_given_up_and_one_for_now_is_tried_again(
    telling: Telling,
    smtp: Controller,
    letterbox: Letterbox,
    recipient: str,
    data: str,
    status: str,
    error: str,
) -> None:
    letterbox.recipient, letterbox.answer = recipient, data
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    write(telling)
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == (status, error)
    assert letterbox.mails == []


def test_a_server_that_is_away_is_tried_again_later_each_time_and_given_up(
    telling: Telling,
) -> None:
    write(telling)
    waits = []
    moment = clock.now() + timedelta(seconds=WINDOW + 1)
    for _ in range(len(sender.BACK_OFF) + 1):
        with clock.frozen(moment):
            assert sender.drain() == 1
        waits.append((message()["run_at"] - moment).total_seconds())
        moment = message()["run_at"]
    assert all(
        least <= waited <= 1.5 * least
        for least, waited in zip(sender.BACK_OFF, waits, strict=False)
    )
    assert (message()["status"], message()["error"]) == ("dead", "away")
    with clock.frozen(moment + timedelta(days=3)):
        assert sender.drain() == 0


def test_a_server_that_hangs_is_left_and_holds_up_nothing_else(
    telling: Telling, smtp: Controller, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.outside.mail.CONNECT", 0.2)
    letterbox.hangs = 3.0
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    write(telling)
    with later():
        begun = time.monotonic()
        sender.drain(0.1)
        assert time.monotonic() - begun < 2.5
    assert (message()["status"], message()["error"]) == ("due", "timeout")


def test_a_task_done_meanwhile_is_not_told(telling: Telling) -> None:
    write(telling)
    office = telling.office
    data = {"summary": "建设方案", "panel": [office["expert_1"].id]}
    worklist.complete(office["applicant"], open_item("fill")["id"], 1, data)
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("cancelled", "needless")


def test_who_has_left_is_told_nothing(telling: Telling) -> None:
    write(telling)
    with db.transaction() as tx:
        tx.execute(update(people).values(active=False))
    with later():
        sender.drain()
    assert message()["status"] == "cancelled"


# --- leases, fences, pauses ---------------------------------------------------------------------


def test_two_senders_do_not_take_the_same_message(telling: Telling) -> None:
    write(telling)
    with later():
        assert sender.claim() is not None
        assert sender.claim() is None


def test_who_was_too_slow_can_no_longer_say_that_it_was_sent(telling: Telling) -> None:
    write(telling)
    with later():
        slow = sender.claim()
        assert slow is not None
    with later(WINDOW + 60):
        other = sender.claim()
        assert other is not None
        assert other["fence"] == slow["fence"] + 1
        sender._note_sent(slow, slow["items"])
        assert message()["status"] == "due"
        sender._note_failure(slow, OSError("late"))
        assert message()["error"] == ""
        sender._note_sent(other, other["items"])
        assert message()["status"] == "sent"


def test_nothing_leaves_while_there_is_a_pause(telling: Telling) -> None:
    write(telling)
    pause = {"id": new_id(), "reason": "operator", "since": clock.now()}
    with db.transaction() as tx:
        tx.execute(insert(pauses).values(pause))
    with later():
        assert sender.drain() == 0
        assert sender.claim() is None
        with db.transaction() as tx:
            tx.execute(update(pauses).values(lifted_at=clock.now()))
        assert sender.claim() is not None


def test_a_message_that_ends_its_sender_each_time_is_given_up(telling: Telling) -> None:
    write(telling)
    with db.transaction() as tx:
        tx.execute(update(outbox).values(attempts=len(sender.BACK_OFF) + 1))
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("dead", "unexpected")


KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from server import clock, db
from server.config import Config
from server.jobs import outside
from server.jobs.outside import mail, sender

url, smtp, at = sys.argv[1:]
outside.use(Config(smtp_url=smtp, mail_from="guicheng@office.example"))
db.bind(db.connect(url))
clock.use(lambda: clock.datetime.fromisoformat(at))
send = sender.WAYS["mail"]
def send_and_die(parcel):
    send(parcel)
    os.kill(os.getpid(), signal.SIGKILL)
sender.WAYS["mail"] = send_and_die
sender.drain()
"""


def test_after_a_kill_between_sending_and_noting_it_comes_again_with_the_same_key(
    telling: Telling, smtp: Controller, letterbox: Letterbox, tmp_path: Path
) -> None:
    address = f"smtp://127.0.0.1:{smtp.port}"
    telling.use(smtp_url=address)
    made = write(telling)
    url = db.engine().url.render_as_string(hide_password=False)
    moment = clock.now() + timedelta(seconds=WINDOW + 1)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, url, address, moment.isoformat()],
        cwd=os.getcwd(),
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert message()["status"] == "due"
    with clock.frozen(moment + timedelta(seconds=1)):
        assert sender.drain() == 0
    with clock.frozen(moment + sender.LEASE + timedelta(seconds=1)):
        assert sender.drain() == 1
    assert message()["status"] == "sent"
    keys = [mail["Message-ID"] for mail in letterbox.mails]
    assert keys == [f"<{made['id']}@office.example>"] * 2
    assert count(outbox) == 1


def test_the_postman_of_one_process_sends_what_is_due(
    telling: Telling, smtp: Controller, letterbox: Letterbox
) -> None:
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}", message_window=0)
    write(telling)
    postman = Postman(tick=0.02)
    postman.start()
    for _ in range(200):
        if letterbox.mails and message()["status"] == "sent":
            break
        time.sleep(0.02)
    postman.stop()
    assert len(letterbox.mails) == 1
    assert message()["status"] == "sent"


# --- webhooks and robots ------------------------------------------------------------------------


def test_a_webhook_is_signed_and_carries_its_key(telling: Telling, hook: Hook) -> None:
    made = post(telling, hook)
    with later():
        sender.drain()
    ((_, headers, body),) = hook.got
    signed = f"{headers['Guicheng-Timestamp']}.".encode() + body
    expected = hmac.new(b"0123456789abcdef", signed, hashlib.sha256).hexdigest()
    assert headers["Guicheng-Signature"] == f"v1={expected}"
    assert headers["Idempotency-Key"] == made["id"] == json.loads(body)["key"]
    (item,) = json.loads(body)["items"]
    assert item.keys() == {
        "kind", "case", "task", "number", "case_title", "due_on", "title", "event", "link",
    }  # fmt: skip
    assert message()["status"] == "sent"


def test_a_wecom_robot_gets_text_and_its_refusal_is_read(telling: Telling, hook: Hook) -> None:
    hook.body = b'{"errcode": 45009, "errmsg": "api freq out of limit"}'
    post(telling, hook, "wecom")
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("due", "refused")
    assert "45009" in message()["last_error"]
    hook.body = b'{"errcode": 0}'
    with later(3600):
        sender.drain()
    assert message()["status"] == "sent"
    said = json.loads(hook.got[-1][2])
    assert said["msgtype"] == "text"
    assert "新的待办" in said["text"]["content"]


def test_a_dingtalk_robot_is_signed_in_its_address(telling: Telling, hook: Hook) -> None:
    hook.url += "/robot/send?access_token=abc"
    post(telling, hook, "dingtalk", secret="SECabc")
    with later():
        sender.drain()
    given = parse_qs(urlsplit(hook.got[0][0]).query)
    assert given["access_token"] == ["abc"]
    assert len(given["timestamp"][0]) == 13
    assert len(given["sign"][0]) == 44
    assert message()["status"] == "sent"


def test_an_answer_that_is_no_json_is_no_delivery(telling: Telling, hook: Hook) -> None:
    hook.body = "登录".encode()
    post(telling, hook, "wecom")
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("due", "refused")


@pytest.mark.parametrize(
    ("status", "left"),
    [(302, "dead"), (307, "dead"), (403, "dead"), (429, "due"), (500, "due"), (503, "due")],
)
def test_redirects_are_refused_and_busy_servers_tried_again(
    telling: Telling, hook: Hook, status: int, left: str
) -> None:
    hook.status, hook.headers = status, {"Location": f"{hook.url}/elsewhere"}
    post(telling, hook)
    with later():
        sender.drain()
    assert len(hook.got) == 1
    assert (message()["status"], message()["error"]) == (left, "refused")


def test_a_server_that_answers_drop_by_drop_is_cut_off(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.outside.limits.WHOLE", 0.3)
    hook.piece, hook.drips, hook.body = 1, 0.1, b"x" * 100
    begun = time.monotonic()
    with pytest.raises(Undelivered) as failed:
        web.post(hook.url, b"{}", {}, private=True)
    assert failed.value.code == "timeout"
    assert time.monotonic() - begun < 5


def test_of_an_endless_answer_the_beginning_is_read(hook: Hook) -> None:
    hook.body = b"x" * (web.LIMIT_ANSWER + 1000)
    assert len(web.post(hook.url, b"{}", {}, private=True).body) == web.LIMIT_ANSWER


def test_an_endpoint_that_is_no_longer_listed_gets_nothing(telling: Telling, hook: Hook) -> None:
    post(telling, hook)
    telling.use()
    with later():
        sender.drain()
    assert (message()["status"], message()["error"]) == ("dead", "gone")
    assert hook.got == []


INSIDE = (
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.100.100.200", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]",
    "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[::7f00:1]",
    "[ff02::1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost",
)  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_are_never_connected_to(host: str) -> None:
    with pytest.raises(Undelivered) as refused:
        web.post(f"https://{host}/", b"", {})
    assert refused.value.code in ("forbidden", "away")
    assert "lies inside" in str(refused.value) or "Name or service" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "file:///etc/passwd", "gopher://x/", "https://u:p@example.org/", "//x"],
)
def test_other_schemes_and_names_with_passwords_are_refused(url: str) -> None:
    with pytest.raises(Undelivered, match="forbidden"):
        web.post(url, b"", {})


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert web.is_public(address)


def test_a_name_that_changes_its_address_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, connected = [], []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    def connect(address: tuple[str, int], *_: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.create_connection", connect)
    with pytest.raises(Undelivered, match="away"):
        web.post("https://rebinding.example/", b"", {})
    assert connected == [("93.184.216.34", 443)]
    assert asked == ["rebinding.example"]


def test_what_left_half_a_year_ago_is_forgotten_and_what_waits_is_not(telling: Telling) -> None:
    write(telling)
    with db.transaction() as tx:
        old = {**dict(rows(outbox)[0]), "id": "sent", "status": "sent", "sent_at": clock.now()}
        tx.execute(insert(outbox).values(old))
    with later(timedelta(days=179).total_seconds()):
        daily.plan()
        telling.spread()
        assert count(outbox) == 2
    with later(timedelta(days=182).total_seconds()):
        daily.plan()
        telling.spread()
    assert [row["status"] for row in rows(outbox)] == ["gathering"]


def test_a_due_message_wakes_the_pool_of_the_outside_queue_only(
    telling: Telling, smtp: Controller, letterbox: Letterbox
) -> None:
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    write(telling)
    app = make(Config())
    with later():
        Waker(app, 60, claims.OUTSIDE).look()
        with app.connection_for_read() as connection:
            woken = connection.SimpleQueue("outside").get(timeout=10)
        assert woken.headers["task"] == "server.jobs.outside"
        assert letterbox.mails == []
        app.tasks["server.jobs.outside"].apply()
    assert len(letterbox.mails) == 1


def test_without_a_broker_messages_are_sent_all_the_same(
    telling: Telling, smtp: Controller, letterbox: Letterbox
) -> None:
    telling.use(smtp_url=f"smtp://127.0.0.1:{smtp.port}")
    write(telling)
    with later():
        Waker(make(Config(broker_url="redis://127.0.0.1:1/0")), 60, claims.OUTSIDE).look()
    assert len(letterbox.mails) == 1
