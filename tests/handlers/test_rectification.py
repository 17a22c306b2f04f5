"""Defects put right one by one."""

from typing import Any

from tests.walk import Office


def defect(number: int, verified: bool) -> dict[str, Any]:
    return {
        "number": number,
        "content": f"问题{number}",
        "basis": None,
        "measure": "补充标准",
        "evidence": ["e.pdf"],
        "verified": verified,
        "verifier": "核验人",
        "note": "见佐证",
    }


def test_what_is_not_verified_goes_back_with_the_note() -> None:
    found = Office("shanxi").ask(
        "rectification.collect_verification",
        verified_defects=[defect(1, True), defect(2, False)],
        settled_defects=[defect(3, True)],
    )
    assert found["open_defects"] == [
        {"number": 2, "content": "问题2", "basis": None, "note": "见佐证"}
    ]
    assert [each["number"] for each in found["settled_defects"]] == [3, 1]
    assert found["rectification_summary"].splitlines()[0] == "1. 问题1——补充标准（核验人核验）"


def test_when_all_are_verified_nothing_is_open() -> None:
    found = Office("jiangxi").ask(
        "rectification.collect_verification", verified_defects=[defect(1, True)]
    )
    assert found["open_defects"] == []
