"""A scenario that makes no sense is told where and why."""

from datetime import date

import pytest

from server.studio.scenarios.document import Unreadable
from server.studio.scenarios.scenario import Step, load, steps_of
from server.studio.scenarios.usual import Usual, opening

HEAD = "id: X\ntitle: 某事\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- 1", "最外层"),
        ("title: 某事\nsteps: [{then: 好}]", "缺少id"),
        (HEAD + "steps: []", "缺少steps"),
        (HEAD + "steps: [一]", "第1步：应写名称和内容"),
        (HEAD + "steps: [{then: 好}, {went: 1}]", "第2步：没有“went”这个词"),
        (HEAD + "steps: [{on: 昨天}]", "第1步：“on”应写成"),
        (HEAD + "steps: [{do: a, bring: b}]", "一步只做一件事"),
        (HEAD + "steps: [{do: a, until: 2025-01-01}]", "一步只做一件事"),
        (HEAD + "steps: [{do: a, each: [1]}]", "each"),
        (HEAD + "extra: 1\nsteps: [{then: 好}]", "文件头：没有“extra”这个词"),
        ("id: Y\ntitle: 某事\nsteps: [{then: 好}]", "与文件名“X”不同"),
        (HEAD + "steps: [" + "{then: 好}, " * 201 + "]", "超过 200 步"),
    ],
)
def test_a_mistake_is_named_with_its_step(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        load(text.encode(), "X", "national")


def test_the_folder_says_the_regime_unless_the_file_does() -> None:
    steps = "steps: [{then: 好}]"
    assert load((HEAD + steps).encode(), "X", "shanxi").regime == "shanxi"
    assert load((HEAD + "regime: jiangxi\n" + steps).encode(), "X", "tmp").regime == "jiangxi"


def test_a_way_is_counted_back_from_the_day_its_state_is_reached() -> None:
    ways = {
        "built": tuple(steps_of([{"before": 30, "reach": "a"}, {"do": "b", "with": {"x": 1}}])),
        "opened": tuple(steps_of([{"before": 60, "reach": "built"}, {"do": "c"}])),
    }
    steps = list(
        Usual(ways=ways).expand(
            steps_of([{"on": date(2025, 12, 31), "reach": "opened", "with": {"y": 2}}])
        )
    )
    assert [(step.act, step.target, step.moment) for step in steps if step.act] == [
        ("reach", "a", date(2025, 10, 2)),
        ("do", "b", date(2025, 11, 1)),
        ("do", "c", date(2025, 12, 31)),
    ]
    assert steps[1].answers == {"x": 1, "y": 2}
    assert opening(steps) == date(2025, 10, 2)


def test_ways_that_call_each_other_are_refused() -> None:
    ways = {"a": tuple(steps_of([{"reach": "b"}])), "b": tuple(steps_of([{"reach": "a"}]))}
    with pytest.raises(Unreadable, match="过深"):
        list(Usual(ways=ways).expand(steps_of([{"on": date(2025, 1, 1), "reach": "a"}])))


def test_a_scenario_without_a_day_is_refused() -> None:
    with pytest.raises(Unreadable, match="日期"):
        opening([Step("第1步")])
