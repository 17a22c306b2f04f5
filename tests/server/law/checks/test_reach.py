from server.engine.dialect import ProcessDescription, describe
from server.law.catalogue import Catalogue
from server.law.checks import look
from server.law.checks.reach import answers, reached

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="begin"/>
    <bpmn:exclusiveGateway id="asked" default="f3"/>
    <bpmn:subProcess id="inner"><bpmn:startEvent id="inner_begin"/></bpmn:subProcess>
    <bpmn:boundaryEvent id="late" attachedToRef="inner"/>
    <bpmn:userTask id="other"/>
    <bpmn:endEvent id="end"/>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="asked"/>
    <bpmn:sequenceFlow id="f2" sourceRef="asked" targetRef="inner">
      <bpmn:conditionExpression>CONDITION</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="asked" targetRef="other"/>
    <bpmn:sequenceFlow id="f4" sourceRef="other" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>"""


def diagram(condition: str) -> ProcessDescription:
    return describe(DIAGRAM.replace("CONDITION", condition).encode(), "p")


def steps(name: str) -> bool:
    return {"on": True, "off": False}[name]


def ids(condition: str) -> set[str]:
    return set(reached(diagram(condition), answers(steps, {"id": "shanxi"})))


def test_a_step_that_is_off_closes_its_way() -> None:
    assert ids('= step("off")') == {"begin", "asked", "other", "end"}


def test_a_step_that_is_on_closes_the_default_and_opens_what_is_inside() -> None:
    assert ids('= step("on")') == {"begin", "asked", "inner", "inner_begin", "late"}
    assert ids('= not(step("off"))') == ids('= step("on")')


def test_a_step_that_is_off_closes_a_way_that_the_case_could_not_open_alone() -> None:
    assert "inner" not in ids('= chosen and step("off")')
    assert {"inner", "other"} <= ids('= chosen and step("on")')


def test_a_condition_on_the_regime_is_settled() -> None:
    assert "inner" not in ids('= regime.id = "national"')
    assert "other" not in ids('= regime.id = "shanxi"')


def test_what_depends_on_the_case_leaves_both_ways_open() -> None:
    for condition in ("= amount > 5", '= step("on") and amount > 5', '= step("unknown")', "= ("):
        assert {"inner", "other"} <= ids(condition)


def test_shanxi_has_no_public_notice_and_the_nation_has(catalogue: Catalogue) -> None:
    places = look(catalogue).places
    notice = {place.regime.id for place in places if place.diagram.id == "public_notice"}
    assert notice == {"national"}
