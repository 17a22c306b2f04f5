"""Filing for acceptance: periods, self-check, papers, signature, copy and return."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

PAPERS = {"acceptance_application": ["a.pdf"], "self_check_report": ["b.pdf"]}
AGAIN: dict[str, Any] = {"acceptance_failures": 1, "rectification_due_on": date(2026, 9, 30)}
CLERK = {"id": "person_a", "name": "经办人"}


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def case(**record: object) -> dict[str, Any]:
    return {"state": "in_construction", "record": {"construction_end": date(2026, 8, 31)} | record}


def file(regime: str, day: date, its: dict[str, Any] | None = None, **given: object) -> Any:
    known = {"case": its or case(), "actor": CLERK, "submitted_papers": PAPERS} | given
    return office(regime, day).ask("acceptance_filing.check_filing", **known)


def refusal(error: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...]]:
    return error.value.code, error.value.clauses


class TestTime:
    @pytest.mark.parametrize(
        ("regime", "last_day"), [("shanxi", date(2026, 5, 31)), ("jiangxi", date(2026, 7, 31))]
    )
    def test_the_latest_day_is_in_time_and_the_next_is_late(
        self, regime: str, last_day: date
    ) -> None:
        assert file(regime, last_day)["filed_late"] is False
        assert file(regime, last_day.replace(day=1, month=last_day.month + 1))["filed_late"] is True

    @pytest.mark.parametrize(("regime", "clause"), [("shanxi", "SX-20.1"), ("jiangxi", "JX-18.1")])
    def test_after_the_period_nothing_is_taken(self, regime: str, clause: str) -> None:
        assert file(regime, date(2026, 8, 31))["filed_late"] is True
        with pytest.raises(Refusal) as error:
            file(regime, date(2026, 9, 1))
        assert refusal(error) == ("too_late", (clause,))

    def test_a_late_filing_that_the_authority_admitted_is_taken_and_marked(self) -> None:
        admitted = case(late_filing_until=date(2026, 9, 30))
        assert file("shanxi", date(2026, 9, 30), admitted)["filed_late"] is True
        with pytest.raises(Refusal, match="期限已过"):
            file("shanxi", date(2026, 10, 1), admitted)

    def test_what_is_filed_spends_the_day_that_was_admitted(self) -> None:
        filed = file("shanxi", date(2026, 9, 1), case(late_filing_until=date(2026, 9, 30)))
        assert filed["late_filing_until"] is None
        assert filed["admitted_until"] == date(2026, 9, 30)

    def test_the_national_day_rolls_when_the_period_ends_on_a_rest_day(self) -> None:
        saturday = case(construction_end=date(2026, 1, 31), self_check_on=date(2026, 1, 5))
        assert file("national", date(2026, 2, 2), saturday)["filed_late"] is False
        with pytest.raises(Refusal) as error:
            file("national", date(2026, 2, 3), saturday)
        assert refusal(error) == ("too_late", ("GB-19.2",))

    def test_a_latest_day_before_the_delivery_of_the_grant_becomes_the_tenth_working_day(
        self,
    ) -> None:
        granted = case(
            construction_end=date(2026, 8, 31),
            extension_granted_on=date(2026, 6, 1),
            extension_received_on=date(2026, 6, 8),
        )
        assert file("shanxi", date(2026, 6, 23), granted)["filed_late"] is False
        assert file("shanxi", date(2026, 6, 24), granted)["filed_late"] is True

    def test_a_returned_application_may_come_until_the_day_that_was_set(self) -> None:
        known: dict[str, Any] = {"refile_by": date(2026, 9, 20)}
        assert file("jiangxi", date(2026, 9, 20), **known)["filing_conclusion"] == "filed"
        with pytest.raises(Refusal, match="期限已过"):
            file("jiangxi", date(2026, 9, 21), **known)


class TestSelfCheck:
    def test_the_national_application_needs_one(self) -> None:
        with pytest.raises(Refusal) as error:
            file("national", date(2026, 8, 3))
        assert refusal(error) == ("self_check_missing", ("GB-19.1", "GB-19.2"))

    def test_one_before_the_window_does_not_count(self) -> None:
        with pytest.raises(Refusal, match="2026-05-31"):
            file("national", date(2026, 8, 3), case(self_check_on=date(2026, 5, 30)))

    def test_one_in_the_window_does(self) -> None:
        filed = file("national", date(2026, 8, 3), case(self_check_on=date(2026, 5, 31)))
        assert filed["acceptance_pending"] is True
        assert filed["review_stage"] == "acceptance"
        assert filed["filed_by"] == "person_a"


class TestAgain:
    def test_the_six_months_count_and_no_new_self_check(self) -> None:
        filed = file("national", date(2026, 9, 30), **AGAIN)
        assert filed["review_stage"] == "acceptance_again"
        assert filed["filed_late"] is False

    def test_what_was_answered_the_first_time_is_asked_anew(self) -> None:
        filed = file("shanxi", date(2026, 9, 30), **AGAIN)
        assert filed["invitations"] is None
        assert filed["defects"] is None
        assert filed["acceptance_verdict"] is None

    def test_after_the_six_months_the_authority_has_to_decide_first(self) -> None:
        with pytest.raises(Refusal) as error:
            file("shanxi", date(2026, 10, 1), **AGAIN)
        assert refusal(error) == ("rectification_overdue", ("SX-20.4",))
        admitted = case(late_filing_until=date(2026, 10, 31))
        assert file("shanxi", date(2026, 10, 1), admitted, **AGAIN)["filed_late"] is True


def test_without_its_papers_it_is_not_taken() -> None:
    with pytest.raises(Refusal) as error:
        file("jiangxi", date(2026, 7, 1), submitted_papers={"acceptance_application": []})
    assert refusal(error) == ("papers_missing", ("JX-18.1",))


def correct(papers: object) -> Any:
    it = office("jiangxi", date(2026, 7, 1))
    actor = {"id": "person_b"}
    return it.ask("acceptance_filing.check_correction", actor=actor, submitted_papers=papers)


class TestSignature:
    def sign(self, actor: object, on: date = date(2026, 7, 1), **given: object) -> Any:
        known = {"case": case(), "actor": actor, "filed_by": "person_a"} | given
        return office("jiangxi", on).ask("acceptance_filing.check_signature", **known)

    def test_what_goes_back_may_be_corrected_until_the_period_ends(self) -> None:
        found = self.sign({"id": "person_b"}, signature_verdict="returned")
        assert found == {"correct_by": date(2026, 8, 31)}

    def test_after_the_period_the_officer_names_the_day(self) -> None:
        late = {"on": date(2026, 9, 1), "signature_verdict": "returned"}
        with pytest.raises(Refusal) as error:
            self.sign({"id": "person_b"}, **late)
        assert refusal(error) == ("refile_date_missing", ("JX-18.2",))
        found = self.sign({"id": "person_b"}, correct_until=date(2026, 9, 10), **late)
        assert found == {"correct_by": date(2026, 9, 10)}

    @pytest.mark.parametrize("actor", [CLERK, {}])
    def test_the_officer_who_filed_cannot_sign(self, actor: object) -> None:
        with pytest.raises(Refusal) as error:
            self.sign(actor)
        assert refusal(error) == ("same_officer", ("JX-18.2",))

    def test_a_second_officer_can(self) -> None:
        self.sign({"id": "person_b"})

    def test_who_corrected_what_was_sent_back_is_now_the_one_who_filed(self) -> None:
        found = correct({"acceptance_application": ["document"]})
        assert (found["filed_by"], found["signature_verdict"]) == ("person_b", None)

    def test_what_was_corrected_has_its_papers_again(self) -> None:
        with pytest.raises(Refusal) as error:
            correct({"acceptance_application": []})
        assert refusal(error) == ("papers_missing", ("JX-18.1",))


def test_the_copy_for_the_recommender_is_on_record() -> None:
    it = office("national", date(2026, 8, 3))
    its = case(recommender_name="某省人民政府") | {"recommender_id": "province"}
    told = it.ask("acceptance_filing.copy_application", case=its)
    assert told == {"copied_to": "某省人民政府"}
    assert it.books.records("copy", organisation_id="province")[0]["title"] == "验收申请"


class TestReview:
    def review(self, day: date, **given: object) -> Any:
        it = office("national", day)
        return it.ask("acceptance_filing.check_review", **{"case": case()} | given)

    def test_an_accepted_application_goes_on(self) -> None:
        found = self.review(date(2026, 8, 12), review_verdict="accepted")
        assert found == {"filing_conclusion": "accepted", "refile_by": None}

    def test_a_returned_one_may_come_again_until_the_period_ends(self) -> None:
        found = self.review(date(2026, 8, 12), review_verdict="returned", return_reason="补材料")
        assert found == {"filing_conclusion": "returned", "refile_by": date(2026, 8, 31)}

    def test_after_the_period_the_return_names_the_day(self) -> None:
        returned = {"review_verdict": "returned", "return_reason": "补材料"}
        with pytest.raises(Refusal) as error:
            self.review(date(2026, 9, 5), **returned)
        assert refusal(error) == ("refile_date_missing", ("GB-19.4",))
        found = self.review(date(2026, 9, 5), refile_until=date(2026, 9, 20), **returned)
        assert found["refile_by"] == date(2026, 9, 20)

    def test_before_that_the_return_names_no_later_day(self) -> None:
        returned = {"review_verdict": "returned", "return_reason": "补材料"}
        with pytest.raises(Refusal, match="2026-08-31") as error:
            self.review(date(2026, 8, 31), refile_until=date(2026, 9, 1), **returned)
        assert refusal(error) == ("refile_date_too_late", ("GB-19.4",))

    @pytest.mark.parametrize(
        ("given", "last_day"),
        [
            ({"case": case(extension_received_on=date(2026, 9, 1))}, date(2026, 9, 15)),
            ({"admitted_until": date(2026, 9, 30)}, date(2026, 9, 30)),
        ],
    )
    def test_the_period_ends_where_a_late_extension_or_an_admission_puts_it(
        self, given: dict[str, Any], last_day: date
    ) -> None:
        returned = {"review_verdict": "returned", "return_reason": "补材料"}
        assert self.review(date(2026, 9, 5), **returned, **given)["refile_by"] == last_day

    def test_a_returned_re_application_may_come_within_the_six_months(self) -> None:
        due = {"rectification_due_on": date(2027, 1, 31)}
        returned = {"review_verdict": "returned", "return_reason": "补材料"}
        assert self.review(date(2026, 12, 1), **returned, **due)["refile_by"] == date(2027, 1, 31)

    def test_a_return_has_its_reason(self) -> None:
        with pytest.raises(Refusal, match="写明理由"):
            self.review(date(2026, 8, 12), review_verdict="returned", return_reason=" ")


@pytest.mark.parametrize(("failures", "rectifying"), [(0, False), (1, True)])
def test_what_was_returned_and_not_filed_again_is_no_longer_pending(
    failures: int, rectifying: bool
) -> None:
    it = office("jiangxi", date(2026, 9, 1))
    found = it.ask("acceptance_filing.close_filing", acceptance_failures=failures)
    assert found["filing_conclusion"] == "lapsed"
    assert found["acceptance_pending"] is False
    assert found["rectification_pending"] is rectifying
