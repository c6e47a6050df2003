"""What the person or staff set here changes the row and is marked on it."""

from datetime import timedelta

import pytest

from gateway.registry.choices import (
    correct_number,
    disown_number,
    end_course,
    resume_course,
    set_caller_locale,
    set_consent,
)
from gateway.registry.tables import callers
from tests.kept import once
from tests.registry.files import NOW, beneficiary
from tests.registry.importer import Importer

PHONE = "+8562055512345"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def family(importer: Importer) -> Importer:
    """Two beneficiaries on one phone, a third elsewhere."""
    people = (
        beneficiary("26000001"),
        beneficiary("26000002"),
        beneficiary("26000003", msisdn="02099912345"),
    )
    once(importer.database, "a family", lambda: importer.beneficiaries(*people))
    return importer


def test_a_language_holds_for_the_phone_and_everyone_on_it(family: Importer):
    with family.database.writing() as connection:
        set_caller_locale(connection, PHONE, "lo_Latn", LATER)

    assert [(row.msisdn, row.locale) for row in family.rows(callers)] == [(PHONE, "lo_Latn")]
    for number in ("26000001", "26000002"):
        person = family.person(number)
        assert (person.locale, person.set_here) == ("lo_Latn", ["locale"])
        assert person.updated_at == LATER
    assert family.person("26000003").locale == "lo"


def test_a_language_chosen_again_replaces_the_first(family: Importer):
    for locale in ("lo_Latn", "en", "en"):
        with family.database.writing() as connection:
            set_caller_locale(connection, PHONE, locale, LATER)

    assert [(row.locale, row.updated_at) for row in family.rows(callers)] == [("en", LATER)]
    assert family.person().set_here == ["locale"]


def test_a_number_that_nobody_has_keeps_its_language_too(importer: Importer):
    with importer.database.writing() as connection:
        set_caller_locale(connection, PHONE, "en", NOW)

    assert [row.locale for row in importer.rows(callers)] == ["en"]


@pytest.mark.parametrize("category", ["payment", "health"])
@pytest.mark.parametrize("value", [True, False])
def test_a_consent_is_set_for_those_named(family: Importer, category, value: bool):
    first = family.person("26000001").id
    with family.database.writing() as connection:
        set_consent(connection, [first], category, not value, NOW)
        set_consent(connection, [first], category, value, LATER)

    person = family.person("26000001")
    assert getattr(person, f"consent_{category}") is value
    assert person.set_here == [f"consent_{category}"]
    assert family.person("26000002").set_here == []


def test_marks_add_up(family: Importer):
    whose = family.person().id
    with family.database.writing() as connection:
        set_consent(connection, [whose], "payment", False, NOW)
        set_caller_locale(connection, PHONE, "en", NOW)
        end_course(connection, whose, "asked", NOW)

    assert family.person().set_here == ["consent_payment", "course", "locale"]


def test_the_first_end_of_a_course_is_the_one_that_counts(family: Importer):
    whose = family.person().id
    with family.database.writing() as connection:
        end_course(connection, whose, "pregnancy_ended", NOW)
        end_course(connection, whose, "asked", LATER)

    person = family.person()
    assert (person.course_ended_at, person.course_ended_reason) == (NOW, "pregnancy_ended")
    assert family.person("26000002").course_ended_at is None


def test_staff_take_an_end_of_course_back(family: Importer):
    whose = family.person().id
    with family.database.writing() as connection:
        end_course(connection, whose, "asked", NOW)
        resume_course(connection, whose, LATER)

    person = family.person()
    assert (person.course_ended_at, person.course_ended_reason) == (None, None)


def test_a_disowned_number_is_disowned_for_everyone_on_it(family: Importer):
    with family.database.writing() as connection:
        whose = disown_number(connection, PHONE, NOW)

    assert set(whose) == {family.person("26000001").id, family.person("26000002").id}
    assert family.person("26000001").msisdn_disowned_at == NOW
    assert family.person("26000003").msisdn_disowned_at is None


def test_disowning_twice_says_nothing_new(family: Importer):
    with family.database.writing() as connection:
        disown_number(connection, PHONE, NOW)
        assert disown_number(connection, PHONE, LATER) == []

    assert family.person().msisdn_disowned_at == NOW


@pytest.mark.parametrize("number", ["+8562099900000", None])
def test_staff_correct_a_number(family: Importer, number: str | None):
    whose = family.person().id
    with family.database.writing() as connection:
        disown_number(connection, PHONE, NOW)
        correct_number(connection, whose, number, None, LATER)

    person = family.person()
    assert (person.msisdn, person.msisdn_disowned_at) == (number, None)
    assert person.set_here == ["msisdn", "phone_owner"]
