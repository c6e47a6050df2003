"""No table that holds something of a person is forgotten."""

import pytest

import gateway.figures.tables
import gateway.text_cards.tables
import gateway.wordings.tables  # noqa: F401 - they join the metadata
from gateway.own_data.holdings import HOLDINGS, NOTHING
from gateway.registry.tables import metadata

COVERED = {one.name: one for one in HOLDINGS}


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_is_covered_or_listed_as_holding_nothing(name: str):
    assert (name in COVERED) != (name in NOTHING), f"add it to HOLDINGS or NOTHING: {name}"


def test_nothing_is_listed_that_is_not_there():
    assert {*COVERED, *NOTHING} == {*metadata.tables}


@pytest.mark.parametrize("name", sorted(NOTHING))
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


def test_no_column_with_a_phone_or_a_name_survives_in_what_stays():
    telling = {"msisdn", "helper_msisdn", "name", "name_latin", "name_key", "text", "body",
               "params", "edd", "child_dob", "pin_salt", "pin_hash"}  # fmt: skip
    for holding in HOLDINGS:
        if holding.fate == "strip":
            left = telling & {*holding.table.columns.keys()} - {*holding.stripped}
            assert left == set(), holding.name
