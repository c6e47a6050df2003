"""Rows of texts by column go the very way that files go: the same faults, the same merge."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from gateway.core.lao_text import tidy_name
from gateway.registry.choices import set_consent
from gateway.registry.database import Database
from gateway.registry.imports import ImportReport, Kept, cells, headings, merging, places
from gateway.registry.imports.beneficiaries import BeneficiaryPlan
from gateway.registry.imports.payments import PaymentPlan
from gateway.registry.imports.rows import import_rows
from gateway.registry.imports.staging import NO_SUCH_NUMBER, Plan, Watcher
from gateway.registry.imports.visits import VisitPlan
from gateway.registry.imports.vocabulary import FILES, OPTIONAL
from gateway.registry.tables import beneficiaries, districts, payments, visits
from tests.registry.files import NOW, PEPPERS, TODAY, beneficiary, payment, visit
from tests.registry.importer import Importer

ALL = frozenset(FILES["beneficiaries"]) - OPTIONAL


def people() -> BeneficiaryPlan:
    return BeneficiaryPlan(NOW, TODAY, PEPPERS)


def put(
    importer: Importer, *rows: Mapping[str, str], plan: Plan | None = None, **how: Any
) -> ImportReport:
    plan = plan or people()
    names = how.pop("names", frozenset(plan.columns) - OPTIONAL)
    return import_rows(importer.database, plan, rows, names, **how)


def found(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.reason) for error in report.errors]


def test_rows_are_imported_as_a_file_would_be(importer: Importer):
    report = put(importer, beneficiary(), beneficiary("26000002", msisdn=""))

    assert (report.new, report.errors) == (2, ())
    assert report.became == {1: "new", 2: "new"}
    person = importer.person()
    assert (person.msisdn, person.consent_health) == ("+8562055512345", True)
    assert person.name == tidy_name(beneficiary()["name"])


def test_of_each_row_is_told_what_became_of_it(importer: Importer):
    put(importer, beneficiary(), beneficiary("26000002"))
    with importer.database.writing() as connection:
        set_consent(connection, [importer.person().id], "health", False, NOW)

    report = put(
        importer,
        beneficiary(),
        beneficiary("26000002", status="suspended"),
        beneficiary("26000003"),
    )

    assert report.became == {2: "changed", 3: "new"}
    assert report.kept == (Kept(1, "26000001", ("consent_health",)),)
    assert (report.new, report.changed, report.unchanged) == (1, 1, 1)


def test_a_dry_run_tells_the_same_and_writes_nothing(importer: Importer):
    put(importer, beneficiary())

    rows = (beneficiary(status="suspended"), beneficiary("26000002"))
    report = put(importer, *rows, dry_run=True)

    assert report.became == {1: "changed", 2: "new"}
    assert importer.count(beneficiaries) == 1
    assert put(importer, *rows).became == report.became


FAULTY = [
    ("status", {"status": "enroled"}, cells.NOT_KNOWN_VALUE),
    ("msisdn", {"msisdn": "+66812345678"}, cells.NOT_MOBILE),
    ("child_dob", {"child_dob": "2026-02-30"}, cells.NO_SUCH_DAY),
    ("child_dob", {"child_dob": "0001-01-01"}, cells.IMPLAUSIBLE),
    ("child_dob", {"child_dob": "9999-12-31"}, cells.IN_THE_FUTURE),
    ("consent_health", {"consent_health": "perhaps"}, cells.NOT_KNOWN_VALUE),
    ("pin", {"pin": "12345"}, cells.NOT_4_DIGITS),
    ("name", {"name": " "}, cells.MISSING),
    ("income", {"income": "1"}, headings.UNKNOWN_COLUMN),
]


@pytest.mark.parametrize(("column", "changes", "reason"), FAULTY, ids=[one[0] for one in FAULTY])
def test_with_a_fault_in_any_row_nothing_is_written(
    importer: Importer, column: str, changes: dict[str, str], reason: str
):
    report = put(importer, beneficiary("26000002"), beneficiary() | changes)

    assert found(report) == [(2, column, reason)]
    assert importer.count(beneficiaries) == 0


def test_what_is_no_text_is_a_fault_of_its_column(importer: Importer):
    tried = [(name, value) for name in sorted(ALL) for value in ("a\0b", "a\ud800b", "\udcff")]

    report = put(importer, *(beneficiary() | {name: value} for name, value in tried))

    told = {
        (error.line, error.column) for error in report.errors if error.reason != merging.SAME_AS
    }
    assert told == {(line, name) for line, (name, _value) in enumerate(tried, start=1)}
    assert importer.count(beneficiaries) == 0


def test_a_column_that_a_row_lacks_is_an_empty_cell(importer: Importer):
    row = beneficiary()
    del row["pin"], row["locale"], row["consent_health"]

    report = put(importer, row, each=True)

    assert found(report) == [(1, "consent_health", cells.MISSING)]


def test_each_row_for_itself_leaves_the_faulty_ones_out(importer: Importer):
    put(importer, beneficiary("26000007"))
    report = put(
        importer,
        beneficiary(),
        beneficiary("26000002", status="?"),
        beneficiary("26000003"),
        beneficiary("26000001", status="exited"),
        beneficiary("26000007"),
        each=True,
    )

    assert found(report) == [
        (2, "status", cells.NOT_KNOWN_VALUE),
        (4, "registration_no", merging.SAME_AS),
    ]
    assert report.became == {1: "new", 3: "new"}
    assert (report.new, report.unchanged) == (2, 1)
    assert importer.person().status == "enrolled"
    assert importer.count(beneficiaries) == 3


def test_a_place_that_has_no_room_is_told_of_each_of_its_rows(importer: Importer):
    long = "ຂວງ" * 8
    rows = [beneficiary(f"2600000{one}", pay_point=long) for one in range(1, 6)]

    report = put(importer, *rows, beneficiary("26000009"), each=True)

    assert found(report) == [(line, "pay_point", places.LONG_LATIN) for line in range(1, 6)]
    assert (report.new, importer.count(beneficiaries)) == (1, 1)


def test_rows_without_a_right_one_are_no_merge(importer: Importer):
    report = put(importer, beneficiary(status="?"), each=True)

    assert (report.new, report.became, len(report.errors)) == (0, {}, 1)


def test_payments_and_visits_go_the_same_way(importer: Importer):
    put(importer, beneficiary())
    paid = put(
        importer,
        payment(),
        payment("26000009"),
        payment(cycle="2026-12", due_on="2027-01-05", amount="1"),
        plan=PaymentPlan(NOW, TODAY),
        each=True,
    )
    visited = put(importer, visit(), visit(visit="penta9"), plan=VisitPlan(NOW, TODAY), each=True)

    assert [error[:2] for error in found(paid)] == [(2, "registration_no"), (3, "amount")]
    assert paid.errors[0].reason == NO_SUCH_NUMBER
    assert found(visited) == [(2, "visit", cells.NOT_KNOWN_VALUE)]
    assert (importer.count(payments), importer.count(visits)) == (1, 1)


class TestSomeColumns:
    """Rows that do not speak of all columns: the others stay as they are."""

    @pytest.fixture(autouse=True)
    def _known(self, importer: Importer) -> None:
        put(importer, beneficiary(), names=ALL | {"helper_msisdn"})

    def test_only_they_change(self, importer: Importer):
        before = importer.person()
        row = beneficiary(status="suspended", name="ນາງ ຄຳ", msisdn="", child_dob="2026-01-01")

        report = put(importer, row, names={"registration_no", "status"})

        after = importer.person()
        assert (report.changed, after.status) == (1, "suspended")
        assert after._asdict() | {"status": "enrolled"} == before._asdict()

    def test_each_column_can_be_the_only_one(self, importer: Importer):
        for column in sorted(ALL - {"registration_no"}):
            report = put(importer, beneficiary(), names={"registration_no", column})

            assert (report.errors, report.changed, report.unchanged) == ((), 0, 1), column

    def test_another_category_needs_the_date_that_belongs_to_it(self, importer: Importer):
        row = beneficiary(category="pregnant")

        report = put(importer, row, names={"registration_no", "category"})

        assert [error.column for error in report.errors] == ["edd"]

    def test_what_stands_there_unchanged_may_be_older_than_a_file_may_say(self, importer: Importer):
        row = beneficiary(child_dob="2001-01-01", status="exited", category="child")

        report = put(importer, row, names={"registration_no", "status"})

        assert [error.column for error in report.errors] == ["child_dob"]
        assert importer.person().status == "enrolled"

    def test_nobody_new_comes_of_them(self, importer: Importer):
        row = beneficiary("26000002")

        report = put(importer, row, names={"registration_no", "status"})

        assert found(report) == [(1, "registration_no", NO_SUCH_NUMBER)]


class Noting(Watcher):
    """Writes a row of its own after the merge, as an answer or a cursor would be kept."""

    def __init__(self, breaks: bool = False) -> None:
        self._breaks = breaks
        self.report: ImportReport | None = None

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        self.report = report
        connection.execute(
            insert(districts).values(
                province="x", province_latin="x", name="cursor", name_latin="cursor"
            )
        )
        if self._breaks:
            raise InterruptedError


def noted(database: Database) -> bool:
    with database.reading() as connection:
        wanted = select(districts.c.id).where(districts.c.name == "cursor")
        return connection.execute(wanted).first() is not None


def test_what_follows_the_merge_is_in_its_transaction(importer: Importer):
    watcher = Noting()

    report = put(importer, beneficiary(), watcher=watcher)

    assert watcher.report == report
    assert report.became == {1: "new"}
    assert noted(importer.database)


def test_what_breaks_off_after_the_merge_undoes_it(importer: Importer):
    with pytest.raises(InterruptedError):
        put(importer, beneficiary(), watcher=Noting(breaks=True))

    assert importer.count(beneficiaries) == 0
    assert not noted(importer.database)


def test_one_connection_serves_import_after_import(importer: Importer):
    for turn in range(3):
        assert put(importer, beneficiary(status="?")).errors
        assert put(importer, beneficiary()).new == (turn == 0)
        assert put(importer, beneficiary(), dry_run=True).unchanged == 1


def test_a_thousand_rows_and_more_come_one_after_the_other(importer: Importer):
    rows = (beneficiary(f"{26_000_000 + one}") for one in range(1, 1102))

    report = import_rows(importer.database, people(), rows, ALL)

    assert (report.new, importer.count(beneficiaries)) == (1101, 1101)


def test_a_file_and_rows_find_the_same_faults(importer: Importer, tmp_path: Path):
    changes = [one[1] for one in FAULTY if one[0] != "income"]
    rows = [beneficiary(f"2600000{at}") | change for at, change in enumerate(changes)]

    by_file = importer.beneficiaries(*rows)
    by_row = put(importer, *rows)

    told = [(error.line - 1, *error_of(error)) for error in by_file.errors]
    assert told == [(error.line, *error_of(error)) for error in by_row.errors]
    assert len(told) == len(changes)


def error_of(error: Any) -> tuple[str, str, Any, str]:
    return error.column, error.reason, error.params, error.value
