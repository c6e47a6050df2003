"""Places: found, renamed, merged, retired by staff."""

import pytest
from sqlalchemy import select, update

from gateway.messaging.tables import messages
from gateway.places.records import table_of
from gateway.registry.tables import beneficiaries, pay_points, payments, villages
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.ledger import put_message
from tests.service import Service


def id_of(service: Service, kind, latin: str) -> int:
    table = table_of(kind)
    with service.database.reading() as connection:
        return connection.execute(
            select(table.c.id).where(table.c.name_latin == latin)
        ).scalar_one()


@pytest.fixture
def typo(service: Service) -> int:
    """A second spelling of Phonkeo, with one of its people."""
    with service.database.writing() as connection:
        right = connection.execute(select(villages).where(villages.c.name == "ໂພນແກ້ວ")).one()
        made = villages.insert().values(
            district_id=right.district_id, name="ໂພນແກວ້", name_latin="Phonkeow"
        )
        number = connection.execute(made.returning(villages.c.id)).scalar_one()
        whose = select(beneficiaries.c.id).where(beneficiaries.c.village_id == right.id).limit(1)
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.id == whose.scalar_subquery())
            .values(village_id=number)
        )
    return number


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=phon+KEO", ["ໂພນແກ້ວ Phonkeo"]),
        ("q=ໂພນ+ແກ້ວ", ["ໂພນແກ້ວ Phonkeo"]),
        ("q=nowhere", []),
        ("kind=province", ["ສະຫວັນນະເຂດ Savannakhet", "ອັດຕະປື Attapeu"]),
        ("kind=district&q=nong", ["ນອງ Nong"]),
        ("kind=pay_point&q=%25", []),
    ],
)
def test_places_are_found_by_kind_and_in_either_script(staff: Staff, query: str, found: list[str]):
    page = staff("viewer").get(f"places/?{query}")

    assert sorted(row[0] for row in page.rows()) == sorted(found)


@pytest.mark.parametrize("kind", ["province", "district", "village", "pay_point"])
def test_a_list_counts_people_and_payments_to_come(service: Service, staff: Staff, kind: str):
    rows = staff("viewer").get(f"places/?kind={kind}").rows()

    to_come = (payments.c.status == "scheduled", payments.c.due_on >= service.clock().date())
    with service.database.reading() as connection:
        people = len(connection.execute(select(beneficiaries.c.id)).all())
        coming = len(connection.execute(select(payments.c.id).where(*to_come)).all())
    if kind in {"village", "pay_point"}:
        assert sum(int(row[-1]) for row in rows) == coming
        assert sum(int(row[-2]) for row in rows) == people
    else:
        assert sum(int(row[-1]) for row in rows) == people


def test_a_kind_that_is_none_is_no_page(staff: Staff):
    staff("viewer").get("places/street/1", 404)


def test_a_corrected_latin_name_stands_on_the_page_at_once(service: Service, staff: Staff):
    number = id_of(service, "village", "Phonkeo")

    page = staff("operator").submit(
        f"places/village/{number}/rename",
        {"name": "ໂພນແກ້ວ", "name_latin": "Phonekeo", "stored": _stored("ໂພນແກ້ວ", "Phonkeo")},
    )

    assert page.flashes() == ["The place is called Phonekeo now."]
    assert "Phonkeo" in page.words  # a spelling that files may still have


def _stored(name: str, latin: str) -> str:
    return f"name={name}|name_latin={latin}|short_name=|short_name_latin="


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (
            {"name": "ກ" * 17, "name_latin": "K"},
            "Name in Lao letters: The name has 17 characters; 16 are the most, names are never"
            " cut.",
        ),
        (
            {"name": "ກ", "name_latin": "ກ"},
            "Name in Latin letters: Write it in Latin letters: a phone that shows no Lao has no"
            " others.",
        ),
        ({"name": "", "name_latin": "K"}, "Name in Lao letters: Fill this in."),
    ],
)
def test_a_name_that_no_screen_holds_is_refused(service: Service, staff: Staff, names, error):
    number = id_of(service, "village", "Phonkeo")

    page = staff("operator").post(
        f"places/village/{number}/rename",
        names | {"stored": _stored("ໂພນແກ້ວ", "Phonkeo")}, 200,
    )  # fmt: skip

    assert page.errors() == [error]


def test_who_opened_the_form_before_somebody_else_saved_is_told(service: Service, staff: Staff):
    number = id_of(service, "village", "Phonkeo")
    names = {"name": "ໂພນແກ້ວ", "name_latin": "Phonekeo"}

    page = staff("operator").post(
        f"places/village/{number}/rename", names | {"stored": _stored("ໂພນ", "Phon")}, 200
    )

    assert page.errors()[0].startswith("This was changed after you opened it.")


def _tell(service: Service, latin: str) -> int:
    """An SMS has named this pay point to a woman with a payment to come; its id."""
    about = (
        select(pay_points.c.id, pay_points.c.name, payments.c.id.label("payment_id"),
               payments.c.due_on, payments.c.beneficiary_id)
        .join(payments, payments.c.pay_point_id == pay_points.c.id)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            pay_points.c.name_latin == latin, payments.c.status == "scheduled",
            payments.c.due_on > service.clock().date(), beneficiaries.c.status == "enrolled",
            beneficiaries.c.msisdn.is_not(None), beneficiaries.c.consent_payment,
        ).limit(1)
    )  # fmt: skip
    with service.database.reading() as connection:
        row = connection.execute(about).one()
    put_message(
        service, beneficiary_id=row.beneficiary_id, payment_id=row.payment_id, body=row.name,
        told=f"{row.due_on}|{row.id}",
    )  # fmt: skip
    return int(row.id)


def _corrections(service: Service) -> int:
    wanted = select(messages.c.id).where(messages.c.template == "payment_changed")
    with service.database.reading() as connection:
        return len(connection.execute(wanted).all())


@pytest.mark.parametrize(
    ("name", "latin", "chosen", "says"),
    [
        ("ວັດ ໃໝ່", "Vat Mai", "told", "To them the new name reads as another place."),
        ("ບ້ານ ໂພນແກວ້", "Ban Phonkeow", "nobody", "the same place, spelt otherwise"),
    ],
)
def test_who_was_told_is_told_again_only_where_it_reads_as_another_place(
    service: Service, staff: Staff, name: str, latin: str, chosen: str, says: str
):
    number = _tell(service, "Ban Phonkeo")
    operator, path = staff("operator"), f"places/pay_point/{number}/rename"
    stored = operator.get(path).fields(f"/console/{path}")

    page = operator.post(path, stored | {"name": name, "name_latin": latin}, 200)

    assert says in page.words
    shown = page.fields(f"/console/{path}")
    assert shown["tell"] == chosen
    page = operator.submit(path, shown | {"confirmed": "yes"})
    assert page.flashes()[0] == f"The place is called {latin} now."
    assert _corrections(service) == (1 if chosen == "told" else 0)


def test_a_merge_is_chosen_shown_and_confirmed(service: Service, staff: Staff, typo: int):
    operator, path = staff("operator"), f"places/village/{typo}/merge"
    kept = id_of(service, "village", "Phonkeo")
    page = operator.get(path)
    assert page.fields(f"/console/{path}")["into"] == str(kept)  # the likest stands first

    page = operator.post(path, {"into": kept}, 200)
    assert "1 person on record" in page.words
    shown = page.fields(f"/console/{path}") | {"confirmed": "yes"}
    page = operator.post(path, shown, 200)
    assert page.errors() == [
        "The two are one place. This cannot be undone.: Tick this if it is so."
    ]

    page = operator.submit(path, shown | {"sure": "y"})

    assert page.flashes() == [
        "Phonkeow is merged into Phonkeo: everything that pointed at it has followed."
    ]
    assert "ໂພນແກວ້" in page.words
    line = lines_of_the_log(service)[-1]
    assert (line.action, line.object_id) == ("place.merge", f"village:{kept}")


def test_the_address_of_a_merged_place_leads_to_the_one_that_stays(
    service: Service, staff: Staff, typo: int
):
    operator, kept = staff("operator"), id_of(service, "village", "Phonkeo")
    path = f"places/village/{typo}/merge"
    shown = operator.post(path, {"into": kept}, 200).fields(f"/console/{path}")
    sure = shown | {"confirmed": "yes", "sure": "y"}
    operator.submit(path, sure)

    assert operator.follow(f"places/village/{typo}").title.startswith("Village: Phonkeo")
    page = operator.submit(path, sure)  # the second press
    assert page.flashes() == ["There is no such place any more: it may have been merged."]
    assert page.title.startswith("Village: Phonkeo")


def test_a_place_is_retired_and_taken_back_where_nothing_points_at_it(
    service: Service, staff: Staff, typo: int
):
    operator = staff("operator")
    refused = operator.submit(f"places/village/{typo}/retire")
    assert refused.flashes() == ["Something still points at it: see below."]
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.village_id == typo)
            .values(village_id=id_of(service, "village", "Phonkeo"))
        )

    page = operator.submit(f"places/village/{typo}/retire")
    assert page.flashes() == ["Phonkeow is retired: nobody new, and no new payment, comes there."]
    page = operator.submit(f"places/village/{typo}/reopen")
    assert page.flashes() == ["Phonkeow is in use again."]


def test_a_spelling_is_forgotten(service: Service, staff: Staff):
    operator, number = staff("operator"), id_of(service, "village", "Phonkeo")
    path = f"places/village/{number}/rename"
    stored = operator.get(path).fields(f"/console/{path}")
    page = operator.submit(path, stored | {"name_latin": "Phonekeo"})
    actions = [one.get("action", "") for one in page.all(".//form")]
    (action,) = [one for one in actions if "forget" in one]

    page = operator.submit(action)

    assert page.flashes() == ["Phonkeo is forgotten: a file that says it makes a new place."]


def test_whoever_is_confined_changes_what_lies_in_their_district_only(
    service: Service, staff: Staff
):
    here = staff("operator", "Sanamxay")

    assert {row[1] for row in here.get("places/").rows()} == {"Sanamxay"}
    assert len(here.get("places/?kind=province").rows()) == 1
    here.get(f"places/village/{id_of(service, 'village', 'Phonkeo')}/merge")
    here.get(f"places/district/{id_of(service, 'district', 'Sanamxay')}/rename", 403)
    here.get(f"places/district/{id_of(service, 'district', 'Nong')}", 404)
