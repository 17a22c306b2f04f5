"""Names and sizes: ids that the engine can tell apart, one process in one pool."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from server.engine.dialect.model import ProcessDescription
from server.engine.dialect.rules.report import called, error
from server.engine.errors import Finding
from server.feel.sentence import told

RESERVED: Final = frozenset({"Start", "End", "Root", "EndJoin"})
"""Names of the engine's own nodes; an element of that id would silently stand in for them."""
MAX_ELEMENTS: Final = 1_000
MAX_FLOWS: Final = 2_000
MAX_NAME: Final = 300
MAX_NESTING: Final = 5
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)


def process_has_a_readable_size(d: ProcessDescription) -> Iterator[Finding]:
    """No other check is made of a larger diagram: nobody could read its findings either."""
    if len(d.elements) > MAX_ELEMENTS or len(d.flows) > MAX_FLOWS:
        text = told(
            "一张图最多 %(max_elements)s 个节点、%(max_flows)s 条连线，请拆成几张。",
            max_elements=MAX_ELEMENTS,
            max_flows=MAX_FLOWS,
        )
        yield error(d, None, "too_many", text)


def process_has_its_file_name(d: ProcessDescription, file: str) -> Iterator[Finding]:
    """The file's stem is how everything else speaks of the process."""
    if d.id != file:
        yield error(
            d,
            None,
            "process_id",
            told("流程的编号是“%(id)s”，应与文件名“%(file)s”相同。", id=d.id, file=file),
        )


def process_may_run(d: ProcessDescription) -> Iterator[Finding]:
    """Executable, in one pool at most."""
    if not d.executable:
        yield error(d, None, "not_executable", "流程没有标为可执行(isExecutable)。")
    if d.pools > 1:
        yield error(
            d, None, "pools", told("一张图只能有一个泳池，这里有 %(pools)s 个。", pools=d.pools)
        )


def ids_are_sound(d: ProcessDescription) -> Iterator[Finding]:
    """Every id once, in letters the engine and URLs can carry, none of the engine's own."""
    for duplicate in d.duplicates:
        yield error(
            d,
            duplicate,
            "duplicate_id",
            told("编号“%(duplicate)s”用了不止一次。", duplicate=duplicate),
        )
    for element in d.elements:
        if element.id in RESERVED:
            text = told(
                "%(element)s的编号“%(id)s”是引擎的保留字，请改名。",
                element=called(element),
                id=element.id,
            )
            yield error(d, element, "reserved_id", text)
        elif not _ID.fullmatch(element.id):
            text = told(
                "%(element)s的编号只能用英文字母、数字、下划线和连字符。", element=called(element)
            )
            yield error(d, element, "bad_id", text)


def names_are_labels(d: ProcessDescription) -> Iterator[Finding]:
    """A label is short, and what is written is what is read."""
    named = [(thing.id, thing.name) for thing in d.elements]
    named += [(flow.id, flow.name) for flow in d.flows]
    for identity, name in named:
        if len(name) > MAX_NAME:
            yield error(
                d,
                identity,
                "long_name",
                told(
                    "“%(name)s…”的名称超过 %(max_name)s 个字。", name=name[:20], max_name=MAX_NAME
                ),
            )
        if any(unicodedata.category(letter) == "Cf" for letter in name):
            shown = "".join(each for each in name if each.isprintable())[:20]
            text = told("“%(name)s”的名称里有看不见的控制字符。", name=shown)
            yield error(d, identity, "hidden_letters", text)


def nesting_is_shallow(d: ProcessDescription) -> Iterator[Finding]:
    """Sub-processes in sub-processes cost call depth at run time."""
    for element in d.of_kind("subProcess"):
        if len(d.around(element)) >= MAX_NESTING:
            yield error(
                d,
                element,
                "nesting",
                told(
                    "%(element)s的嵌套超过 %(max_nesting)s 层。",
                    element=called(element),
                    max_nesting=MAX_NESTING,
                ),
            )
