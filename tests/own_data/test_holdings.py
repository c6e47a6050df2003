"""No table that holds something of a person is forgotten."""

import pytest

import gateway.figures.tables
import gateway.text_cards.tables
import gateway.webhooks.tables
import gateway.wordings.tables  # noqa: F401 - they join the metadata
from gateway.own_data.holding import Holding
from gateway.own_data.holdings import HOLDINGS, NOTHING
from gateway.registry.tables import metadata

COVERED = {one.name: one for one in HOLDINGS}


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_is_covered_or_listed_as_holding_nothing(name: str):
    assert (name in COVERED) != (name in NOTHING), f"add it to HOLDINGS or NOTHING: {name}"


def test_nothing_is_listed_that_is_not_there():
    assert {*COVERED, *NOTHING} == {*metadata.tables}


@pytest.mark.parametrize("name", sorted(name for name, why in NOTHING.items() if why != "staff"))
def test_what_holds_nothing_has_no_column_for_a_phone_or_a_person(name: str):
    columns = {*metadata.tables[name].columns.keys()}

    assert not columns & {"msisdn", "helper_msisdn", "beneficiary_id", "registration_no"}


@pytest.mark.parametrize("name", sorted(COVERED))
def test_what_stays_says_why_and_what_is_taken_is_there(name: str):
    holding = COVERED[name]

    assert bool(holding.why) == (holding.fate != "delete")
    assert bool(holding.stripped) == (holding.fate == "strip")
    assert holding.taken
    assert {*holding.taken, *holding.stripped} <= {*holding.table.columns.keys()}


# What stays of rows that are stripped: places, moments, states, ids, and what counts and costs.
STAYS = {
    "beneficiaries": "id registration_no category district_id village_id health_centre_id "
    "pay_point_id created_at updated_at erased_at",
    "payments": "id beneficiary_id cycle due_on amount pay_point_id status due_on_set_here "
    "pay_point_set_here amount_set_here status_before updated_at",
    "dropped_payments": "id payment_id due_on amount pay_point_id status at settled_at settled_by",
    "messages": "id category priority beneficiary_id payment_id broadcast_id locale template "
    "segments provider provider_ref reason attempts resends not_before_at expires_at claim_id "
    "lease_until_at cost currency created_at updated_at sent_at",
    "receipts": "id provider provider_ref message_id status outcome reason matched received_at",
    "ussd_sessions": "provider session_id service_code network_code status last_state trail hops "
    "duration_ms cost ended_at",
    "events": "id event_key provider session_id beneficiary_id kind at",
    "case_notes": "id case_number staff_id who kind message_id at",
    "api_answers": "key_id idempotency_key request status etag registration_no at",
    "cases": "number event_key kind beneficiary_id opened_at closed_at times again_at due_on "
    "joined_to",
}


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one.fate == "strip"])
def test_every_column_that_stays_was_thought_of(holding: Holding):
    """A new column of a person needs a value in `stripped`, or a place in STAYS."""
    stays = {*STAYS[holding.name].split()}

    assert stays == {*holding.table.columns.keys()} - {*holding.stripped}
