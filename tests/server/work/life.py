"""Invented procedures of one case: an approval, what it begins, what is started later, its end."""

from __future__ import annotations

from server import db
from server.work import publications
from tests.procedures import tree
from tests.server.engine.drawing import (
    catch,
    chain,
    diagram,
    end,
    mapping,
    message,
    on_message,
    service,
    start,
    timer,
    user,
)

CITED = {"clauses": "SX-16.2"}


def lanes(**elements: str) -> str:
    """A lane for each role with the elements of its people."""
    drawn = "".join(
        f'<bpmn:lane id="{role}" name="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names.split())
        + "</bpmn:lane>"
        for role, names in elements.items()
    )
    return f'<bpmn:laneSet id="lanes">{drawn}</bpmn:laneSet>'


APPROVAL = diagram(
    "approval",
    lanes(undertaker="applied", authority="approve"),
    start("applied", props=CITED | {"form": "permit/start", "state": "application_drafting"}),
    user("approve"),
    service(
        "register",
        "trial.count",
        ext=mapping(
            outputs={
                "approved_on": "= today",
                "construction_end": '= today + duration("P2Y")',
                "base_name_zh": '= "某基地（筹）"',
            }
        ),
    ),
    end(
        "approved",
        props={
            "state": "in_construction",
            "region": "extension=none plan=due",
            "record": "approved_on construction_end base_name_zh",
            "begins": "planning construction elsewhere",
            "begins_with": "approved_on",
            "milestones": "acceptance_application@construction_end public_notice@construction_end",
        },
    ),
    chain("applied", "approve", "register", "approved"),
)
PLANNING = diagram(
    "planning",
    lanes(undertaker="file_plan"),
    start("plan_due", props=CITED | {"starts": "automatic"}),
    user("file_plan", props={"due": "plan_filing", "due_from": "approved_on"}),
    end("plan_filed", props={"region": "plan=filed", "met": "acceptance_application"}),
    chain("plan_due", "file_plan", "plan_filed"),
)
CONSTRUCTION = diagram(
    "construction",
    lanes(authority="decide_end told"),
    start("construction_begins", props=CITED | {"starts": "automatic"}),
    catch("end_reached", timer("timeDate", '= case.record.construction_end + duration("P1D")')),
    user("decide_end"),
    end("base_revoked", props={"state": "revoked", "outcome": "revoked"}),
    chain("construction_begins", "end_reached", "decide_end", "base_revoked"),
)
EXTENSION = diagram(
    "extension",
    lanes(undertaker="extension_asked", authority="grant"),
    start(
        "extension_asked",
        props={
            "clauses": "SX-21.1",
            "starts": "procedure",
            "form": "permit/start",
            "when": '= case.state = "in_construction" and case.record.regions.extension = "none"',
            "when_reason": "已有延期申请。",
            "region": "extension=requested",
        },
    ),
    user("grant"),
    service(
        "move_end",
        "trial.count",
        ext=mapping(
            outputs={
                "construction_end": '= case.record.construction_end + duration("P6M")',
                "base_name_zh": '= "某某基地（筹）"',
            }
        ),
    ),
    end(
        "extension_granted",
        props={
            "region": "extension=granted",
            "record": "construction_end base_name_zh",
            "moves": "construction_end",
            "ends": "planning listening",
            "begins": "listening",
        },
    ),
    chain("extension_asked", "grant", "move_end", "extension_granted"),
)
LISTENING = diagram(
    "listening",
    lanes(undertaker="listen"),
    start("listening_begins", props=CITED | {"starts": "automatic"}),
    catch("listen", on_message("news")),
    end("heard"),
    chain("listening_begins", "listen", "heard"),
    around=message("news", "news"),
)
ELSEWHERE = diagram(
    "elsewhere",
    lanes(undertaker="never"),
    start("elsewhere_begins", props={"clauses": "GB-18.1", "starts": "automatic"}),
    user("never"),
    end("never_over"),
    chain("elsewhere_begins", "never", "never_over"),
)
DRAWN = {
    "approval": APPROVAL,
    "planning": PLANNING,
    "construction": CONSTRUCTION,
    "extension": EXTENSION,
    "listening": LISTENING,
    "elsewhere": ELSEWHERE,
}


def publish(**changed: bytes) -> None:
    """Publish the procedures, some of them drawn differently."""
    files = {f"processes/{name}.bpmn": xml for name, xml in {**DRAWN, **changed}.items()}
    with db.transaction() as tx:
        publications.publish(tx, tree() | files, "生命周期", None)
