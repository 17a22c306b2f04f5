"""What a page tells of two versions of a file."""

import json

from server.studio.difference.files import compare

FORM = {"components": [{"type": "textfield", "key": "contact", "label": "联系人"}]}


def test_a_field_that_is_called_otherwise_is_told() -> None:
    before = json.dumps(FORM, ensure_ascii=False)
    after = before.replace("联系人", "经办人")
    (change,) = compare("forms/a/b.form", before.encode(), after.encode())
    assert (change.field, change.before, change.after) == ("label", "联系人", "经办人")
    assert change.label == "经办人"
