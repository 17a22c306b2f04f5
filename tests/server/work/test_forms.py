"""What people submit: taken when it fits the form, refused in words when it does not."""

from __future__ import annotations

import copy
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import Invalid
from server.law.forms import FormError, lint
from server.work.forms import chosen, compile_form, load
from tests.server.work.form_samples import (
    CONTEXT,
    EVERYTHING,
    GOOD,
    NOON,
    REQUIRED,
    component,
    documents,
    form,
    form_bytes,
    options,
)

FORM = form(*EVERYTHING)


def taken(data: Any, a_form: Any = FORM, **more: Any) -> dict[str, Any]:
    given = {"context": CONTEXT, "documents": documents, "now": NOON, **more}
    return load(a_form, data, given.pop("context"), **given)


def refused(data: Any, a_form: Any = FORM, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        taken(data, a_form, **more)
    return caught.value.errors


def changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


def test_a_good_submission_comes_out_as_typed_variables() -> None:
    loaded = taken(GOOD)
    assert loaded["start"] == date(2026, 12, 1)
    assert loaded["meet_at"] == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    assert loaded["meet_time"] == "09:30"
    assert loaded["staff"] == 12 and type(loaded["staff"]) is int
    assert loaded["amount"] == Decimal("350.5") and loaded["share"] == "1.5"
    assert loaded["leader"] == {"name": "负责人", "title": "r"}
    assert loaded["budget"] == [{"item": "设备", "cost": Decimal("12.5")}]
    assert loaded["attach"] == ["d1"]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("unit",), "", "此项为必填项。"),
        (("unit",), "   ", "此项为必填项。"),
        (("unit",), "甲", "至少填写 2 个字符。"),
        (("unit",), "甲" * 61, "最多填写 60 个字符。"),
        (("unit",), "甲\x00乙", "含有不可见的控制字符。"),
        (("unit",), "甲\u202e乙", "含有不可见的控制字符。"),
        (("unit",), "甲\n乙", "含有不可见的控制字符。"),
        (("unit",), {"a": 1}, "数据格式不正确。"),
        (("summary",), "长" * 5001, "最多填写 5000 个字符。"),
        (("uscc",), "123", "应为 18 位。"),
        (("uscc",), "12360000491001234X\n1", "含有不可见的控制字符。"),
        (("contact", "email"), "nope", "请填写正确的电子邮箱。"),
        (("contact", "phone"), "abc", "请填写带国家代码的电话号码，如 +8635112345678。"),
        (("contact",), "x", "数据格式不正确。"),
        (("staff",), 0, "不得小于 1。"),
        (("staff",), 1.5, "请填写整数。"),
        (("staff",), "x", "请填写数字。"),
        (("staff",), True, "请填写数字。"),
        (("staff",), 10**20, "不得大于 10^18。"),
        (("amount",), "-1", "不得小于 0。"),
        (("amount",), "1.234", "最多 2 位小数。"),
        (("amount",), 500.01, "不得大于 500。"),
        (("amount",), "NaN", "请填写数字。"),
        (("amount",), float("inf"), "请填写数字。"),
        (("amount",), "1e999999999", "请填写数字。"),
        (("amount",), "1e-999999999", "请填写数字。"),
        (("share",), "1.3", "应为 0.5 的整数倍。"),
        (("start",), "2026-13-01", "请填写有效日期，格式为 2026-01-31。"),
        (("start",), "20261201", "请填写有效日期，格式为 2026-01-31。"),
        (("start",), 20261201, "请填写有效日期，格式为 2026-01-31。"),
        (("start",), "2026-11-19", "不得早于今天。"),
        (("start",), "2201-01-01", "年份应在 1900 至 2200 之间。"),
        (("meet_time",), "25:00", "请填写有效时间，格式为 09:30。"),
        (("meet_at",), "2026-12-01", "请填写有效的日期和时间。"),
        (("agree",), False, "请勾选确认。"),
        (("agree",), "true", "数据格式不正确。"),
        (("materials",), [], "此项为必填项。"),
        (("materials",), ["zz"], "不在可选范围内。"),
        (("materials",), ["a", "a"], "有重复的项。"),
        (("materials",), [["a"]], "数据格式不正确。"),
        (("materials",), "a", "数据格式不正确。"),
        (("kind",), "zz", "不在可选范围内。"),
        (("kind",), {"value": "area"}, "数据格式不正确。"),
        (("province",), "bj", "不在可选范围内。"),
        (("level",), "国", "不在可选范围内。"),
        (("tags",), ["x"] * 201, "最多 200 项。"),
        (("leader", "name"), "", "此项为必填项。"),
        (("leader", "title"), "zz", "不在可选范围内。"),
        (("leader",), [1], "数据格式不正确。"),
        (("bank",), "", "此项为必填项。"),
        (("budget", 0, "cost"), 0, "不得小于 0.01。"),
        (("budget", 0, "cost"), 1.001, "最多 2 位小数。"),
        (("budget", 0, "item"), "", "此项为必填项。"),
        (("budget",), "x", "数据格式不正确。"),
        (("budget",), ["x"], "数据格式不正确。"),
        (("budget",), [{"item": "甲", "cost": 1}] * 201, "最多 200 项。"),
        (("attach",), [], "此项为必填项。"),
        (("attach",), ["d2"], "不接受此类文件：清单.xlsx。可上传：PDF/DOCX。"),
        (("attach",), ["nope"], "附件不存在或无权使用。"),
        (("attach",), [{"id": "d1"}], "数据格式不正确。"),
        (("attach",), ["d1"] * 51, "最多 50 项。"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence_at_its_path(
    path: tuple[Any, ...], value: object, sentence: str
) -> None:
    assert refused(changed(path, value))[".".join(map(str, path))] == [sentence]


@pytest.mark.parametrize(
    "name",
    ["unit", "uscc", "summary", "staff", "start", "agree", "materials", "kind", "province"],
)
def test_a_required_value_may_be_neither_absent_nor_null(name: str) -> None:
    assert refused(without(name)) == refused(changed((name,), None)) == {name: ["此项为必填项。"]}


def test_a_number_too_long_to_be_written_is_refused() -> None:
    assert refused(changed(("staff",), 10**5000)) == {"staff": ["不得大于 10^18。"]}


def test_a_missing_group_is_refused_at_its_required_value() -> None:
    assert refused(without("leader")) == {"leader.name": ["此项为必填项。"]}


def test_sentences_come_in_the_persons_language() -> None:
    data = {**GOOD, "unit": "", "uscc": "1", "amount": 501}
    assert refused(data, locale="en") == {
        "unit": ["This field is required."],
        "uscc": ["Must have 18 characters."],
        "amount": ["Must not be greater than 500."],
    }


def test_an_empty_optional_value_is_written_so_that_it_clears_the_old_one() -> None:
    loaded = taken({**GOOD, "tags": [], "meet_at": None, "amount": None})
    assert (loaded["tags"], loaded["meet_at"], loaded["amount"]) == ([], None, None)


@pytest.mark.parametrize("where", [("passed",), ("leader", "admin"), ("budget", 0, "approved")])
def test_a_name_the_form_does_not_have_is_refused(where: tuple[Any, ...]) -> None:
    path = ".".join(map(str, where))
    assert refused(changed(where, True)) == {path: ["表单没有此项，不予接收。"]}


def test_a_flood_of_unknown_names_gives_a_short_answer() -> None:
    assert len(refused({f"x{n}": 1 for n in range(10_000)})) == 100


def test_a_condition_that_turns_makes_the_value_required() -> None:
    assert refused({**GOOD, "kind": "industry", "level": None}) == {
        "industry_name": ["此项为必填项。"]
    }


def test_a_hidden_value_is_dropped() -> None:
    assert "industry_name" not in taken({**GOOD, "industry_name": "夹带"})


def test_a_hidden_group_asks_for_nothing() -> None:
    assert "bank" not in taken({**without("bank"), "amount": None})


def test_a_row_has_its_own_conditions() -> None:
    rows = [*GOOD["budget"], {"item": "楼", "cost": 80}]
    assert refused({**GOOD, "budget": rows}) == {"budget.1.note": ["此项为必填项。"]}


def test_what_hides_by_a_hidden_value_is_shown_as_the_browser_shows_it() -> None:
    chain = form(
        component("checkbox", "a"),
        component("checkbox", "b", conditional={"hide": "= a = true"}),
        component("textfield", "c", validate=REQUIRED, conditional={"hide": "= b = true"}),
    )
    assert refused({"a": True, "b": True}, chain) == {"c": ["此项为必填项。"]}


def test_an_undecided_condition_neither_demands_a_value_nor_loses_one() -> None:
    amount = component("number", "amount", decimalDigits=0)
    note = component("textfield", "note", validate=REQUIRED, conditional={"hide": "= amount <= 50"})
    undecided = form(amount, note)
    assert taken({"amount": None}, undecided) == {"amount": None}
    assert taken({"amount": None, "note": "甲"}, undecided) == {"amount": None, "note": "甲"}
    assert taken({"amount": 50, "note": "甲"}, undecided) == {"amount": 50}
    assert refused({"amount": 51}, undecided) == {"note": ["此项为必填项。"]}


def test_a_condition_sees_an_unticked_box_where_nothing_was_sent() -> None:
    joint = form(
        component("checkbox", "joint"),
        component("textfield", "alone", validate=REQUIRED, conditional={"hide": "= joint"}),
    )
    assert refused({}, joint) == {"alone": ["此项为必填项。"]}


def test_a_computed_value_is_the_servers_own() -> None:
    assert taken({**GOOD, "budget_total": 9_000_000})["budget_total"] == Decimal("12.5")


def test_a_condition_on_a_computed_value_ignores_what_the_client_claims() -> None:
    cheat = form(
        component("number", "x", decimalDigits=0),
        component("expression", "double", expression="= x * 2"),
        component("textfield", "why", validate=REQUIRED, conditional={"hide": "= double < 10"}),
    )
    assert refused({"x": 5, "double": 0}, cheat) == {"why": ["此项为必填项。"]}


def test_rows_compute_for_themselves() -> None:
    table = form(
        component(
            "dynamiclist",
            "lines",
            components=[
                component("number", "price", decimalDigits=0),
                component("expression", "taxed", expression="= this.price * 2"),
                component("expression", "place", expression="= i[1]"),
            ],
        ),
        component("expression", "total", expression="= sum(lines.taxed)"),
    )
    loaded = taken({"lines": [{"price": 1}, {"price": 2, "taxed": 99}]}, table)
    assert loaded["lines"][1] == {"price": 2, "taxed": 4, "place": 2}
    assert loaded["total"] == 6


def test_a_read_only_value_cannot_be_sent() -> None:
    assert "applicant_name" not in taken({**GOOD, "applicant_name": "别的单位"})


def test_a_read_only_value_keeps_its_place_in_a_group_and_in_rows() -> None:
    fixed = component("textfield", "criterion", readonly=True)
    score = component("number", "score", decimalDigits=0)
    sheet = form(
        component("group", "head", components=[fixed, component("textfield", "note")]),
        component("dynamiclist", "scores", allowAddRemove=False, components=[fixed, score]),
    )
    held = {"head": {"criterion": "总则"}, "scores": [{"criterion": "甲"}, {"criterion": "乙"}]}
    sent = [{"criterion": "改", "score": 1}, {"score": 2}]
    assert taken({"head": {"criterion": "改"}, "scores": sent}, sheet, context=held) == {
        "head": {"criterion": "总则", "note": ""},
        "scores": [{"criterion": "甲", "score": 1}, {"criterion": "乙", "score": 2}],
    }
    assert refused({"scores": sent[:1]}, sheet, context=held) == {
        "scores": ["此表应为 2 行，不得增减。"]
    }


def test_choices_may_be_plain_values_and_an_absent_list_offers_none() -> None:
    choice = form(component("select", "who", valuesKey="experts"))
    assert taken({"who": "e1"}, choice, context={"experts": ["e1"]}) == {"who": "e1"}
    assert refused({"who": "e1"}, choice, context={}) == {"who": ["不在可选范围内。"]}


def test_conditions_see_dates_as_the_browser_does() -> None:
    dated = form(
        component(
            "datetime", "due", validate=REQUIRED, conditional={"hide": '= since = "2026-01-02"'}
        )
    )
    assert taken({}, dated, context={"since": date(2026, 1, 2)}) == {}
    assert refused({}, dated, context={"since": date(2026, 1, 3)}) == {"due": ["此项为必填项。"]}


def test_one_attachment_where_the_form_allows_one() -> None:
    single = form(component("attachment", "paper"))
    assert taken({"paper": ["d1"]}, single) == {"paper": ["d1"]}
    assert refused({"paper": ["d1", "d2"]}, single) == {"paper": ["只能上传一个附件。"]}


def test_documents_are_asked_for_once_per_submission() -> None:
    asked: list[list[str]] = []
    paper = component("attachment", "paper")
    papers = form(paper, component("dynamiclist", "more", components=[paper]))

    def record(ids: Any) -> Any:
        asked.append(list(ids))
        return documents(ids)

    sent = {"paper": ["d1"], "more": [{"paper": ["d2"]}, {"paper": ["d1"]}]}
    load(papers, sent, {}, documents=record, now=NOON)
    load(papers, {}, {}, documents=record, now=NOON)
    assert asked == [["d1", "d2"]]


def test_a_draft_comes_out_as_typed_however_incomplete() -> None:
    draft = {"unit": "甲", "start": "2026-1", "budget": [{"item": ""}], "leader": {"name": None}}
    assert taken(draft, partial=True) == {"unit": "甲", "start": "2026-1", "budget": [{}]}


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        ({"passed": True}, "passed"),
        ({"unit": 1}, "unit"),
        ({"summary": "长" * 5001}, "summary"),
        ({"budget": [{"item": []}, {"item": {}}]}, "budget.1.item"),
    ],
)
def test_a_draft_still_keeps_kinds_and_limits(draft: dict[str, Any], path: str) -> None:
    assert list(refused(draft, partial=True)) == [path]


def test_too_much_work_for_a_condition_is_refused_not_done() -> None:
    greedy = "= count(for a in xs, b in xs, c in xs return 1) > 0"
    hungry = form(component("taglist", "xs", values=options(*range(1, 201))),
                  component("textfield", "y", conditional={"hide": greedy}))  # fmt: skip
    assert refused({"xs": list(range(1, 201))}, hungry) == {
        "": ["填写的内容过多，无法核对，请精简。"]
    }


def test_a_form_that_cannot_be_built_says_why() -> None:
    with pytest.raises(FormError, match=r"标签：.*表达式无法理解"):
        compile_form(form_bytes(component("textfield", "x", conditional={"hide": "= a ="})))


def test_a_published_form_is_served_whatever_is_refused_today() -> None:
    older = component("textfield", "x", conditional={"hide": "= abs instance of money"})
    assert [p.code for p in lint(form_bytes(older))] == ["left_out"]
    assert compile_form(form_bytes(older)).writes == ("x",)


def test_a_form_is_compiled_once_per_content() -> None:
    assert compile_form(form_bytes(*EVERYTHING)) is compile_form(form_bytes(*EVERYTHING))
    assert FORM.writes[:4] == ("unit", "uscc", "contact", "summary")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["item", "cost", "note", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*GOOD, "evil"]), json_values, max_size=6))
def test_whatever_is_sent_is_taken_or_refused_in_sentences(data: dict[str, Any]) -> None:
    for partial in (False, True):
        try:
            load(FORM, {**GOOD, **data}, CONTEXT, partial, documents=documents, now=NOON)
        except Invalid as error:
            assert all(isinstance(s, str) for found in error.errors.values() for s in found)


def test_a_form_of_25_values_is_checked_in_well_under_a_millisecond() -> None:
    taken(GOOD)
    rounds = [time.perf_counter()]
    for _ in range(50):
        taken(GOOD)
        rounds.append(time.perf_counter())
    best = min(later - earlier for earlier, later in pairwise(rounds))
    assert best < 0.001


# --- long lists of options ----------------------------------------------------------------------

MEMBER = component("select", "member", valuesKey="pool")
PANEL = component("taglist", "panel", valuesKey="pool")
SEATS = component("dynamiclist", "seats", components=[MEMBER])
CHOICES = {"panel": ["a", "b"], "seats": [{"member": "c"}, {"member": None}, "no row"]}


def test_what_was_chosen_of_a_list_is_told_wherever_the_form_offers_it() -> None:
    plan = form(PANEL, SEATS).plan
    assert chosen(plan, CHOICES, "pool") == ["a", "b", "c"]
    assert chosen(plan, {}, "pool") == []
    assert chosen(plan, CHOICES, "another") == []


@pytest.mark.parametrize("source", ["= count(pool) > 9", "= data.pool = null"])
def test_an_expression_over_the_list_needs_all_of_it(source: str) -> None:
    note = component("textfield", "note", conditional={"hide": source})
    assert chosen(form(PANEL, note).plan, CHOICES, "pool") is None


def test_more_than_can_be_asked_one_by_one_needs_the_whole_list() -> None:
    many = {"panel": [str(number) for number in range(1001)]}
    assert chosen(form(PANEL).plan, many, "pool") is None
