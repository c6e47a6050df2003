"""What is kept of a session that has ended: its trail, and nothing of what was typed or shown."""

import re

import pytest
from sqlalchemy import select

from gateway.registry.tables import ussd_sessions
from tests.dialogue.screens import MOTHER, UNKNOWN, WITH_PIN
from tests.handset import Handset
from tests.keys import BACK, CALL_BACK, HELP, PAYDAY, REGISTRATION, REMINDERS, SOMEONE_ELSE
from tests.lines import AfricasTalkingLine
from tests.traces import octets_of_redis, octets_of_sqlite

PIN = "8642"


class RememberingLine(AfricasTalkingLine):
    """The operator: it keeps what its end event will tell."""

    def __init__(self, service):
        super().__init__(service)
        self.hops = []

    def send(self, session_id, msisdn, text, metadata):
        body, sent = super().send(session_id, msisdn, text, metadata)
        self.hops.append((session_id, text, body, sent))
        return body, sent

    def end(self, *, metadata=True, **fields):
        session_id, text, body, _sent = self.hops[-1]
        form = {
            "date": "2026-11-24 02:01:00",
            "sessionId": session_id,
            "serviceCode": "*123#",
            "networkCode": "45703",
            "phoneNumber": MOTHER,
            "status": "Incomplete",
            "cost": "USD 0.0010",
            "durationInMillis": "61000",
            "hopsCount": str(len(self.hops)),
            "hopsMetadata": "|".join(hop[3] for hop in self.hops) if metadata else "",
            "input": text,
            "lastAppResponse": body,
        }
        return self._service.post("ussd-events", form | fields)


def ended(service) -> list:
    with service.database.reading() as connection:
        return list(connection.execute(select(ussd_sessions)).all())


def play(line, *keys, msisdn=MOTHER):
    handset = Handset(line, msisdn)
    handset.dial()
    for key in keys:
        handset.press(key)
    return handset


def test_the_trail_is_the_sessions(service):
    line = RememberingLine(service)
    play(line, *REMINDERS.split("*"), "7", BACK)
    assert line.end(metadata=False).status_code == 200
    (row,) = ended(service)
    assert row.trail == ["main", "help", "reminders", "help"]
    assert row.last_state == "help"
    assert (row.status, row.hops, row.duration_ms) == ("answered", 5, 61_000)
    assert (row.msisdn, row.network_code) == (MOTHER, "45703")
    assert row.ended_at.isoformat() == "2026-11-24T02:01:00+00:00"


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        pytest.param(PAYDAY, "answered", id="she read her payday"),
        pytest.param(REGISTRATION, "answered", id="she read her status"),
        pytest.param(REMINDERS, "incomplete", id="she was asked which reminders"),
        pytest.param(SOMEONE_ELSE, "incomplete", id="she was asked whether she is pregnant"),
        pytest.param("", "incomplete", id="she pressed nothing"),
    ],
)
@pytest.mark.parametrize("metadata", [True, False])
def test_who_was_told_and_hung_up_was_not_cut_off(service, keys, status, metadata):
    line = RememberingLine(service)
    play(line, *filter(None, keys.split("*")))
    if metadata:
        service.flush_redis()
    line.end(metadata=metadata)
    (row,) = ended(service)
    assert row.status == status


def test_a_failure_of_the_network_stays_one(service):
    line = RememberingLine(service)
    play(line, PAYDAY)
    line.end(status="Failed")
    (row,) = ended(service)
    assert row.status == "failed"


def test_an_end_screen_is_the_last_of_the_trail(service):
    line = RememberingLine(service)
    play(line, *CALL_BACK.split("*"))
    line.end(status="Success")
    (row,) = ended(service)
    assert (row.status, row.last_state) == ("success", "call_back")


def test_with_redis_gone_the_trail_is_what_the_network_echoed(service_without_redis):
    line = RememberingLine(service_without_redis)
    play(line, *REMINDERS.split("*"))
    line.end()
    (row,) = ended(service_without_redis)
    assert row.trail == ["main", "help", "reminders"]


def test_with_neither_the_end_is_kept_without_a_trail(service_without_redis):
    line = RememberingLine(service_without_redis)
    play(line, *REMINDERS.split("*"))
    assert line.end(metadata=False).status_code == 200
    (row,) = ended(service_without_redis)
    assert (row.trail, row.last_state) == ([], None)


@pytest.mark.parametrize(
    "metadata",
    ["junk", "1.0.m.f.1.-." + "s" * 41, "1.0.m.f.1.-.ນາງ", "1.0.m.f.1.-.+8562055500001", "|||"],
)
def test_what_is_no_state_of_ours_is_no_trail(service_without_redis, metadata):
    line = RememberingLine(service_without_redis)
    play(line)
    line.end(hopsMetadata=metadata)
    (row,) = ended(service_without_redis)
    assert row.trail == []


def test_a_trail_of_metadata_is_no_longer_than_a_sessions(service_without_redis):
    line = RememberingLine(service_without_redis)
    play(line)
    line.end(hopsMetadata="|".join(["1.0.m.f.1.-.main"] * 400))
    (row,) = ended(service_without_redis)
    assert len(row.trail) == 60


def test_anothers_event_does_not_get_the_trail(service):
    line = RememberingLine(service)
    play(line, HELP)
    line.end(metadata=False, phoneNumber=UNKNOWN)
    (row,) = ended(service)
    assert (row.msisdn, row.trail) == (UNKNOWN, [])


def test_the_same_end_again_changes_nothing_and_another_session_is_another_row(service):
    line = RememberingLine(service)
    play(line, HELP)
    line.end()
    before = ended(service)
    line.end(status="Failed", hopsCount="99")
    assert ended(service) == before
    play(line)
    line.end()
    assert len(ended(service)) == 2


def test_a_session_nobody_has_heard_of_is_kept(service):
    form = {"sessionId": "never", "phoneNumber": "+66812345678", "status": "Failed"}
    assert service.post("ussd-events", form).status_code == 200
    (row,) = ended(service)
    assert (row.status, row.trail, row.hops) == ("failed", [], 0)
    assert row.ended_at == service.clock()


def test_what_was_typed_and_shown_is_stored_nowhere(service, redis_client):
    line = RememberingLine(service)
    keys = f"{REMINDERS}*{PIN}*7"
    play(line, *keys.split("*"), msisdn=WITH_PIN)
    line.end(phoneNumber=WITH_PIN, lastAppResponse=f"CON secret words {PIN}", input=keys)
    assert len(ended(service)) == 1
    kept = octets_of_sqlite(service.database) + octets_of_redis(redis_client)
    for known in (WITH_PIN, "reminders_pin"):
        assert known.encode() in kept
    for secret in (f"{REMINDERS}*", "secret words", "lastAppResponse"):
        assert secret.encode() not in kept
    # Standing alone: four digits may well be part of a hash.
    assert not re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % PIN.encode(), kept)
