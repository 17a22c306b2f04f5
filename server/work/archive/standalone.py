"""核对档案包：在解压后的文件夹里运行 `python3 verify.py`，只需要 Python，不需要本系统。

Checks an unpacked archive package with the standard library alone: every file against the
manifest, every entry of the journal against its hash and the one before, what was handed in
against the journal. Prints what does not fit and ends with 1, or says that all is intact.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path


def sha(data: bytes) -> str:
    """SHA-256 as hexadecimal text."""
    return sha256(data).hexdigest()


def lines(path: Path) -> list[str]:
    """The lines of a file; only the line feed ends one."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def files(root: Path) -> Iterator[str]:
    """Files that are not what the manifest says."""
    for line in lines(root / "manifest.sha256"):
        expected, path = line.split("  ", 1)
        file = root / path
        if not file.is_file() or sha(file.read_bytes()) != expected:
            yield f"文件与清单不符：{path}"


def journal(root: Path) -> Iterator[str]:
    """Entries that break the chain."""
    handed_in = dict(line.split(" ", 1) for line in lines(root / "journal/handed_in.txt"))
    head = json.loads((root / "journal/head.json").read_text(encoding="utf-8"))
    before, count = "0" * 64, 0
    for line in lines(root / "journal/journal.txt"):
        stated, text = line.split(" ", 1)
        entry, count = json.loads(text), count + 1
        if sha(text.encode()) != stated or entry["prev_hash"] != before or entry["seq"] != count:
            yield f"第 {count} 条办理记录与校验值不符"
            return
        if entry["act"] == "complete":
            result = handed_in.get(entry["detail"].get("item", ""), "")
            if sha(result.encode()) != entry["detail"].get("data"):
                yield f"第 {count} 条办理记录对应的办理内容与校验值不符"
        before = stated
    if (before, count) != (head["head"], head["count"]):
        yield "最后一条办理记录与链头不符"


def main(root: Path) -> int:
    """0 when everything fits."""
    wrong = [*files(root), *journal(root)]
    print("\n".join(wrong) or "核对一致：全部文件和办理记录都没有改动。")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
