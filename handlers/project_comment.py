"""对公示项目提出意见: the automatic boxes of project_comment.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.rules.answers import Row


def register_comment(
    today: date, case: Row, register: Register, commenter_name: str, comment_content: str
) -> dict[str, object]:
    """登记意见

    Recorded; it neither blocks nor suspends, for publication follows approval. Clauses: JB-10.4.
    """
    entry = {"case": case["id"], "title": commenter_name, "content": comment_content}
    register.record("project_comment", {**entry, "effective_on": today})
    return {"comment_received_on": today}


def record_answer(
    today: date, case: Row, register: Register, commenter_name: str, comment_answer: str
) -> dict[str, object]:
    """登记答复

    Every comment is answered. Clauses: JB-10.4.
    """
    entry = {"case": case["id"], "title": commenter_name, "answer": comment_answer}
    register.record("project_comment_answer", {**entry, "effective_on": today})
    return {"comment_answered_on": today}
