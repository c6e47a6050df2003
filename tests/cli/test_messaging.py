"""`flask reminders`, `messages` and `broadcasts`, as typed."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from click.testing import Result
from sqlalchemy import select, update

from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import districts, payments
from gateway.staff.accounts import add_staff, by_email
from gateway.staff.audit import Actor, record
from gateway.staff.passwords import hash_password
from gateway.staff.rights import Role
from gateway.staff.tables import staff_users
from tests.messaging.village import draft, ledger, number, queue, states
from tests.service import Service


def run(service: Service, *words: object, answers: str | None = None) -> Result:
    arguments = [str(word) for word in words]
    return service.app.test_cli_runner().invoke(args=arguments, input=answers)


def ok(service: Service, *words: object) -> str:
    result = run(service, *words)
    assert result.exit_code == 0, result.output
    return result.output


# --- reminders -------------------------------------------------------------------------------


def test_a_days_reminders_are_queued_once(service: Service):
    with service.database.reading() as connection:
        due_on = connection.execute(
            select(payments.c.due_on).where(payments.c.status == "scheduled").limit(1)
        ).scalar_one()
    day = due_on - timedelta(days=3)

    first = ok(service, "reminders", "run", "--date", day)
    again = ok(service, "reminders", "run", "--date", day)

    assert first.endswith(" reminders queued.\n")
    assert not first.startswith("0 ")
    assert again == "0 reminders queued.\n"


def test_a_day_that_is_none_is_refused(service: Service):
    assert run(service, "reminders", "run", "--date", "31.12.2026").exit_code == 2


# --- messages --------------------------------------------------------------------------------


def unknown(service: Service, count: int) -> list[UUID]:
    queue(service.database, *(draft(index) for index in range(1, count + 1)))
    with service.database.writing() as connection:
        connection.execute(update(messages).values(state="unknown", sent_at=datetime.now(UTC)))
    return [row.id for row in ledger(service.database, "id")]


def test_the_ledger_is_shown_with_masked_numbers(service: Service):
    unknown(service, 2)

    shown = ok(service, "messages", "show")

    assert "unknown             2" in shown
    assert number(1) not in shown
    assert "+85620…01" in shown


def test_messages_are_found_by_number_in_any_form_and_by_state(service: Service):
    unknown(service, 2)
    local = "0" + number(2).removeprefix("+856")

    assert len(ok(service, "messages", "show", "--msisdn", local).splitlines()) == 2
    assert len(ok(service, "messages", "show", "--state", "queued").splitlines()) == 1
    assert run(service, "messages", "show", "--msisdn", "mother").exit_code == 2


def test_one_message_is_shown_with_its_text(service: Service):
    (one,) = unknown(service, 1)

    assert "not written yet" in ok(service, "messages", "show", one)
    assert run(service, "messages", "show", UUID(int=1)).exit_code == 1


@pytest.mark.parametrize(
    ("how", "state"), [("arrived", "accepted"), ("resend", "queued"), ("give_up", "failed")]
)
def test_unknown_messages_are_resolved_one_by_one_or_all(service: Service, how: str, state: str):
    first, *_others = unknown(service, 3)

    assert ok(service, "messages", "resolve", first, "--as", how) == "1 messages resolved.\n"
    assert ok(service, "messages", "resolve", "--all", "--as", how) == "2 messages resolved.\n"
    assert states(service.database) == [state] * 3


def test_a_message_that_is_not_unknown_stays_as_it_is(service: Service):
    (one,) = unknown(service, 1)
    ok(service, "messages", "resolve", one, "--as", "give_up")

    result = run(service, "messages", "resolve", one, "--as", "resend")

    assert result.exit_code == 1
    assert "1 were not unknown" in result.output
    assert states(service.database) == ["failed"]


def test_which_messages_must_be_said(service: Service):
    assert run(service, "messages", "resolve", "--as", "resend").exit_code == 2


# --- broadcasts ------------------------------------------------------------------------------

WORDS = ("--name", "Flood", "--text", "lo", "ສຸກສາລາປິດ", "--text", "en", "Closed")


PASSWORD = "three words apart"


def account(service: Service, email: str, role: Role) -> None:
    hashed = hash_password(PASSWORD)
    with service.database.writing() as connection:
        add_staff(connection, email=email, password_hash=hashed, role=role, now=datetime.now(UTC))


@pytest.fixture
def password(service: Service) -> str:
    """The password of approver@example.la."""
    account(service, "approver@example.la", "approver")
    return PASSWORD


def written(service: Service, *more: str) -> UUID:
    output = ok(service, "broadcasts", "create", *WORDS, "--as", "operator@example.la", *more)
    return UUID(output.strip())


def approve(service: Service, one: UUID, password: str, email: str = "approver@example.la"):
    return run(service, "broadcasts", "approve", one, "--as", email, answers=f"{password}\n")


def state(service: Service, one: UUID) -> str:
    with service.database.reading() as connection:
        found: str = read_broadcast(connection, one).state
        return found


def test_the_whole_life_of_a_broadcast_by_two_people(service: Service, password: str):
    one = written(service)
    preview = ok(service, "broadcasts", "preview", one)
    assert "handsets of" in preview
    assert "ສຸກສາລາປິດ" in preview

    approved = approve(service, one, password)
    assert re.search(r"approved\nfor \d+ handsets, \d+ at most", approved.output)
    assert ok(service, "broadcasts", "start", one) == "running\n"
    expand_broadcast(service.database, one, default_locale="lo", now=datetime.now(UTC))
    assert ok(service, "broadcasts", "pause", one) == "paused\n"
    assert ok(service, "broadcasts", "resume", one) == "running\n"
    assert ok(service, "broadcasts", "cancel", one).startswith("cancelled, ")

    shown = ok(service, "broadcasts", "show", one)
    assert "Flood: cancelled" in shown
    assert "written by operator@example.la, approved by approver@example.la" in shown
    assert "cancelled  broadcast_cancelled" in shown
    assert "Flood" in ok(service, "broadcasts", "show")


def test_a_wrong_password_approves_nothing(service: Service, password: str):
    one = written(service)

    result = approve(service, one, password + "x")

    assert result.exit_code == 1
    assert "nobody with this email and password may do that" in result.output
    assert state(service, one) == "draft"


def test_whoever_may_not_approve_does_not(service: Service):
    one = written(service)
    account(service, "second@example.la", "operator")

    assert approve(service, one, PASSWORD, "second@example.la").exit_code == 1


def test_nobody_approves_what_they_wrote_themselves(service: Service, password: str):
    output = ok(service, "broadcasts", "create", *WORDS, "--as", "approver@example.la")

    result = approve(service, UUID(output.strip()), password)

    assert result.exit_code == 1
    assert "second person" in result.output


def test_it_may_be_scheduled_in_local_time(service: Service, password: str):
    one = written(service)
    approve(service, one, password)

    on = _next_year()
    assert ok(service, "broadcasts", "start", one, "--at", f"{on} 09:00") == "scheduled\n"

    with service.database.reading() as connection:
        start_at = connection.execute(select(broadcasts.c.start_at)).scalar_one()
    assert start_at == datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC)


def _next_year() -> date:
    """The Lao New Year to come, or the one after."""
    return date((datetime.now(UTC) + timedelta(days=300)).year, 4, 14)


def test_one_over_the_new_year_gets_an_end_that_leaves_time(service: Service, password: str):
    one = written(service)
    approve(service, one, password)
    year = _next_year().year
    ok(service, "broadcasts", "start", one, "--at", f"{_next_year()} 08:00")

    found = re.search(r"goes out from (\S+) 08:00 to (\S+)", ok(service, "broadcasts", "show", one))

    assert found is not None
    first_on, ends_on = map(date.fromisoformat, found.groups())
    assert date(year, 4, 17) <= first_on < ends_on


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        (("--at", "{year}-04-14 08:00", "--until", "{year}-04-15 20:00"), "nothing may go out"),
        (("--at", "{year}-06-02 20:00", "--until", "{year}-06-03 07:59"), "nothing may go out"),
        (("--at", "{year}-06-02 10:00", "--until", "{year}-06-01 10:00"), "end before it starts"),
        (("--until", "1999-01-01 00:00"), "end before it starts"),
        (("--until", "2199-12-31 23:59"), "let it end by"),
        (("--at", "2199-12-31 23:59"), "too far ahead"),
        (("--at", "1999-01-01 00:00"), "in the past"),
        (("--at", "2026-11-01 08:00"), "in the past"),
    ],
)
def test_times_that_cannot_be_are_refused_with_a_sentence(
    service: Service, password: str, times: tuple[str, ...], sentence: str
):
    one = written(service)
    approve(service, one, password)

    words = [word.format(year=_next_year().year) for word in times]
    result = run(service, "broadcasts", "start", one, *words)

    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert sentence in result.output
    assert state(service, one) == "approved"


@pytest.mark.parametrize("option", ["--at", "--until"])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_years_that_no_broadcast_has_are_refused(
    service: Service, password: str, option: str, year: str
):
    one = written(service)
    approve(service, one, password)

    result = run(service, "broadcasts", "start", one, option, f"{year}-12-31 23:59")

    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert "is not a year between" in result.output
    assert state(service, one) == "approved"


def test_one_whose_end_has_passed_is_resumed_with_a_new_end_only(service: Service, password: str):
    one = written(service)
    approve(service, one, password)
    ok(service, "broadcasts", "start", one)
    ok(service, "broadcasts", "pause", one)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(expires_at=datetime.now(UTC)))

    refused = run(service, "broadcasts", "resume", one)
    until = datetime.now(UTC) + timedelta(days=10)
    resumed = ok(service, "broadcasts", "resume", one, "--until", f"{until:%Y-%m-%d %H:%M}")

    assert refused.exit_code == 1
    assert "give it a new end" in refused.output
    assert resumed == "running\n"


def test_an_approver_whose_account_its_author_made_waits_a_day(service: Service, password: str):
    account(service, "admin@example.la", "admin")
    output = ok(service, "broadcasts", "create", *WORDS, "--as", "Admin@example.la")
    one = UUID(output.strip())
    with service.database.writing() as connection:
        admin = by_email(connection, "admin@example.la")
        approver = by_email(connection, "approver@example.la")
        assert admin
        assert approver
        record(
            connection, Actor(admin.email, admin), "staff.add", now=datetime.now(UTC),
            kind="staff", object_id=approver.id,
        )  # fmt: skip

    result = approve(service, one, password)

    assert result.exit_code == 1
    assert "somebody else has to approve it" in result.output
    assert state(service, one) == "draft"


def test_an_approver_of_one_district_approves_nothing_of_another(service: Service, password: str):
    one = written(service)
    with service.database.writing() as connection:
        connection.execute(
            update(staff_users)
            .where(staff_users.c.email == "approver@example.la")
            .values(district_id=select(districts.c.id).limit(1).scalar_subquery())
        )

    result = approve(service, one, password)

    assert result.exit_code == 1
    assert "there is no such broadcast" in result.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--name", "x", "--text", "lo", "\u200b"), "the text in lo is missing"),
        (("--name", "\u2060", "--text", "lo", "ສະບາຍດີ"), "needs a name"),
        (("--name", "x", "--text", "lo", "ສະບາຍດີ %(name)s"), "nothing is filled in"),
    ],
)
def test_a_text_that_would_arrive_odd_is_refused(service: Service, words, sentence: str):
    result = run(service, "broadcasts", "create", *words)

    assert result.exit_code == 1
    assert sentence in result.output


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--village", "Nowhere"), "no village is called 'Nowhere'"),
        (("--status", "happy"), "'happy' is no status"),
    ],
)
def test_an_audience_nobody_knows_is_named(service: Service, more, sentence: str):
    result = run(service, "broadcasts", "create", *WORDS, *more)

    assert result.exit_code == 1
    assert sentence in result.output


def test_a_broadcast_that_is_not_approved_does_not_start(service: Service):
    result = run(service, "broadcasts", "start", written(service))

    assert result.exit_code == 1
    assert "cannot be told to start" in result.output
