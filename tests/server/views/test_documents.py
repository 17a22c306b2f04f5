"""Attachments to look at and to save."""

import io

import pytest

from tests.server.views.conftest import PDF, Visit, Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082".replace(" ", "")
)
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def sent_up(visitor: Visitor, name: str, content: bytes) -> str:
    answer = visitor.client.post(
        "/documents",
        data={"file": (io.BytesIO(content), name)},
        headers={"X-CSRFToken": visitor.token, "Accept": "application/json"},
    )
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def test_a_pdf_is_shown_in_a_sandbox_under_its_chinese_name(applicant: Visitor) -> None:
    answer = applicant.get(f"/preview/{sent_up(applicant, '申报书（定稿）.pdf', PDF)}")
    assert answer.data == PDF
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("inline; ") and "%E7%94%B3%E6%8A%A5%E4%B9%A6" in disposition
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_image_is_shown_and_saved(applicant: Visitor) -> None:
    image = sent_up(applicant, "印章.png", PNG)
    assert applicant.get(f"/preview/{image}").headers["Content-Disposition"].startswith("inline")
    saved = applicant.get(f"/documents/{image}")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("name", ["说明.txt", "表.csv"])
def test_what_a_browser_does_not_draw_is_saved(applicant: Visitor, name: str) -> None:
    document = sent_up(applicant, name, b"<script>alert(1)</script>")
    answer = applicant.get(f"/preview/{document}")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_nobody_else_looks_at_what_is_not_handed_in(applicant: Visitor, visit: Visit) -> None:
    document = sent_up(applicant, "申报书.pdf", PDF)
    for login in ("shanxi_authority", "national_applicant"):
        assert visit(login).get(f"/preview/{document}").status_code == 404
    assert visit("").get(f"/preview/{document}").status_code == 401
