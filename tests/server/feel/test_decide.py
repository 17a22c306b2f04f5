"""The command that decides one file."""

import io
import json
from pathlib import Path

import pytest

from server.feel.decide import decide, main
from tests.server.feel.models import NAMESPACE, decision, input_data, literal, model, table

FILE = model(
    input_data("x", "date"),
    input_data("y"),
    decision(
        "期限 判断",
        table("FIRST", ["x", "y"], ["z"], ['> date("2026-01-01") | < @"2027-01-01" | x + @"P1D"']),
        ["x", "y"],
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.dmn"
    path.write_bytes(FILE)
    return path


def test_the_result_and_its_rules_are_given(file: Path) -> None:
    answer = decide(file, "期限 判断", {"x": "2026-11-20", "y": "2026-12-31"})
    assert answer == {"result": "2026-11-21", "matched": ["r1"]}


def test_contradicting_rules_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.dmn"
    path.write_bytes(model(decision("D", table("UNIQUE", ["1"], ["z"], ["1 | 1", "- | 2"]))))
    answer = decide(path, "D", {})
    assert (answer["result"], answer["matched"]) == (None, [])
    assert "r1、r2" in str(answer["problems"])


def test_the_command_prints_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.dumps({"x": "2026-11-20", "y": "2026-12-31"})
    assert main([str(file), "期限 判断", "--data", data]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "2026-11-21"


def test_the_data_may_come_from_standard_input(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"x": "2020-01-01"}'))
    assert main([str(file), "期限 判断", "--data", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == {"result": None, "matched": []}


@pytest.mark.parametrize(
    ("decision_name", "data", "code"),
    [
        ("其他", "{}", "model"),
        ("期限 判断", "{", "data"),
        ("期限 判断", "[]", "data"),
        ("期限 判断", "[" * 100_000, "data"),
        ("期限 判断", '{"y": ' + "[" * 300 + "]" * 300 + "}", "budget"),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(
    file: Path,
    decision_name: str,
    data: str,
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(file), decision_name, "--data", data]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == code and error["message"]


def test_a_missing_and_a_broken_file_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.dmn").write_bytes(b"<a")
    for name, code in (("none.dmn", "file"), ("broken.dmn", "malformed")):
        assert main([str(tmp_path / name), "D"]) == 1
        assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_imported_models_are_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "library.dmn").write_bytes(
        model(decision("B", literal("41")), namespace="urn:library")
    )
    (tmp_path / "broken.dmn").write_bytes(b"<a")
    imported = f'<import name="l" namespace="urn:library" importType="{NAMESPACE}"/>'
    path = tmp_path / "a.dmn"
    path.write_bytes(model(imported, decision("D", literal("l.B + 1"), ["!urn:library#B"])))
    assert decide(path, "D", {})["result"] == 42
