"""The shipped diagrams: every box and flow is walked by a scenario, every label is in its place."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from lxml import etree

from server.engine import dialect
from server.engine.dialect import ProcessDescription
from server.engine.handlers import resolve
from server.law.catalogue import stem
from server.law.forms import lint, read
from server.studio.rehearsal.visits import walked
from tests.processes.trails import played
from tests.walk import shipped

DIAGRAMS = sorted(path for path in shipped().files if path.endswith(".bpmn"))
REGIMES = ("national", "shanxi", "jiangxi", "jiangxi_base")
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
GIVEN_BY_SERVER = {"undertaker_choices", "recommender_choices", "expert_choices", "verdict_choices"}
GIVEN_BY_HANDLERS = {"decision_choices", "open_objections", "assessment_options", "check_options"}
GIVEN_BY_HANDLERS |= {"open_item_choices"}


@cache
def description(path: str) -> ProcessDescription:
    return dialect.describe(shipped().files[path])


def regimes_of(path: str) -> list[str]:
    """The regimes that use a diagram: its own, or all that have none of the same name."""
    return [regime for regime in REGIMES if path in shipped().diagrams(regime).values()]


def walked_flows(path: str) -> Iterator[str]:
    """Flows that the scenarios walked, one for each time."""
    return (flow for own in played().passes(path) for flow in walked(description(path), own))


@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize("name", DIAGRAMS)
def test_scenarios_pass_every_element(name: str) -> None:
    passed = set().union(*played().passes(name))
    assert {element.id for element in description(name).elements} - passed == set()


@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize("name", DIAGRAMS)
def test_scenarios_walk_every_flow(name: str) -> None:
    assert {flow.id for flow in description(name).flows} - set(walked_flows(name)) == set()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_element_has_a_label_and_known_clauses(name: str) -> None:
    for element in description(name).elements:
        merge = element.kind == "exclusiveGateway" and element.default is None
        assert element.name or merge, element.id
        assert element.clauses or merge, element.id
        assert all(shipped().clauses.exists(clause) for clause in element.clauses), element.id


@pytest.mark.parametrize("name", DIAGRAMS)
def test_gateways_ask_and_their_flows_answer(name: str) -> None:
    process = description(name)
    for gateway in process.of_kind("exclusiveGateway"):
        ways = process.outgoing[gateway.id]
        if len(ways) > 1:
            assert gateway.name.endswith("？"), gateway.id
            assert all(flow.name for flow in ways), gateway.id


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_service_task_is_the_function_that_bears_its_label(name: str) -> None:
    for element in description(name).of_kind("serviceTask"):
        assert element.handler is not None
        handler = resolve(element.handler)
        assert handler.label == element.name, element.id
        cited = set(re.findall(r"[A-Z]{2}-\d+\.\d+[a-z]?", handler.text))
        assert cited == set(element.clauses), element.id


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_user_task_has_the_form_of_its_own_name(name: str) -> None:
    for element in description(name).of_kind("userTask"):
        assert element.form == f"{stem(name)}/{element.id}"
        for regime in regimes_of(name):
            assert shipped().form(element.form, regime), (element.form, regime)


def test_every_form_is_sound_and_bears_its_path_as_id() -> None:
    for path, data in shipped().forms.items():
        schema = read(data)
        assert lint(data) == [], path
        assert schema.id == path.removeprefix("forms/").split(".")[0]
        assert set(schema.offers) <= GIVEN_BY_SERVER | GIVEN_BY_HANDLERS, path


def test_every_text_of_a_form_has_its_english() -> None:
    for path, data in shipped().forms.items():
        for component in read(data).walk():
            properties = component.more["properties"]
            for name in ("label", "description", "text"):
                if component.more.get(name):
                    assert properties.get(f"{name}_en"), (path, component.name, name)
            options = component.more.get("values", [])
            assert all(option.get("label_en") for option in options), (path, component.name)


def test_an_experts_form_names_nothing_of_the_other_opinions() -> None:
    form = shipped().forms["forms/expert_review/review_independently.form"].decode()
    others = {"opinions", "experts", "panel_opinions", "panel_reasons", "panel_tally"}
    assert not others & set(re.findall(r"[A-Za-z_]\w*", form))


def shapes(name: str) -> Iterator[tuple[str, etree._Element]]:
    """Every drawn shape with the id of what it draws."""
    root = etree.fromstring(shipped().files[name])
    for shape in root.iter(f"{DI}BPMNShape"):
        yield str(shape.get("bpmnElement")), shape


def bounds(node: etree._Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = node.find(f"{DC}Bounds")
    assert found is not None
    x, y, width, height = (float(found.get(key, "0")) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_labels_cover_neither_boxes_nor_each_other_and_stay_in_the_pool(name: str) -> None:
    drawn = dict(shapes(name))
    pool = bounds(drawn[f"{stem(name)}_pool"])
    elements = {each.id: each for each in description(name).elements}
    boxes = {i: bounds(s) for i, s in drawn.items() if i in elements}
    solid = {i: box for i, box in boxes.items() if elements[i].kind != "subProcess"}
    labels = {
        identity: bounds(label)
        for identity, shape in drawn.items()
        for label in shape.iter(f"{DI}BPMNLabel")
    }
    for identity, label in labels.items():
        assert pool[0] < label[0] and label[2] < pool[2] and label[3] < pool[3], identity
        assert not [i for i, box in solid.items() if overlap(label, box)], identity
        others = [i for i, box in labels.items() if i != identity and overlap(label, box)]
        assert not others, identity
