"""The inbox in a browser."""

from tests.browser.acts import begin_application
from tests.browser.conftest import SignIn


def test_claiming_and_handing_back_change_the_row_in_place(sign_in: SignIn) -> None:
    title = begin_application(sign_in("shanxi_recommender"))
    page = sign_in("shanxi_applicant")
    page.goto(f"/inbox?q={title}")
    page.evaluate("window.stillTheSamePage = true")
    page.click("tbody button")
    page.wait_for_selector("tbody >> text=退回待签")
    assert page.inner_text("tbody td:nth-child(7)") == "申报单位经办人"
    page.click("tbody button")
    page.wait_for_selector("tbody >> text=待签收")
    assert page.evaluate("window.stillTheSamePage") is True


def test_the_list_follows_the_search_while_typing(sign_in: SignIn) -> None:
    title = begin_application(sign_in("shanxi_recommender"))
    page = sign_in("shanxi_applicant")
    page.keyboard.press("/")
    page.keyboard.type("没有这样的事项")
    page.wait_for_selector("text=没有符合条件的待办事项")
    page.fill("#search", title)
    page.wait_for_selector(f"td >> text={title}")
    assert "q=" in page.url


def test_somebody_without_scripts_reads_and_claims(sign_in: SignIn) -> None:
    title = begin_application(sign_in("shanxi_recommender"))
    page = sign_in("shanxi_applicant")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"/inbox?q={title}")
    page.click("tbody button")
    page.wait_for_load_state()
    page.goto(f"/inbox?q={title}")
    page.click("td.gc-title a")
    assert "办理依据" in page.inner_text("main")
