"""整改: the automatic box of rectification.bpmn."""

from collections.abc import Iterable, Sequence

from handlers.rules.answers import Row


def collect_verification(
    verified_defects: Sequence[Row], settled_defects: Sequence[Row] | None = None
) -> dict[str, object]:
    """汇总核验结果

    What was verified is settled, with its evidence and verifier; what was not goes back to the
    unit with the verifier's note. Clauses: GB-21.4 SX-20.4 JX-20.3.
    """
    settled = [*(settled_defects or ()), *(each for each in verified_defects if each["verified"])]
    return {
        "settled_defects": [dict(each) for each in settled],
        "open_defects": [_again(each) for each in verified_defects if not each["verified"]],
        "rectification_summary": "\n\n".join(_lines(settled)),
    }


def _again(defect: Row) -> dict[str, object]:
    return {name: defect.get(name) for name in ("number", "content", "basis", "note")}


def _lines(settled: Iterable[Row]) -> list[str]:
    ordered = sorted(settled, key=lambda each: int(each["number"]))
    return [
        f"{each['number']}. {each['content']}——{each['measure']}（{each['verifier']}核验）"
        for each in ordered
    ]
