"""A backup holds everything, is restored on either kind of database, and shows any damage."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from server import age, backup, clock, db
from server.backup import BackupError
from server.cli import main
from server.config import Config
from server.jobs import worker
from server.jobs.outside import sender
from server.models import cases, outbox, pauses, work_items
from server.work import documents, worklist
from tests import databases
from tests.office import Office
from tests.server.views.conftest import PDF
from tests.server.work.helpers import open_item, rows

DAY = 20


@pytest.fixture
def lived(office: Office, tmp_path: Path) -> Config:
    """An office with a case, a timer, a draft and a document."""
    config = Config(data_dir=tmp_path / "old", database_url=_url())
    documents.bind(documents.Files(config.data_dir / "documents"))
    office.start()
    office.start("watch")
    documents.upload(office["applicant"].id, "材料.pdf", io.BytesIO(PDF))
    worklist.save_draft(office["applicant"], open_item("fill")["id"], {"summary": "草稿"})
    worker.drain()
    return config


def _url() -> str:
    return db.engine().url.render_as_string(hide_password=False)


def archive(config: Config) -> bytes:
    out = io.BytesIO()
    backup.backup(config, out)
    return out.getvalue()


def content() -> dict[str, list[dict[str, Any]]]:
    with db.read() as tx:
        return {
            table.name: sorted(
                (dict(row) for row in tx.execute(select(table)).mappings()), key=repr
            )
            for table in backup.tables()
            if table is not pauses
        }


@pytest.fixture
def empty(tmp_path: Path) -> Config:
    """Another office, of SQLite, without anything."""
    return Config(data_dir=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")


def restored(config: Config, data: bytes) -> backup.Report:
    db.bind(db.connect(config.url))
    return backup.restore(config, io.BytesIO(data))


def test_all_of_it_comes_back_whatever_the_kind_of_database(lived: Config, empty: Config) -> None:
    before, data = content(), archive(lived)
    report = restored(empty, data)
    assert content() == before
    assert report.rows["cases"] == 2
    assert report.documents == 1
    (file,) = (empty.data_dir / "documents").glob("??/*")
    assert file.read_bytes() == PDF


def test_the_restored_office_goes_on_where_it_stopped(
    lived: Config, empty: Config, office: Office
) -> None:
    restored(empty, archive(lived))
    filled = {"summary": "内容", "mode": "plain", "panel": [office["expert_1"].id]}
    worklist.complete(office["applicant"], open_item("fill")["id"], 1, filled)
    with db.read() as tx:
        done = tx.execute(select(work_items).filter_by(element_id="fill")).mappings().one()
    assert done["status"] == "completed"


def test_a_restored_office_sends_nothing_before_an_operator_has_looked(
    lived: Config, empty: Config
) -> None:
    waiting = {"recipient": "x", "regime": "shanxi", "locale": "zh", "address": "a", "items": []}
    moments = {"created_at": clock.now(), "run_at": clock.now()}
    with db.transaction() as tx:
        for number, status in enumerate(("due", "gathering", "dead")):
            row = {"id": str(number), "channel": "mail", "status": status, **waiting, **moments}
            tx.execute(insert(outbox).values(row))
    restored(empty, archive(lived))
    assert [row["suspect"] for row in rows(outbox)] == [True, True, False]
    (pause,) = rows(pauses)
    assert (pause["reason"], pause["lifted_at"]) == ("restored", None)
    assert sender.claim() is None


# --- encrypted ----------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """The file with a secret key, and its public key."""
    path = tmp_path / "backup.key"
    return path, age.new_key(path)


def encrypted(config: Config, public: str) -> bytes:
    out = io.BytesIO()
    with age.encrypting(out, [public]) as plain:
        backup.backup(config, plain)
    return out.getvalue()


def decrypted(config: Config, data: bytes, key: Path) -> backup.Report:
    db.bind(db.connect(config.url))
    with age.decrypting(io.BytesIO(data), key) as plain:
        return backup.restore(config, plain)


def test_an_encrypted_backup_comes_back_with_its_key(
    lived: Config, empty: Config, key: tuple[Path, str]
) -> None:
    before, data = content(), encrypted(lived, key[1])
    assert data.startswith(b"age-encryption.org/v1")
    assert b"manifest" not in data
    decrypted(empty, data, key[0])
    assert content() == before
    assert key[0].stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing(
    lived: Config, empty: Config, key: tuple[Path, str], tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    age.new_key(other)
    with pytest.raises(age.AgeError, match="cannot be decrypted"):
        decrypted(empty, encrypted(lived, key[1]), other)
    assert content()["cases"] == []


def test_a_flipped_bit_is_found(lived: Config, empty: Config, key: tuple[Path, str]) -> None:
    data = bytearray(encrypted(lived, key[1]))
    data[len(data) // 2] ^= 1
    with pytest.raises(age.AgeError, match="cannot be decrypted"):
        decrypted(empty, bytes(data), key[0])
    assert content()["cases"] == []


def test_a_refusal_of_the_archive_is_not_hidden_by_the_decryption(
    lived: Config, empty: Config, key: tuple[Path, str]
) -> None:
    data = encrypted(lived, key[1])
    decrypted(empty, data, key[0])
    with pytest.raises(BackupError, match="not empty"):
        decrypted(empty, data, key[0])


def test_what_is_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(age.AgeError, match="no public key"), age.encrypting(io.BytesIO(), ["x"]):
        pass
    for text in ("", "# nothing", "AGE-SECRET-KEY-1X"):
        (tmp_path / "key").write_text(text)
        with (
            pytest.raises(age.AgeError, match="no secret key"),
            age.decrypting(io.BytesIO(), tmp_path / "key"),
        ):
            pass


def test_the_command_line_makes_keys_and_backups_and_restores_them(
    lived: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str, **settings: str) -> str:
        for name, value in settings.items():
            monkeypatch.setenv(f"GUICHENG_{name}", value)
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        db.engine().dispose()
        return done.output

    key, file = str(tmp_path / "key"), str(tmp_path / "office.tar.age")
    public = run("backup-key", key).strip()
    here = {"DATABASE_URL": lived.database_url, "DATA_DIR": str(lived.data_dir)}
    run("backup", file, "--to", public, **here)
    there = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}",
        "DATA_DIR": str(tmp_path / "n"),
    }
    assert "0 messages may have been sent already" in run("restore", file, "--key", key, **there)
    run("quarantine", "2026-11-20T12:00:00+0800")
    assert len(rows(pauses)) == 2
    db.engine().dispose()


def test_an_office_that_holds_something_is_not_overwritten(lived: Config, empty: Config) -> None:
    data = archive(lived)
    restored(empty, data)
    with pytest.raises(BackupError, match="not empty"):
        restored(empty, data)


def test_an_archive_that_was_cut_off_is_refused(lived: Config, empty: Config) -> None:
    cut = archive(lived)[: -30 * 512]
    with pytest.raises((BackupError, tarfile.ReadError)):
        restored(empty, cut)
    assert content()["cases"] == []


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one member changed, its manifest left as it was."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            inside = file.read()
            inside = change(inside) if member.name == name else inside
            member.size = len(inside)
            new.addfile(member, io.BytesIO(inside))
    return out.getvalue()


def test_a_table_that_was_changed_is_named(lived: Config, empty: Config) -> None:
    name = "database/journal.jsonl"
    other = changed(archive(lived), name, lambda old: old.replace(b"start", b"stopp"))
    with pytest.raises(BackupError, match=r"journal\.jsonl is missing or was changed"):
        restored(empty, other)
    assert content()["cases"] == []


def test_a_journal_that_was_changed_with_its_sum_does_not_verify(
    lived: Config, empty: Config
) -> None:
    name = "database/journal.jsonl"
    data = changed(
        archive(lived), name, lambda old: old.replace(b'"actor_name": "', b'"actor_name": "x')
    )
    sums = backup_sums(data)
    data = changed(data, backup.MANIFEST, lambda old: json.dumps(json.loads(old) | sums).encode())
    with pytest.raises(BackupError, match="does not verify"):
        restored(empty, data)


def backup_sums(data: bytes) -> dict[str, Any]:
    with tarfile.open(fileobj=io.BytesIO(data)) as old:
        read = {member.name: old.extractfile(member) for member in old}
        sums = {
            name: hashlib.sha256(file.read()).hexdigest()
            for name, file in read.items()
            if file is not None and name != backup.MANIFEST
        }
    return {"sha256": sums}


def test_an_archive_of_sqlite_is_restored_on_postgresql(
    lived: Config, tmp_path: Path, postgresql_server: str, worker_id: str
) -> None:
    before, data = content(), archive(lived)
    url = databases.create(postgresql_server, f"restored_{worker_id}_{clock.now():%f}")
    restored(Config(data_dir=tmp_path / "new", database_url=url), data)
    assert content() == before
    with db.read() as tx:
        assert len(tx.execute(select(cases.c.id)).all()) == 2
    db.engine().dispose()


@pytest.mark.parametrize("name", ["../outside", "documents/../../x", "/etc/passwd", "database/x"])
def test_a_member_with_another_name_is_refused(empty: Config, name: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as hostile:
        hostile.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(BackupError, match="does not belong"):
        restored(empty, out.getvalue())
