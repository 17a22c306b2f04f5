"""Why we override SpiffWorkflow: each defect shown in the stock engine, as small as it can be.

A test that fails here is good news: upstream has cured the defect, and the override named in its
docstring may go.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from .drawing import both, chain, diagram, end, flow, start, sub, user, xor


def stock(*parts: str) -> BpmnWorkflow:
    """A workflow of the stock engine, its conditions in Python."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(diagram("p", *parts)))
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: BpmnWorkflow, name: str) -> Task | None:
    return workflow.get_next_task(state=TaskState.READY, manual=True, spec_name=name)


def do(workflow: BpmnWorkflow, name: str, **data: object) -> None:
    task = ready(workflow, name)
    assert task is not None
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


FORK = (
    both("fork"),
    user("a"),
    user("b"),
    both("join"),
    user("c"),
    chain("fork", "a", "join", "c"),
    chain("fork", "b", "join"),
)


def test_a_parallel_join_overwrites_what_the_first_branch_changed() -> None:
    """Cured by ``nodes.Node.enter_scope``: one scope for all branches."""
    workflow = stock(
        start(), user("first"), *FORK, end(), chain("begin", "first", "fork"), chain("c", "done")
    )
    do(workflow, "first", x=0, y=0)
    do(workflow, "a", x=1)
    do(workflow, "b", y=1)
    task = ready(workflow, "c")
    assert task is not None and task.data["x"] == 0


def test_a_parallel_join_in_a_loop_fires_early_when_the_order_changes() -> None:
    """Cured by ``gateways.Join``: every token waits as a task of its own."""
    workflow = stock(
        start(),
        xor("again"),
        both("fork"),
        user("a"),
        user("b"),
        user("b2"),
        both("join"),
        user("c"),
        xor("more", default="no"),
        end(),
        chain("begin", "again", "fork", "a", "join", "c", "more"),
        chain("fork", "b", "b2", "join"),
        flow("more", "again", "round < 9"),
        flow("more", "done", id="no"),
    )
    early = False
    for number, order in enumerate((("a", "b", "b2"), ("b", "b2", "a"), ("b", "a", "b2"))):
        for name in order[:-1]:
            do(workflow, name, round=number)
            early = early or ready(workflow, "c") is not None
        if early:
            break
        do(workflow, order[-1], round=number)
        do(workflow, "c", round=number)
    assert early


def test_a_long_loop_is_reported_as_completed() -> None:
    """Cured by ``prune``: the tree never grows deep."""
    workflow = stock(
        start(),
        xor("again"),
        user("a"),
        xor("more", default="no"),
        end(),
        chain("begin", "again", "a", "more"),
        flow("more", "again", "True"),
        flow("more", "done", id="no"),
    )
    rounds = 0
    while (task := ready(workflow, "a")) is not None and rounds < 400:
        task.run()
        workflow.do_engine_steps()
        rounds += 1
    assert rounds < 400
    assert workflow.is_completed()


def test_parallel_blocks_multiply_the_predicted_future() -> None:
    """Cured by ``nodes.Node._predict``: nothing is predicted."""
    parts, before = [start()], "begin"
    for block in range(4):
        parts += [both(f"f{block}"), both(f"j{block}"), flow(before, f"f{block}")]
        parts += [
            user(f"t{block}{way}") + chain(f"f{block}", f"t{block}{way}", f"j{block}")
            for way in range(3)
        ]
        before = f"j{block}"
    workflow = stock(*parts, end(), flow(before, "done"))
    assert len(workflow.tasks) > 300


def test_cancelling_leaves_sub_processes_below_a_dropped_task_running() -> None:
    """Cured by ``workflow._Process.close``: innermost first."""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = sub("inner", loop, start("s2"), user("a"), end("e2"), chain("s2", "a", "e2"))
    workflow = stock(start(), inner, end(), chain("begin", "inner", "done"))
    workflow.get_next_task(spec_name="inner").cancel()
    assert len(workflow.get_active_subprocesses()) == 2


def test_a_list_edited_in_a_form_is_merged_by_index() -> None:
    """Cured by ``run.Run.write``: whole values, never merged."""
    assert DeepMerge.merge({"members": [1, 2, 3]}, {"members": [3, 4]})["members"] != [3, 4]


@pytest.mark.parametrize(("begin", "length"), [((2027, 1, 31), "P1M"), ((2026, 8, 31), "P6M")])
def test_a_month_ends_in_the_month_after(begin: tuple[int, int, int], length: str) -> None:
    """Cured by ``timers.after``: calendar months held at the month's end."""
    moment = datetime(*begin, tzinfo=UTC)
    parsed = TimerEventDefinition.parse_iso_duration(length)
    due = moment + TimerEventDefinition.get_timedelta_from_start(parsed, moment)
    assert due.day == 3


def test_the_cause_of_a_failing_service_is_hidden() -> None:
    """Cured by ``activities.ServiceTask`` and ``loop.failure``."""
    workflow = stock(start(), user("a"), end(), chain("begin", "a", "done"))
    with pytest.raises(NameError, match="script"):
        workflow.script_engine.call_service(workflow.task_tree)


def test_a_diagram_may_run_any_python() -> None:
    """Cured by ``run.Run``, which takes the place of the script engine."""
    workflow = stock(start(), user("a"), end(), chain("begin", "a", "done"))
    found = workflow.script_engine.evaluate(workflow.task_tree, "__import__('os').getcwd()")
    assert found.startswith("/")


def test_a_second_pass_through_a_multi_instance_raises() -> None:
    """Cured by ``multi.MultiInstance``: a fresh collection for every pass."""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>votes</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="person"/><bpmn:outputDataItem id="vote"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    workflow = stock(
        start(),
        user("invite"),
        xor("again"),
        user("vote_on", loop),
        xor("more", default="no"),
        end(),
        chain("begin", "invite", "again", "vote_on", "more"),
        flow("more", "again", "True"),
        flow("more", "done", id="no"),
    )
    do(workflow, "invite", people=["x"])
    with pytest.raises(Exception, match="output must be empty"):
        do(workflow, "vote_on [child]", vote=1)


def test_a_task_called_end_is_never_offered() -> None:
    """Cured by ``dialect.rules.identity``: the engine's own names are refused."""
    workflow = stock(start(), user("End"), end(), chain("begin", "End", "done"))
    assert ready(workflow, "End") is None
