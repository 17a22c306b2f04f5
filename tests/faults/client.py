"""A process that works until it is killed: a clerk who hands in items, or a worker who does jobs.

A clerk writes down what it is about to do before it does it, and what came of it. One that takes
the place of a killed clerk first repeats the request whose end is not known, with the same key,
as a browser would.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from server import clock, db
from server.config import Config
from server.errors import Problem
from server.jobs import worker
from server.models import memberships, people, work_items
from server.work import requests, worklist
from server.work.people import Membership, Person
from tests.office import REGIME, bind_rules

AHEAD = timedelta(days=10)
"""The worker's clock runs ahead, so that timers of some days are due while the test runs."""

MODES = ("plain", "plain", "plain", "plain", "refuse", "fail")
DECISIONS = ("approve", "return", "refuse")


def main(arguments: list[str]) -> None:
    """``client.py clerk|worker URL LOG SEED``."""
    role, url, log, seed = arguments
    bind_rules()
    db.bind(db.connect(url))
    requests.use(Config(secret_key="one installation"))
    random.seed(seed)
    if role == "worker":
        do_jobs()
    else:
        Clerk(Path(log)).work()


def do_jobs() -> None:
    """Do due jobs for ever."""
    clock.use(lambda: clock.machine() + AHEAD)
    while True:
        if not worker.drain():
            time.sleep(0.05)


def everybody() -> dict[str, Person]:
    """All people of the office by id."""
    rows = select(people.c.id, people.c.login, people.c.name, memberships).join(memberships)

    def look() -> dict[str, Person]:
        with db.read() as tx:
            return {row["person_id"]: _person(row) for row in tx.execute(rows).mappings()}

    return db.run(look)


def _person(row: Any) -> Person:
    held = Membership(row["organisation_id"], row["role"], row["regime"])
    return Person(row["person_id"], row["login"], row["name"], memberships=(held,))


class Clerk:
    """Hands in one item after another for whoever may, and keeps its log."""

    def __init__(self, log: Path) -> None:
        self.people = everybody()
        self.unknown = _last_without_result(log)
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def work(self) -> None:
        """Repeat what is not known to have happened; then go on for ever."""
        if self.unknown:
            self._send(self.unknown)
        while True:
            for request in self._requests():
                self._send(request)

    def _requests(self) -> Iterator[dict[str, Any]]:
        items = self._open_items()
        if len(items) < 12 or random.random() < 0.1:
            yield self._start()
        if items:
            yield self._complete(random.choice(items))

    def _open_items(self) -> list[Any]:
        wanted = select(work_items).where(work_items.c.status == "open")

        def look() -> list[Any]:
            with db.read() as tx:
                return list(tx.execute(wanted.order_by(func.random()).limit(20)).mappings())

        return db.run(look)  # the session may be cut while it reads

    def _start(self) -> dict[str, Any]:
        person = self._holder("undertaker")
        process = random.choice(("permit", "permit", "permit", "watch", "notice"))
        return {"op": "start", "person": person, "process": process, "key": _new_key()}

    def _complete(self, item: Any) -> dict[str, Any]:
        person = item["assignee_id"] or self._holder(item["role"], item["organisation_id"])
        data = self._data(item["element_id"])
        told = {"item": item["id"], "version": item["version"], "data": data}
        return {"op": "complete", "person": person, "key": _new_key(), **told}

    def _holder(self, role: str, organisation: str | None = None) -> str:
        return random.choice(
            [
                person.id
                for person in self.people.values()
                for held in person.memberships
                if held.role == role and organisation in (None, held.organisation_id)
            ]
        )

    def _data(self, element: str) -> dict[str, Any]:
        if element == "fill":
            experts = [p.id for p in self.people.values() if p.holds_anywhere("expert_panel")]
            panel = random.sample(experts, 3)
            return {"summary": "内容", "mode": random.choice(MODES), "panel": panel}
        if element == "decide":
            return {"decision": random.choice(DECISIONS)}
        return {"opinion": "同意"} if element == "review" else {"explanation": "说明"}

    def _send(self, request: dict[str, Any]) -> None:
        """Do it, between two lines of the log; an answer that is lost leaves no second line."""
        self._write(request)
        try:
            result = {"result": "ok", "answer": self._do(request)}
        except Problem as problem:
            result = {"result": "fail", "code": problem.code}
        except DBAPIError:
            time.sleep(0.2)  # the database went away: what came of it is not known
            return self._send(request)
        return self._write({"key": request["key"], **result})

    def _do(self, request: dict[str, Any]) -> Any:
        person = self.people[request["person"]]
        if request["op"] == "start":
            data = {"field_name": "某领域"}
            process, key = request["process"], request["key"]
            return worklist.start_case(person, REGIME, process, "某基地", {}, data, key)
        item, version = request["item"], request["version"]
        return worklist.complete(person, item, version, request["data"], request["key"])

    def _write(self, entry: dict[str, Any]) -> None:
        os.write(self.log, (json.dumps(entry) + "\n").encode())


def _new_key() -> str:
    return f"{random.getrandbits(80):020x}"


def _last_without_result(log: Path) -> dict[str, Any] | None:
    lines = log.read_text().splitlines() if log.exists() else []
    last = json.loads(lines[-1]) if lines else {}
    return last if "op" in last else None


if __name__ == "__main__":
    main(sys.argv[1:])
