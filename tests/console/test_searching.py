"""What is typed into the search box, on both databases."""

import pytest
from sqlalchemy import select

from gateway.console.pages.beneficiaries.queries.search import matching
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from tests.messaging.village import Village


@pytest.fixture
def registry(database: Database) -> Database:
    village = Village(database)
    mine = {"msisdn": "+8562055512345"}
    village.woman(26000001, **mine, name="ນາງ ບຸນມີ ໄຊຍະວົງ", name_latin="Nang Bounmi Xainyavong")
    village.woman(26000002, name="ນາງ ສົມພອນ ໄຊຍະວົງ", name_latin="Nang Somphon Xainyavong")
    village.woman(2750004, name="ນາງ ຈັນທາ", name_latin="Nang Chantha")
    village.woman(27000003, name="O'Hara \\ & | !", name_latin="O'Hara \\ & | !")
    return database


def found(database: Database, typed: str, *, in_part: bool = True) -> list[int]:
    with database.reading() as connection:
        condition = matching(typed, connection.dialect.name, in_part=in_part)
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
        ("the middle of a word", "nyavong", []),
        ("a word too many", "bounmi somphon", []),
        ("a quotation mark", "o'hara", [3]),
        ("a backslash", "\\", [3]),
        ("what means something to a search engine", "& |", [3]),
        ("an asterisk", "bou:*", []),
        ("wildcards", "b%_", []),
        ("nothing that can be seen", "\u200b", []),
        ("a whole registration number", "26000001", [1]),
        ("its beginning", "2600", [1, 2]),
        ("in Lao digits", "໒໗", [3]),
        ("its end", "0001", []),
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
        ("a word of a name", "ໄຊຍະວົງ", [1, 2]),
        ("words of a name, in any order and case", "XAINYAVONG bounmi", [1]),
        ("the first word and the last", "nang xainyavong", [1, 2]),
        ("the beginning of a word", "ບຸນ", []),
        ("the beginning beside a word", "nang bounm", []),
        ("one letter of a name that is masked", "b", []),
        ("a quotation mark", "o'hara", [3]),
        ("a wildcard for the end", "boun%", []),
        ("a whole registration number", "26000001", [1]),
        ("all but its end", "2600000", []),
        ("its beginning", "26", []),
        ("the last three digits, which are shown", "001", [1]),
        ("two of them", "01", []),
        ("more than are shown", "0001", []),
        ("a whole phone number", "020 5551 2345", [1]),
        ("a part of one", "020 5551 234", []),
    ],
)
def test_finds_for_whoever_is_shown_names_and_numbers_masked(
    registry: Database, label: str, typed: str, numbers: list[int]
):
    """Else what is masked could be found out sign by sign."""
    assert found(registry, typed, in_part=False) == numbers, label


@pytest.mark.parametrize(
    "typed", ["+8562055512345", "020 5551 2345", "(020) 5551-2345", "55512345", "໐໒໐ ໕໕໕໑໒໓໔໕"]
)
def test_a_phone_number_is_found_in_any_form(registry: Database, typed: str):
    assert found(registry, typed) == [1]


def test_names_are_found_by_the_index_on_postgresql(postgresql: Database):
    with postgresql.reading() as connection:
        connection.exec_driver_sql("set local enable_seqscan = off")
        wanted = select(beneficiaries.c.id).where(matching("ບຸນ", "postgresql", in_part=True))
        compiled = wanted.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"explain {compiled}".replace("%", "%%")).scalars().all()

    assert any("ix_beneficiaries_name_words" in line for line in plan)
