"""Small diagrams as other tools write them; all invented here."""

from __future__ import annotations

import re

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
OTHERS = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
STEPS = """
    <startEvent id="begun" name="开始"><outgoing>f1</outgoing></startEvent>
    <userTask id="look" name="审查"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
    <exclusiveGateway id="fine" name="合格？" default="f4"/>
    <endEvent id="done" name="完成"/>
    <sequenceFlow id="f1" sourceRef="begun" targetRef="look"/>
    <sequenceFlow id="f2" sourceRef="look" targetRef="fine"/>
    <sequenceFlow id="f3" name="是" sourceRef="fine" targetRef="done">
      <conditionExpression xsi:type="tFormalExpression">= passed</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f4" name="否" sourceRef="fine" targetRef="look"/>"""


def definitions(body: str, more: str = "") -> str:
    """A document around processes and a collaboration."""
    return f'<definitions {BPMN} {OTHERS} {more} targetNamespace="urn:office">{body}</definitions>'


def process(body: str = STEPS, name: str = "review") -> str:
    return f'<process id="{name}" name="审查" isExecutable="true">{body}</process>'


def shapes(*names: str) -> str:
    """A drawing of steps side by side."""
    drawn = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">'
        f'<dc:Bounds x="{100 + 150 * n}" y="100" width="100" height="80"/></bpmndi:BPMNShape>'
        for n, name in enumerate(names)
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="review">{drawn}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram>'


BARE = definitions(process())

POOLS = definitions(
    """
  <collaboration id="talk">
    <participant id="office" name="主管部门" processRef="review"/>
    <participant id="firm" name="申报单位" processRef="apply"/>
    <participant id="public" name="社会公众"/>
    <messageFlow id="m1" sourceRef="send" targetRef="look"/>
    <messageFlow id="m2" sourceRef="look" targetRef="public"/>
  </collaboration>"""
    + process(
        '<laneSet id="lanes"><lane id="clerks" name="窗口"><flowNodeRef>begun</flowNodeRef>'
        '<flowNodeRef>look</flowNodeRef></lane><lane id="board" name="处务会">'
        '<childLaneSet id="in">'
        '<lane id="chair" name="处长"><flowNodeRef>fine</flowNodeRef></lane>'
        '<lane id="vice" name="副处长"><flowNodeRef>done</flowNodeRef></lane>'
        "</childLaneSet></lane></laneSet>" + STEPS
    )
    + '<process id="apply"><task id="send" name="递交"/></process>'
)

PARTS = definitions(
    process(
        """
    <startEvent id="begun"/>
    <subProcess id="inner" name="论证">
      <startEvent id="inner_begun"/><task id="argue" name="讨论"/><endEvent id="inner_done"/>
      <sequenceFlow id="i1" sourceRef="inner_begun" targetRef="argue"/>
      <sequenceFlow id="i2" sourceRef="argue" targetRef="inner_done"/>
    </subProcess>
    <boundaryEvent id="late" attachedToRef="inner"><timerEventDefinition id="t1"/></boundaryEvent>
    <boundaryEvent id="gone" attachedToRef="inner"><messageEventDefinition id="t2"/></boundaryEvent>
    <callActivity id="other" name="公示"/>
    <endEvent id="done"/><endEvent id="stopped"/>
    <dataObjectReference id="letter" name="申报书"/><dataStoreReference id="store" name="档案"/>
    <textAnnotation id="note"><text>见第三条</text></textAnnotation>
    <association id="a1" sourceRef="note" targetRef="other"/>
    <sequenceFlow id="f1" sourceRef="begun" targetRef="inner"/>
    <sequenceFlow id="f2" sourceRef="inner" targetRef="other"/>
    <sequenceFlow id="f3" sourceRef="other" targetRef="done"/>
    <sequenceFlow id="f4" sourceRef="late" targetRef="stopped"/>
    <sequenceFlow id="f5" sourceRef="gone" targetRef="begun"/>"""
    )
)

CAMUNDA = definitions(
    process(
        '<userTask id="look" name="审查" camunda:assignee="boss" camunda:formKey="a.html">'
        '<extensionElements><camunda:formData><camunda:formField id="sum" label="金额"'
        ' type="long"/></camunda:formData><camunda:taskListener class="org.example.Told"'
        ' event="create"/></extensionElements></userTask>'
    )
    + shapes("look"),
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="x"',
)

FLOWABLE = definitions(
    process(
        '<userTask id="look" name="审查" flowable:candidateGroups="clerks"><extensionElements>'
        '<modeler:initiator-can-complete xmlns:modeler="http://flowable.org/modeler">'
        "<![CDATA[false]]></modeler:initiator-can-complete></extensionElements></userTask>"
    )
    + shapes("look"),
    'xmlns:flowable="http://flowable.org/bpmn"',
)

SIGNAVIO = definitions(
    process(
        '<extensionElements><signavio:signavioDiagramMetaData metaKey="revisionid"'
        ' metaValue="7"/></extensionElements><task id="sid-1A" name="审查"><extensionElements>'
        '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/>'
        "</extensionElements></task>"
    )
    + shapes("sid-1A"),
    'xmlns:signavio="http://www.signavio.com" exporter="an editor" exporterVersion="1"',
)

COLOURS = definitions(
    process()
    + shapes("begun", "look", "fine", "done").replace(
        'bpmnElement="look"',
        'bpmnElement="look" bioc:stroke="#831311" bioc:fill="#ffcdd2"'
        ' color:background-color="#ffcdd2" color:border-color="#831311"',
    ),
    'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
    ' xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"',
)

PREFIXED = (
    BARE.replace("<", "<bpmn2:")
    .replace("<bpmn2:/", "</bpmn2:")
    .replace("xmlns=", "xmlns:bpmn2=")
    .replace('="tFormal', '="bpmn2:tFormal')
    .replace('Ref="', 'Ref="bpmn2:')
)
"""References that carry the prefix of the namespace."""

IDS = (
    BARE.replace('"look"', '"审查 一"')
    .replace('"f2"', '"2nd:flow/x"')
    .replace(">f2<", ">2nd:flow/x<")
)

STRAY = definitions(
    process(
        '<documentation>见<x:p xmlns:x="urn:x">第三条</x:p></documentation>'
        '<userTask id="look" name="审查"><vendor:hint level="2">先看附件</vendor:hint></userTask>'
    )
    + '<extension mustUnderstand="false"><documentation id="author">办公室</documentation>'
    "</extension>"
    + '<vendor:settings><grid xmlns="" size="10"/></vendor:settings>'
    + shapes("look")
    .replace("</dc:Bounds>", "")
    .replace("</bpmndi:BPMNShape>", '<vendor:folded w="36"/></bpmndi:BPMNShape>'),
    'xmlns:vendor="urn:vendor"',
)
"""Extensions where the standard has no place for them."""

TWO_DRAWINGS = definitions(
    process() + shapes("begun", "look", "fine", "done")
    + shapes("look").replace('"plane"', '"plane_2"').replace('"diagram"', '"diagram_2"')
    .replace("look_di", "look_di_2")
)  # fmt: skip

COLLAPSED = definitions(
    '<collaboration id="talk"><participant id="office" name="主管部门"/>'
    '<participant id="firm" name="申报单位" processRef="review"/></collaboration>'
    + process()
    + '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="talk">'
    '<bpmndi:BPMNShape id="office_di" bpmnElement="office" isHorizontal="true" isExpanded="false">'
    '<dc:Bounds x="0" y="0" width="400" height="60"/></bpmndi:BPMNShape>'
    '<bpmndi:BPMNShape id="firm_di" bpmnElement="firm" isHorizontal="true" isExpanded="false">'
    '<dc:Bounds x="0" y="100" width="400" height="60"/></bpmndi:BPMNShape>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)


def edge(flow: str, *points: tuple[int, int]) -> str:
    """The drawing of a flow, without an id."""
    drawn = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge bpmnElement="{flow}">{drawn}</bpmndi:BPMNEdge>'


NAMELESS = definitions(
    process(
        STEPS.replace(
            "<outgoing>f2</outgoing>",
            '<outgoing>f2</outgoing><standardLoopCharacteristics testBefore="true" loopMaximum="">'
            "<loopCondition>0</loopCondition></standardLoopCharacteristics>",
        )
        + '<task id="sign" name="签发"><extensionElements>'
        '<vendor:system id="s7" vendor:readOnly="false" name="公文"/></extensionElements></task>'
    )
    + re.sub(r' id="[a-z]+_di"', "", shapes("begun", "look", "fine", "done", "sign")).replace(
        "</bpmndi:BPMNPlane>",
        edge("gone_1", (10, 20), (30, 20)) + edge("f1", (200, 140), (250, 140))
        + edge("gone_2", (10, 60), (30, 60)) + edge("f2", (350, 140), (400, 140))
        + edge("f3", (500, 140), (550, 140)) + "</bpmndi:BPMNPlane>",
    ),
    'xmlns:vendor="urn:vendor"',
)  # fmt: skip
"""A drawing whose parts have no ids, some of them of flows that are not there."""

OWNER = """
    <potentialOwner id="who"><resourceAssignmentExpression id="how">
      <formalExpression>clerks</formalExpression>
    </resourceAssignmentExpression></potentialOwner>"""
OWNERS = definitions(
    process(STEPS.replace("<outgoing>f2</outgoing>", f"<outgoing>f2</outgoing>{OWNER}"))
    + shapes("begun", "look", "fine", "done")
)
"""Who may do a step, as an expression by its other name."""

MANNERS = {
    "bare": BARE, "pools": POOLS, "parts": PARTS, "camunda": CAMUNDA, "flowable": FLOWABLE,
    "signavio": SIGNAVIO, "colours": COLOURS, "prefixed": PREFIXED, "ids": IDS, "stray": STRAY,
    "two_drawings": TWO_DRAWINGS, "collapsed": COLLAPSED, "nameless": NAMELESS,
    "owners": OWNERS,
}  # fmt: skip


def written(text: str, encoding: str, declared: str = "") -> bytes:
    """A document as bytes, with its declaration."""
    return f'<?xml version="1.0" encoding="{declared or encoding}"?>\n{text}'.encode(encoding)
