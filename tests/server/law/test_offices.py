"""Offices keep the names they had: papers of a day name the body as it was called that day."""

from __future__ import annotations

from datetime import date

import pytest

from server.law.law import Law


@pytest.mark.parametrize(
    ("office", "day", "name"),
    [
        ("base_undertaking_unit", date(2018, 6, 8), "江西省标准化研究院"),
        ("base_undertaking_unit", date(2024, 12, 29), "江西省标准化研究院"),
        ("base_undertaking_unit", date(2024, 12, 30), "江西省质量和标准化研究院"),
        ("jiangxi_std_authority", date(2020, 1, 1), "江西省标准化行政主管部门"),
        ("jiangxi_std_authority", date(2026, 11, 20), "江西省市场监督管理局"),
    ],
)
def test_an_office_has_the_name_of_the_day(jiangxi: Law, office: str, day: date, name: str) -> None:
    assert jiangxi.table("offices", office=office, day=day)["name"] == name


def test_an_office_whose_name_never_changed_is_not_in_the_table(shanxi: Law) -> None:
    day = date(2026, 11, 20)
    assert shanxi.table("offices", office="shanxi_std_authority", day=day) is None
