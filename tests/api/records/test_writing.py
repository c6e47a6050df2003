"""What other systems write: the rules of the files, in their very words, with a result a row."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from gateway.api.problems import FieldFault
from gateway.api.records.known import changed_row, texts_of
from gateway.api.records.shapes import (
    BeneficiaryRow,
    PaymentRow,
    RowResult,
    VisitRow,
    Written,
)
from gateway.api.records.writing import Writer
from gateway.registry.choices import set_consent
from gateway.registry.imports.vocabulary import FILES
from gateway.registry.tables import beneficiaries, districts, payments, visits
from gateway.uploads.plans import ANOTHER_DISTRICT
from tests.registry.files import NOW, PEPPERS, TODAY, beneficiary, payment, visit
from tests.registry.importer import Importer, importer

__all__ = ["importer"]


@pytest.fixture
def writer(importer: Importer) -> Writer:
    return Writer(database=importer.database, peppers=PEPPERS, now=NOW, today=TODAY)


def sent(shape: type[Any], row: Mapping[str, object]) -> dict[str, str]:
    """A row as it comes in JSON."""
    given: dict[str, str] = msgspec.json.decode(msgspec.json.encode(row), type=shape).given()
    return given


WOMAN: dict[str, object] = {
    **beneficiary(),
    "edd": None,
    "pin": None,
    "consent_payment": True,
    "consent_health": True,
}
MONEY: dict[str, object] = {**payment(), "amount": 300000}
ASKED = [
    ("beneficiaries", BeneficiaryRow, WOMAN),
    ("payments", PaymentRow, MONEY),
    ("visits", VisitRow, visit()),
]


@pytest.mark.parametrize(("kind", "shape", "row"), ASKED, ids=[one[0] for one in ASKED])
def test_the_fields_are_the_columns_of_the_files(kind: str, shape: type[Any], row: Any):
    assert {*shape.__struct_fields__} == {*FILES[kind]}
    assert {*sent(shape, row)} <= {*FILES[kind]}


def test_a_row_is_written_as_a_file_would_write_it(writer: Writer, importer: Importer):
    done = writer.write("beneficiaries", [sent(BeneficiaryRow, WOMAN)])
    by_api = importer.person()

    assert importer.beneficiaries(beneficiary()).unchanged == 1
    assert done == Written(
        new=1, changed=0, unchanged=0, refused=0,
        rows=(RowResult(row=1, result="new"),), places=done.places,
    )  # fmt: skip
    assert {one.kind for one in done.places} == {"village", "health_centre", "pay_point"}
    assert (by_api.consent_payment, by_api.edd, by_api.pin_hash) == (True, None, None)


# (kind, column, what it says in a file, what it says in JSON)
BOUNDS = [
    ("beneficiaries", "registration_no", "2600001", None),
    ("beneficiaries", "registration_no", "260000011", None),
    ("beneficiaries", "registration_no", "", None),
    ("beneficiaries", "name", "", None),
    ("beneficiaries", "name", "ກ" * 121, None),
    ("beneficiaries", "name", "???", None),
    ("beneficiaries", "msisdn", "0205551234", None),
    ("beneficiaries", "msisdn", "+66812345678", None),
    ("beneficiaries", "msisdn", "8.56E+12", None),
    ("beneficiaries", "locale", "th", None),
    ("beneficiaries", "status", "", None),
    ("beneficiaries", "status", "enroled", None),
    ("beneficiaries", "category", "mother", None),
    ("beneficiaries", "edd", "2569-08-15", None),
    ("beneficiaries", "edd", "2027-09-25", None),
    ("beneficiaries", "child_dob", "", None),
    ("beneficiaries", "child_dob", "0001-01-01", None),
    ("beneficiaries", "child_dob", "2026-11-25", None),
    ("beneficiaries", "child_dob", "2026-02-30", None),
    ("beneficiaries", "child_dob", "2026-7-20", None),
    ("beneficiaries", "child_dob", "2026-07-20T00:00:00Z", None),
    ("beneficiaries", "province", "", None),
    ("beneficiaries", "district", "ກ" * 65, None),
    ("beneficiaries", "village", "ກ" * 17, None),
    ("beneficiaries", "health_centre", "ກ" * 25, None),
    ("beneficiaries", "pay_point", "ຂວງ" * 8, None),
    ("beneficiaries", "consent_payment", "", ...),
    ("beneficiaries", "consent_health", "", ...),
    ("beneficiaries", "pin", "12345", None),
    ("beneficiaries", "phone_owner", "shop", None),
    ("beneficiaries", "helper_msisdn", "1", None),
    ("beneficiaries", "name", "a\0b", None),
    ("payments", "registration_no", "26000009", None),
    ("payments", "cycle", "2026-13", None),
    ("payments", "cycle", "2025-11", None),
    ("payments", "due_on", "9999-12-31", None),
    ("payments", "due_on", "", None),
    ("payments", "amount", "0", 0),
    ("payments", "amount", "-300000", -300000),
    ("payments", "amount", "1000000000", 10**9),
    ("payments", "amount", str(2**63), 2**63),
    ("payments", "amount", "30000", 30000),
    ("payments", "pay_point", "ກ" * 25, None),
    ("payments", "status", "done", None),
    ("visits", "registration_no", "26000009", None),
    ("visits", "visit", "penta9", None),
    ("visits", "visit", "anc1", None),
    ("visits", "done_on", "2026-11-25", None),
    ("visits", "done_on", "2026-07-19", None),
]


def test_what_is_wrong_is_told_in_the_words_of_the_files(writer: Writer, importer: Importer):
    """All of them at one go: each fault of a value with its field, and nothing is written."""
    good: Any = {"beneficiaries": beneficiary(), "payments": payment(), "visits": visit()}
    shapes: Any = {kind: shape for kind, shape, _row in ASKED}
    jsons: Any = {kind: row for kind, _shape, row in ASKED}
    by_file = {
        "beneficiaries": importer.beneficiaries,
        "payments": importer.payments,
        "visits": importer.visits,
    }
    importer.beneficiaries(beneficiary())
    for named, column, text, value in BOUNDS:
        kind: Any = named
        said = None if value is ... else text if value is None else value
        row = jsons[kind] | {column: said}
        report = by_file[kind](good[kind] | {column: text}, dry_run=True)

        (result,) = writer.write(kind, [sent(shapes[kind], row)]).rows

        told = [(one.field, one.reason) for one in result.errors]
        expected = [(one.column, one.reason % one.params) for one in report.errors]
        assert expected, (kind, column, text)
        assert told == expected, (kind, column, text)
    assert (importer.count(payments), importer.count(visits)) == (0, 0)


def test_what_was_set_here_stays_and_is_reported(writer: Writer, importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        set_consent(connection, [importer.person().id], "health", False, NOW)

    done = writer.write("beneficiaries", [sent(BeneficiaryRow, WOMAN | {"status": "suspended"})])

    assert done.rows == (RowResult(row=1, result="changed", kept=("consent_health",)),)
    assert (importer.person().status, importer.person().consent_health) == ("suspended", False)


def test_a_withdrawn_payment_is_cancelled(writer: Writer, importer: Importer):
    importer.beneficiaries(beneficiary())
    writer.write("payments", [sent(PaymentRow, MONEY)])

    done = writer.write("payments", [sent(PaymentRow, MONEY | {"status": "cancelled"})])

    assert [one.result for one in done.rows] == ["changed"]
    assert [row.status for row in importer.rows(payments)] == ["cancelled"]


class TestModes:
    rows = (
        WOMAN,
        WOMAN | {"registration_no": "26000002", "status": "?"},
        WOMAN | {"registration_no": "26000003", "helper_msisdn": "020 5551 9999"},
    )

    def write(self, writer: Writer, **how: Any) -> Written:
        return writer.write(
            "beneficiaries", [sent(BeneficiaryRow, row) for row in self.rows], **how
        )

    def test_all_or_nothing(self, writer: Writer, importer: Importer):
        done = self.write(writer)

        assert [one.result for one in done.rows] == ["unchanged", "refused", "unchanged"]
        assert importer.count(beneficiaries) == 0

    def test_each_row_for_itself(self, writer: Writer, importer: Importer):
        done = self.write(writer, each=True)

        assert [one.result for one in done.rows] == ["new", "refused", "new"]
        assert done.rows[1].errors[0].field == "status"
        assert (done.new, done.refused, importer.count(beneficiaries)) == (2, 1, 2)
        assert importer.person("26000003").helper_msisdn == "+8562055519999"


def test_a_test_key_is_answered_alike_and_writes_nothing(writer: Writer, importer: Importer):
    row = sent(BeneficiaryRow, WOMAN)

    tried = replace(writer, dry_run=True).write("beneficiaries", [row])

    assert importer.count(beneficiaries) == importer.count(districts) == 0
    assert tried == writer.write("beneficiaries", [row])


class TestDistricts:
    @pytest.fixture(autouse=True)
    def _two(self, importer: Importer) -> None:
        importer.beneficiaries(
            beneficiary(), beneficiary("26000002", district="ໄຊເສດຖາ", village="ໂພນໄຊ")
        )
        importer.payments(payment(), payment("26000002"))
        self.here = importer.person().district_id

    def only_here(self, writer: Writer) -> Writer:
        return replace(writer, district_id=self.here)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"registration_no": "26000002"}, "registration_no"),
            ({"registration_no": "26000009", "district": "ໄຊເສດຖາ"}, "district"),
            ({"district": "ໄຊເສດຖາ"}, "district"),
        ],
        ids=["somebody else's woman into it", "a new woman elsewhere", "her own woman out of it"],
    )
    def test_nobody_is_written_from_or_to_elsewhere(
        self, writer: Writer, importer: Importer, changes: dict[str, str], field: str
    ):
        before = importer.rows(beneficiaries)
        row = sent(BeneficiaryRow, WOMAN | changes)

        done = self.only_here(writer).write("beneficiaries", [row], each=True)

        assert [one.result for one in done.rows] == ["refused"]
        assert done.rows[0].errors == (FieldFault(field=field, reason=ANOTHER_DISTRICT),)
        assert importer.rows(beneficiaries) == before

    @pytest.mark.parametrize(("kind", "shape", "row"), ASKED[1:], ids=[one[0] for one in ASKED[1:]])
    def test_nor_is_anything_written_of_her(
        self, writer: Writer, kind: Any, shape: type[Any], row: dict[str, object]
    ):
        hers = sent(shape, row | {"registration_no": "26000002"})

        (result,) = self.only_here(writer).write(kind, [hers]).rows

        assert result.errors == (FieldFault(field="registration_no", reason=ANOTHER_DISTRICT),)

    def test_her_own_district_she_may_write(self, writer: Writer):
        row = sent(BeneficiaryRow, WOMAN | {"status": "suspended"})

        assert self.only_here(writer).write("beneficiaries", [row]).changed == 1


class TestOneField:
    """A change of the fields that are given, and of no other."""

    def change(self, writer: Writer, **given: object) -> Written:
        with writer.database.reading() as connection:
            hers = texts_of(connection, "26000001")
        assert hers is not None
        fields = sent(BeneficiaryRow, {"registration_no": "26000001", **given})
        row, names = changed_row(hers, fields)
        return writer.write("beneficiaries", [row], names=names)

    @pytest.fixture(autouse=True)
    def _known(self, importer: Importer) -> None:
        importer.beneficiaries(beneficiary(phone_owner="self", helper_msisdn="02055519999"))

    def test_the_others_stay(self, writer: Writer, importer: Importer):
        before = importer.person()

        done = self.change(writer, consent_health=False)

        assert done.changed == 1
        assert importer.person()._asdict() == before._asdict() | {"consent_health": False}

    def test_null_empties_a_field(self, writer: Writer, importer: Importer):
        assert self.change(writer, msisdn=None, helper_msisdn=None).changed == 1

        person = importer.person()
        assert (person.msisdn, person.helper_msisdn, person.phone_owner) == (None, None, None)

    def test_what_is_needed_cannot_be_emptied(self, writer: Writer):
        (result,) = self.change(writer, name=None).rows

        assert [one.field for one in result.errors] == ["name"]

    def test_another_district_needs_places_there(self, writer: Writer):
        (result,) = self.change(writer, district="ໄຊເສດຖາ").rows

        assert [one.field for one in result.errors] == [
            "health_centre",
            "pay_point",
            "province",
            "village",
        ]

    def test_another_village_is_one_of_her_district(self, writer: Writer, importer: Importer):
        before = importer.person()

        done = self.change(writer, village="ໂພນໄຊ")

        assert (done.changed, [one.kind for one in done.places]) == (1, ["village"])
        after = importer.person()
        assert after._asdict() == before._asdict() | {"village_id": after.village_id}
        assert after.village_id != before.village_id

    def test_a_correction_of_another_field_stays_marked(self, writer: Writer, importer: Importer):
        with importer.database.writing() as connection:
            marked = ["helper_msisdn", "village"]
            connection.execute(beneficiaries.update().values(set_here=marked))

        assert self.change(writer, status="suspended").changed == 1
        assert importer.person().set_here == ["helper_msisdn", "village"]


def test_what_is_kept_of_a_request_is_written_with_it_or_not_at_all(
    writer: Writer, importer: Importer
):
    seen: list[Written] = []

    def keep(connection: Connection, done: Written) -> None:
        seen.append(done)
        found = connection.execute(select(beneficiaries.c.registration_no)).scalars().all()
        assert found == ["26000001"]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        writer.write("beneficiaries", [sent(BeneficiaryRow, WOMAN)], keep=keep)

    assert [one.new for one in seen] == [1]
    assert importer.count(beneficiaries) == 0


def test_what_is_found_ahead_of_the_change_holds_it_up(writer: Writer, importer: Importer):
    def ahead(_connection: Connection) -> None:
        raise InterruptedError

    for dry_run in (True, False):
        with pytest.raises(InterruptedError):
            replace(writer, dry_run=dry_run).write(
                "beneficiaries", [sent(BeneficiaryRow, WOMAN)], ahead=ahead
            )
    assert importer.count(beneficiaries) == 0
