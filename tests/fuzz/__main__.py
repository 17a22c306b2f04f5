"""``make fuzz``: three roles ask every operation; exit 1 where an answer is not as documented.

What was asked and found is told as JSON; each role in a sentence meanwhile.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fuzz import calls, office

EXAMPLES = 100
"""Lawful and as many unlawful requests to each operation and role."""

EVERYBODY = (*office.ROLES, *office.KEEPERS)


def main(examples: int, roles: Sequence[str] = EVERYBODY) -> dict[str, Any]:
    """What each role was answered, and the sums."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = office.prepare(Path(folder))
        told = [_asked(prepared, Path(folder), login, examples) for login in roles]
    names = ("calls", "seconds", "deviations")
    sums = {name: round(sum(role[name] for role in told)) for name in names}
    return {"examples": f"{examples} lawful and {examples} unlawful", "roles": told} | sums


def _asked(prepared: Path, folder: Path, login: str, examples: int) -> dict[str, Any]:
    begun = time.monotonic()
    with office.opened(prepared, folder) as app:
        schema = calls.load(app)
        if login in office.KEEPERS:
            schema = schema.include(path_regex=office.KEEPERS[login])
        found = calls.play(schema, office.token(login), office.known(login), examples)
    told = {
        "role": login,
        "operations": len(found.operations),
        "calls": found.calls,
        "seconds": round(time.monotonic() - begun),
        "statuses": dict(sorted(found.statuses.items())),
        "deviations": len(found.faults),
        "sentences": found.faults,
    }
    print(f"{login}: {found.calls} calls, {len(found.faults)} deviations", file=sys.stderr)
    return told


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    result = main(asked, sys.argv[2:] or EVERYBODY)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    sys.exit(bool(result["deviations"]))
