"""What is wrong with a form, said before it is published.

A form that the browser cannot show or the server cannot check must never reach a case: form-js
shows no form at all for an unknown component, and a pattern or expression that fails would refuse
every submission.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from server.feel import FeelError, compile_expression
from server.feel.omissions import omissions
from server.feel.sentence import told
from server.law.forms.patterns import PatternError, compile_pattern
from server.law.forms.schema import (
    CHOICES,
    CONTAINERS,
    INPUTS,
    PRESENTATION,
    TEXTS,
    Component,
    FormError,
    Schema,
    feel_source,
    read,
)

LIMIT_OPTIONS = 500
RESERVED = frozenset({"case", "regime", "today", "this", "data", "parent", "i"})
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_SUBTYPES = frozenset({"date", "time", "datetime"})
_KNOWN = INPUTS | CONTAINERS | PRESENTATION | {"expression"}
_STATIC = frozenset({"components", "values"})
"""Settings that hold no expression of the component itself."""
_PLACE = re.compile(r"\{\{(?:#if |#loop |(?![#/]|else\b))(.*?)\}\}(?!\})", re.DOTALL)
_REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class Problem(NamedTuple):
    """One finding: the component's name, a stable code, a sentence, ``error`` or ``warning``."""

    component: str
    code: str
    sentence: str
    severity: str = "error"


def lint(data: bytes) -> list[Problem]:
    """Everything wrong with a form file, in the order of the page."""
    try:
        schema = read(data)
    except FormError as error:
        return [Problem("表单", error.code, error.sentence)]
    return check(schema)


def check(schema: Schema) -> list[Problem]:
    """Everything wrong with a form already read."""
    alone = (p for component in schema.walk() for rule in _RULES for p in rule(component))
    return [*alone, *_repeated_paths(schema.components, {}), *_across(schema)]


def _type(component: Component) -> Iterator[Problem]:
    if component.type == "filepicker":
        yield Problem(component.name, "type", "“文件选择”不会保存文件，请改用“附件”组件。")
    elif component.type not in _KNOWN:
        yield Problem(
            component.name, "type", told("不支持的组件类型 %(type)s。", type=component.type)
        )


def _key(component: Component) -> Iterator[Problem]:
    if not component.path:
        if component.type in INPUTS or component.type == "expression":
            yield Problem(component.name, "key", "缺少变量名（key）。")
        if component.type == "dynamiclist":
            yield Problem(component.name, "key", "动态列表缺少路径（path）。")
        return
    if not all(_KEY.fullmatch(part) for part in component.path):
        written = ".".join(component.path)[:80]
        yield Problem(
            component.name,
            "key",
            told("变量名 %(written)s 应为小写英文、数字和下划线。", written=written),
        )
    if component.path[0] in RESERVED:
        sentence = told("变量名 %(path)s 由系统使用，表单不能填写。", path=component.path[0])
        yield Problem(component.name, "reserved_key", sentence)


def _labels(component: Component) -> Iterator[Problem]:
    if component.type not in INPUTS | CONTAINERS:
        return
    if component.type in INPUTS and not component.label:
        yield Problem(component.name, "label", "缺少标签，填表人和读屏软件无从知道要填什么。")
    elif component.label and not component.label_en:
        sentence = "缺少英文标签（properties.label_en）。"
        yield Problem(component.name, "label_en", sentence, "warning")


def _expressions(component: Component) -> Iterator[Problem]:
    for where, text in _written(component):
        try:
            compile_expression(text)
        except FeelError as error:
            yield Problem(
                component.name,
                "feel",
                told("%(where)s 的表达式无法理解：%(error)s", where=where, error=error),
            )
            continue
        for code, sentence in omissions(text):
            why = told("%(where)s：%(sentence)s。", where=where, sentence=sentence)
            yield Problem(component.name, code, why)
    if component.condition and not component.hide:
        yield Problem(component.name, "feel", "隐藏条件应以“=”开头。")
    if component.type == "expression" and not dict(component.expressions()).get("expression"):
        yield Problem(component.name, "feel", "计算组件缺少以“=”开头的表达式。")


def _written(component: Component) -> Iterator[tuple[str, str]]:
    """Every FEEL text that the page or the server evaluates, with its setting."""
    own = {name: value for name, value in component.more.items() if name not in _STATIC}
    return _texts("", own)


def _texts(where: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for name, inner in pairs:
            yield from _texts(f"{where}.{name}".lstrip("."), inner)
    elif source := feel_source(value):
        yield where, source
    elif isinstance(value, str):
        places = (each.strip() for each in _PLACE.findall(value))
        yield from ((where, place) for place in places if place)


def _readonly(component: Component) -> Iterator[Problem]:
    if not isinstance(component.more.get("readonly", False), bool):
        sentence = "只读不能用表达式：请用两个组件，各设隐藏条件。"
        yield Problem(component.name, "readonly", sentence)


def _pattern(component: Component) -> Iterator[Problem]:
    pattern = component.validate.get("pattern")
    if component.type not in TEXTS or not pattern:
        return
    try:
        compile_pattern(str(pattern))
    except PatternError as error:
        yield Problem(component.name, "pattern", str(error))


def _bounds(component: Component) -> Iterator[Problem]:
    for low, high in (("min", "max"), ("minLength", "maxLength")):
        first, last = component.validate.get(low), component.validate.get(high)
        for name, value in ((low, first), (high, last)):
            if not _is_bound(value):
                yield Problem(
                    component.name,
                    "bounds",
                    told("%(name)s 应为数字或以“=”开头的表达式。", name=name),
                )
        if _is_number(first) and _is_number(last) and float(first) > float(last):  # type: ignore[arg-type]
            yield Problem(
                component.name,
                "bounds",
                told("%(low)s 大于 %(high)s，没有值能够通过。", low=low, high=high),
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_bound(value: object) -> bool:
    return value is None or _is_number(value) or str(value).strip().startswith("=")


def _options(component: Component) -> Iterator[Problem]:
    if component.type not in CHOICES:
        return
    sources = [n for n in ("values", "valuesKey", "valuesExpression") if component.more.get(n)]
    if len(sources) != 1:
        yield Problem(component.name, "options", "选项须且只能有一个来源：固定选项、变量或表达式。")
    if sources == ["values"]:
        yield from _fixed_options(component)


def _fixed_options(component: Component) -> Iterator[Problem]:
    options = component.more["values"]
    if not isinstance(options, list) or len(options) > LIMIT_OPTIONS:
        yield Problem(
            component.name,
            "options",
            told("固定选项应为不超过 %(limit_options)s 项的列表。", limit_options=LIMIT_OPTIONS),
        )
        return
    if not all(
        isinstance(o, dict) and o.get("label") and _is_value(o.get("value")) for o in options
    ):
        yield Problem(component.name, "options", "每个选项都要有名称和值，值为文字或数字。")
        return
    values = [option["value"] for option in options]
    if len(set(map(str, values))) != len(values):
        yield Problem(component.name, "options", "有两个选项的值相同。")


def _is_value(value: object) -> bool:
    return _is_number(value) or (isinstance(value, str) and bool(value))


def _date(component: Component) -> Iterator[Problem]:
    subtype = component.more.get("subtype", "date")
    if component.type == "datetime" and subtype not in _SUBTYPES:
        yield Problem(component.name, "subtype", "日期组件的类型应为 date、time 或 datetime。")


def _number(component: Component) -> Iterator[Problem]:
    digits, step = component.more.get("decimalDigits"), component.more.get("increment")
    if component.type != "number":
        return
    if digits is not None and not (isinstance(digits, int) and 0 <= digits <= 10):
        yield Problem(component.name, "number", "小数位数应为 0 到 10 的整数。")
    if step is not None and not _positive(step):
        yield Problem(component.name, "number", "步长应为大于 0 的数。")


def _positive(value: object) -> bool:
    try:
        return 0 < float(value) < float("inf")  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _remote(component: Component) -> Iterator[Problem]:
    source = component.more.get("source")
    if isinstance(source, str) and _REMOTE.match(source):
        yield Problem(component.name, "remote", "页面不得引用外部网址的内容。")


def _empty(component: Component) -> Iterator[Problem]:
    if component.type in CONTAINERS and not component.components:
        yield Problem(component.name, "empty", "分组或列表中没有任何组件。")


_RULES: tuple[Callable[[Component], Iterator[Problem]], ...] = (
    _type, _key, _labels, _expressions, _readonly, _pattern, _bounds, _options, _date, _number,
    _remote, _empty,
)  # fmt: skip


def _repeated_paths(
    components: tuple[Component, ...], taken: dict[tuple[str, ...], str], at: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Two fields that write the same value, or one that would overwrite a whole group."""
    for component in components:
        path = at + component.path
        if component.type == "group":
            yield from _repeated_paths(component.components, taken, path)
            continue
        if component.type == "dynamiclist":
            yield from _repeated_paths(component.components, {}, ())
        if component.path and component.type in _KNOWN - PRESENTATION:
            yield from _claim(component, path, taken)


def _claim(
    component: Component, path: tuple[str, ...], taken: dict[tuple[str, ...], str]
) -> Iterator[Problem]:
    for other, owner in taken.items():
        shorter = min(len(other), len(path))
        if other[:shorter] == path[:shorter]:
            sentence = told(
                "变量名 %(path)s 与“%(owner)s”重复或互相覆盖。", path=".".join(path), owner=owner
            )
            yield Problem(component.name, "duplicate_key", sentence)
    taken[path] = component.name


def _across(schema: Schema) -> Iterator[Problem]:
    for key in set(schema.writes).intersection(schema.offers):
        sentence = told("变量 %(key)s 是选项的来源，不能同时由填表人填写。", key=key)
        yield Problem(key, "shadowed_choices", sentence)
    computed = [c for c in schema.walk() if c.type == "expression" and c.path]
    for number, component in enumerate(computed):
        late = _names(component) & {other.path[0] for other in computed[number:]}
        if late:
            sentence = told(
                "计算用到的 %(names)s 须先算出，请调整先后。", names=tuple(sorted(late))
            )
            yield Problem(component.name, "order", sentence)


def _names(component: Component) -> frozenset[str]:
    """The variables its expression needs; none when it cannot be read (said elsewhere)."""
    try:
        return compile_expression(dict(component.expressions())["expression"]).names
    except (FeelError, KeyError):
        return frozenset()
