"""Programs that call the API with tokens; every answer is held against the OpenAPI document."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy import select
from werkzeug.test import TestResponse

from server import db
from server.models import people
from server.views.api import PREFIX
from server.work.people import tokens
from tests.server.views.conftest import PAPERS, PDF

FILES = ("application_form", "legal_person_certificate", "support_documents", "credit_statement")

Json = dict[str, Any]
keys = itertools.count(1)


class Program:
    """One person's token."""

    def __init__(self, client: FlaskClient, document: OpenApiSchema, token: str) -> None:
        self.client, self.document = client, document
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = None, /, **headers: str) -> TestResponse:
        """The answer to a request; one that the document does not foresee fails the test."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.open(
            PREFIX + path, method=method, json=body, headers=self.headers | given, buffered=True
        )
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        operation = self.document.find_operation_by_path(method, PREFIX + path.partition("?")[0])
        assert operation, f"{method} {path} is not in the document"
        response = schemathesis.Response(
            status_code=answer.status_code,
            headers={name.lower(): [value] for name, value in answer.headers},
            content=answer.data,
            request=None,  # type: ignore[arg-type]
            elapsed=0.0,
            verify=False,
        )
        assert str(answer.status_code) in operation.definition.raw["responses"], answer.text
        operation.validate_response(response)

    def get(self, path: str, status: int = 200) -> Json:
        return self._json(self.ask("GET", path), status)

    def post(self, path: str, body: Any, status: int = 200, **headers: str) -> Json:
        """With a key of its own, unless one is given."""
        given = {"Idempotency_Key": f"key-{next(keys)}"} | headers
        return self._json(self.ask("POST", path, body, **given), status)

    def search(self, what: str, **body: Any) -> list[Json]:
        found: list[Json] = self.post(f"/{what}/search", body)["items"]
        return found

    @staticmethod
    def _json(answer: TestResponse, status: int) -> Json:
        assert answer.status_code == status, answer.text
        found: Json = answer.get_json()
        return found

    def upload(self, name: str = "材料.pdf", content: bytes = PDF, key: str = "") -> TestResponse:
        given = {"Idempotency-Key": key or f"key-{next(keys)}", **self.headers}
        file = {"file": (io.BytesIO(content), name)}
        answer = self.client.post(f"{PREFIX}/documents", data=file, headers=given)
        self.check("POST", "/documents", answer)
        return answer

    def paper(self) -> str:
        """The id of a small PDF."""
        return str(self._json(self.upload(), 201)["id"])

    # --- the acts -------------------------------------------------------------------------------

    def task(self) -> Json:
        """The first task that waits."""
        tasks: list[Json] = self.get("/user-tasks")["items"]
        assert tasks, "no task waits"
        return tasks[0]

    def claim(self) -> Json:
        """The first task that waits, claimed, with its form."""
        task = self.task()
        if task["assigneeId"] is None:
            task |= self.post(f"/user-tasks/{task['id']}/assignment", None)
        return task | {"form": self.get(f"/user-tasks/{task['id']}/form")}

    def complete(self, task: Json, data: Json, status: int = 200, **headers: str) -> Json:
        given = {"If_Match": f'"{task["version"]}"'} | headers
        return self.post(f"/user-tasks/{task['id']}/completion", {"data": data}, status, **given)

    def do(self, data: Json) -> Json:
        """Claim the first task that waits and hand it in."""
        return self.complete(self.claim(), data)


Programs = Callable[..., Program]


@pytest.fixture(scope="session")
def _documents() -> dict[str, OpenApiSchema]:
    """The document is the same for every application; it is read once."""
    return {}


@pytest.fixture
def document(app: Flask, _documents: dict[str, OpenApiSchema]) -> OpenApiSchema:
    """The OpenAPI document as schemathesis reads it."""
    if "it" not in _documents:
        raw = app.test_client().get(f"{PREFIX}/openapi.json").get_json()
        _documents["it"] = schemathesis.openapi.from_dict(raw)
    return _documents["it"]


def token_of(login: str, scope: str = "act", days: int = 30) -> str:
    """A token of somebody of the demonstration."""
    with db.read() as tx:
        person = tx.execute(select(people.c.id).where(people.c.login == login)).scalar_one()
    return tokens.create(person, "测试", scope, days)[1]


@pytest.fixture
def program(app: Flask, document: OpenApiSchema) -> Programs:
    """A program of somebody: ``program("shanxi_applicant")``, perhaps one that only reads."""

    def made(login: str, scope: str = "act") -> Program:
        return Program(app.test_client(), document, token_of(login, scope))

    return made


def begin(program: Programs) -> Json:
    """An application in Shanxi is begun; the answer of the start."""
    sponsor = program("shanxi_recommender")
    form = sponsor.get("/process-definitions/shanxi/application/start-form")
    choices = form["data"]["undertaker_choices"]
    unit = next(one["value"] for one in choices if "云岭" in one["label"])
    data = {
        "undertaker_id": unit,
        "recommending_channel": "area",
        "field_name": "碳基新材料",
        "field_name_en": "Carbon-based New Materials",
    }
    body = {"regime": "shanxi", "processId": "application", "data": data}
    return sponsor.post("/cases", body, 201)


def papers(program: Program) -> Json:
    """The papers of an application, filled in lawfully."""
    return PAPERS | {name: [program.paper()] for name in FILES}


def convene(program: Programs) -> Program:
    """The application is before five experts; who organises the review."""
    applicant = program("shanxi_applicant")
    applicant.do(papers(applicant))
    recommender = program("shanxi_recommender")
    recommender.do(
        {
            "recommender_name": "汾东市标准化主管部门",
            "recommendation": "recommended",
            "recommendation_opinion": "同意推荐。",
            "recommendation_letter": [recommender.paper()],
        }
    )
    reviewer = program("shanxi_formal_reviewer")
    reviewer.do({"formal_review_verdict": "passed", "formal_review_opinion": "材料齐全。"})
    task = reviewer.claim()
    offered = task["form"]["data"]["expert_choices"]
    free = [one["value"] for one in offered if not any(w in one["label"] for w in BOUND)][:5]
    data = {"proposed_experts": free, "panel_leader": free[0], "review_method": "meeting"}
    reviewer.complete(task, data)
    return reviewer


BOUND = ("云岭", "先进计算", "协会")
"""Employers of experts who have something to do with the applicant."""


def experts(program: Programs) -> list[Program]:
    """Those before whom an application is, the leader first."""
    everybody = [program(f"shanxi_expert_{number}") for number in range(1, 11)]
    return [one for one in everybody if one.get("/user-tasks/counts")["total"]]


def judge(expert: Program, words: str = "好。") -> Json:
    """An expert hands in a favourable opinion; the task."""
    task = expert.claim()
    verdict = task["form"]["data"]["verdict_choices"][0]["value"]
    opinion = {"declared_interest": "none", "expert_verdict": verdict, "expert_opinion": words}
    expert.complete(task, opinion)
    return task


def approve(program: Programs) -> Json:
    """From the panel to the approval; the answer to the last act."""
    panel = experts(program)
    for expert in panel:
        judge(expert)
    task = panel[0].claim()
    verdict = task["form"]["data"]["verdict_choices"][0]["value"]
    panel[0].complete(task, {"panel_verdict": verdict, "review_opinion": "通过。"})
    authority = program("shanxi_authority")
    authority.do({"study_conclusion": "met", "study_opinion": "符合。", "studied_on": "2026-11-20"})
    number = {"approval_document_number": "晋市监函〔2026〕1号"}
    return authority.do(number | {"approved_on": "2026-11-20", "period_months": 36})


@pytest.fixture
def case(program: Programs) -> str:
    """A case of Shanxi whose applicant has to prepare the papers."""
    return str(begin(program)["caseId"])
