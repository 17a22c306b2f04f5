from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.law import catalogue as catalogues
from server.law.catalogue import Catalogue, digest, from_disk, load, tree_on_disk

ROOT = Path(__file__).parents[3]


def test_the_repository_loads_without_fault(catalogue: Catalogue) -> None:
    assert catalogue.faults == ()


def test_the_digest_depends_on_paths_and_contents_only() -> None:
    one = {"processes/a.bpmn": b"1", "forms/a.form": b"2"}
    assert digest(one) == digest(dict(reversed(one.items())))
    assert digest(one) != digest({"processes/a.bpmn": b"2", "forms/a.form": b"1"})
    assert digest(one) != digest({**one, "forms/b.form": b""})


def test_a_regime_replaces_a_diagram_by_one_of_the_same_name(catalogue: Catalogue) -> None:
    own = "processes/regimes/shanxi/application.bpmn"
    changed = load({**catalogue.files, own: b"<own/>"})
    assert changed.sources("shanxi")["application"] == b"<own/>"
    shared = catalogue.files["processes/application.bpmn"]
    assert changed.sources("national")["application"] == shared
    assert changed.shared["application"] == "processes/application.bpmn"


def test_parts_are_processes_too(catalogue: Catalogue) -> None:
    assert "formal_review" in catalogue.sources("jiangxi")
    assert catalogue.processes["formal_review"] == "processes/parts/formal_review.bpmn"


def test_a_regime_has_its_own_form_where_there_is_one(catalogue: Catalogue) -> None:
    tree = {"forms/a/b.form": b"shared", "forms/a/b.shanxi.form": b"own"}
    forms = load({**catalogue.files, **tree})
    assert forms.form("a/b", "shanxi") == b"own"
    assert forms.form("a/b", "national") == forms.form("a/b") == b"shared"
    assert forms.form("a/c", "shanxi") is None


def test_a_diagram_that_cannot_be_read_is_none_and_is_read_once(catalogue: Catalogue) -> None:
    broken = load({**catalogue.files, "processes/broken.bpmn": b"<no"})
    assert broken.describe("processes/broken.bpmn") is None
    path = "processes/application.bpmn"
    assert broken.describe(path) is broken.describe(path) is not None


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("processes/tables/steps.dmn", b"<definitions", "table"),
        ("processes/tables/twin.dmn", None, "duplicate"),
        ("processes/regimes/shanxi/regime.toml", b"title =", "regime"),
        ("processes/law/clauses.csv", b"id\n", "clauses"),
        ("processes/law/calendars/2026.csv", b"day\n", "calendar"),
    ],
)
def test_an_unreadable_file_is_a_fault_and_stops_no_other(
    catalogue: Catalogue, path: str, content: bytes | None, code: str
) -> None:
    twin = catalogue.files["processes/tables/steps.dmn"]
    broken = load({**catalogue.files, path: twin if content is None else content})
    assert {fault.code for fault in broken.faults} == {code}
    assert broken.row("deadlines", "shanxi", milestone="plan_filing", months=None)


def test_a_tree_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "MAX_FILES", 1)
    with pytest.raises(ValueError, match="过多或过大"):
        load({"forms/a.form": b"", "forms/b.form": b""})


def test_only_processes_and_forms_are_read_from_the_disk() -> None:
    paths = tree_on_disk(ROOT)
    assert all(path.startswith(("processes/", "forms/")) for path in paths)
    assert from_disk(ROOT).digest == digest(paths)


def test_many_threads_share_one_catalogue(catalogue: Catalogue) -> None:
    fresh = load(catalogue.files)
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: fresh.describe("processes/application.bpmn"), range(32))
        sources = pool.map(lambda _: fresh.sources("national"), range(32))
    assert len({id(each) for each in found} - {id(None)}) >= 1
    assert all(each == fresh.sources("national") for each in sources)
