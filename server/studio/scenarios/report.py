"""What came of scenarios: lines for people, JUnit XML for programs."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from server.studio.scenarios.run import Result

CONTROL = dict.fromkeys(range(32), " ") | {0xFFFE: " ", 0xFFFF: " "}
"""Characters that XML cannot hold."""


def lines(result: Result) -> list[str]:
    """One line for each difference, with the file first."""
    return [f"{result.name} {line}" for line in result.lines]


def closing(results: Sequence[Result], seconds: float) -> str:
    """The count, and how long it took."""
    failed = sum(bool(result.lines) for result in results)
    met = len(results) - failed
    return f"场景 {len(results)} 个，符合 {met} 个，不符 {failed} 个，{seconds:.1f} 秒"


def junit(results: Sequence[Result]) -> bytes:
    """The same as JUnit XML."""
    failed = sum(bool(result.lines) for result in results)
    totals = {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}
    seconds = f"{sum(result.seconds for result in results):.3f}"
    suite = etree.Element("testsuite", {"name": "scenarios", "time": seconds, **totals})
    for result in results:
        _case(suite, result)
    return etree.tostring(suite, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _case(suite: etree._Element, result: Result) -> None:
    told = {"classname": result.path.parent.name, "name": result.path.stem}
    case = etree.SubElement(suite, "testcase", {**told, "time": f"{result.seconds:.3f}"})
    if result.lines:
        message = result.lines[0].translate(CONTROL)
        failure = etree.SubElement(case, "failure", {"message": message})
        failure.text = "\n".join(line.translate(CONTROL) for line in result.lines)
