"""``make fuzz``: three roles ask every operation; exit 1 where an answer is not as documented."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz import calls, office

EXAMPLES = 100
"""Lawful and as many unlawful requests to each operation and role."""


EVERYBODY = (*office.ROLES, *office.KEEPERS)


def main(examples: int, roles: Sequence[str] = EVERYBODY) -> int:
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        prepared = office.prepare(Path(folder))
        for login in roles:
            begun = time.monotonic()
            with office.opened(prepared, Path(folder)) as app:
                schema = calls.load(app)
                if login in office.KEEPERS:
                    schema = schema.include(path_regex=office.KEEPERS[login])
                found = calls.play(schema, office.token(login), office.known(login), examples)
            statuses = ", ".join(f"{code}: {n}" for code, n in sorted(found.statuses.items()))
            print(
                f"{login}: {len(found.operations)} operations, {found.calls} calls in "
                f"{time.monotonic() - begun:.0f} s ({statuses}), {len(found.faults)} faults",
                *found.faults,
                sep="\n  ",
                flush=True,
            )
            faults += len(found.faults)
    return faults


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    sys.exit(bool(main(asked, sys.argv[2:] or EVERYBODY)))
