"""What a broadcast would do, counted before anybody approves it."""

from decimal import Decimal

from gateway.messaging.broadcasts.preview import preview_broadcast
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.tables import callers, optouts
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, Village, draft, number, queue

TEXTS = {"lo": "ກ" * 71, "lo_Latn": "a" * 160}


def preview(database: Database, audience=None):
    with database.reading() as connection:
        return preview_broadcast(connection, TEXTS, audience or {}, default_locale="lo")


def test_handsets_segments_and_samples_by_language(database: Database, village: Village):
    village.women([1, 2])
    village.woman(3, locale="lo_Latn")
    village.woman(4, locale="en")

    counted = preview(database)

    assert (counted.audience, counted.recipients, counted.excluded) == (4, 4, {})
    assert counted.samples == {"lo": (3, "ກ" * 71, 2), "lo_Latn": (1, "a" * 160, 1)}
    assert counted.segments == 7


def test_everybody_left_out_is_counted_by_reason(database: Database, village: Village):
    village.woman(1)
    village.woman(2, msisdn=number(1))
    village.woman(3, msisdn=None)
    village.woman(4, msisdn_disowned_at=NOW)
    village.woman(5, consent_payment=False, consent_health=False)
    village.woman(6)
    with database.writing() as connection:
        connection.execute(
            optouts.insert().values(msisdn=number(6), category="all", source="sms", at=NOW)
        )

    counted = preview(database)

    assert (counted.audience, counted.recipients) == (6, 1)
    assert counted.excluded == {
        "same_handset": 1,
        "no_number": 1,
        "number_disowned": 1,
        "no_consent": 1,
        "opted_out": 1,
    }


def test_the_language_chosen_on_the_phone_counts(database: Database, village: Village):
    village.woman(1)
    with database.writing() as connection:
        connection.execute(
            callers.insert().values(msisdn=number(1), locale="lo_Latn", updated_at=NOW)
        )

    assert set(preview(database).samples) == {"lo_Latn"}


def test_the_cost_is_that_of_the_last_segments(office: Office, village: Village):
    assert preview(office.database).cost is None
    queue(office.database, draft(1), draft(2))
    office.send()
    with office.database.writing() as connection:
        connection.execute(messages.update().values(cost=Decimal("0.02"), segments=1))
    village.women([1, 2])

    assert preview(office.database).cost == Decimal("0.08")


def test_the_cost_is_in_the_currency_of_most(office: Office, village: Village):
    queue(office.database, *(draft(index) for index in range(1, 4)))
    office.send()
    with office.database.writing() as connection:
        connection.execute(messages.update().values(cost=Decimal(200), segments=1, currency="LAK"))
        odd = messages.update().where(messages.c.msisdn == number(1))
        connection.execute(odd.values(cost=Decimal("0.02"), currency="USD"))
    village.woman(7)

    counted = preview(office.database)

    assert (counted.cost, counted.currency) == (Decimal(400), "LAK")


def test_nobody_is_nobody(database: Database):
    counted = preview(database)

    assert (counted.audience, counted.recipients, counted.segments) == (0, 0, 0)
    assert counted.samples == {}
