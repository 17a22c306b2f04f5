import pytest

from handlers.rules.names import chinese_name, english_name, same_name

CENTRE = "国家技术标准创新基地（江西绿色生态{field}中心）（筹）"


def test_the_field_is_put_into_the_pattern() -> None:
    name = chinese_name(CENTRE, "竹产业")
    assert name == "国家技术标准创新基地（江西绿色生态竹产业中心）（筹）"


@pytest.mark.parametrize("field", ["半导体(晶圆)", " 半导体 （晶圆） "])
def test_brackets_are_full_width_and_spaces_go(field: str) -> None:
    name = chinese_name("山西省技术标准创新基地（{field}）", field)
    assert name == "山西省技术标准创新基地（半导体（晶圆））"


def test_the_english_name_has_single_spaces() -> None:
    pattern = "National Technical Standard Innovation Base of Jiangxi Green Ecological {field_en}"
    expected = "National Technical Standard Innovation Base of Jiangxi Green Ecological"
    assert english_name(pattern, "  Bamboo   Industry ") == f"{expected} Bamboo Industry"


def test_no_pattern_gives_no_name() -> None:
    assert english_name("", "Bamboo") == ""


def test_a_field_that_looks_like_a_placeholder_stays_as_typed() -> None:
    assert chinese_name("基地（{field}）", "{field_en}{case.id}") == "基地（{field_en}{case.id}）"


def test_names_are_the_same_whatever_the_width_of_their_brackets() -> None:
    assert same_name("山西省技术标准创新基地(×××)(筹)", "山西省技术标准创新基地（×××）（筹）")
    assert not same_name("山西省技术标准创新基地（甲）", "山西省技术标准创新基地（乙）")
