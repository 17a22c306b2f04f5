"""Decision tables: complete for every regime, without twins, in the words of the house."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from handlers.rules.deadlines import BOUNDS
from server.engine.errors import Finding
from server.engine.ports import HOST_FUNCTIONS
from server.feel import FeelError
from server.feel.dmn import load_model
from server.feel.review import Remark, review
from server.feel.sentence import told
from server.feel.tables import Rule, Table
from server.feel.xml import XmlError
from server.law.catalogue import Catalogue
from server.law.checks.services import variables
from server.law.checks.survey import Survey
from server.law.clauses import READING_ID

REQUIRED = (
    "anchors", "deadlines", "defaults", "eligibility", "names", "papers", "quotas", "regions",
    "roles", "states", "steps", "transitions", "verdicts",
)  # fmt: skip
"""Tables with rows for every regime; others may be of those that have the procedure."""

WORDS = {
    ("deadlines", "kind"): {*BOUNDS, "ordered"},
    ("deadlines", "unit"): {"day", "month", "year", "working_day", "year_end", "date"},
    ("deadlines", "direction"): {"before", "after", "within"},
    ("eligibility", "kind"): {"hard", "soft", "judgement"},
    ("quotas", "bound"): {"at_most", "at_least", "equal", "look_back"},
}
"""Columns that hold words which the programs know."""


def check(survey: Survey) -> Iterator[Finding]:
    """Every finding about a decision table."""
    catalogue = survey.catalogue
    for name in REQUIRED:
        if name not in catalogue.tables:
            path = f"processes/tables/{name}.dmn"
            yield Finding("error", path, None, "table", told("缺少决策表“%(name)s”。", name=name))
    for name, path in catalogue.table_files.items():
        for table in catalogue.tables.tables_of(name):
            for rule in (_shape, _regimes, _twins, _words, _readings, _anchors, _moves):
                yield from rule(catalogue, path, table)
    yield from _papers(survey)
    yield from _left_out(catalogue)


def _left_out(catalogue: Catalogue) -> Iterator[Finding]:
    """What a table asks for that nothing here carries out; unreadable ones are faults."""
    for path, data in catalogue.files.items():
        if path.endswith(".dmn"):
            for each in _remarks(data):
                yield Finding("error", path, each.element, each.code, each.sentence)


@lru_cache(maxsize=64)
def _remarks(data: bytes) -> list[Remark]:
    try:
        return review(data, load_model(data), HOST_FUNCTIONS)
    except (XmlError, FeelError):
        return []


def _shape(_catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    columns = [column.text for column in table.inputs]
    if columns[:1] != ["regime"]:
        yield Finding("error", path, table.owner, "column", "第一个条件列应为 regime（规程）。")
    if [column.text for column in table.outputs][-1:] != ["clause"]:
        yield Finding("error", path, table.owner, "column", "最后一个结果列应为 clause（条款）。")
    for column in (*table.inputs, *table.outputs):
        if column.label in ("", column.text):
            yield Finding(
                "error", path, column.id, "label", told("“%(text)s”列没有名称。", text=column.text)
            )


def _regimes(catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    named = {regime: rule for rule in table.rules for regime in _regimes_of(rule)}
    for regime, rule in named.items():
        if regime not in (*catalogue.regimes, "-"):
            yield Finding(
                "error",
                path,
                rule.id,
                "regime",
                told("“%(id)s”：没有规程“%(regime)s”。", id=rule.id, regime=regime),
            )
    everybody = "-" in named or table.owner not in REQUIRED
    for regime in () if everybody else sorted(set(catalogue.regimes) - set(named)):
        title = catalogue.regimes[regime].title
        yield Finding(
            "error", path, table.owner, "regime", told("缺少规程“%(title)s”的行。", title=title)
        )


def _twins(_catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    if table.hit_policy != "UNIQUE":
        return
    counts = Counter(rule.inputs for rule in table.rules)
    for rule in table.rules:
        if counts[rule.inputs] > 1:
            yield Finding(
                "error", path, rule.id, "twin", told("“%(id)s”与另一行条件相同。", id=rule.id)
            )


def _words(_catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    for index, column in enumerate(table.outputs):
        allowed = WORDS.get((table.owner, column.text))
        for rule in table.rules if allowed else ():
            word = rule.outputs[index].strip('"')
            if allowed and word not in allowed:
                sentence = told(
                    "“%(id)s”的%(label)s“%(word)s”不是所用词语之一。",
                    id=rule.id,
                    label=column.label,
                    word=word,
                )
                yield Finding("error", path, rule.id, "word", sentence)


def _readings(catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    known = {reading_id(rule) for rule in _rules(catalogue, "defaults")}
    for rule in table.rules if table.owner != "defaults" else ():
        for cited in READING_ID.findall(" ".join((*rule.outputs, *rule.annotations))):
            if cited not in known:
                sentence = told("“%(id)s”：解释规则“%(cited)s”不存在。", id=rule.id, cited=cited)
                yield Finding("error", path, rule.id, "reading", sentence)


def _anchors(catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    if table.owner != "deadlines":
        return
    column = [each.text for each in table.outputs].index("anchor")
    known = {rule.inputs for rule in _rules(catalogue, "anchors")}
    for rule in table.rules:
        if (rule.inputs[0], rule.outputs[column]) not in known:
            sentence = told(
                "“%(id)s”：起算点表中没有 %(output)s。", id=rule.id, output=rule.outputs[column]
            )
            yield Finding("error", path, rule.id, "anchor", sentence)


def _moves(catalogue: Catalogue, path: str, table: Table) -> Iterator[Finding]:
    """A case moves between states of its regime, and out of no final one."""
    if table.owner != "transitions":
        return
    states = {regime: catalogue.states(regime) for regime in catalogue.regimes}
    for rule in table.rules:
        regime, before, after = (cell.strip('"') for cell in rule.inputs)
        if regime in states and not {before, after} <= {"", *states[regime].words}:
            sentence = told("“%(id)s”：状态表中没有这个状态。", id=rule.id)
            yield Finding("error", path, rule.id, "state", sentence)
        elif regime in states and states[regime].is_final(before):
            sentence = told(
                "“%(id)s”：“%(before)s”是终结状态，之后不再变动。", id=rule.id, before=before
            )
            yield Finding("error", path, rule.id, "state", sentence)


def _papers(survey: Survey) -> Iterator[Finding]:
    """A paper that a procedure's phase demands is a field of some form (table `papers`)."""
    known, catalogue = variables(survey), survey.catalogue
    for regime in catalogue.regimes if "papers" in catalogue.tables else ():
        for row in catalogue.rows("papers", regime):
            if row.get("phase") in catalogue.processes and row["code"] not in known:
                sentence = told(
                    "“%(title)s”：没有表单收取材料 %(code)s。", title=row["title"], code=row["code"]
                )
                path = catalogue.table_files["papers"]
                yield Finding("error", path, str(row["code"]), "paper", sentence)


def reading_id(rule: Rule) -> str:
    """The id of a reading, `D-16`, from its row."""
    return rule.inputs[1].strip('"')


def _rules(catalogue: Catalogue, table: str) -> tuple[Rule, ...]:
    return catalogue.tables.table(table).rules if table in catalogue.tables else ()


def _regimes_of(rule: Rule) -> list[str]:
    return [cell.strip().strip('"') for cell in rule.inputs[0].split(",")]
