"""Name, places, course and helper's phone corrected by hand, and what later files make of it."""

from typing import Any

import pytest

from gateway.messaging.planning.reminders import run_corrections
from gateway.messaging.tables import messages
from gateway.people.births import is_pregnant
from gateway.people.correcting import correct, texts_of
from gateway.people.faults import PersonError
from gateway.registry.tables import payments
from tests.people.conftest import ELSEWHERE, HOURS, Office
from tests.registry.files import NOW, beneficiary, payment


def corrected(office: Office, *, places: dict[str, int] | None = None, **texts: str) -> Any:
    hers = office.person()
    stays = {name: getattr(hers, f"{name}_id") for name in ("village", "health_centre",
                                                            "pay_point")}  # fmt: skip
    with office.database.writing() as connection:
        return correct(
            connection, hers, texts_of(hers) | texts, places or stays, reason="her card",
            desk=office.desk,
        )  # fmt: skip


def test_what_is_corrected_stays_until_a_file_says_the_same(office: Office):
    corrected(office, name="ນາງ ບົວຄຳ ໄຊຍະວົງ", child_dob="2026-07-25", helper_msisdn="55500077")

    with_helper = beneficiary() | {"helper_msisdn": ""}
    report = office.importer.beneficiaries(with_helper)
    hers = office.person()
    assert (hers.name, hers.name_latin) == ("ນາງ ບົວຄຳ ໄຊຍະວົງ", "Nang Bouakham Xainyavong")
    assert (hers.child_dob.isoformat(), hers.helper_msisdn) == ("2026-07-25", "+8562055500077")
    assert set(report.kept[0].columns) == {"name", "child_dob", "helper_msisdn"}

    agrees = with_helper | {"name": hers.name, "child_dob": "2026-07-25"}
    office.importer.beneficiaries(agrees)
    assert office.person().set_here == ["helper_msisdn"]


def test_the_log_says_what_was_corrected_and_no_name(office: Office):
    corrected(office, name="ນາງ ບົວຄຳ", child_dob="2026-07-25")

    assert office.log() == [
        (
            "beneficiary.correct",
            {
                "name": ["•••", "•••"],
                "child_dob": ["2026-07-20", "2026-07-25"],
                "reason": [None, "her card"],
            },
        )
    ]


def test_a_name_in_latin_letters_is_drafted_or_given(office: Office):
    corrected(office, name_latin="Nang Bounmy")
    assert office.person().name_latin == "Nang Bounmy"
    corrected(office, name_latin="")
    assert office.person().name_latin == "Nang Bounmi Xainyavong"
    with pytest.raises(PersonError, match="Latin"):
        corrected(office, name_latin="ນາງ")


def test_a_move_takes_the_payments_to_come_along_and_who_was_told_is_told_again(office: Office):
    office.importer.payments(
        payment(), payment(cycle="2026-09", due_on="2026-10-02", status="paid")
    )
    there = office.places("ວັງຕາມ")
    first = office.person()
    with office.database.writing() as connection:
        coming = connection.execute(payments.select().where(payments.c.status == "scheduled")).one()
        connection.execute(
            messages.insert().values(
                id=first.id, dedupe_key="k", category="payment", priority=1, locale="lo",
                beneficiary_id=first.id, payment_id=coming.id, msisdn=first.msisdn, attempts=1,
                template="payment_due", params={"due_on": "2026-12-04"}, state="delivered",
                told=f"{coming.due_on}|{coming.pay_point_id}", not_before_at=NOW, resends=0,
                expires_at=NOW, created_at=NOW, updated_at=NOW, sent_at=NOW,
            )
        )  # fmt: skip

    changes = corrected(office, places=there)
    run_corrections(office.database, hours=HOURS, default_locale="lo", now=NOW)

    hers = office.person()
    assert (hers.village_id, hers.pay_point_id) == (there["village"], there["pay_point"])
    assert changes["payments"] == (None, 1)
    places = {row.cycle: row.pay_point_id for row in office.importer.rows(payments)}
    assert places == {"2026-11": there["pay_point"], "2026-09": coming.pay_point_id}
    sent = [row.template for row in office.importer.rows(messages)]
    assert sorted(sent) == ["payment_changed", "payment_due"]
    report = office.importer.beneficiaries(beneficiary())
    assert report.kept[0].columns == ("village",)
    office.importer.beneficiaries(beneficiary() | ELSEWHERE)
    assert office.person().set_here == []


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "ນາງ\0"}, "name"),
        ({"child_dob": "2026-12-25"}, "child_dob"),
        ({"child_dob": ""}, "child_dob"),
        ({"category": "pregnant"}, "edd"),
        ({"edd": "9999-12-31"}, "edd"),
        ({"helper_msisdn": "021 212345"}, "helper_msisdn"),
    ],
)
def test_what_a_file_may_not_say_is_no_correction(
    office: Office, texts: dict[str, str], field: str
):
    with pytest.raises(PersonError) as refusal:
        corrected(office, places=None, **texts)

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert office.person().set_here == []


def test_what_stands_there_unchanged_is_not_asked_about(office: Office):
    assert corrected(office) == {}
    assert office.log() == []


@pytest.mark.parametrize(
    ("label", "texts", "field"),
    [
        ("a year off", {"category": "pregnant", "edd": "2025-01-01", "child_dob": ""}, "edd"),
        ("and a child since", {"category": "pregnant", "edd": "2026-12-02"}, "child_dob"),
        ("digits", {"name": "12345"}, "name"),
        ("a picture", {"name": "ນາງ \N{BABY}"}, "name"),
        ("Latin letters", {"name": "Robert"}, "name"),
        ("a tag", {"name": "<b>ນາງ</b>"}, "name"),
        ("her own number", {"helper_msisdn": "020 5551 2345"}, "helper_msisdn"),
    ],
)
def test_what_nobody_means_is_refused(
    office: Office, label: str, texts: dict[str, Any], field: str
):
    with pytest.raises(PersonError) as refusal:
        corrected(office, **texts)

    assert [one.field for one in refusal.value.faults] == [field], label


def test_from_with_a_child_to_pregnant_the_day_of_birth_is_emptied(office: Office):
    corrected(office, category="pregnant", edd="2026-12-02", child_dob="")

    hers = office.person()
    assert (hers.category, hers.child_dob) == ("pregnant", None)
    assert is_pregnant(hers)


def test_an_elder_child_is_no_end_of_a_pregnancy(office: Office):
    corrected(office, category="pregnant", edd="2026-12-02", child_dob="2024-07-20")

    assert is_pregnant(office.person())


def test_who_moved_to_another_district_keeps_her_pay_point_in_files(office: Office):
    """It is of no district of hers: none is made there under its name."""
    earlier = payment(cycle="2026-09", due_on="2026-10-02", status="paid")
    office.importer.payments(payment(), earlier)
    there = office.places("ວັງຕາມ")
    corrected(office, places=there)

    report = office.importer.payments(payment(), earlier, dry_run=True)
    assert report.places == ()
    report = office.importer.payments(payment(), earlier)

    assert [one.columns for one in report.kept] == [("pay_point",)]
    assert (report.new, report.changed) == (0, 0)
    points = {row.cycle: row.pay_point_id for row in office.importer.rows(payments)}
    assert points["2026-11"] == there["pay_point"] != points["2026-09"]
