"""What a new regime is called and since when it holds: its regime.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from server.errors import Invalid
from server.feel.sentence import told
from server.law import regimes
from server.law.regimes import Regime

LIMIT = 200
ID = re.compile(r"[a-z][a-z0-9_]{1,29}", re.ASCII)
PREFIX = re.compile(r"[A-Z]{2}", re.ASCII)
FIELDS = (
    "instrument", "title", "short", "issuer", "document_number", "status", "effective_from",
    "effective_to", "base_word", "city", "title_en", "short_en", "base_word_en",
)  # fmt: skip
"""What people fill in, in this order; the id and the prefix are given once."""

NEEDED = ("instrument", "title", "short", "issuer", "base_word", "city")
ENGLISH = ("title_en", "short_en", "base_word_en")
"""May be left out: then pages in English use the Chinese words."""


def checked(given: Mapping[str, str]) -> dict[str, str]:
    """The fields, stripped; raises Invalid with a sentence for each that is wrong."""
    values = {name: _plain(given.get(name, "")) for name in FIELDS}
    errors = {name: ["请填写这一项"] for name in NEEDED if not values[name]}
    errors |= {
        name: [told("不超过 %(limit)s 字", limit=LIMIT)]
        for name in FIELDS
        if len(values[name]) > LIMIT
    }
    if values["status"] not in regimes.STATUSES:
        errors["status"] = ["请选择效力状态"]
    for name in ("effective_from", "effective_to"):
        if values[name] and not _is_day(values[name]):
            errors[name] = ["请填写日期，如 2026-12-01"]
    if values["status"] == "in_force" and not values["effective_from"]:
        errors["effective_from"] = ["现行有效的办法须写明施行日期"]
    if not errors and values["effective_to"] and values["effective_to"] < values["effective_from"]:
        errors["effective_to"] = ["截止日期不能早于施行日期"]
    if errors:
        raise Invalid(errors=errors)
    return values


def check_names(regime: str, prefix: str, known: Iterable[Regime]) -> None:
    """Raises Invalid where the id or the prefix is malformed or taken."""
    held = list(known)
    errors = {}
    if not ID.fullmatch(regime):
        errors["id"] = ["由小写字母开头，含小写字母、数字和下划线，2 至 30 个字符"]
    elif regime in {"usual", *(one.id for one in held)}:
        errors["id"] = ["这个编号已被使用"]
    if not PREFIX.fullmatch(prefix):
        errors["prefix"] = ["两个大写字母，如 HH"]
    elif any(prefix in (one.prefix, *one.instruments) for one in held):
        errors["prefix"] = ["这个条款代号已被使用"]
    if errors:
        raise Invalid(errors=errors)


def written(
    values: Mapping[str, str],
    prefix: str,
    model: str = "",
    pairs: Mapping[str, str] | None = None,
    basis: Mapping[str, str] | None = None,
) -> bytes:
    """The regime.toml; ``pairs`` are articles of the model and their counterparts here, ``basis``
    clauses that shared diagrams cite and the clauses that stand for them here."""
    words = {**values, "prefix": prefix, "modelled_on": model}
    for name in ENGLISH:
        words[name] = values.get(name) or values[name.removesuffix("_en")]
    lines = [f"{name} = {_string(words[name])}" for name in (*FIELDS, "prefix", "modelled_on")]
    lines += ["", "[instruments]", f"{prefix} = {_string(values['instrument'])}"]
    for title, found in (("counterparts", pairs), ("basis", basis)):
        lines += ["", f"[{title}]"]
        lines += [f"{_string(old)} = {_string(new)}" for old, new in (found or {}).items()]
    return ("\n".join(lines) + "\n").encode()


def read(content: bytes) -> dict[str, Any]:
    """The fields of a regime.toml, with ``prefix``, ``modelled_on`` and what ``written`` maps."""
    table = tomllib.loads(content.decode())
    values: dict[str, Any] = {name: str(table.get(name, "")) for name in FIELDS}
    for name in ENGLISH:
        if values[name] == values[name.removesuffix("_en")]:
            values[name] = ""  # the Chinese stands in for it: nobody has named it in English
    values |= {name: str(table.get(name, "")) for name in ("prefix", "modelled_on")}
    for name in ("counterparts", "basis"):
        values[name] = {str(k): str(v) for k, v in dict(table.get(name, {})).items()}
    return values


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
