"""What is only read takes no lock: PostgreSQL would refuse it, where SQLite has none to take."""

from __future__ import annotations

from server import db
from server.studio.scenarios import finding
from server.work.archive import gather
from tests.office import Office


def test_the_package_of_a_case_is_gathered_without_a_lock(office: Office) -> None:
    case = office.start("watch")["case"]
    with db.read() as tx:
        told = gather.whole(tx, case)
    assert [each["field_name"] for each in told.variables.values()] == ["绿色生态"]


def test_a_scenario_looks_into_a_procedure_without_a_lock(office: Office) -> None:
    case = office.start("watch")["case"]
    (instance,) = finding.running(case)
    assert finding.holds(instance, "inspect")
    assert finding.variables(instance)["field_name"] == "绿色生态"
