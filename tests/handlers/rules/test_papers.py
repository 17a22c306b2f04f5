from handlers.rules.papers import missing, of_provider, titles

REQUIRED = [
    {"code": "application_form", "title": "申报书", "who": "undertaker", "required": True},
    {"code": "application_plan", "title": "申报方案", "who": "sponsor", "required": True},
    {"code": "charter", "title": "章程", "who": "undertaker", "required": False},
]


def test_both_compulsory_papers_must_be_there() -> None:
    lacking = missing(REQUIRED, {"application_form": ["D1"], "application_plan": []})
    assert titles(lacking) == "申报方案"


def test_an_optional_paper_is_never_missing() -> None:
    assert missing(REQUIRED, {"application_form": ["D1"], "application_plan": ["D2"]}) == []


def test_each_provider_sees_their_own_papers() -> None:
    assert titles(of_provider(REQUIRED, "undertaker")) == "申报书、章程"
