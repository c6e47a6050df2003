"""A cycle's figures agree with a direct count of the same payments."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from gateway.core.kinds import CaseKind
from gateway.figures.counting import Counting
from gateway.figures.cycles import FIGURES, count_cycle, cycles_that_go_on, of_cycle
from gateway.figures.questions import count_questions
from gateway.figures.tables import figure_topics
from gateway.paydays.marking import mark
from gateway.registry.cases import open_case
from gateway.registry.tables import payments
from gateway.ussd.branches import branches_of
from menus import build_menu
from tests.paydays.conftest import Office
from tests.paydays.desks import ZONE
from tests.registry.files import NOW, TODAY, payment

ANN, BEA, CLO, FAR = "26000001", "26000002", "26000003", "26000013"
COUNTING = Counting(now=NOW, zone=ZONE, default_locale="lo", branches=branches_of(build_menu("1")))


def counts(office: Office, cycle: str, district_id: int) -> list[int]:
    """In the order of FIGURES, of the whole district."""
    with office.database.reading() as connection:
        found = {
            figure.kind: figure.count
            for figure in count_cycle(connection, cycle, COUNTING)
            if figure.district_id == district_id
        }
    return [found[f"all:{name}"] for name in FIGURES]


def test_each_figure_counts_what_it_says(office: Office):
    wanted = {**office.ids("paid", ANN), **office.ids("missed", BEA)}
    with office.database.writing() as connection:
        mark(connection, wanted, office.desk)
        open_case(
            connection, event_key="test", kind=CaseKind.NOT_PAID, msisdn="+8562055512345",
            beneficiary_id=office.payment(ANN).beneficiary_id, now=NOW,
        )  # fmt: skip
    office.tell(BEA, "2026-09")

    # planned, told, paid, missed, late, complaints
    assert counts(office, "2026-09", 1) == [3, 1, 1, 1, 1, 1]
    assert counts(office, "2026-09", 2) == [1, 0, 0, 0, 1, 0]
    assert counts(office, "2026-11", 1) == [3, 0, 0, 0, 0, 0]


def test_what_others_were_paid_since_takes_nobodys_complaint_away(office: Office):
    """A complaint is about her last payday by then: of her own paydays, not of all."""
    earlier, between = (TODAY - timedelta(days=days) for days in (60, 2))
    office.importer.payments(
        payment(ANN, cycle="2026-07", due_on=earlier.isoformat()),
        payment(BEA, cycle="2026-10", due_on=between.isoformat()),
    )
    with office.database.writing() as connection:
        open_case(
            connection, event_key="test", kind=CaseKind.NOT_PAID, msisdn="+8562055512345",
            beneficiary_id=office.payment(ANN).beneficiary_id, now=NOW,
        )  # fmt: skip

    complaints = {cycle: counts(office, cycle, 1)[-1] for cycle in ("2026-07", "2026-09")}

    assert complaints == {"2026-07": 0, "2026-09": 1}


def test_who_was_told_another_day_is_not_told(office: Office):
    office.tell(ANN)
    later = office.payment(ANN, "2026-11").due_on + timedelta(days=1)
    assert counts(office, "2026-11", 1)[1] == 1

    office.importer.payments(
        {
            "registration_no": ANN, "cycle": "2026-11", "due_on": later.isoformat(),
            "amount": "300000", "pay_point": "ບ້ານ ໂພນແກ້ວ", "status": "scheduled",
        }
    )  # fmt: skip

    assert counts(office, "2026-11", 1)[1] == 0


def test_cycles_that_go_on_are_counted_ahead(office: Office):
    with office.database.reading() as connection:
        assert cycles_that_go_on(connection, TODAY) == ["2026-11", "2026-09"]

    for _step in count_questions(office.database, COUNTING):
        pass

    topics = {row.topic for row in office.importer.rows(figure_topics)}
    assert {"cycle:2026-11", "cycle:2026-09"} <= topics


def test_whether_somebody_was_told_is_asked_row_by_row(office: Office):
    """A join would read a whole district before the first page of its list."""
    with office.database.reading() as connection:
        if connection.dialect.name == "sqlite":
            pytest.skip("its planner makes no join of it")
        told = of_cycle(connection, "2026-11", TODAY, ZONE)["told"]
        asked = (
            select(payments.c.id)
            .where(told)
            .compile(connection, compile_kwargs={"literal_binds": True})
        )
        plan = "\n".join(connection.execute(text(f"EXPLAIN {asked}".replace(":", "\\:"))).scalars())

    assert "SubPlan" in plan
    assert "Join" not in plan
