"""``python -m server.feel.decide FILE.dmn DECISION --data JSON``: one decision as JSON."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from server.feel.dmn import load_model
from server.feel.errors import FeelError, bounded_recursion
from server.feel.values import from_iso, to_json
from server.feel.xml import XmlError, read_xml

MAX_NEIGHBOURS: Final = 50
"""Files of the same folder that are searched for an imported namespace."""


def decide(
    path: str | Path, decision: str, data: Mapping[str, object], now: datetime | None = None
) -> dict[str, object]:
    """Decide ``decision`` (a name or id) of the file at ``path``.

    ``data`` is JSON-like; its texts become dates, times and durations where the inputs' types
    ask for them, and where an input has no type and the text has their form. Gives
    ``{"result": …, "matched": [rule ids]}``, with ``"problems"`` where rules contradict.
    Imported models are looked for in the folder of the file. Raises FeelError, XmlError and
    OSError.
    """
    file = Path(path)
    model = load_model(file.read_bytes(), _neighbours(file))
    untyped = model.untyped_inputs
    with bounded_recursion():
        dated = {
            name: from_iso(value) if name in untyped else value for name, value in data.items()
        }
    decided = model.evaluate(decision, dated, now=now)
    answer = {"result": to_json(decided.result), "matched": list(decided.matched)}
    return {**answer, "problems": list(decided.problems)} if decided.problems else answer


def main(argv: Sequence[str] | None = None, now: datetime | None = None) -> int:
    """Print the decision as one line of JSON; 1 and ``{"error": …}`` when there is none.

    ``now`` is what ``now()`` and ``today()`` answer; without it they are null.
    """
    arguments = _arguments(argv)
    try:
        data = _read_data(arguments.data)
        answer = decide(arguments.file, arguments.decision, data, now)
    except (FeelError, XmlError) as error:
        return _fail(error.code, str(error))
    except OSError as error:
        return _fail("file", f"文件读不出：{error.strerror or error}。")
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guicheng decide", description="执行一个 DMN 决策")
    parser.add_argument("file", help="DMN 文件")
    parser.add_argument("decision", help="决策的名称或 id")
    parser.add_argument("--data", default="{}", help="输入数据（JSON 对象；- 表示标准输入）")
    return parser.parse_args(argv)


def _read_data(text: str) -> dict[str, object]:
    try:
        data = json.loads(sys.stdin.read() if text == "-" else text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FeelError("data", "输入数据不是有效的 JSON。") from error
    if not isinstance(data, dict):
        raise FeelError("data", "输入数据应为 JSON 对象。")
    return data


def _neighbours(file: Path) -> dict[str, bytes]:
    """The models of the same folder by namespace; files that cannot be read are no models."""
    found: dict[str, bytes] = {}
    for each in sorted(file.parent.glob("*.dmn"))[:MAX_NEIGHBOURS]:
        if each != file:
            found.update(_namespace(each))
    return found


def _namespace(file: Path) -> dict[str, bytes]:
    data = file.read_bytes()
    try:
        return {read_xml(data).get("namespace", ""): data}
    except XmlError:
        return {}


def _fail(code: str, sentence: str) -> int:
    print(json.dumps({"error": {"code": code, "message": sentence}}, ensure_ascii=False))
    return 1


if __name__ == "__main__":
    sys.exit(main())
