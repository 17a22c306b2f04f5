"""Forms in the language of the page."""

from server.views.form_language import choices, in_language

SCHEMA = {
    "type": "default",
    "components": [
        {
            "type": "group",
            "label": "单位",
            "properties": {"label_en": "Body"},
            "components": [
                {"type": "datetime", "dateLabel": "日期", "properties": {"label_en": "Day"}},
                {"type": "text", "text": "说明", "properties": {"text_en": "Note"}},
                {"type": "textfield", "label": "无英文", "properties": {"label_en": ""}},
            ],
        },
        {
            "type": "radio",
            "label": "意见",
            "values": [{"label": "通过", "value": "pass", "label_en": "passed"}],
        },
    ],
}


def test_a_chinese_page_shows_the_form_as_it_was_written() -> None:
    assert in_language(SCHEMA, "zh") == SCHEMA


def test_an_english_page_shows_the_english_texts_at_every_depth() -> None:
    group, radio = in_language(SCHEMA, "en")["components"]
    day, note, _ = group["components"]
    assert (group["label"], day["dateLabel"], note["text"]) == ("Body", "Day", "Note")
    assert radio["values"] == [{"label": "passed", "value": "pass", "label_en": "passed"}]


def test_a_text_without_english_stays_chinese() -> None:
    group, radio = in_language(SCHEMA, "en")["components"]
    assert (group["components"][2]["label"], radio["label"]) == ("无英文", "意见")


def test_what_does_not_fit_a_pattern_is_told_in_english() -> None:
    field = {
        "type": "textfield",
        "validate": {"pattern": "^x$", "patternErrorMessage": "只写x。"},
        "properties": {"error_en": "Only x."},
    }
    (shown,) = in_language({"components": [field]}, "en")["components"]
    assert shown["validate"] == {"pattern": "^x$", "patternErrorMessage": "Only x."}


def test_the_form_itself_is_never_changed() -> None:
    in_language(SCHEMA, "en")
    assert SCHEMA["components"][0]["label"] == "单位"  # type: ignore[index]


def test_choices_of_the_server_follow_the_language() -> None:
    offered = [
        {"value": "o1", "label": "某厅", "label_en": "Department"},
        {"value": "o2", "label": "某局"},
    ]
    assert [one["label"] for one in choices(offered, "en")] == ["Department", "某局"]
    assert [one["label"] for one in choices(offered, "zh")] == ["某厅", "某局"]
