"""Every word that a scenario may use, generated from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.law.catalogue import Catalogue
from server.studio.scenarios import offices, usual
from server.studio.scenarios.drawn import procedures
from server.studio.scenarios.refusals import refusals
from server.studio.scenarios.words import ACTS, EXPECTED, HEAD, MANNER, SENTENCES, Word

SECTIONS: Mapping[str, Mapping[str, Word]] = {
    "文件头": HEAD,
    "话": SENTENCES,
    "做什么（一步一件）": ACTS,
    "怎样做": MANNER,
    "应当怎样": EXPECTED,
}


def vocabulary(catalogue: Catalogue) -> Iterator[str]:
    """The page of words, line by line."""
    for title, words in SECTIONS.items():
        yield f"# {title}"
        yield from (
            f"  {key}：{word.meaning}。例：{key}: {word.example}" for key, word in words.items()
        )
    yield from _roles(catalogue)
    yield from _people(catalogue)
    yield "# 程序、待办（do、reach）、消息（bring）及其字段（with）"
    yield from procedures(catalogue)
    yield from _verdicts(catalogue)
    yield from _endings(catalogue)
    yield from _states(catalogue)
    yield from _ways(catalogue)
    yield from _regions(catalogue)
    yield from _record(catalogue)
    yield from _milestones(catalogue)
    yield from _refusals(catalogue)


def _roles(catalogue: Catalogue) -> Iterator[str]:
    yield "# 角色（by、inbox、roles）"
    for regime in catalogue.regimes:
        for row in catalogue.rows("roles", regime):
            yield f"  {regime} {row['role']}：{row['title']}"


def _people(catalogue: Catalogue) -> Iterator[str]:
    yield "# 单位和人员（by、offices、<角色>_id）：每个单位有两名人员，如 unit_a.1、unit_a.2"
    for regime in catalogue.regimes:
        for body, roles in offices.bodies(catalogue, regime).items():
            yield f"  {regime} {body}：{'、'.join(sorted(roles))}"
    pool = "、".join(f"expert_{number}" for number in offices.POOL)
    yield f"  理事 member_01 至 member_{offices.SEATS[-1]}，依次代表理事单位 council_unit_01 等"
    yield (
        f"  专家 {pool}；expert_{offices.EMPLOYED} 在 unit_a 任职，"
        f"expert_{offices.FORMER} 在 unit_a 任职至 {offices.FORMER_UNTIL}"
    )


def _verdicts(catalogue: Catalogue) -> Iterator[str]:
    yield "# 结论（verdict_choices），按环节"
    for regime in catalogue.regimes:
        stages: dict[str, list[str]] = {}
        for row in catalogue.rows("verdicts", regime):
            stages.setdefault(str(row["stage"]), []).append(f"{row['verdict']} {row['title']}")
        yield from (f"  {regime} {stage}：{'、'.join(told)}" for stage, told in stages.items())


def _endings(catalogue: Catalogue) -> Iterator[str]:
    yield "# 处理决定（decision_choices），按情形：end 即条文所定的结局"
    for regime in catalogue.regimes:
        for row in catalogue.rows("endings", regime):
            choices = "、".join([f"end {row['word']}", *str(row["alternatives"]).split()])
            yield f"  {regime} {row['ground']}（{row['title']}）：{choices}（{row['clause']}）"


def _states(catalogue: Catalogue) -> Iterator[str]:
    yield "# 状态（state、reach）"
    found: dict[str, str] = {}
    for path in catalogue.processes.values():
        described = catalogue.describe(path)
        for element in described.elements if described else ():
            if state := element.properties.get("state"):
                found.setdefault(state, element.name)
    for row in _rows(catalogue, "states"):
        found[str(row["state"])] = str(row["title"])
    yield from (f"  {state}：{title}" for state, title in sorted(found.items()))


def _ways(catalogue: Catalogue) -> Iterator[str]:
    yield "# 照通常做法能办到的状态（reach，须写 on）"
    for regime in catalogue.regimes:
        if ways := usual.of(catalogue, regime).ways:
            yield f"  {regime}：{'、'.join(ways)}"


def _regions(catalogue: Catalogue) -> Iterator[str]:
    yield "# 并行的状态（regions）"
    rows = {
        (r["region"], r["place"]): f"{r['title']} {r['word']}" for r in _rows(catalogue, "regions")
    }
    yield from (f"  {region}: {place}：{told}" for (region, place), told in rows.items())


def _record(catalogue: Catalogue) -> Iterator[str]:
    yield "# 登记簿的内容（record）"
    names: dict[str, str] = {}
    for described in filter(None, map(catalogue.describe, catalogue.processes.values())):
        for element in described.elements:
            for name in element.properties.get("record", "").split():
                names.setdefault(name, f"{described.id} {element.name}")
    yield from (f"  {name}：见 {place}" for name, place in sorted(names.items()))


def _milestones(catalogue: Catalogue) -> Iterator[str]:
    yield "# 期限（deadlines、dates；标“推算”的不列入案件的期限，只用 dates 推算）"
    for regime in catalogue.regimes:
        opened = _opened(catalogue, regime)
        for row in catalogue.rows("deadlines", regime):
            computed = "" if row["milestone"] in opened else "，推算"
            yield f"  {regime} {row['milestone']}：{row['title']}（{row['clause']}{computed}）"


def _opened(catalogue: Catalogue, regime: str) -> set[str]:
    """The dates that tasks and events of a regime's diagrams put on a case."""
    described = filter(None, map(catalogue.describe, catalogue.diagrams(regime).values()))
    boxes = [box for each in described for box in each.elements]
    listed = (each for box in boxes for each in box.properties.get("milestones", "").split())
    return {box.due for box in boxes if box.due} | {each.partition("@")[0] for each in listed}


def _rows(catalogue: Catalogue, table: str) -> Iterator[Mapping[str, object]]:
    if table in catalogue.tables:
        for regime in catalogue.regimes:
            yield from catalogue.rows(table, regime)


def _refusals(catalogue: Catalogue) -> Iterator[str]:
    yield "# 拒绝的代码（refused）"
    yield from (f"  {code}：{meaning}" for code, meaning in sorted(refusals(catalogue).items()))
