"""``python -m tests.faults.drill``: an office is backed up, lost, and restored elsewhere.

Every row and every document must be as it was, every journal must verify, and nobody may be sent
twice what the lost office had sent after the backup was made.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import insert, select

from server import age, backup, clock, db, furnish
from server.config import Config
from server.jobs import claims, worker
from server.jobs.outside import sender
from server.jobs.outside.port import Parcel
from server.migrations import migrate
from server.models import documents as table
from server.models import outbox, pauses
from server.work import documents, journal, worklist
from server.work.outside import contacts
from server.work.outside import outbox as room
from server.work.outside.contacts import Wishes
from tests import databases
from tests.office import Office
from tests.office import furnish as fill
from tests.server.work.helpers import FILLED, open_item

LIMIT = timedelta(minutes=10)
LATER = timedelta(hours=1)
PIECE = 1 << 20
TOLD = 1_000
"""Cases of which somebody is told by mail: all lines for one person gather in one message."""
CHANGED = (pauses, outbox)
"""Tables in which a restored office differs on purpose: nothing leaves it at first."""

HEAD = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"  # noqa: E501
TAIL = b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@dataclass
class Receiver:
    """Who gets the mail of all offices: how often each message came."""

    got: Counter[str] = field(default_factory=Counter)

    def __call__(self, parcel: Parcel) -> None:
        self.got[parcel.key] += 1


def run(urls: tuple[str, str], folder: Path, cases: int, megabytes: int) -> dict[str, Any]:
    """One drill between two empty databases; the figures with everything that is wrong."""
    receiver = Receiver()
    sender.WAYS["mail"] = receiver
    old = _configured(urls[0], folder / "old")
    migrate(old.url)
    _open(old)
    _live(fill(), cases, megabytes)
    _send(half=True)
    key = folder / "key"
    public = age.new_key(key)
    file = folder / "office.tar.age"
    saved = _timed(lambda: _backup(old, file, public))
    before = _digests(old)
    due = _waiting()
    _send()
    sent = receiver.got.copy()
    db.engine().dispose()
    new = _configured(urls[1], folder / "new")
    migrate(new.url)
    _open(new)
    restored = _timed(lambda: _restore(new, file, key))
    wrong = [*_same(before, _digests(new)), *_quiet(receiver, sent, due)]
    if restored > LIMIT.total_seconds():
        wrong.append(f"{restored:.0f} s until the office was back")
    figures = {"cases": cases, "megabytes": megabytes, "rows": sum(n for n, _ in before.values())}
    seconds = {"backup_seconds": round(saved, 1), "restore_seconds": round(restored, 1)}
    mail = {"sent": sum(receiver.got.values()), "sent_after_the_backup": len(due)}
    return figures | seconds | {"archive_bytes": file.stat().st_size} | mail | {"wrong": wrong}


def _configured(url: str, folder: Path) -> Config:
    folder.mkdir()
    mail = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@office.example"}
    return Config(database_url=url, data_dir=folder, message_window=0, **mail)


def _open(config: Config) -> None:
    db.bind(db.connect(config.url))
    furnish(config)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


# --- an office with a life ----------------------------------------------------------------------


def _live(office: Office, cases: int, megabytes: int) -> None:
    """So many cases, every tenth filled in; documents of a megabyte each; mail on its way."""
    started = [office.start()["case"] for _ in range(cases - TOLD)]
    for login in ("colleague", "expert_1", "officer"):
        contacts.keep(office[login], Wishes(mail=f"{login}@office.example"))
    started += [office.start()["case"] for _ in range(min(cases, TOLD))]
    for case in started[::10]:
        item = open_item("fill", case_id=case)
        panel = [office["expert_1"].id]
        worklist.complete(office["applicant"], item["id"], 1, FILLED | {"panel": panel})
    for number in range(megabytes):
        _attach(office, started[number % cases])


def _attach(office: Office, case: str) -> None:
    content = HEAD + b"%" + os.urandom(PIECE).hex().encode()[: PIECE - 200] + TAIL
    received = documents.receive("材料.pdf", io.BytesIO(content))
    with db.transaction() as tx:
        made = documents.enter(tx, received, office["applicant"].id)
        tx.execute(table.update().where(table.c.id == made.id).values(case_id=case))


def _send(half: bool = False) -> None:
    """What is due is told; with ``half`` the rest of it is still on its way."""
    with clock.frozen(clock.now() + LATER):
        while worker.run_one(claims.OUTSIDE):
            pass
        _scatter()
        waiting = len(_waiting())
        for _ in range(waiting // 2 if half else waiting):
            sender.send_one()


def _scatter() -> None:
    """Gathered messages are a few; each line goes as one of its own, so that there are many."""
    with db.transaction() as tx:
        found = tx.execute(select(outbox).where(outbox.c.status == "gathering")).mappings().all()
        for message in found:
            tx.execute(outbox.update().where(outbox.c.id == message["id"]).values(status="due"))
            lines = message["items"]
            more = [_single(dict(message), n, line) for n, line in enumerate(lines[1:])]
            if more:
                tx.execute(insert(outbox), more)


def _single(message: dict[str, Any], number: int, line: Any) -> dict[str, Any]:
    identity = hashlib.sha256(f"{message['id']}{number}".encode()).hexdigest()[:26]
    return message | {"id": identity, "status": "due", "items": [line]}


def _waiting() -> set[str]:
    with db.read() as tx:
        found = select(outbox.c.id).where(outbox.c.status.in_(room.WAITING))
        return set(tx.execute(found).scalars())


# --- lost and found -----------------------------------------------------------------------------


def _backup(config: Config, file: Path, public: str) -> None:
    with file.open("wb") as target, age.encrypting(target, [public]) as plain:
        backup.backup(config, plain)


def _restore(config: Config, file: Path, key: Path) -> None:
    with file.open("rb") as source, age.decrypting(source, key) as plain:
        backup.restore(config, plain)


def _digests(config: Config) -> dict[str, tuple[int, str]]:
    """Table -> rows and their digest in any order; ``documents`` with all that the files hold."""
    with db.read() as tx:
        found = {each.name: _digest(tx, each) for each in backup.tables() if each not in CHANGED}
    kept = sorted((config.data_dir / "documents").glob("??/*"))
    files = [hashlib.sha256(path.read_bytes()).digest() for path in kept]
    return found | {"files": (len(files), _sum(files))}


def _digest(tx: Any, one: Any) -> tuple[int, str]:
    rows = tx.execute(select(one).execution_options(yield_per=500)).mappings()
    lines = [hashlib.sha256(backup._line(one, row)).digest() for row in rows]
    return len(lines), _sum(lines)


def _sum(parts: list[bytes]) -> str:
    digests = (int.from_bytes(hashlib.sha256(part).digest()) for part in parts)
    return f"{sum(digests) % (1 << 256):064x}"


def _same(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    wrong = [f"{name} is not as it was" for name, told in before.items() if after[name] != told]
    broken = journal.broken_cases()
    return wrong + [f"the journal of {number} does not verify" for number in broken]


def _quiet(receiver: Receiver, sent: Counter[str], due: set[str]) -> list[str]:
    """Nothing leaves before an operator has decided, and nothing for a second time after."""
    wrong = []
    with clock.frozen(clock.now() + 2 * LATER):
        while worker.run_one(claims.OUTSIDE):
            pass
        sender.drain()
        if receiver.got != sent:
            wrong.append("something left the office before an operator had looked")
        with db.read() as tx:
            told = tx.execute(select(outbox.c.id).where(outbox.c.suspect)).scalars().all()
        if not due <= set(told):
            wrong.append("what may have been sent is not listed")
        with db.transaction() as tx:
            room._forget_suspects(tx)
            tx.execute(pauses.update().values(lifted_at=clock.now()))
        sender.drain()
    twice = [key for key, often in receiver.got.items() if often > 1]
    return wrong + [f"message {key} was sent twice" for key in twice]


def on(kind: str, cases: int, megabytes: int) -> dict[str, Any]:
    """One drill on empty databases of a kind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            urls = (f"sqlite:///{folder / 'old.sqlite'}", f"sqlite:///{folder / 'new.sqlite'}")
        else:
            server = databases.start_postgresql(f"drill-{os.getpid()}")
            urls = (databases.create(server, "old"), databases.create(server, "new"))
        found = run(urls, folder, cases, megabytes)
        db.engine().dispose()
    return {"database": kind, **found}


def main(arguments: list[str], out: IO[str] = sys.stdout) -> int:
    """Run on each database; prints JSON; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.drill", description=__doc__)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    given = parser.parse_args(arguments)
    runs = [on(kind, given.cases, given.megabytes) for kind in given.databases]
    print(json.dumps({"runs": runs}, ensure_ascii=False, indent=1), file=out)
    return int(any(run["wrong"] for run in runs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
