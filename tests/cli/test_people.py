"""`flask beneficiaries duplicates` and `merge`."""

from sqlalchemy import select

from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries
from tests.console.people import put_pair
from tests.service import Service


def run(service: Service, *words: str):
    return service.app.test_cli_runner().invoke(args=["beneficiaries", *words])


def test_pairs_that_wait_are_listed_by_tabs(service: Service):
    put_pair(service, "26000003", "26000004")

    listed = run(service, "duplicates").output
    looked = run(service, "duplicates", "--look").output

    assert sorted(listed.split("\t")[:2]) == ["26000003", "26000004"]
    assert listed.split("\t")[2] == "phone\n"
    assert looked == ""  # a phone alone makes no pair


def test_a_merge_says_what_stays_and_asks(service: Service):
    said = run(service, "merge", "26000003", "26000004", "--take", "name", "--dry-run")
    asked = run(service, "merge", "26000003", "26000004")
    done = run(service, "merge", "26000003", "26000004", "--yes")

    assert "name: OTHER stays" in said.output
    assert "places: KEEP stays" in said.output
    assert "payment of 2026-11: KEEP stays" in said.output
    assert asked.exit_code == 1
    assert done.output.endswith("26000004 means 26000003 from now on\n")
    with service.database.reading() as connection:
        assert number_now(connection, "26000004") == "26000003"
        numbers = select(beneficiaries.c.registration_no)
        assert "26000004" not in connection.execute(numbers).scalars().all()


def test_nobody_is_merged_who_is_not_there(service: Service):
    result = run(service, "merge", "26000003", "99999999")

    assert (result.exit_code, result.output) == (1, "Error: nobody is registered as 99999999\n")
