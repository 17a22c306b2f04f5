"""Multi-instances: a panel of experts goes on whatever happens to one of them."""

from __future__ import annotations

import pytest

from server.engine import runtime
from server.engine.errors import NotOpen

from .drawing import (
    after,
    boundary,
    call,
    chain,
    diagram,
    each,
    end,
    error,
    flow,
    mapping,
    on_error,
    service,
    start,
    user,
    xor,
)
from .walk import Case, case

REVIEW = each("= experts", "expert", "opinions", "= {by: expert.id, opinion: opinion}")


def panel(characteristics: str = REVIEW, *more: str) -> bytes:
    return diagram(
        "p",
        start(),
        user("review", characteristics),
        user("conclude"),
        end(),
        chain("begin", "review", "conclude", "done"),
        *more,
    )


def people(count: int) -> list[dict[str, str]]:
    return [{"id": f"e{number}"} for number in range(1, count + 1)]


def opened(drawn: bytes, count: int) -> Case:
    c = case(drawn)
    c.start(experts=people(count))
    return c


def test_every_expert_gets_a_task_with_the_expert_in_it() -> None:
    c = opened(panel(), 3)
    assert c.at() == ["review"] * 3
    assert [t.item for t in c.open.values()] == people(3)
    assert {t.multi_instance for t in c.open.values()} == {"review"}


def test_what_one_expert_writes_no_other_sees() -> None:
    c = opened(panel(), 2)
    c.do("review", index=1, opinion="no")
    other = runtime.local_variables(c.spec, c.state, c.task("review").id)
    assert other["expert"] == {"id": "e1"} and "opinion" not in other
    assert "opinion" not in c.variables


def test_opinions_are_collected_in_the_order_of_the_experts() -> None:
    c = opened(panel(), 3)
    for index, opinion in ((2, "c"), (0, "a"), (0, "b")):
        assert c.at()[0] == "review"
        c.do("review", index=index, opinion=opinion)
    assert c.at() == ["conclude"]
    assert c.variables["opinions"] == [
        {"by": "e1", "opinion": "a"},
        {"by": "e2", "opinion": "b"},
        {"by": "e3", "opinion": "c"},
    ]


def test_nobody_on_the_list_means_nothing_to_do() -> None:
    c = opened(panel(), 0)
    assert c.at() == ["conclude"] and c.variables["opinions"] == []


def test_a_list_that_is_none_is_a_fault() -> None:
    c = case(panel())
    outcome = c.start(experts="everybody")
    assert outcome.fault and "不是列表" in outcome.fault.error


def test_a_withdrawn_expert_does_not_block_the_panel() -> None:
    c = opened(panel(), 3)
    c.do("review", opinion="a")
    outcome = c.withdraw("review")
    assert len(outcome.closed) == 1
    c.do("review", opinion="c")
    assert c.at() == ["conclude"]
    assert [o["by"] for o in c.variables["opinions"]] == ["e1", "e3"]


def test_when_all_withdraw_the_panel_ends_without_an_opinion() -> None:
    c = opened(panel(), 2)
    c.withdraw("review")
    c.withdraw("review")
    assert c.at() == ["conclude"] and c.variables["opinions"] == []


def test_a_replacement_joins_an_open_panel_at_the_end_of_the_list() -> None:
    c = opened(panel(), 2)
    c.withdraw("review")
    outcome = c.take(runtime.add_instance(c.spec, c.state, "review", {"id": "e9"}, c.ports))
    assert [t.item for t in outcome.opened] == [{"id": "e9"}]
    c.do("review", index=1, opinion="z")
    c.do("review", opinion="b")
    assert [o["by"] for o in c.variables["opinions"]] == ["e2", "e9"]


def test_nobody_joins_a_panel_that_has_closed() -> None:
    c = opened(panel(), 1)
    c.do("review", opinion="a")
    with pytest.raises(NotOpen):
        runtime.add_instance(c.spec, c.state, "review", {"id": "e9"}, c.ports)


QUORUM = each(
    "= experts",
    "expert",
    "opinions",
    "= opinion",
    until="= numberOfCompletedInstances / numberOfInstances >= 2/3",
)


def test_the_panel_closes_when_its_condition_holds() -> None:
    c = opened(panel(QUORUM), 4)
    c.do("review", opinion="a")
    c.do("review", opinion="b")
    assert c.at() == ["review", "review"]
    outcome = c.do("review", opinion="c")
    assert c.at() == ["conclude"] and len(outcome.closed) == 1


def test_a_withdrawal_can_be_what_makes_the_condition_hold() -> None:
    c = opened(panel(QUORUM), 4)
    c.do("review", opinion="a")
    c.do("review", opinion="b")
    c.withdraw("review")
    assert c.at() == ["conclude"]


def test_the_condition_sees_what_has_been_collected_so_far() -> None:
    veto = each(
        "= experts", "expert", "opinions", "= opinion", until='= list contains(opinions, "veto")'
    )
    c = opened(panel(veto), 3)
    c.do("review", opinion="agree")
    assert c.at() == ["review", "review"]
    c.do("review", opinion="veto")
    assert c.at() == ["conclude"] and c.variables["opinions"] == ["agree", "veto"]


def test_nobody_sees_an_opinion_until_all_are_in() -> None:
    c = opened(panel(), 2)
    c.do("review", opinion="x")
    assert c.variables["opinions"] == []
    c.do("review", opinion="y")
    assert [each["opinion"] for each in c.variables["opinions"]] == ["x", "y"]


@pytest.mark.parametrize("count", [0, 2])
def test_what_was_given_until_the_panel_was_interrupted_is_kept(count: int) -> None:
    stop = boundary("stop", "review", after("P3D")) + flow("stop", "conclude")
    c = opened(panel(REVIEW, stop), 3)
    for number in range(count):
        c.do("review", opinion=number)
    c.fire("stop")
    assert c.at() == ["conclude"]
    assert [each["opinion"] for each in c.variables["opinions"]] == list(range(count))


def test_a_second_round_begins_with_an_empty_collection() -> None:
    drawn = diagram(
        "p",
        start(),
        xor("again"),
        user("review", REVIEW),
        user("conclude"),
        xor("ok", default="no"),
        end(),
        chain("begin", "again", "review", "conclude", "ok"),
        flow("ok", "done", "= ok = true"),
        flow("ok", "again", id="no"),
    )
    c = opened(drawn, 2)
    for ok in (False, True):
        c.do("review", opinion="x")
        assert c.variables["opinions"] == []
        c.do("review", opinion="y")
        assert len(c.variables["opinions"]) == 2
        c.do("conclude", ok=ok)
    assert c.ended


def test_one_after_the_other_each_waits_for_the_one_before() -> None:
    signing = each("= units", "unit", "signatures", "= {unit: unit, by: by}", one_by_one=True)
    drawn = diagram("p", start(), user("sign", signing), end(), chain("begin", "sign", "done"))
    c = case(drawn)
    c.start(units=["a", "b", "c"])
    for unit in ("a", "b", "c"):
        (task,) = c.open.values()
        assert task.item == unit
        c.do("sign", by=unit.upper())
    assert c.ended
    assert c.variables["signatures"] == [
        {"unit": "a", "by": "A"},
        {"unit": "b", "by": "B"},
        {"unit": "c", "by": "C"},
    ]


def test_one_more_comes_last_where_one_follows_the_other() -> None:
    drawn = diagram(
        "p",
        start(),
        user("sign", each("= units", "unit", one_by_one=True)),
        end(),
        chain("begin", "sign", "done"),
    )
    c = case(drawn)
    c.start(units=["a"])
    assert not c.take(runtime.add_instance(c.spec, c.state, "sign", "b", c.ports)).opened
    c.do("sign")
    assert [t.item for t in c.open.values()] == ["b"]


def test_a_handler_runs_once_per_element() -> None:
    drawn = diagram(
        "p",
        start(),
        service("mark", "demo.mark", each("= papers", "paper", "marks", "= mark")),
        end(),
        chain("begin", "mark", "done"),
    )
    c = case(drawn, handlers={"demo.mark": lambda v: {"mark": v["paper"] * 2}})
    outcome = c.start(papers=[1, 2, 3])
    assert outcome.ended and c.variables["marks"] == [2, 4, 6]
    assert [p.element_id for p in outcome.passed].count("mark") == 3


def test_a_called_diagram_per_element_is_withdrawn_as_a_whole() -> None:
    part = diagram(
        "part",
        start("s2"),
        user("read"),
        user("judge"),
        end("e2"),
        chain("s2", "read", "judge", "e2"),
    )
    drawn = diagram(
        "p",
        start(),
        call(
            "review",
            "part",
            each("= experts", "expert", "opinions", "= opinion"),
            ext=mapping({"me": "= expert.id"}, {"opinion": "= opinion"}),
        ),
        end(),
        chain("begin", "review", "done"),
    )
    c = case(drawn, part)
    c.start(experts=people(3))
    c.do("read")
    c.do("judge", opinion="fine")
    c.do("read", index=1)
    c.withdraw("judge")
    assert c.at() == ["read"]
    assert c.do("read").opened[0].element_id == "judge"
    c.do("judge", opinion="good")
    assert c.ended and c.variables["opinions"] == ["fine", "good"]


def test_an_error_in_one_element_ends_the_whole_panel() -> None:
    def mark(variables):
        from handlers.refusal import Refusal

        raise Refusal("unreadable", "看不清")

    drawn = diagram(
        "p",
        start(),
        service("mark", "demo.mark", each("= papers", "paper")),
        boundary("no", "mark", on_error("e")),
        user("sorry"),
        end(),
        end("d2"),
        chain("begin", "mark", "done"),
        chain("no", "sorry", "d2"),
        around=error("e", "unreadable"),
    )
    c = case(drawn, handlers={"demo.mark": mark})
    c.start(papers=[1, 2, 3])
    assert c.at() == ["sorry"]
    assert c.do("sorry").ended


def test_a_thousand_experts_are_the_limit() -> None:
    c = case(panel())
    outcome = c.start(experts=[0] * 1001)
    assert outcome.fault and "1000" in outcome.fault.error


def test_a_state_with_twenty_experts_stays_small() -> None:
    assert len(opened(panel(), 20).state) < 3_000
