"""A hostile expression ends at once, in data or in a sentence; nothing is touched."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.feel import FeelError, compile_expression, compile_unary_tests, to_json
from tests.hostile.clockwork import within
from tests.hostile.expressions import CANARY, attacks

CHINESE = re.compile("[\u4e00-\u9fff]")
ATTACKS = attacks()
WAYS: tuple[tuple[Callable[[str], Any], tuple[Any, ...]], ...] = (
    (compile_expression, ({"amount": 1},)),
    (compile_unary_tests, (1, {"amount": 1})),
)
"""Alone, and as the cell of a table; each with what it is given."""

LARGEST = 200_000
"""Characters of JSON that a value may have."""


@pytest.fixture(autouse=True)
def locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No command, no connection, no file: whoever tries fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an expression reached outside")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", CANARY)
    monkeypatch.setattr(os, "system", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("builtins.open", refuse)


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_an_attack_gives_data_or_a_sentence(number: int, tmp_path: Path) -> None:
    text = ATTACKS[number]
    for compile_text, given in WAYS:
        with within(2):
            try:
                compiled = compile_text(text)
                value = to_json(compiled(*given))
            except FeelError as error:
                assert CHINESE.search(error.sentence) and len(error.sentence) < 1_000
                continue
        assert len(json.dumps(value)) < LARGEST
        assert CANARY not in json.dumps(value) or CANARY in text
    assert list(tmp_path.iterdir()) == []


def test_the_next_expression_works_as_before() -> None:
    assert to_json(compile_expression("amount + 1")({"amount": 1})) == 2


def test_there_are_as_many_as_promised() -> None:
    assert len(set(ATTACKS)) >= 300
