"""The demonstration office behind a test client; the database is SQLite, copied for each test."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server import clock, create_app, db, demo
from server.config import Config
from server.law.catalogue import tree_on_disk
from server.views import HERE
from server.work import people, publications

TODAY = date(2026, 11, 20)
PAGE = {"Accept": "text/html"}
CHEAP = {"argon2_memory_kib": 64, "argon2_time": 1, "portal_rate": 1e6}


@pytest.fixture(scope="session")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demonstration office and the published procedures."""
    path = tmp_path_factory.mktemp("office") / "office.sqlite"
    shutil.copy(sqlite_template, path)
    people.use(Config(**CHEAP), refusal_takes=0)
    engine = db.connect(f"sqlite:///{path}")
    db.bind(engine)
    with clock.frozen(TODAY), db.transaction() as tx:
        demo.seed(tx)
        publications.publish(tx, tree_on_disk(HERE.parents[1]), "测试", None)
    engine.dispose()
    return path


@pytest.fixture
def app(office: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the office; the day is 2026-11-20."""
    path = tmp_path / "office.sqlite"
    shutil.copy(office, path)
    config = Config(
        database_url=f"sqlite:///{path}",
        data_dir=tmp_path,
        secret_key="only for tests",
        demonstration=True,
        **CHEAP,
    )
    made = create_app(config)
    people.use(config, refusal_takes=0)
    with clock.frozen(TODAY):
        yield made
    db.engine().dispose()


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)


class Visitor:
    """A browser without scripts: one person's cookies and CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def sign_in(self, login: str) -> Visitor:
        given = {"login": login, "password": demo.DEMONSTRATION_PASSWORD}
        assert self.client.post("/sign-in", data=given).status_code == 303
        self.token = self.client.get("/session").get_json()["csrf"]
        return self

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={**PAGE, **headers}, buffered=True)

    def post(self, path: str, **headers: str) -> TestResponse:
        return self.client.post(path, headers={**PAGE, "X-CSRFToken": self.token, **headers})

    def send(self, path: str, body: Any, method: str = "POST", **headers: str) -> TestResponse:
        given = {"X-CSRFToken": self.token, **headers}
        return self.client.open(path, method=method, json=body, headers=given)

    def form(self, path: str) -> dict[str, Any]:
        """What the page gives the browser to draw its form."""
        page = self.get(path).get_data(as_text=True)
        found = re.search(r'id="form-payload">(.*?)</script>', page, re.DOTALL)
        assert found, page
        payload: dict[str, Any] = json.loads(found[1])
        return payload

    def claim(self) -> dict[str, Any]:
        """Claim the first task of the inbox; what the page gives its form."""
        task = self.task()
        self.post(f"{task}/claim")
        return self.form(task)

    def do(self, data: dict[str, Any]) -> dict[str, Any]:
        """Claim the first task of the inbox and hand it in."""
        return self.do_claimed(self.claim(), data)

    def do_claimed(self, form: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        """Hand in a claimed task, given what its page gave."""
        body = {"version": form["version"], "data": data}
        answer = self.send(form["urls"]["submit"], body)
        assert answer.status_code == 200, answer.get_json()
        done: dict[str, Any] = answer.get_json()
        return done

    def upload(self) -> str:
        """The id of a small PDF, sent up for a form."""
        answer = self.client.post(
            "/documents",
            data={"file": (io.BytesIO(PDF), "材料.pdf")},
            headers={"X-CSRFToken": self.token, "Accept": "application/json"},
        )
        return str(answer.get_json()["id"])

    def task(self) -> str:
        """The address of the first task in the inbox."""
        found = re.search(r'href="(/tasks/\w+)"', self.get("/inbox").get_data(as_text=True))
        assert found, "no task waits"
        return found[1]


@pytest.fixture
def visit(app: Flask) -> Callable[[str], Visitor]:
    """Sign somebody in: ``visit("shanxi_applicant")``; ``visit("")`` is nobody."""

    def visitor(login: str) -> Visitor:
        made = Visitor(app.test_client())
        return made.sign_in(login) if login else made

    return visitor


Visit = Callable[[str], Visitor]


PAPERS: dict[str, Any] = {
    "undertaker_name": "云岭碳基材料研究院",
    "credit_code": "91140100MA0K12345X",
    "unit_type": "enterprise",
    "legal_representative": "甲",
    "contact_name": "乙",
    "contact_phone": "0351-1234567",
    "registered_in_province": True,
    "legal_person": True,
    "standards_staff": True,
    "standards_kinds": ["national"],
    "no_incident": True,
    "key_field": "carbon_materials",
    "foundation": "已有基础。",
    "goals": "目标。",
    "tasks": "任务。",
    "truthful": True,
}
"""The form ``application/fill_application`` of Shanxi, filled in lawfully."""


@pytest.fixture
def applicant(visit: Visit) -> Visitor:
    """The applicant of Shanxi, whose task it is to prepare the papers."""
    return start_application(visit)


def start_application(visit: Visit) -> Visitor:
    """Begin an application in Shanxi; the applicant, whose task it is to prepare the papers."""
    sponsor = visit("shanxi_recommender")
    page = sponsor.get("/start").get_data(as_text=True)
    form = sponsor.form(next(iter(re.findall(r'href="(/start/shanxi/application[^"]*)"', page))))
    unit = next(
        one["value"] for one in form["data"]["undertaker_choices"] if "云岭" in one["label"]
    )
    given = {
        "undertaker_id": unit,
        "recommending_channel": "area",
        "field_name": "碳基新材料",
        "field_name_en": "Carbon-based New Materials",
    }
    answer = sponsor.send(form["urls"]["submit"], {"data": given})
    assert answer.status_code == 201, answer.get_json()
    return visit("shanxi_applicant")


FILES = ("application_form", "legal_person_certificate", "support_documents", "credit_statement")
EXPERTS = 5


def convene_panel(visit: Visit, applicant: Visitor) -> Visitor:
    """Ask five experts about the application in Shanxi; who organises the review."""
    applicant.do(PAPERS | {name: [applicant.upload()] for name in FILES})
    recommender = visit("shanxi_recommender")
    recommender.do(
        {
            "recommender_name": "汾东市标准化主管部门",
            "recommendation": "recommended",
            "recommendation_opinion": "同意推荐。",
            "recommendation_letter": [recommender.upload()],
        }
    )
    reviewer = visit("shanxi_formal_reviewer")
    reviewer.do({"formal_review_verdict": "passed", "formal_review_opinion": "材料齐全。"})
    experts = pool(reviewer)[:EXPERTS]
    reviewer.do(
        {"proposed_experts": experts, "panel_leader": experts[0], "review_method": "meeting"}
    )
    return reviewer


def pool(reviewer: Visitor) -> list[str]:
    """The experts who have nothing to do with the applicant."""
    offered = reviewer.claim()["data"]["expert_choices"]
    free = (one for one in offered if not re.search("云岭|先进计算|协会", one["label"]))
    return [one["value"] for one in free]
