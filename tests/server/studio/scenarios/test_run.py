"""Files from anywhere are played on the real acts; every difference is one line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from server.cli import main
from server.rehearsal import MANY
from server.studio.scenarios import offices
from server.studio.scenarios.comparing import CASELESS, CHECKS
from server.studio.scenarios.words import EXPECTED
from tests.walk import shipped

GOOD = """
id: {name}
title: 没有推荐函
steps:
  - given: 已推荐的申报缺少推荐函。
    on: 2025-05-06
    reach: recommend_application
  - do: recommend_application
    with: {{recommendation_letter: []}}
    state: formal_review
    inbox: {{authority: [], formal_reviewer: [review_papers]}}
  - when: 要作通过结论。
    do: review_papers
    refused: papers_missing
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "national" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(name=name), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["scenario", "run", *map(str, arguments)])


def test_a_folder_outside_the_repository_is_played(tmp_path: Path) -> None:
    write(tmp_path, "X-1", GOOD)
    result = run(tmp_path)
    assert result.exit_code == 0
    assert "场景 1 个，符合 1 个，不符 0 个" in result.output


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("state: formal_review", "state: expert_review", "state：应为 expert_review，实为 formal"),
        ("refused: papers_missing", "state: formal_review", "应被接受，实被拒绝（papers_missing）"),
        (
            "refused: papers_missing",
            "refused: not_eligible",
            "应被拒绝（not_eligible），实被拒绝（papers_missing）",
        ),
        ("authority: []", "authority: [decide_case]", "inbox.authority：应为 decide_case，实为 无"),
        (
            "do: review_papers",
            "do: decide_case",
            "应被拒绝（papers_missing），实被拒绝（not_open）",
        ),
        ("recommendation_letter: []", "recommendation: lost", "应被接受，实被拒绝（invalid）"),
        ("on: 2025-05-06", "until: 2025-05-06", "一步只做一件事"),
        ("reach: recommend_application", "reach: decide_case", "能办到“decide_case”"),
    ],
)
def test_a_difference_is_one_line_with_file_and_step(
    tmp_path: Path, right: str, wrong: str, line: str
) -> None:
    assert right in GOOD
    path = write(tmp_path, "X-2", GOOD.replace(right, wrong))
    result = run(path)
    assert result.exit_code == 1
    assert result.output.startswith("national/X-2.yaml ")
    assert line in result.output.splitlines()[0]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("refused: papers_missing", "refused: nonsense"),
        ("state: formal_review", "state: nonsense"),
        ("state: formal_review", "never: [nonsense]"),
        ("state: formal_review", "passed: [nonsense]"),
        ("state: formal_review", "counts: {{nonsense: 0}}"),
        ("state: formal_review", "procedures: {{nonsense: none}}"),
        ("state: formal_review", "regions: {{nonsense: none}}"),
        ("state: formal_review", "deadlines: {{nonsense: {{status: none}}}}"),
        ("authority: []", "nonsense: []"),
        ("authority: []", "authority: [nonsense]"),
        ("do: review_papers", "do: nonsense"),
        ("reach: recommend_application", "reach: nonsense"),
        ("reach: recommend_application", "start: nonsense"),
    ],
)
def test_a_name_that_nothing_has_is_told_in_one_line(
    tmp_path: Path, right: str, wrong: str
) -> None:
    """Otherwise a check of it would hold for ever, or fail for another reason."""
    assert right in GOOD
    told = run(write(tmp_path, "X-7", GOOD.replace(right, wrong))).output.splitlines()
    assert "所写的“nonsense”不在词表里" in told[0]
    assert len(told) == 2


def test_a_way_that_only_time_opens_names_the_day(tmp_path: Path) -> None:
    text = GOOD.replace("reach: recommend_application", "reach: approve_construction")
    assert "时间须先走到2025-06-07" in run(write(tmp_path, "X-8", text)).output


def test_a_day_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("2025-05-06", "2025-02-29")
    assert "第6行：没有“2025-02-29”这一天" in run(write(tmp_path, "X-9", text)).output


def test_time_goes_forward_only(tmp_path: Path) -> None:
    path = write(tmp_path, "X-3", GOOD + "  - until: 2025-05-05\n")
    assert "时间只向前走" in run(path).output


def test_many_files_shared_by_two_processes_are_told_in_their_order(tmp_path: Path) -> None:
    simple = GOOD[: GOOD.index("  - do")]
    for number in range(MANY):
        unmet = "    state: public_notice\n" if number % 7 == 3 else ""
        write(tmp_path, f"M-{number:02}", simple + unmet)
    *told, closing = run(tmp_path).output.splitlines()
    assert [line.split()[0] for line in told] == [f"national/M-{n:02}.yaml" for n in (3, 10, 17)]
    assert closing.startswith("场景 20 个，符合 17 个，不符 3 个")


def test_junit_names_what_failed(tmp_path: Path) -> None:
    write(tmp_path, "X-4", GOOD)
    write(tmp_path, "X-5", GOOD.replace("papers_missing", "not_eligible"))
    report = tmp_path / "report.xml"
    assert run(tmp_path, "--junit", report).exit_code == 1
    suite = etree.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [each.get("name") for each in suite if len(each)] == ["X-5"]
    assert "papers_missing" in str(suite.find(".//failure").text)


def test_no_one_acts_without_the_office_for_it(tmp_path: Path) -> None:
    steps = """
  - when: 承担单位自己作形式审查。
    do: review_papers
    by: undertaker
    refused: not_found
  - when: 申报单位发起申报。
    case: 另案
    start: application
    by: unit_b
    refused: not_starter
"""
    assert run(write(tmp_path, "X-6", GOOD + steps)).exit_code == 0


def test_the_vocabulary_tells_every_word_of_the_law_and_of_steps() -> None:
    told = CliRunner().invoke(main, ["scenario", "vocabulary"]).output
    for words in (
        "with：与通常填法不同的内容",
        "do review_papers：审查申报材料（formal_reviewer）",
        "bring objection：",
        "start application：申报启动（sponsor）",
        "formal_review_verdict：",
        "in_construction：",
        "shanxi plan_filing：报送建设方案（SX-16.2）",
        "papers_missing：",
        "national recommender：",
        "national acceptance：pass 通过、rectify 整改、not_passed 未通过",
        "shanxi acceptance_failed_again（整改后再次验收未通过）：end 撤销、rectify_again",
        "jiangxi extension_application：提出延期申请（JX-19.1，推算）",
        "branch_prohibited：",
        "not_now：",
    ):
        assert words in told, words
    assert "：…\n" not in told


def test_the_offices_of_a_scenario_hold_every_role_of_the_table() -> None:
    for regime in ("national", "shanxi", "jiangxi"):
        held = set().union(*offices.bodies(shipped(), regime).values())
        assert {row["role"] for row in shipped().rows("roles", regime)} - held == {"expert_panel"}


def test_every_word_of_what_is_expected_is_compared() -> None:
    told_apart = {"refused", "cites", "fields", "says"}
    assert {*CHECKS, *CASELESS, *told_apart} == set(EXPECTED)


PLACES = {"number: 5": "没有第 5 份", "reason: 出差": "没有第 0 份", "number: -1": "没有第 -1 份"}


@pytest.mark.parametrize("words", PLACES)
def test_an_expert_who_is_not_there_is_not_replaced(tmp_path: Path, words: str) -> None:
    step = f"  - replace: review_independently\n    expert: expert_6\n    {words}\n"
    result = run(write(tmp_path, "X-9", GOOD + step))
    assert result.exit_code == 1
    assert PLACES[words] in result.output
