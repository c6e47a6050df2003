"""`flask places`."""

import pytest
from click.testing import Result
from sqlalchemy import select

from gateway.registry.tables import beneficiaries, villages
from tests.service import Service


def _run(service: Service, *words: str) -> Result:
    return service.app.test_cli_runner().invoke(args=["places", *words])


def _lines(service: Service, *words: str) -> list[list[str]]:
    return [line.split("\t") for line in _run(service, "list", *words).output.splitlines()]


def test_a_list_has_ids_names_and_counts(service: Service):
    (line,) = _lines(service, "village", "--search", "phon keo")

    assert line[1:4] == ["ໂພນແກ້ວ", "Phonkeo", "Sanamxay"]
    assert int(line[4]) > 0


def test_a_place_is_renamed_as_the_console_does_it(service: Service):
    (before,) = _lines(service, "village", "--search", "Phonkeo")

    result = _run(service, "rename", "village", before[0], "--latin", "Phonekeo")

    assert result.output.splitlines() == [
        "ໂພນແກ້ວ (Phonkeo) -> ໂພນແກ້ວ (Phonekeo)", "correction SMS queued: 0",
    ]  # fmt: skip
    assert [line[2] for line in _lines(service, "village", "--search", "Phonkeo")] == ["Phonekeo"]


def test_a_merge_says_what_follows_and_asks(service: Service):
    first, second = (
        _lines(service, "village", "--search", one)[0] for one in ("Phonkeo", "Donbok")
    )

    dry = _run(service, "merge", "village", second[0], first[0], "--dry-run")
    assert f"people {second[4]}, payments to come" in dry.output
    assert _run(service, "merge", "village", second[0], first[0]).exit_code == 1

    assert _run(service, "merge", "village", second[0], first[0], "--yes").exit_code == 0

    with service.database.reading() as connection:
        left = connection.execute(select(villages.c.id).where(villages.c.id == int(second[0])))
        moved = connection.execute(
            select(beneficiaries.c.id).where(beneficiaries.c.village_id == int(first[0]))
        )
        assert left.all() == []
        assert len(moved.all()) == int(first[4]) + int(second[4])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("merge", "village", "1", "1"), "A place cannot be merged into itself."),
        (("merge", "village", "1", "99"), "There is no such place any more"),
        (("rename", "village", "1", "--name", "ກ" * 17), "The name has 17 characters; 16 are"),
        (("rename", "street", "1"), "'street' is not one of"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(service: Service, words, sentence: str):
    result = _run(service, *words)

    assert result.exit_code != 0
    assert sentence in result.output
