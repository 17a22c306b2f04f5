"""A newcomer's walk: a small province's measures become a regime in the browser alone.

The walk counts what the person does. ``PICTURES=1`` writes the pictures of processes/README.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.law.catalogue import from_disk
from server.studio.drafts import overlay
from tests.browser.acts import follow, ready
from tests.browser.conftest import TODAY, Windows, serving
from tests.browser.filling import fill, usual
from tests.browser.test_lives import Story, Time
from tests.contract.test_arrows import ROOT

HERE = Path(__file__).parent
TEXT = HERE / "measures" / "yuchuan.txt"
PICTURES = HERE / "pictures" / "new_regime"
PATIENCE = 60_000  # ms on a busy machine

FACTS = {
    "instrument": "玉川省技术标准创新基地管理办法",
    "title": "玉川省技术标准创新基地",
    "short": "玉川省",
    "issuer": "玉川省标准化主管部门",
    "id": "yuchuan",
    "prefix": "YC",
    "effective_from": "2026-10-01",
    "base_word": "创新基地",
    "city": "玉川",
}

CELLS = [
    ("roles", "authority", "clause", "YC-2.1"),
    ("names", "established", "clause", "YC-11.1"),
    ("quotas", "construction_period", "amount", "24"),
    ("deadlines", "plan_filing", "amount", "1"),
    ("deadlines", "plan_filing", "unit", "month"),
    ("endings", "acceptance_failed_again", "clause", "YC-11.1"),
    ("states", "revoked", "clause", "YC-12.1"),
]
"""What the measures say otherwise than the nearest: table, row, column, what is entered."""

OFF = (
    "overall_plan", "panel_roster", "invite_industry_authority", "invite_municipal_authority",
    "self_check_report", "coordination_meeting", "assessment_consequences",
    "procedure_annual_assessment", "procedure_annual_papers", "procedure_panel",
    "procedure_publicity", "procedure_achievement",
)  # fmt: skip
"""Steps and procedures of the nearest that the measures do not know."""


@dataclass
class Walk:
    """A person at the guided pages, who counts clicks, fields and time."""

    page: Page
    clicks: int = 0
    fields: int = 0
    shots: int = 0
    begun: float = field(default_factory=time.monotonic)

    def put(self, place: Locator, text: str) -> None:
        place.fill(text)
        self.fields += 1

    def choose(self, place: Locator, value: str) -> None:
        place.select_option(value)
        self.clicks += 2

    def on(self, place: Locator) -> None:
        """Press what leads to another page."""
        follow(self.page, place)
        self.clicks += 1

    def open(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def shoot(self, name: str) -> None:
        """A picture for the documentation."""
        self.shots += 1
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{self.shots}_{name}.png")

    @property
    def told(self) -> str:
        minutes = (time.monotonic() - self.begun) / 60
        return f"{self.clicks} clicks, {self.fields} fields, {minutes:.1f} min"


def main_button(page: Page) -> Locator:
    return page.locator("main form[method=post] .gc-btn-primary").last


def enter(walk: Walk) -> str:
    """The measures from the title to the check; returns the draft's address."""
    page = walk.page
    page.goto("/workshop/drafts")
    walk.on(page.get_by_role("link", name="新办法"))
    for name, text in FACTS.items():
        walk.put(page.locator(f"[name={name}]"), text)
    walk.shoot("facts")
    walk.on(main_button(page))
    walk.put(page.locator("[name=source]"), TEXT.read_text(encoding="utf-8"))
    walk.shoot("text")
    walk.on(main_button(page))
    expect(page.locator(".gc-article")).to_have_count(12)
    walk.shoot("clauses")
    walk.on(main_button(page))
    expect(page.locator("[name=model][value=shanxi]").first).to_be_checked()
    walk.shoot("model")
    walk.on(main_button(page))
    change_rows(walk)
    walk.on(page.get_by_role("link", name="下一步：场景"))
    scenarios(walk)
    walk.on(page.get_by_role("link", name="下一步：核对"))
    expect(page.locator("main")).to_contain_text("每一款都有着落")
    expect(page.locator(".gc-findings")).to_contain_text("一致")
    expect(page.locator("[name='basis/SX-14.1']")).to_have_value("YC-6.1")
    expect(page.locator("[name='basis/SX-40.1']")).to_have_value("YC-12.2")
    expect(page.locator("main")).to_contain_text("形式审查之后才能专家评审")
    walk.shoot("coverage")
    walk.on(page.get_by_role("link", name="到草稿页提交审批"))
    return page.url


def change_rows(walk: Walk) -> None:
    page = walk.page
    for table, key, column, text in CELLS:
        opened(walk, table)
        cell = row(page, table, key).locator(f"[name$='/{column}']")
        if column == "unit":
            walk.choose(cell, text)
        else:
            walk.put(cell, text)
            cell.blur()
        kept(page, table)
    walk.shoot("rows")
    opened(walk, "steps")
    for step in OFF:
        row(page, "steps", step).get_by_role("checkbox").uncheck()
        walk.clicks += 1
        kept(page, "steps")
    walk.shoot("steps")


def opened(walk: Walk, table: str) -> None:
    details = walk.page.locator(f"#table-{table} details")
    if details.get_attribute("open") is None:
        walk.open(details.locator("summary"))


def row(page: Page, table: str, key: str) -> Locator:
    marked = page.locator(f"input[name=row][value^='{table}_yuchuan_{key}']")
    return page.locator(f"#table-{table} .gc-row", has=marked).first


def kept(page: Page, table: str) -> None:
    said = page.locator(f"#said-{table}")
    expect(said).to_contain_text("已保存", timeout=PATIENCE)
    said.evaluate("one => one.replaceChildren()")


def scenarios(walk: Walk) -> None:
    """One of the nearest's scenarios copied and played on the draft."""
    page = walk.page
    page.get_by_role("checkbox", name="批准前不公示").check()
    walk.clicks += 1
    walk.on(page.get_by_role("button", name="抄用选中的"))
    walk.on(page.get_by_role("button", name="在草稿上演练"))
    expect(page.locator("main .gc-list .gc-tag").first).to_have_text("符合", timeout=3 * PATIENCE)
    walk.shoot("scenarios")


def release(walk: Walk, windows: Windows, address: str) -> None:
    """Submitted by the owner, consented to by the approver of the nearest regime."""
    page = walk.page
    page.set_default_navigation_timeout(3 * PATIENCE)
    walk.put(page.get_by_label("修改理由"), "本省新办法自2026年10月1日起施行。")
    walk.on(page.get_by_role("button", name="提交审批"))
    approver = windows.sign_in("shanxi_approver")
    approver.set_default_navigation_timeout(3 * PATIENCE)
    approver.goto(address)
    follow(approver, approver.get_by_role("button", name="同意发布"))
    expect(approver.locator(".gc-head")).to_contain_text("已发布")


@pytest.mark.long
def test_measures_of_twelve_articles_become_a_regime_in_the_browser(
    browser: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path, TODAY) as address:
        windows = Windows(browser, address)
        walk = Walk(windows.sign_in("shanxi_process_owner"))
        draft = enter(walk)
        release(walk, windows, draft)
        assert walk.clicks + walk.fields < 90, walk.told
        sys.stdout.write(walk.told)
        compare = windows.sign_in("shanxi_leader")
        compare.goto("/clauses?regime=yuchuan")
        expect(compare.locator("main")).to_contain_text("YC-12.1")
        windows.check()
    exported_and_checked(tmp_path)


def exported_and_checked(folder: Path) -> None:
    """What is in force as files: the new regime is there, and the check finds nothing wrong."""
    out = folder / "exported"
    out.mkdir()
    environment = {**os.environ, "GUICHENG_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "server.cli", "export", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = from_disk(out)
    assert made.regimes["yuchuan"].modelled_on == "shanxi"
    assert [f.sentence for f in overlay.findings(made) if f.severity == "error"] == []
    shipped = from_disk(ROOT)
    assert made.regimes.keys() - shipped.regimes.keys() == {"yuchuan"}


# --- the new regime at work -----------------------------------------------------------------------

OFFICES = {
    "yuchuan_authority": ("玉川省标准化主管部门", "authority"),
    "yuchuan_formal_reviewer": ("玉川省标准化研究院", "technical_body"),
}
RECOMMENDER, APPLICANT = "汾东市标准化主管部门", "云岭碳基材料研究院"
GRANTS = [
    ("authority", "authority", "玉川省标准化主管部门"),
    ("formal_reviewer", "formal_reviewer", "玉川省标准化研究院"),
    ("recommender", "recommender", RECOMMENDER),
    ("recommender", "sponsor", RECOMMENDER),
    ("applicant", "undertaker", APPLICANT),
    *((f"expert_{number}", "expert_panel", "云台大学") for number in range(1, 6)),
]
"""Who (a login after shanxi_) gets which role where."""


class NewOffice(Time):
    """The people of Shanxi, who now serve under the new regime too."""

    def __init__(self, windows: Windows, today: str) -> None:
        super().__init__(windows, "shanxi", today)
        self.regime = "yuchuan"
        self.bases: dict[str, str] = {}
        self.answers = usual("shanxi")
        self.answers["approve_construction"] |= {
            "approved_on": date.fromisoformat(today), "period_months": 24,
        }  # fmt: skip

    def page(self, role: str) -> Page:
        if role not in self.pages:
            self.pages[role] = self.windows.sign_in(f"shanxi_{role}")
        return self.pages[role]

    def take(self, page: Page, words: str = "") -> None:
        """As always; and the legal basis that the page of the task shows is remembered."""
        super().take(page, words)
        task = page.locator(".gc-tag-step").first.inner_text().removeprefix("当前环节：")
        self.bases[task] = page.locator("[aria-labelledby=basis-title]").inner_text()

    def guide(self) -> None:
        page = self.page("authority")
        page.goto("/start")
        follow(page, page.locator("a[href^='/start/yuchuan/guide']").first)
        self.hand(page, "guide")
        self.live([("authority", "compile_guide")])

    def hand(self, page: Page, task: str) -> None:
        ready(page)
        fill(page, self.answers.get(task, {}), self.today)
        page.click("[data-form-submit]")
        page.wait_for_load_state()
        page.wait_for_url(lambda url: "/start/" not in url)


def appoint(windows: Windows) -> None:
    """The offices of the new regime and who serves in them, as two administrators enter them."""
    system = windows.sign_in("system_administrator")
    for code, (name, kind) in OFFICES.items():
        system.goto("/administration/organisations/new")
        for place, text in (("name", name), ("code", code)):
            system.fill(f"main [name={place}]", text)
        system.select_option("main [name=kind]", kind)
        follow(system, system.locator("main .gc-btn-primary").last)
    security = windows.sign_in("security_administrator")
    for login, role, place in GRANTS:
        security.goto(f"/administration/people?q=shanxi_{login}")
        row = security.locator("tr", has=security.get_by_text(f"shanxi_{login}", exact=True))
        follow(security, row.locator("td.gc-title a"))
        form = security.locator("form[action$='/offices']")
        form.locator("[name=regime]").select_option("yuchuan")
        form.locator("[name=role]").select_option(role)
        form.locator("[name=organisation_id]").select_option(label=place)
        follow(security, form.locator(".gc-btn-primary"))
        if "/people/" not in security.url:
            system.goto(security.url)
            follow(system, system.get_by_role("button", name="核准", exact=True))


REVIEW: Story = [
    ("authority", "organise_acceptance"),
    ("authority", "record_verdict"),
    ("authority", "approve_establishment"),
]


@pytest.mark.long
def test_a_base_of_the_new_regime_is_established(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, TODAY) as address:
        windows = Windows(browser, address)
        walk = Walk(windows.sign_in("shanxi_process_owner"))
        release(walk, windows, enter(walk))
        appoint(windows)
        office = NewOffice(windows, TODAY)
        office.guide()
        office.play([
            ("recommender", "application"),
            ("applicant", "fill_application"),
            ("recommender", "recommend_application"),
            ("formal_reviewer", "review_papers"),
            ("formal_reviewer", "propose_experts"),
            *((f"expert_{number}", "review_independently") for number in range(1, 6)),
            ("expert_1", "confirm_opinion"),
            ("authority", "study_application"),
            ("authority", "approve_construction"),
        ])  # fmt: skip
        own = [office.bases[office.names[task]] for task in ("review_papers", "study_application")]
        assert "《玉川省技术标准创新基地管理办法》第六条" in own[0], own[0]
        assert "省标准化技术机构对申报材料进行形式审查。" in own[0], own[0]
        assert "《玉川省技术标准创新基地管理办法》第七条" in own[1], own[1]
        assert "山西" not in "".join(office.bases.values())
        office.case = office.approved_case().url
        main = office.page("authority").locator("main")
        expect(main).to_contain_text("玉川省技术标准创新基地（碳基新材料）（筹）")
        expect(main).to_contain_text("2028-11-20")
        office.move("2028-09-04")
        office.live([("applicant", "+acceptance")])
        office.live(REVIEW, acceptance_verdict="pass")
        page = office.page("authority")
        page.goto(office.case)
        ready(page)
        expect(main.locator(".gc-meta").first).to_contain_text("已成立")
        expect(main).to_contain_text("玉川省技术标准创新基地（碳基新材料）")
        walk.page = page
        walk.shoot("established")
        windows.check()
