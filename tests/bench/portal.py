"""``python -m tests.bench.portal``: does a flood at the public portal reach those who work?

One address asks the portal for pages as fast as it is told to, while people who are signed in go
on with their work. Windows with and without the flood take turns, so that both meet the same
machine; all the while objections are handed in from the flood's address. Prints one JSON object:
the median of the signed-in people in both kinds of window, how the flood was answered, and what
became of the objections.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import func, insert, select

from server import clock, create_app, db
from server.config import Config
from server.demo import DEMONSTRATION_PASSWORD
from server.ids import new_id
from server.models import organisations, people, records, submissions
from server.work import worklist
from server.work.people import find_person

CONNECTIONS = 64
WORKERS = ("national_authority", "national_sponsor", "shanxi_recommender", "shanxi_applicant")
WORK = ("/inbox", "/cases", "/deadlines", "/search?q=公示")
THINKS = 0.05
"""Seconds between two requests of somebody who works."""

PATIENCE = 60


def main(arguments: list[str]) -> int:
    """Run all windows; returns the exit code: 0 where the goal is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.portal", description=__doc__)
    parser.add_argument("--rate", type=int, default=1000, help="requests per second of the flood")
    parser.add_argument("--window", type=float, default=10, help="seconds of a window")
    parser.add_argument("--rounds", type=int, default=6, help="windows of each kind")
    parser.add_argument("--flood", metavar="PORT", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.flood:
        answered = asyncio.run(flood(int(given.flood), given.rate, given.window))
        print(json.dumps(answered))
        return 0
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as port:
        notice = publish(Path(folder))
        found = measured(port, notice, given.rate, given.window, given.rounds)
        found["objections"]["stored"] = stored()
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return 0 if is_reached(found) else 1


def is_reached(found: dict[str, Any]) -> bool:
    """The median at most doubles, what is too much gets a sentence, nothing accepted is lost."""
    told = found["objections"]
    kept = told["accepted"] == told["stored"] == told["found_again"] and told["accepted"] > 0
    refused = told["refused"] > 0 and told["refused"] == told["refused_with_a_sentence"]
    return found["ratio"] <= 2 and kept and refused


# --- the office -----------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """``guicheng run`` on an empty folder; gives its port."""
    port = _free_port()
    command = [sys.executable, "-m", "server.cli", "run", "--demonstration"]
    command += ["--data", str(folder), "--port", str(port)]
    cheap = {"GUICHENG_ARGON2_MEMORY_KIB": "64", "GUICHENG_ARGON2_TIME": "1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | cheap, stdout=log, stderr=log)
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(PATIENCE * 4):
        with suppress(OSError):
            _get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/sign-in")
            return
        time.sleep(0.25)
    raise TimeoutError("the office does not answer")


def publish(folder: Path) -> str:
    """A case with a notice that runs for a month; the address of its page."""
    create_app(Config(data_dir=folder, demonstration=True))
    with db.read() as tx:
        logins = dict(tx.execute(select(people.c.login, people.c.id)).all())
        bodies = dict(tx.execute(select(organisations.c.code, organisations.c.id)).all())
        sponsor = find_person(tx, logins["national_sponsor"])
    assert sponsor is not None
    data = {
        "undertaker_id": bodies["demo_national_applicant"],
        "recommender_id": bodies["demo_national_recommender"],
        "field_name": "先进计算",
        "field_name_en": "Advanced Computing",
        "direction": "方向。",
    }
    answer = worklist.start_case(sponsor, "national", "application", "先进计算基地申报", {}, data)
    notice = {"id": new_id(), "regime": "national", "kind": "public_notice"}
    last_day = (clock.today() + timedelta(days=31)).isoformat()
    notice |= {"case_id": answer["case"], "title": "关于先进计算基地的公示"}
    with db.transaction() as tx:
        data = {"data": {"last_day": last_day}, "effective_on": clock.today()}
        tx.execute(insert(records).values(**notice, **data))
    return f"/portal/notices/{notice['id']}"


def stored() -> int:
    """Objections in the database."""
    with db.read() as tx:
        return int(tx.execute(select(func.count()).select_from(submissions)).scalar_one())


# --- those who work, those who object -------------------------------------------------------------


@dataclass
class Seen:
    """What was measured: seconds of each request by kind of window, and the objections."""

    seconds: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    errors: Counter[int] = field(default_factory=Counter)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    flooded: bool = False
    over: bool = False


def measured(port: int, notice: str, rate: int, window: float, rounds: int) -> dict[str, Any]:
    """Windows without and with the flood in turn."""
    seen, floods = Seen(), []
    threads = [threading.Thread(target=work, args=(port, who, seen)) for who in WORKERS]
    threads.append(threading.Thread(target=object_, args=(port, notice, seen)))
    for thread in threads:
        thread.start()
    for number in range(2 * rounds):
        seen.flooded = bool(number % 2)
        if seen.flooded:
            floods.append(_flood(port, rate, window))
        else:
            time.sleep(window)
    seen.over = True
    for thread in threads:
        thread.join()
    return _told(port, seen, floods)


def work(port: int, login: str, seen: Seen) -> None:
    """Somebody signed in who reads and searches one page after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    cookie = _sign_in(connection, login)
    time.sleep(1)
    while not seen.over:
        for path in WORK:
            flooded, begun = seen.flooded, time.perf_counter()
            status, _ = _get(connection, path, {"Cookie": cookie})
            seen.seconds[flooded].append(time.perf_counter() - begun)
            seen.errors[status] += 1
            time.sleep(THINKS)


def object_(port: int, notice: str, seen: Seen) -> None:
    """Objections from the flood's own address, one a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    body = {"sender": "某单位", "contact": "0351-1", "content": "承担单位条件不足。"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    while not seen.over:
        connection.request("POST", notice, urlencode(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        found = re.search(r"(GZ-\d{4}-\d{4}).*?gc-hash\">([\w-]+)<", text, re.DOTALL)
        if answer.status == 201 and found:
            seen.receipts.append((found[1], found[2]))
        else:
            seen.refused.append(f"{answer.status} {text}")
        time.sleep(1)


def _told(port: int, seen: Seen, floods: list[dict[str, int]]) -> dict[str, Any]:
    time.sleep(5)  # the allowance of pages fills again
    medians = {kind: statistics.median(times) for kind, times in seen.seconds.items()}
    worst = {kind: statistics.quantiles(t, n=20)[-1] for kind, t in seen.seconds.items()}
    sentence = [each for each in seen.refused if each.startswith("429") and "请稍后再试" in each]
    return {
        "median_ms": {_window(kind): round(1000 * each, 1) for kind, each in medians.items()},
        "p95_ms": {_window(kind): round(1000 * each, 1) for kind, each in worst.items()},
        "ratio": round(medians[True] / medians[False], 2),
        "requests_of_those_who_work": {str(k): v for k, v in seen.errors.items()},
        "flood": [dict(sorted(each.items())) for each in floods],
        "objections": {
            "accepted": len(seen.receipts),
            "found_again": sum(_is_known(port, *each) for each in seen.receipts),
            "refused": len(seen.refused),
            "refused_with_a_sentence": len(sentence),
        },
        "load": os.getloadavg(),
    }


def _window(flooded: bool) -> str:
    return "flooded" if flooded else "quiet"


def _is_known(port: int, receipt: str, code: str) -> bool:
    time.sleep(0.2)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    asked = urlencode({"receipt": receipt, "code": code})
    connection.request("POST", "/portal/receipts", asked, headers)
    return connection.getresponse().status == 200


def _sign_in(connection: http.client.HTTPConnection, login: str) -> str:
    _, headers = _get(connection, "/sign-in")
    page = headers.pop("body")
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)
    before = headers.get("Set-Cookie", "").partition(";")[0]
    given = {"login": login, "password": DEMONSTRATION_PASSWORD, "csrf_token": token and token[1]}
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": before}
    connection.request("POST", "/sign-in", urlencode(given), sent)
    answer = connection.getresponse()
    answer.read()
    assert answer.status in (302, 303), answer.status
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def _get(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str]]:
    connection.request("GET", quote(path, safe="/?=&"), headers=headers or {})
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    return answer.status, {**dict(answer.getheaders()), "body": body}


# --- the flood ------------------------------------------------------------------------------------


def _flood(port: int, rate: int, seconds: float) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.bench.portal", "--flood", str(port)]
    command += ["--rate", str(rate), "--window", str(seconds)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    answered: dict[str, int] = json.loads(done.stdout)
    return answered


async def flood(port: int, rate: int, seconds: float) -> dict[str, int]:
    """Ask for pages at a rate, over many connections; answers by status, and those not sent."""
    answered: Counter[str] = Counter()
    end = time.monotonic() + seconds
    pause = CONNECTIONS / rate
    each = (_ask(port, pause, number * pause / CONNECTIONS, end, answered)
            for number in range(CONNECTIONS))  # fmt: skip
    await asyncio.gather(*each)
    return dict(answered) | {"per_second": round(sum(answered.values()) / seconds)}


async def _ask(port: int, pause: float, wait: float, end: float, answered: Counter[str]) -> None:
    request = b"GET /portal/notices HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.monotonic() + wait
    while due < end:
        await asyncio.sleep(due - time.monotonic())
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        answered[head[9:12].decode()] += 1
        due = max(due + pause, time.monotonic() - 1)
    writer.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
