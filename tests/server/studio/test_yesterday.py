"""A version published under the rules of its day runs on, whatever is refused later."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import Engine

from server import clock, db, demo, embedded
from server.errors import Refused
from server.law import checks
from server.law.catalogue import load
from server.rehearsal import machinery
from server.studio import rehearsal
from server.studio.drafts import acts, overlay, store
from server.studio.drafts.upgrade import Disagreement, upgrade
from server.studio.scenarios import run
from server.work import publications
from server.work.people import find_login, find_person
from tests.walk import ROOT, shipped

DRAWN = "processes/application.bpmn"
FORM = "forms/application/start.form"
LIFE = ROOT / "processes/scenarios/shanxi/SC-045.yaml"
"""From the recommendation of a base to its establishment."""

TODAY = date(2026, 11, 20)


def yesterdays() -> dict[str, bytes]:
    """The shipped tree with FEEL in a diagram and a form that was let through once."""
    tree = dict(shipped().files)
    step = b'<zeebe:output source="= panel_verdict" target="panel_verdict"/>'
    older = b'<zeebe:output source="= abs instance of function&lt;&gt; -&gt; Any" target="seen"/>'
    form = json.loads(tree[FORM])
    form["components"][0]["conditional"] = {"hide": "=shell(1)"}
    assert step in tree[DRAWN]
    changed = {DRAWN: tree[DRAWN].replace(step, step + older), FORM: json.dumps(form).encode()}
    return tree | changed


def test_its_case_goes_on_to_the_end() -> None:
    older = load(yesterdays())
    refused = {one.file for one in checks.check(older) if one.severity == "error"}
    assert refused == {DRAWN, FORM}
    assert run(older, machinery(), LIFE).lines == ()


def test_nothing_of_it_is_published_or_rehearsed_anew(sqlite_database: Engine) -> None:
    tree = yesterdays()
    with clock.frozen(TODAY):
        with db.transaction() as tx:
            demo.seed(tx)
            publications.publish(tx, shipped().files, "昨日", None)
        with db.read() as tx:
            owner = find_person(tx, find_login("national_process_owner"))
        assert owner is not None
        draft = acts.begin(owner, "照旧")
        acts.save(owner, draft, DRAWN, tree[DRAWN], 0)
        with pytest.raises(Refused, match="不支持函数类型"):
            acts.submit(owner, draft, "照旧", TODAY)
        with db.read() as tx:
            laid = overlay.of(tx, store.find(tx, draft))
        with pytest.raises(Refused, match=r"还不能运行.*不支持函数类型"):
            rehearsal.begin(owner, laid)


def test_software_that_checks_more_leaves_it_in_force(
    sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {**shipped().files, "processes/tables/extra.txt": b"1"}
    monkeypatch.setattr(embedded, "tree_on_disk", lambda root: newer)
    told: list[str] = []
    with clock.frozen(TODAY):
        with db.transaction() as tx:
            upgrade(tx, shipped().files)
            number = publications.store(tx, yesterdays(), "昨日", None)
            publications.put_in_force(tx, number, "昨日", None)
        embedded.publish_or_keep(ROOT, told.append)
        with db.read() as tx:
            assert publications.current(tx) == number
        with pytest.raises(Disagreement, match="不支持函数类型"):
            embedded.publish(ROOT)
    assert "现行版本继续有效" in told[0] and DRAWN in told[0]
