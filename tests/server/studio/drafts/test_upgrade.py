"""New files of the software and changes of the office: neither takes the other's place."""

from __future__ import annotations

from pathlib import Path

from server.studio.drafts.upgrade import export, merge

BASE = {"forms/a.form": b"a1", "forms/b.form": b"b1", "forms/c.form": b"c1", "forms/d.form": b"d1"}


def test_each_side_keeps_what_it_alone_has_changed() -> None:
    ours = BASE | {"forms/a.form": b"ours"}
    theirs = BASE | {"forms/b.form": b"theirs"}
    merged = merge(BASE, ours, theirs)
    assert (merged["forms/a.form"], merged["forms/b.form"]) == (b"ours", b"theirs")


def test_what_both_have_changed_was_decided_by_the_office() -> None:
    merged = merge(BASE, BASE | {"forms/c.form": b"ours"}, BASE | {"forms/c.form": b"theirs"})
    assert merged["forms/c.form"] == b"ours"


def test_files_that_came_and_went_on_either_side_do_so_in_the_result() -> None:
    without_d = {path: text for path, text in BASE.items() if path != "forms/d.form"}
    merged = merge(BASE, BASE | {"forms/e.form": b"e1"}, without_d | {"forms/f.form": b"f1"})
    assert sorted(merged) == ["forms/a.form", "forms/b.form", "forms/c.form", "forms/e.form",
                              "forms/f.form"]  # fmt: skip


def test_an_export_writes_bytes_and_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "old.bpmn").write_bytes(b"old")
    (tmp_path / "README.md").write_bytes(b"kept")
    tree = {"processes/new.bpmn": b"\xef\xbb\xbf<x/>\r\n", "../outside": b"never"}
    assert export(tree, tmp_path) == ["processes/new.bpmn", "processes/old.bpmn"]
    assert (tmp_path / "processes" / "new.bpmn").read_bytes() == tree["processes/new.bpmn"]
    assert not (tmp_path / "processes" / "old.bpmn").exists()
    assert (tmp_path / "README.md").read_bytes() == b"kept"
    assert not (tmp_path.parent / "outside").exists()
    assert export(tree, tmp_path) == []
