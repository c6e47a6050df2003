"""operators.toml: several operators at once, and what differs between them."""

from pathlib import Path

import pytest

from gateway.providers.kannel.operators import DOCTOR, UNNAMED, read_operators
from gateway.settings import SettingsError

SHIPPED = Path(__file__).parents[2] / "deploy" / "kannel" / "operators.toml"


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str):
        file = tmp_path / "operators.toml"
        file.write_text(text)
        return read_operators(file)

    return read_text


def test_the_file_that_ships_names_unitel():
    unitel = read_operators(SHIPPED).by_name["unitel"]
    assert unitel.provider == "kannel-unitel"
    assert (unitel.sms, unitel.ussd, unitel.sender) == ("unitel", "unitel-ussd", "MECG")
    assert unitel.carries == ("unitel", "*")


def test_an_empty_table_is_an_operator_as_smpp_describes_one(read):
    laotel = read("[laotel]").by_name["laotel"]
    assert (laotel.sms, laotel.ussd) == ("laotel", "laotel-ussd")
    assert (laotel.dial_ops, laotel.answer_ops) == ((1,), (18,))
    assert (laotel.ask_op, laotel.close_op) == (2, 17)
    assert laotel.session_octets == 2


def test_a_bind_is_its_operators(read):
    operators = read('[unitel]\n[etl]\nussd = "etl-menu"\nsms = "etl-menu"\n')
    assert operators.at("unitel").name == "unitel"
    assert operators.at("unitel-ussd").name == "unitel"
    assert operators.at("etl-menu").name == "etl"
    assert operators.at("etl") is UNNAMED
    assert operators.at("") is UNNAMED


def test_the_doctors_bind_is_always_there_and_carries_no_sms(read):
    operators = read("[unitel]")
    assert operators.at("doctor") is DOCTOR
    assert list(operators.by_name) == ["unitel"]
    assert DOCTOR.carries == ()


def test_what_comes_from_no_known_bind_still_has_a_provider():
    assert UNNAMED.provider == "kannel"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("[unitel", "Expected", id="no TOML"),
        pytest.param('[unitel]\nsend = "MECG"', "send", id="a setting that does not exist"),
        pytest.param("[unitel]\nask_op = '2'", "ask_op", id="a text for a number"),
        pytest.param("unitel = 1", "no table", id="no table"),
        pytest.param("[unitel]\nname = 'etl'", "no table", id="a table that names itself"),
        pytest.param("[unitel-laos]", "no name", id="a name that is no word"),
        pytest.param("[doctor]", "no name", id="a name that is taken"),
        pytest.param("[a_very_long_name]", "no name", id="a name too long for the ledger"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(read, text, sentence):
    with pytest.raises(SettingsError, match=sentence) as raised:
        read(text)
    assert "operators.toml" in str(raised.value)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        read_operators(tmp_path / "nowhere.toml")
