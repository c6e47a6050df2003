"""Who got nothing of a broadcast gets another; when one is through; by how much it has grown."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from gateway.core.quiet_hours import SendingHours
from gateway.messaging.audience import UnknownAudienceError, matching
from gateway.messaging.broadcasts.approval import grown_since
from gateway.messaging.broadcasts.estimate import through_at
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.lifecycle import send_back_broadcast, submit_broadcast
from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries
from tests.messaging.broadcasting import APPROVER, OPERATOR, BroadcastDesk
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, Village, number

VIENTIANE = ZoneInfo("Asia/Vientiane")
DAYTIME = SendingHours(
    zone=VIENTIANE, quiet=(time(20), time(8)), is_holiday=lambda on: on.isoformat() == "2026-12-02"
)


@pytest.fixture
def desk(office: Office) -> BroadcastDesk:
    return BroadcastDesk(office)


def became(desk: BroadcastDesk, index: int, state: str, reason: str | None = None) -> None:
    with desk.office.database.writing() as connection:
        connection.execute(
            update(messages)
            .where(messages.c.msisdn == number(index))
            .values(state=state, reason=reason)
        )


def for_whom(desk: BroadcastDesk, **audience) -> set[str | None]:
    with desk.office.database.reading() as connection:
        found = select(beneficiaries.c.msisdn).where(matching(audience))
        return set(connection.execute(found).scalars())


def test_those_who_got_none_are_exactly_those_without_an_sms_of_it(
    desk: BroadcastDesk, village: Village
):
    village.women([1, 2, 3, 4, 5, 6, 7])
    village.women([8], msisdn=None)
    one = desk.running()
    became(desk, 1, "delivered")
    became(desk, 2, "accepted")
    became(desk, 3, "unknown")
    became(desk, 4, "suppressed", "duplicate")
    became(desk, 5, "failed")
    became(desk, 6, "suppressed", "opted_out")
    village.women([9], created_at=NOW + timedelta(days=1))

    assert for_whom(desk, missed=[str(one)]) == {number(5), number(6), None}  # 7 still waits


def test_a_follow_up_goes_to_those_of_them_who_have_a_phone(desk: BroadcastDesk, village: Village):
    village.women([1, 2])
    one = desk.running()
    became(desk, 1, "delivered")
    became(desk, 2, "failed")

    again = desk.running(audience={"missed": [str(one)]})
    with desk.office.database.reading() as connection:
        of_it = select(messages.c.msisdn).where(messages.c.broadcast_id == again)
        assert list(connection.execute(of_it).scalars()) == [number(2)]


@pytest.mark.parametrize("what", ["", "never", 7, None])
def test_what_is_no_broadcast_is_refused(what: object):
    with pytest.raises(UnknownAudienceError, match="no broadcast"):
        matching({"missed": [what]})


def test_it_is_sent_back_for_a_reason_that_goes_when_it_is_submitted_again(desk: BroadcastDesk):
    one = desk.draft()
    submit = {"start_at": None, "by": OPERATOR, "hours": desk.office.hours}
    desk.say(submit_broadcast, one, **submit)
    with pytest.raises(BroadcastError, match="say why"):
        desk.say(send_back_broadcast, one, reason=" \u200b", by=APPROVER)

    desk.say(send_back_broadcast, one, reason=" Name the day ", by=APPROVER)

    row = desk.row(one)
    assert (row.state, row.sent_back_reason, row.sent_back_by) == (
        "draft", "Name the day", APPROVER.name,
    )  # fmt: skip
    desk.say(submit_broadcast, one, **submit)
    assert desk.row(one).sent_back_reason is None


def test_an_audience_that_grows_after_approval_is_seen_before_it_starts(
    desk: BroadcastDesk, village: Village
):
    village.women([1, 2])
    one = desk.approved()
    village.women([3, 4, 5])

    with desk.office.database.reading() as connection:
        assert grown_since(connection, desk.row(one)) == 3
        assert grown_since(connection, desk.row(desk.draft(name="Other"))) is None


def local(day: int, hour: int, minute: int = 0) -> datetime:
    month = 12 if day < 20 else 11
    return datetime(2026, month, day, hour, minute, tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    ("label", "start", "segments", "through"),
    [
        ("in one go", local(24, 10), 36_000, local(24, 11)),
        ("it begins in the quiet hours", local(24, 22), 36_000, local(25, 9)),
        ("over a night", local(24, 19), 72_000, local(25, 9)),
        ("over a holiday", local(1, 19), 72_000, local(3, 9)),
        ("until the last moment", local(24, 8), 432_000, local(24, 20)),
        ("for days", local(24, 8), 432_000 * 2 + 36_000, local(26, 9)),
    ],
)
def test_when_it_is_through(label: str, start: datetime, segments: int, through: datetime):
    found = through_at(start.astimezone(UTC), segments, per_second=10, hours=DAYTIME)

    assert found == through, label


def test_without_a_rate_nobody_knows():
    assert through_at(local(24, 10), 5, per_second=0, hours=DAYTIME) is None
