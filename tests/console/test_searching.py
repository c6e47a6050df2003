"""What is typed into the search box, on both databases."""

import pytest
from sqlalchemy import select

from gateway.finding.typed import matching
from gateway.finding.villages import within_districts
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from tests.messaging.village import Village


@pytest.fixture
def registry(database: Database) -> Database:
    village = Village(database, "ໂພນແກ້ວ", "Phonkeo")
    mine = {"msisdn": "+8562055512345"}
    village.woman(26000001, **mine, name="ນາງ ບຸນມີ ໄຊຍະວົງ", name_latin="Nang Bounmi Xainyavong")
    village.woman(26000002, name="ນາງ ສົມພອນ ໄຊຍະວົງ", name_latin="Nang Somphon Xainyavong")
    village.woman(2750004, name="ນາງ ຈັນທາ", name_latin="Nang Chantha")
    village.woman(27000003, name="O'Hara \\ & | !", name_latin="O'Hara \\ & | !")
    far = Village(database, "ໜອງບົວ", "Nongboua")
    far.woman(28000005, name="ນາງ ພອນສີ ແສງຈັນ", name_latin="Nang Phonsi Sengchan")
    third = Village(database, "ຫ້ວຍ", "Houay")
    third.woman(29000006, name="ນາງ ດາວອນ ແກ້ວມະນີ", name_latin="Nang Davon Keomani")
    return database


def found(database: Database, typed: str, *, named: bool = True) -> list[int]:
    with database.reading() as connection:
        called = within_districts(connection)
        condition = matching(connection, typed, named=named, villages_called=called)
        wanted = select(beneficiaries.c.registration_no).where(condition)
        numbers = connection.execute(wanted.order_by(beneficiaries.c.registration_no)).scalars()
        return [int(number[-1]) for number in numbers]


@pytest.mark.parametrize(
    ("label", "typed", "numbers"),
    [
        ("a family", "ໄຊຍະວົງ", [1, 2]),
        ("one of it", "ໄຊ ບຸນ", [1]),
        ("Latin letters in any case", "XAINYAVONG somph", [2]),
        ("both kinds of letters", "ບຸນມີ xai", [1]),
        ("spaces around and between", "  nang   bounmi ", [1]),
        ("without blanks", "ບຸນມີໄຊຍະວົງ", [1]),
        ("across a blank", "ມີໄຊ", [1]),
        ("the title and the name in one", "ນາງບຸນມີ", [1]),
        ("without tones", "ຈັນທາ", [4]),
        ("the middle of a word", "nyavong", [1, 2]),
        ("two letters", "ສີ", [5]),
        ("one letter", "ທ", [4]),
        ("x for s, y for ny", "Sayavong", [1, 2]),
        ("u for ou", "Bunmy", [1]),
        ("p for ph, and a mute e", "Sompone", [2]),
        ("ny at the end for ni", "Keomany", [6]),
        ("the same in two", "keo many", [6]),
        ("aew for eo", "Kaewmany", [6]),
        ("ee for i", "keomanee", [6]),
        ("nh for ny", "xaynhavong", [1, 2]),
        ("ao before v", "daovone", [6]),
        ("aew in a village", "Phonkaew", [4, 1, 2, 3]),
        ("a district", "sanamxai", [4, 1, 2, 3, 5, 6]),
        ("a name and the district", "bounmi ສະໜາມໄຊ", [1]),
        ("a part of a district is of no name", "bounmi sana", []),
        ("a village", "Phonkeo", [4, 1, 2, 3]),
        ("its kind before it", "ບ້ານໂພນແກ້ວ", [4, 1, 2, 3]),
        ("a near spelling of it", "Ban Pone Keo", [4, 1, 2, 3]),
        ("a name and the village", "bounmi phonkeo", [1]),
        ("a name in another village", "bounmi nongboua", []),
        ("a word too many", "bounmi somphon", []),
        ("a quotation mark", "o'hara", [3]),
        ("a backslash", "\\", [3]),
        ("what means something to a search engine", "& |", [3]),
        ("what is no letter is passed over", "bou:*", [1, 5]),
        ("a wildcard", "%", []),
        ("nothing that can be seen", "\u200b", []),
        ("nothing of a name", "-.'", []),
        ("a whole registration number", "26000001", [1]),
        ("its beginning", "2600", [1, 2]),
        ("in Lao digits", "໒໗", [3]),
        ("the last four digits of a phone", "2345", [1]),
        ("three of them", "345", []),
        ("too many digits", "260000011", []),
        ("one that lost its first nought", "2750004", [4]),
        ("the same, whole", "02750004", [4]),
    ],
)
def test_finds(registry: Database, label: str, typed: str, numbers: list[int]):
    assert found(registry, typed) == numbers, label


@pytest.mark.parametrize(
    ("label", "typed", "numbers"),
    [
        ("a village", "ໂພນແກ້ວ", [4, 1, 2, 3]),
        ("a part of its name, by ear", "Nong bua", [5]),
        ("a word of a name", "ໄຊຍະວົງ", []),
        ("a name and a village", "bounmi phonkeo", []),
        ("a letter", "b", [5]),
        ("a whole registration number", "26000001", [1]),
        ("all but its end", "2600000", []),
        ("its beginning", "26", []),
        ("the last three digits, which are shown", "001", [1]),
        ("two of them", "01", []),
        ("the last four digits of a phone, which are shown", "2345", [1]),
        ("a whole phone number", "020 5551 2345", [1]),
        ("a part of one", "020 5551 234", []),
    ],
)
def test_finds_for_whoever_is_shown_names_and_numbers_masked(
    registry: Database, label: str, typed: str, numbers: list[int]
):
    """Else what is masked could be found out sign by sign."""
    assert found(registry, typed, named=False) == numbers, label


@pytest.mark.parametrize(
    "typed", ["+8562055512345", "020 5551 2345", "(020) 5551-2345", "55512345", "໐໒໐ ໕໕໕໑໒໓໔໕"]
)
def test_a_phone_number_is_found_in_any_form(registry: Database, typed: str):
    assert found(registry, typed) == [1]


@pytest.mark.parametrize(
    ("typed", "index"),
    [("ບຸນມີ", "ix_beneficiaries_name_parts"), ("2345", "ix_beneficiaries_phone_end")],
)
def test_people_are_found_by_an_index_on_postgresql(postgresql: Database, typed: str, index: str):
    with postgresql.reading() as connection:
        connection.exec_driver_sql("set local enable_seqscan = off")
        found_by = matching(connection, typed, named=True, villages_called=lambda _text: ())
        wanted = select(beneficiaries.c.id).where(found_by)
        compiled = wanted.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"explain {compiled}".replace("%", "%%")).scalars().all()

    assert any(index in line for line in plan), plan
