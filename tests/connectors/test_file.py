"""connections.toml: what is wrong with it is named, with its connection, key and value."""

import pytest

from gateway.connectors.file import ConnectionsError, connections_of, read_connections
from tests.connectors.scripted_source import ScriptedSource, driver_of

DRIVERS = [driver_of(ScriptedSource(()))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "'x' is not known: there is [connections.NAME]."),
        ("connections = 1", "connections must be tables: [connections.NAME]."),
        ("[connections.a]", "a: driver=None: there is scripted."),
        ("[connections.a]\ndriver = 'soap'", "a: driver='soap': there is scripted."),
        (
            "[connections.a]\ndriver = 'scripted'\nevery_minutes = 'x'",
            "a: every_minutes='x': Expected `int`, got `str`.",
        ),
        (
            "[connections.a]\ndriver = 'scripted'\nevery_minutes = 0",
            "a: every_minutes and stale_hours must be at least 1.",
        ),
        (
            "[connections.'a b']\ndriver = 'scripted'",
            "'a b': a name has letters, digits, - and _, at most 40.",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path):
    file = tmp_path / "connections.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConnectionsError) as raised:
        read_connections(str(file), DRIVERS)

    assert str(raised.value) == said


def test_a_key_that_is_misspelt_is_named():
    table = {"connections": {"a": {"driver": "scripted", "pasword_env": "X"}}}
    with pytest.raises(ConnectionsError, match="pasword_env"):
        connections_of(table, DRIVERS)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConnectionsError, match=r"nothing\.toml"):
        read_connections(str(tmp_path / "nothing.toml"), DRIVERS)


def test_without_a_file_there_are_none():
    assert read_connections("", DRIVERS) == ()
