"""The first words of an SMS."""

import pytest

from gateway.messaging.keywords import Command, understand

TEXTS = [
    ("STOP", Command("stop")),
    ("Stop!", Command("stop")),
    ("ຢຸດ", Command("stop")),
    ("stop health", Command("stop", "health")),
    ("ຢຸດສຸຂະພາບ", Command("stop", "health")),
    ("ຢຸດເງິນ", Command("stop", "payment")),
    ("STOP ALL", Command("stop")),
    ("stop sms", Command("stop")),
    ("Stop please", Command("stop")),
    ("STOP STOP", Command("stop")),
    ("stop-", Command("stop")),
    ("Unsubscribe", Command("stop")),
    ("ຢຸດ ທັງໝົດ", Command("stop")),
    ("ຢຸດສົ່ງ", Command("stop")),
    ("START", Command("start")),
    ("ເລີ່ມ", Command("start")),
    ("ເລີ່ມ ເງິນ", Command("start", "payment")),
    ("?", Command("ask")),
    ("ຖາມ", Command("ask")),
    ("ngeun", Command("ask")),
    ("stop it", Command("other")),
    ("please stop", Command("other")),
    ("stop health now", Command("other")),
    ("ask money", Command("other")),
    ("info health", Command("other")),
    ("ຢຸດຕິ", Command("other")),
    ("", Command("other")),
    ("...", Command("other")),
]


@pytest.mark.parametrize(("text", "command"), TEXTS)
def test_a_command_is_one_or_two_words(text: str, command: Command):
    assert understand(text) == command
