"""经费收支登记: the automatic boxes of fund_booking.bpmn, in the order of the diagram."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled
from handlers.rules.council import is_known_unit, is_unit
from handlers.rules.projects import not_later
from handlers.sentence import told

SOURCES = "JB-13.1 JB-13.2 JB-13.3 JB-13.4"
PURPOSE = "JB-14.1"
COUNCIL_UNIT = "council_unit"
INCOME = "fund_income"
EXPENSE = "fund_expense"


def check_income(
    today: date,
    regime: Row,
    register: Register,
    fund_source: str,
    payer_name: str,
    lawful_basis: str | None = None,
    booked_on: date | None = None,
) -> dict[str, object]:
    """核对收入来源

    Each income has one of four sources: what council units put in comes from one of them, other
    income names what makes it lawful. Clauses: JB-13.1 JB-13.2 JB-13.3 JB-13.4.
    """
    paid_on = day(booked_on) or today
    if fund_source == "council_units" and not is_unit(register, payer_name.strip(), paid_on):
        reason = told("%(unit)s不是理事单位。", unit=payer_name)
        raise Refusal("not_council_unit", reason, cite(regime, "JB-13.2"))
    if fund_source == "other_lawful_income" and not filled(lawful_basis):
        reason = "其他合法收入须写明依据。"
        raise Refusal("lawful_basis_missing", reason, cite(regime, "JB-13.4"))
    return {"fund_entry": {"source": fund_source, "party": payer_name}}


def check_expense(
    today: date,
    regime: Row,
    register: Register,
    expense_scope: str,
    expense_purpose: str,
    payee_name: str,
    payee_kind: str,
    expense_kind: str,
    project_number: str | None = None,
    booked_on: date | None = None,
) -> dict[str, object]:
    """核对支出用途

    Within the scope of business and no distribution among council units; what a council unit, by
    the entry or by the council's register, is paid for a project names it. Clauses: JB-14.1.
    """
    clauses = cite(regime, PURPOSE)
    if expense_kind == "distribution":
        reason = "创新基地经费不得在理事单位中分配。"
        raise Refusal("distribution_among_council_units", reason, clauses)
    if expense_scope == "outside":
        reason = "创新基地经费只能用于管理办法规定的业务范围。"
        raise Refusal("outside_business_scope", reason, clauses)
    if is_known_unit(register, payee_name.strip(), day(booked_on) or today):
        payee_kind = COUNCIL_UNIT
    _check_project(register, payee_kind, expense_kind, (project_number or "").strip(), clauses)
    used = {"scope": expense_scope, "purpose": expense_purpose, "project_number": project_number}
    return {"fund_entry": {**used, "party": payee_name, "payee_kind": payee_kind}}


def _check_project(
    register: Register, payee: str, kind: str, number: str, clauses: tuple[str, ...]
) -> None:
    if not number and payee == COUNCIL_UNIT:
        reason = "向理事单位支付的只能是项目费用，须注明项目登记号，否则属于在理事单位中分配。"
        raise Refusal("project_missing", reason, clauses)
    if not number and kind == "project_work":
        raise Refusal("project_missing", "项目费用须注明项目登记号。", clauses)
    if number and not register.records("project", project_number=number):
        raise Refusal(
            "project_unknown", told("没有登记号为“%(number)s”的项目。", number=number), clauses
        )


def book_entry(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    booking_kind: str,
    booking_amount: Decimal,
    fund_entry: Row,
    booked_on: date | None = None,
) -> dict[str, object]:
    """记入经费台账

    The balance is income less expenses of all entries; one below nothing is shown, for the state's
    financial rules to deal with. Clauses: JB-13.1 JB-13.2 JB-13.3 JB-13.4 JB-14.1.
    """
    booked = not_later(booked_on, today, "日期", cite(regime, f"{SOURCES} {PURPOSE}"))
    kind = EXPENSE if booking_kind == "expense" else INCOME
    number = f"{booked.year}-{register.next_number(f'funds-{booked.year}')}"
    amount = Decimal(str(booking_amount))
    entry = {"case": case["id"], "number": number, "title": str(fund_entry["party"])}
    register.record(kind, {**entry, **fund_entry, "amount": str(amount), "effective_on": booked})
    balance = _sum(register.records(INCOME)) - _sum(register.records(EXPENSE))
    return {"booking_number": number, "fund_balance": str(balance), "overdrawn": balance < 0}


def _sum(entries: Iterable[Row]) -> Decimal:
    return sum((Decimal(str(each["amount"])) for each in entries), Decimal(0))
