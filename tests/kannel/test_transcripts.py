"""The menus' transcripts on a network that brings only the newest input.

What a lost session needs is the whole input, so nothing goes on here when Redis has forgotten it.
"""

import pytest

from gateway.registry.choices import set_caller_locale
from tests.handset import Handset, Line
from tests.kannel.conftest import CALLBACK_KEY
from tests.kannel.lines import SmsboxLine
from tests.service import Service
from tests.test_transcripts import ALL, Transcript

PLAYABLE = [one for one in ALL if "(Redis forgets everything)" not in one.text]
# An SMSC does not repeat a request that Kannel has acknowledged; smsbox does.
ON_THE_AIR = [one for one in PLAYABLE if "(retry)" not in one.text]


def _id(transcript: Transcript) -> str:
    return transcript.title.replace(" ", "_")


def _play(transcript: Transcript, service: Service, line: Line):
    with service.database.writing() as connection:
        set_caller_locale(connection, transcript.caller, transcript.locale, service.clock())
    Handset(line, transcript.caller).play(transcript.text)


@pytest.mark.parametrize("transcript", PLAYABLE, ids=_id)
def test_as_smsbox_calls(transcript, service, redis_client):
    _play(transcript, service, SmsboxLine(service.app, CALLBACK_KEY, redis_client))


@pytest.mark.kannel
@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("transcript", ON_THE_AIR, ids=_id)
def test_through_kannel(transcript, service, line):
    _play(transcript, service, line)
