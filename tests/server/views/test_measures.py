"""A new regime over HTTP: each page keeps what was entered, and what is hostile is told."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping

import docx
import markupsafe
import pytest
from werkzeug.test import TestResponse

from server.views import HERE
from tests.server.views.conftest import Visitor

Visit = Callable[[str], Visitor]
TEXT = (HERE.parents[1] / "tests/browser/measures/yuchuan.txt").read_text(encoding="utf-8")
FACTS = {
    "id": "yuchuan",
    "prefix": "YC",
    "instrument": "玉川省技术标准创新基地管理办法",
    "title": "玉川省技术标准创新基地",
    "short": "玉川省",
    "issuer": "玉川省标准化主管部门",
    "status": "in_force",
    "effective_from": "2026-10-01",
    "base_word": "创新基地",
    "city": "玉川",
}


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("national_process_owner")


def sent(visitor: Visitor, path: str, given: Mapping[str, object]) -> TestResponse:
    return visitor.client.post(path, data={**given, "csrf_token": visitor.token})


def begun(owner: Visitor, **other: str) -> str:
    """The address of the pages of a new regime."""
    answer = sent(owner, "/workshop/regimes/new", {**FACTS, **other})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"]).removesuffix("/text")


def kept(owner: Visitor, address: str, step: str, given: Mapping[str, object]) -> TestResponse:
    answer = sent(owner, f"{address}/{step}", given)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer


def page(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def pairs(shown: str) -> dict[str, str]:
    """The counterparts that the page suggests."""
    found = {}
    for name, options in re.findall(r'name="(pair/[^"]+)".*?>(.*?)</select>', shown, re.DOTALL):
        if chosen := re.search(r'value="([^"]+)" selected', options):
            found[name] = chosen[1]
    return found


def modelled(owner: Visitor, model: str = "shanxi") -> str:
    """A new regime whose rows are those of a model."""
    address = begun(owner)
    kept(owner, address, "text", {"source": TEXT})
    shown = page(owner, f"{address}/model?model={model}")
    kept(owner, address, "model", {"model": model, **pairs(shown)})
    return address


def row(shown: str, table: str, label: str) -> str:
    """The id of a row of a table by its name."""
    section = shown.partition(f'id="table-{table}"')[2].partition("</section>")[0]
    named = (
        rf'aria-label="{re.escape(label)}"[^>]*>\s*<input type="hidden" name="row" value="(\S+)"'
    )
    found = re.search(named, section)
    assert found, label
    return found[1]


def saved(owner: Visitor, address: str, table: str, name: str, cells: Mapping[str, str]) -> str:
    """What the page says to a change of a row."""
    one = row(page(owner, f"{address}/rows"), table, name)
    given = {"table": table, "row": one, **{f"{one}/{k}": v for k, v in cells.items()}}
    headers = {"HX-Request": "true", "X-CSRFToken": owner.token}
    answer = owner.client.post(f"{address}/rows", data=given, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_text_is_recognised_and_its_clauses_are_the_registers(owner: Visitor) -> None:
    address = begun(owner)
    kept(owner, address, "text", {"source": TEXT})
    shown = page(owner, f"{address}/clauses")
    assert [f"YC-{n}.1" in shown for n in range(1, 13)] == [True] * 12
    assert "YC-4.3" in shown
    assert "建设周期一般为2年" in shown
    assert page(owner, f"{address}/text").count("第十二条") == 1


def test_a_document_is_read_like_the_text_it_holds(owner: Visitor) -> None:
    document, stream = docx.Document(), io.BytesIO()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(stream)
    address = begun(owner)
    stream.seek(0)
    kept(owner, address, "text", {"source": "", "file": (stream, "办法.docx")})
    assert "YC-11.1" in page(owner, f"{address}/clauses")


def test_clauses_are_divided_by_lines_and_marked(owner: Visitor) -> None:
    address = begun(owner)
    kept(owner, address, "text", {"source": "第一条 甲负责组织。乙负责验收。"})
    given = {"lines/YC-1": "甲负责组织。\n乙负责验收。", "mark/YC-1.1": "manual",
             "reason/YC-1.1": "线下办理", "act": "split"}  # fmt: skip
    kept(owner, address, "clauses", given)
    shown = page(owner, f"{address}/clauses")
    assert "YC-1.2" in shown
    assert "线下办理" in shown
    kept(owner, address, "text", {"source": "第一条　甲负责组织。\n第二条　丙负责报送。"})
    assert "线下办理" in page(owner, f"{address}/clauses"), "the mark stays with its words"


def test_what_is_done_by_hand_needs_a_reason_and_nothing_typed_is_lost(owner: Visitor) -> None:
    address = begun(owner)
    kept(owner, address, "text", {"source": "第一条 甲负责组织。"})
    given = {"lines/YC-1": "甲负责。", "mark/YC-1.1": "manual", "reason/YC-1.1": ""}
    answer = sent(owner, f"{address}/clauses", given)
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert "请写明理由" in shown
    assert ">甲负责。</textarea>" in shown


def test_the_nearest_regime_is_suggested_and_its_rows_cite_the_new_text(owner: Visitor) -> None:
    address = begun(owner)
    kept(owner, address, "text", {"source": TEXT})
    shown = page(owner, f"{address}/model")
    assert re.search(r'value="shanxi" checked', shown)
    assert pairs(shown)["pair/SX-21"] == "YC-10"
    kept(owner, address, "model", {"model": "shanxi", **pairs(shown)})
    rows = page(owner, f"{address}/rows")
    assert 'value="玉川省技术标准创新基地（{field}）（筹）"' in rows
    assert "yuchuan_authority" in rows
    assert "SX-" not in "".join(re.findall(r'/clause" [^>]*value="([^"]*)"', rows))


def test_a_cell_is_changed_beside_the_row_and_kept(owner: Visitor) -> None:
    address = modelled(owner)
    said = saved(
        owner, address, "quotas", "建设周期", {"amount": "24", "clause": "YC-7.1", "soft": "on"}
    )
    assert "已保存" in said
    assert re.search(r'construction_period/amount"[^>]*value="24"', page(owner, f"{address}/rows"))


WRONG = [
    ({"clause": "SX-18.1"}, "本办法没有条款"),
    ({"clause": "YC-99.1"}, "本办法没有条款"),
    ({"clause": "D-99"}, "没有解释规则"),
    ({"clause": ""}, "请写明依据的条款"),
    ({"amount": "二十四"}, "不是数"),
    ({"amount": "9" * 400}, "不超过 300 字"),
    ({"unit": "fortnight"}, "没有“fortnight”这个选项"),
    ({"title": "x" * 301}, "不超过 300 字"),
]


def test_cells_that_do_not_fit_are_told_and_not_kept(owner: Visitor) -> None:
    address = modelled(owner)
    before = page(owner, f"{address}/rows")
    for cells, sentence in WRONG:
        assert sentence in html.unescape(saved(owner, address, "quotas", "建设周期", cells))
    assert page(owner, f"{address}/rows") == before


def test_what_is_typed_never_becomes_an_expression(owner: Visitor) -> None:
    address = modelled(owner)
    for text in ('" + system("x") + "', "for x in y return x", "{{7*7}}", "\\"):
        assert "已保存" in saved(owner, address, "quotas", "延期", {"title": text})
        shown = page(owner, f"{address}/rows")
        assert f'/title" maxlength="300" value="{markupsafe.escape(text)}"' in shown
        assert "已保存" in saved(
            owner, address, "quotas", str(markupsafe.escape(text)), {"title": "延期"}
        )


def test_rows_are_taken_from_other_regimes_and_removed(owner: Visitor) -> None:
    address = modelled(owner)
    source = "deadlines_national_public_notice"
    assert source in page(owner, f"{address}/rows")
    kept(owner, address, "rows", {"table": "deadlines", "act": "add", "source": source})
    shown = page(owner, f"{address}/rows")
    assert "deadlines_yuchuan_public_notice" in shown
    kept(
        owner,
        address,
        "rows",
        {"table": "deadlines", "act": "remove/deadlines_yuchuan_public_notice"},
    )
    assert 'value="deadlines_yuchuan_public_notice"' not in page(owner, f"{address}/rows")


def test_what_nothing_carries_out_is_told_until_a_row_cites_it(owner: Visitor) -> None:
    address = modelled(owner)
    kept(owner, address, "coverage", {"basis/SX-40.1": "", "basis/SX-10.2": ""})
    shown = page(owner, f"{address}/coverage")
    assert "条款 YC-12.1 未实现" in shown
    assert "D-50" in shown
    for table, name, clause in (
        ("states", "撤销", "YC-10.1 YC-12.1"),
        ("roles", "创新基地承担单位", "YC-2.1"),
    ):
        assert "已保存" in saved(owner, address, table, name, {"clause": clause})
    shown = page(owner, f"{address}/coverage")
    assert "每一款都有着落" in shown
    assert "流程、决策表、表单、办理函数、角色和条款一致" in shown


def chosen(shown: str, cited: str) -> str:
    """The clause that stands for one that shared diagrams cite."""
    options = shown.partition(f'name="basis/{cited}"')[2].partition("</select>")[0]
    found = re.search(r'value="([^"]+)" selected', options)
    return found[1] if found else ""


def test_shared_diagrams_rest_on_the_clauses_of_the_new_text(owner: Visitor) -> None:
    address = modelled(owner)
    shown = page(owner, f"{address}/coverage")
    assert [chosen(shown, one) for one in ("SX-14.1", "SX-20.3", "SX-36.1")] == [
        "YC-6.1", "YC-11.1", "",
    ]  # fmt: skip
    assert "个环节没有本办法的条款" in shown
    assert re.search(r"形式审查之后才能专家评审.*?YC-6\.1", shown, re.DOTALL)
    assert "公示之后才能批准建设" not in shown, "the text knows no notice"
    kept(owner, address, "coverage", {"basis/SX-14.1": "", "basis/SX-36.1": "YC-9.1"})
    kept(owner, address, "facts", FACTS)
    shown = page(owner, f"{address}/coverage")
    assert (chosen(shown, "SX-14.1"), chosen(shown, "SX-36.1")) == ("", "YC-9.1")
    assert "形式审查之后才能专家评审" not in shown


@pytest.mark.parametrize(
    ("cited", "own"), [("SX-14.1", "SX-14.1"), ("SX-14.1", "YC-99.1"), ('X"\n[instruments]', "")]
)
def test_a_basis_that_does_not_exist_is_told_and_not_kept(
    owner: Visitor, cited: str, own: str
) -> None:
    address = modelled(owner)
    before = page(owner, f"{address}/coverage")
    answer = sent(owner, f"{address}/coverage", {f"basis/{cited}": own})
    assert answer.status_code == 422
    assert "没有条款" in answer.get_data(as_text=True)
    assert page(owner, f"{address}/coverage") == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"id": "Yuchuan"}, "由小写字母开头"),
        ({"id": "../etc"}, "由小写字母开头"),
        ({"id": "shanxi"}, "已被使用"),
        ({"prefix": "SX"}, "已被使用"),
        ({"prefix": "JC"}, "已被使用"),
        ({"prefix": "yc"}, "两个大写字母"),
        ({"title": ""}, "请填写这一项"),
        ({"short": "长" * 201}, "不超过 200 字"),
        ({"status": "maybe"}, "请选择效力状态"),
        ({"effective_from": "2026-13-40"}, "请填写日期"),
        ({"effective_from": ""}, "须写明施行日期"),
        ({"effective_to": "2020-01-01"}, "不能早于施行日期"),
    ],
)
def test_names_that_cannot_be_are_told_and_make_no_draft(
    owner: Visitor, given: dict[str, str], sentence: str
) -> None:
    answer = sent(owner, "/workshop/regimes/new", {**FACTS, **given})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert "新办法：" not in page(owner, "/workshop/drafts")


def test_a_name_is_never_more_than_a_name(owner: Visitor) -> None:
    hostile = 'x"\n[instruments]\nGB = "y\u0007'
    address = begun(owner, short=hostile, city='"""')
    shown = page(owner, f"{address}/facts")
    assert html.escape('x" [instruments] GB = "y').replace("&quot;", "&#34;") in shown


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.4", "只接受 txt 和 docx"),
        ("a.docx", b"PK\x03\x04nothing", "已损坏"),
        ("a.txt", b"\xff\xfe\xfa\xfb\x80", "字符编码"),
        ("a.txt", "没有条文".encode(), "没有找到“第一条”"),
    ],
)
def test_a_file_that_is_no_text_of_measures_is_told(
    owner: Visitor, name: str, content: bytes, sentence: str
) -> None:
    address = begun(owner)
    answer = sent(owner, f"{address}/text", {"file": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_nobody_else_finds_or_changes_the_pages(owner: Visitor, visit: Visit) -> None:
    address = begun(owner)
    assert visit("shanxi_applicant").get(f"{address}/facts").status_code == 404
    leader = visit("national_leader")
    assert leader.get(f"{address}/facts").status_code == 200
    assert sent(leader, f"{address}/facts", FACTS).status_code == 403
    assert leader.get("/workshop/regimes/new").status_code == 403
    other = visit("shanxi_process_owner")
    assert sent(other, f"{address}/facts", FACTS).status_code == 409, "the first window holds it"


def test_a_draft_without_a_new_regime_has_no_such_pages(owner: Visitor) -> None:
    answer = sent(owner, "/workshop/drafts", {"title": "别的"})
    assert owner.get(f"{answer.headers['Location']}/regime/facts").status_code == 404
    assert owner.get(f"{begun(owner)}/nothing").status_code == 404


def test_every_page_speaks_english(owner: Visitor) -> None:
    address = modelled(owner)
    owner.client.set_cookie("language", "en")
    for step in ("facts", "text", "clauses", "model", "rows", "scenarios", "coverage"):
        shown = page(owner, f"{address}/{step}")
        assert "Offices, steps, numbers" in shown


def test_a_reading_that_rows_cite_can_be_read_like_a_clause(visit: Visit) -> None:
    applicant = visit("shanxi_applicant")
    assert "比照所参照的管理办法办理" in page(applicant, "/clauses/D-50")
    assert applicant.get("/clauses/D-99").status_code == 404


def test_english_names_that_nobody_gave_stay_empty(owner: Visitor) -> None:
    address = begun(owner)
    shown = page(owner, f"{address}/facts")
    for name in ("title_en", "short_en", "base_word_en"):
        field = re.search(rf'<input [^>]*name="{name}"[^>]*>', shown)
        assert field and 'value=""' in field[0]
    kept(owner, address, "facts", {**FACTS, "title_en": "Yuchuan base"})
    assert 'value="Yuchuan base"' in page(owner, f"{address}/facts")


def test_a_regime_that_is_sent_twice_is_begun_once(owner: Visitor) -> None:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page(owner, "/workshop/regimes/new"))
    assert found
    assert len({begun(owner, key=found[1]) for _ in range(2)}) == 1
