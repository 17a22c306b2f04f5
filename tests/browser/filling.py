"""Fills any form in a real browser from the usual answers of a regime's scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import yaml
from playwright.sync_api import Locator, Page

from server.demo import accounts
from tests.browser.acts import PDF, payload
from tests.contract.test_arrows import ROOT

Component = dict[str, Any]

Answers = Mapping[str, Any]

TODAY = "today"

STAND_INS = {"unit_a": "applicant", "recommender_a": "recommender"}
"""Who the scenarios' stand-ins are in the demonstration; experts have their own number."""


def usual(regime: str) -> dict[str, dict[str, Any]]:
    """Task id -> field -> value, as the scenarios of a regime fill in what they do not say."""
    path = ROOT / "processes/scenarios/usual" / f"{regime}.yaml"
    answers: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["answers"]
    names = _stand_ins(regime)
    return {
        task: {k: _named(v, names) for k, v in filled.items()} for task, filled in answers.items()
    }


def _stand_ins(regime: str) -> dict[str, str]:
    """Stand-in -> the beginning of the label by which the demonstration's choices name them."""
    offices = {account.login: account.office.name for account in accounts()}
    experts = {f"expert_{number}": f"评审专家{number}（" for number in range(1, 11)}
    return experts | {who: offices.get(f"{regime}_{role}", "") for who, role in STAND_INS.items()}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def fill(page: Page, answers: Answers, today: date | None = None) -> None:
    """Put every answer whose field may be filled in into it, as a person would; where ``today`` is
    given, also what is required and no rule reads."""
    form = payload(page.content())
    for component in _walk(form["schema"]):
        key: str = component.get("key") or component.get("path") or ""
        value = answers.get(key)
        if value is None and today and not form["data"].get(key):
            value = _obvious(component)
        if value is not None and not component.get("readonly") and _is_shown(page, component):
            put = PUT.get(component["type"])
            assert put, f"no way to fill a {component['type']}"
            put(page, component, _dated(value, today), form["data"])


def _obvious(component: Component) -> Any:
    """A text, a file or the day, where the form demands one."""
    if not component.get("validate", {}).get("required"):
        return None
    stand_ins = {"textfield": component.get("label"), "textarea": component.get("label")}
    return {**stand_ins, "attachment": [""], "datetime": TODAY}.get(component["type"])


def _dated(value: Any, today: date | None) -> Any:
    """The same with the day itself where the usual answers say so."""
    if isinstance(value, list):
        return [_dated(one, today) for one in value]
    if isinstance(value, dict):
        return {key: _dated(one, today) for key, one in value.items()}
    return today if value == TODAY else value


def _is_shown(page: Page, component: Component) -> bool:
    """Whether the answers given so far let the form ask this."""
    return page.locator(f"[id^='fjs-form-'][id*='-{component['id']}']").count() > 0


def _walk(component: Component) -> Iterator[Component]:
    yield component
    if component["type"] != "dynamiclist":
        for inner in component.get("components", ()):
            yield from _walk(inner)


def _input(page: Page, component: Component, ending: str = "") -> Locator:
    return page.locator(f"[id^='fjs-form-'][id$='-{component['id']}{ending}']")


def _field(page: Page, component: Component) -> Locator:
    label = page.locator("label", has_text=component["label"])
    return page.locator(".fjs-form-field", has=label).last


def _text(page: Page, component: Component, value: Any, data: Component) -> None:
    _input(page, component).fill(str(value))


def _number(page: Page, component: Component, value: Any, data: Component) -> None:
    _field(page, component).locator("input").fill(str(value))


def _checkbox(page: Page, component: Component, value: Any, data: Component) -> None:
    _input(page, component).set_checked(bool(value))


def _radio(page: Page, component: Component, value: Any, data: Component) -> None:
    _input(page, component, f"-{_index(component, value, data)}").check()


def _checklist(page: Page, component: Component, value: Any, data: Component) -> None:
    for one in value:
        _input(page, component, f"-{_index(component, one, data)}").check()


def _select(page: Page, component: Component, value: Any, data: Component) -> None:
    label = _options(component, data)[_index(component, value, data)]["label"]
    field = _field(page, component)
    field.locator(".fjs-select-display").click()
    field.locator(".fjs-dropdownlist-item").get_by_text(label, exact=True).click()


def _taglist(page: Page, component: Component, value: Any, data: Component) -> None:
    field = _field(page, component)
    for one in value:
        label = _options(component, data)[_index(component, one, data)]["label"]
        field.locator("input").fill(label)
        field.locator(".fjs-dropdownlist-item").get_by_text(label, exact=True).click()
    field.locator("input").blur()


def _date(page: Page, component: Component, value: date, data: Component) -> None:
    field = _input(page, component, "-date")
    field.fill(f"{value:%Y/%m/%d}")
    field.press("Enter")


def _attachment(page: Page, component: Component, value: Any, data: Component) -> None:
    files = [{**PDF, "name": f"{component['label']}.pdf"}]
    _input(page, component).set_input_files(files)
    _field(page, component).locator(".gc-attachment li").first.wait_for()


def _rows(page: Page, component: Component, value: Any, data: Component) -> None:
    rows = page.locator(".fjs-form-field-dynamiclist", has=_input(page, component))
    for number, row in enumerate(value):
        rows.locator(".fjs-repeat-render-add").click()
        for inner in component["components"]:
            if inner["key"] in row:
                placed = {**inner, "id": f"{inner['id']}_{number}"}
                PUT[inner["type"]](page, placed, row[inner["key"]], data)


def _options(component: Component, data: Component) -> list[Component]:
    options: list[Component] = component.get("values") or data[component["valuesKey"]]
    return options


def _index(component: Component, value: str, data: Component) -> int:
    """The place of the option that has this value, or whose label begins with it."""
    for index, option in enumerate(_options(component, data)):
        if option["value"] == value or option["label"].startswith(value):
            return index
    raise AssertionError(f"{value} is no option of {component['label']}")


Put = Callable[[Page, Component, Any, Component], None]

PUT: dict[str, Put] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "radio": _radio,
    "checklist": _checklist,
    "select": _select,
    "taglist": _taglist,
    "datetime": _date,
    "attachment": _attachment,
    "dynamiclist": _rows,
}
