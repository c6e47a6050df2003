"""Beneficiaries and payments from openIMIS: each change is heard of, and money is never guessed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.connectors.driver import Ground
from gateway.connectors.file import Connection, ConnectionsError, connections_of
from gateway.connectors.openimis import DRIVER
from gateway.connectors.source import Fault, Page, RegistrySource, SourceError
from gateway.registry.clock import utc_now
from tests.connectors.conformance import Conformance
from tests.connectors.openimis_schema import RECIPIENT
from tests.connectors.openimis_server import PASSWORD, PLAN, USERNAME, Openimis, Wrong, served

FIRST = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIXED = {"locale": "lo", "consent_payment": "yes", "consent_health": "yes"}
KEYS = {
    name: name for name in ("category", "edd", "child_dob", "health_centre", "pay_point")
} | {"msisdn": "phone"}  # fmt: skip


def moment(minutes: float) -> str:
    return (FIRST + timedelta(minutes=minutes)).isoformat()


def connection_of(url: str, **changes: Any) -> Connection:
    table = {
        "driver": "openimis", "url": url, "username_env": "NAME", "password_env": "WORD",
        "benefit_plan": str(PLAN), "page_size": 10, "json_keys": KEYS, "fixed": FIXED,
    } | changes  # fmt: skip
    (connection,) = connections_of({"connections": {"registry": table}}, [DRIVER])
    return connection


def source_of(url: str, **changes: Any) -> RegistrySource:
    secrets = {"NAME": USERNAME, "WORD": PASSWORD}
    zone = ZoneInfo("Asia/Vientiane")
    return connection_of(url, **changes).source(
        Ground(name="registry", secrets=secrets, zone=zone, now=utc_now)
    )


def full(count: int = 24, **changes: Any) -> Openimis:
    """People, each with a payment, one touched every twenty minutes."""
    openimis = Openimis(**changes)
    payroll = openimis.payroll("November", moment(0))
    for number in range(count):
        person = openimis.person(26000000 + number, moment(20 * number))
        openimis.pay(person, payroll, moment(20 * number + 5))
    return openimis


def small(**changes: Any) -> Openimis:
    """One woman with one payment."""
    openimis = Openimis(**changes)
    person = openimis.person(26000001, moment(0))
    openimis.pay(person, openimis.payroll("November", moment(0)), moment(1))
    return openimis


def rows(source: RegistrySource, kind: str, cursor: str | None = None) -> list[Mapping[str, str]]:
    return [row for page in source.pages(cursor) if page.kind == kind for row in page.rows]


def read(openimis: Openimis, kind: str, **changes: Any) -> list[Mapping[str, str]]:
    with served(openimis) as url:
        return rows(source_of(url, **changes), kind)


def fault_of(openimis: Openimis, **changes: Any) -> SourceError:
    with served(openimis) as url, pytest.raises(SourceError) as raised:
        list(source_of(url, **changes).pages(None))
    return raised.value


def benefits(openimis: Openimis) -> list[dict[str, Any]]:
    return [one["benefit"] for one in openimis.links.values()]


class TestConformance(Conformance):
    @pytest.fixture
    def openimis(self) -> Openimis:
        return full(12)

    @pytest.fixture
    def url(self, openimis: Openimis) -> Iterator[str]:
        with served(openimis) as address:
            yield address

    @pytest.fixture
    def source(self, url: str) -> RegistrySource:
        return source_of(url)

    @pytest.fixture
    def faulty(self, openimis: Openimis, url: str) -> Callable[[Fault], RegistrySource]:
        def make(fault: Fault) -> RegistrySource:
            openimis.wrong, openimis.right_for = fault.value, 1  # type: ignore[assignment]
            return source_of(url)

        return make


class TestRecipientConformance(TestConformance):
    """The newer release, whose benefits name a recipient."""

    @pytest.fixture
    def openimis(self) -> Openimis:
        return full(12, benefit=RECIPIENT)


def test_a_beneficiary_is_a_row():
    (row, *_) = read(small(), "beneficiaries")
    assert row == {
        "registration_no": "26000001", "name": "Keo Sivilay26000001", "msisdn": "2026000001",
        "status": "enrolled", "category": "child", "edd": "", "child_dob": "2026-03-01",
        "province": "Vientiane", "district": "Vang Vieng", "village": "Na Xom",
        "health_centre": "Ban Na", "pay_point": "Vang Vieng", **FIXED,
    }  # fmt: skip


@pytest.mark.parametrize("benefit", ["individual: IndividualGQLType", RECIPIENT])
def test_a_benefit_is_a_row_in_either_release(benefit: str):
    (row, *_) = read(small(benefit=benefit), "payments")
    assert row == {
        "registration_no": "26000001", "cycle": "2026-11", "due_on": "2026-11-25",
        "amount": "300000", "pay_point": "Ban Na", "status": "scheduled",
    }  # fmt: skip


def test_a_release_with_neither_is_refused_at_once():
    error = fault_of(Openimis(benefit="payee: String"))
    assert (error.fault, error.about) == (
        Fault.UNKNOWN_SHAPE, "BenefitConsumptionGQLType has no individual and no recipient",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("half", Fault.UNREACHABLE),
        ("half_data", Fault.MALFORMED),
        ("unavailable", Fault.UNREACHABLE),
        ("throttled", Fault.THROTTLED),
    ],
)
def test_what_goes_wrong_between_pages(wrong: Wrong, fault: Fault):
    error = fault_of(full(wrong=wrong, right_for=3))
    assert error.fault == fault
    assert (error.retry_after == 60) is (fault == Fault.THROTTLED)


def test_a_token_that_expires_between_pages_is_renewed():
    openimis = full(token_pages=2)
    assert len({row["registration_no"] for row in read(openimis, "payments")}) == 24
    assert openimis.signed_in > 3


@pytest.mark.parametrize("right", ["170001", "202001", "159001"])
def test_a_right_that_the_account_lacks_is_a_refusal(right: str):
    openimis = small()
    openimis.rights.discard(right)
    assert fault_of(openimis).fault == Fault.REFUSED


def test_a_wrong_password_is_a_refusal():
    with served(small()) as url, pytest.raises(SourceError) as raised:
        source_of(url, password_env="NAME").check()
    assert raised.value.fault == Fault.REFUSED


def test_who_is_touched_while_pages_are_read_moves_nobody_out_of_sight():
    openimis = full()
    everybody = list(openimis.beneficiaries.values())

    def touch() -> None:
        if openimis.pages < 8:
            number = openimis.pages
            everybody[number]["dateUpdated"] = moment(5000 + number)

    openimis.between = touch
    assert len({row["registration_no"] for row in read(openimis, "beneficiaries")}) == 24


def test_a_payroll_of_one_moment_that_shrinks_is_read_whole():
    openimis = full()
    for one in benefits(openimis):
        one["dateUpdated"] = moment(1)

    def touch() -> None:
        if openimis.pages in {11, 13}:
            benefits(openimis)[openimis.pages - 11]["dateUpdated"] = moment(5000)

    openimis.between = touch
    assert len({row["registration_no"] for row in read(openimis, "payments")}) == 24


def test_moments_are_compared_with_each_other_whatever_the_clock_says():
    """The server's clock is a year ahead."""
    openimis = small()
    for row in (*openimis.people.values(), *openimis.beneficiaries.values()):
        row["dateUpdated"] = moment(525600)
    with served(openimis) as url:
        source = source_of(url)
        pages = list(source.pages(None))
        openimis.person(26000002, moment(525605))
        new = rows(source, "beneficiaries", pages[-1].cursor)
    assert "26000002" in {row["registration_no"] for row in new}


def changed(openimis: Openimis, change: Callable[[], object]) -> list[Page]:
    """What a pull brings after `change`."""
    with served(openimis) as url:
        source = source_of(url, overlap_minutes=0)
        cursor = list(source.pages(None))[-1].cursor
        change()
        return [page for page in source.pages(cursor) if page.rows]


def test_a_corrected_phone_is_heard_of_though_it_touches_no_beneficiary():
    openimis = full()
    (woman, *_) = openimis.people.values()

    def correct() -> None:
        woman["jsonExt"]["phone"] = "02055512345"
        woman["dateUpdated"] = moment(6000)

    numbers = {row.get("msisdn") for page in changed(openimis, correct) for row in page.rows}
    assert "02055512345" in numbers


def test_an_approved_payroll_brings_its_payments_though_it_touches_none():
    openimis = full()
    (payroll,) = openimis.payrolls.values()
    payroll["status"] = "PENDING_APPROVAL"
    assert read(openimis, "payments") == []

    def approve() -> None:
        payroll["status"] = "APPROVE_FOR_PAYMENT"
        payroll["dateUpdated"] = moment(6000)

    pages = changed(openimis, approve)
    assert sum(len(page.rows) for page in pages if page.kind == "payments") >= 24


def test_whoever_is_deleted_has_left_and_a_deleted_benefit_is_cancelled():
    openimis = small()
    for one in (*openimis.beneficiaries.values(), *benefits(openimis)):
        one["isDeleted"] = True
    assert read(openimis, "beneficiaries")[-1]["status"] == "exited"
    assert read(openimis, "payments")[-1]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("ACCEPTED", "scheduled"), ("APPROVE_FOR_PAYMENT", "scheduled"), ("RECONCILED", "paid"),
        ("REJECTED", "cancelled"), ("PENDING_DELETION", "cancelled"), ("CREATED", None),
        ("DUPLICATE", None), ("ON_HOLD", "ON_HOLD"),
    ],
)  # fmt: skip
def test_the_words_for_a_payment(said: str, status: str | None):
    openimis = small()
    benefits(openimis)[0]["status"] = said
    assert {row["status"] for row in read(openimis, "payments")} == ({status} - {None})


@pytest.mark.parametrize(
    ("said", "amount"),
    [("300000.00", "300000"), ("300000.50", "300000.50"), ("NaN", "NaN"), (None, ""), ("0", "0")],
)
def test_an_amount_is_whole_kip_or_stands_as_it_came(said: str | None, amount: str):
    openimis = small()
    benefits(openimis)[0]["amount"] = said
    assert read(openimis, "payments")[0]["amount"] == amount


def test_a_benefit_twice_is_once():
    openimis = small()
    (woman,), (payroll,) = openimis.people.values(), openimis.payrolls.values()
    openimis.pay(woman, payroll, moment(2))
    openimis.pay(woman, payroll, moment(3), status="REJECTED")
    with served(openimis) as url:
        (page, *_) = [one for one in source_of(url).pages(None) if one.kind == "payments"]
    assert [row["status"] for row in page.rows] == ["scheduled"]


def test_benefits_that_contradict_each_other_are_both_shown_to_be_refused():
    openimis = small()
    (woman,), (payroll,) = openimis.people.values(), openimis.payrolls.values()
    openimis.pay(woman, payroll, moment(2), amount="600000.00")
    with served(openimis) as url:
        (page, *_) = [one for one in source_of(url).pages(None) if one.kind == "payments"]
    assert [row["amount"] for row in page.rows] == ["300000", "600000"]


def test_the_end_of_a_benefit_that_was_replaced_ends_no_payment():
    """The new one was made and read before: the old one is cancelled afterwards."""
    openimis = small()
    (woman,), (payroll,) = openimis.people.values(), openimis.payrolls.values()
    (old,) = benefits(openimis)
    old["status"] = "CREATED"
    openimis.pay(woman, payroll, moment(2), dateDue="2026-11-27")
    # What was read last comes again: somebody else's.
    other = openimis.person(26000002, moment(3))
    openimis.pay(other, openimis.payroll("another", moment(3)), moment(4))

    def cancel() -> None:
        old["status"], old["dateUpdated"] = "REJECTED", moment(6000)

    told = [row for page in changed(openimis, cancel) for row in page.rows]
    assert {row["status"] for row in told if "status" in row and "cycle" in row} == {"scheduled"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"benefit_plan": "grant"}, "benefit_plan='grant': Invalid UUID"),
        ({"page_size": 201}, "page_size=201: "),
        ({"json_keys": {"shoe_size": "shoe"}}, "json_keys"),
        ({"payment_statuses": {"ACCEPTED": "due"}}, "payment_statuses"),
        ({"fixed": {"msisdn": "020"}}, "msisdn stands in json_keys and in fixed"),
        ({"password_env": "NOWHERE"}, "password_env names NOWHERE, which is not set"),
        ({"mystery": 1}, "mystery"),
    ],
)
def test_a_configuration_that_cannot_be(changes: dict[str, Any], reason: str):
    with pytest.raises(ConnectionsError, match=reason):
        source_of("http://127.0.0.1:1", **changes)
