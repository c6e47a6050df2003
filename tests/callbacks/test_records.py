"""End events, delivery reports, SMS and opt-outs: 200 once stored, 503 if and only if nothing could
be stored. What no repetition mends is 200 too: an operator repeats anything else, some for ever.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from gateway.messaging.tables import messages, mo_messages, receipts
from gateway.metrics import CALLBACKS
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from gateway.registry.tables import cases, optouts, ussd_sessions
from gateway.settings import Settings
from tests.callbacks.forms import MOTHER
from tests.messaging.village import draft, queue
from tests.service import DEAD_REDIS, Clock, Service, composed
from tests.traces import rows

WHOLE = {
    "ussd-events": {
        "date": "2026-11-24 02:00:00",
        "sessionId": "ATUid_ended",
        "serviceCode": "*123#",
        "networkCode": "45703",
        "phoneNumber": MOTHER,
        "status": "Incomplete",
        "cost": "USD 0.0010",
        "durationInMillis": "4321",
        "hopsCount": "3",
        "hopsMetadata": "",
        "input": "2*1",
        "lastAppResponse": "CON …",
        "errorMessage": "",
    },
    "delivery-reports": {
        "id": "ATXid_1",
        "status": "Success",
        "phoneNumber": MOTHER,
        "networkCode": "45703",
    },
    "incoming-messages": {
        "date": "2026-11-24T02:00:00Z",
        "from": MOTHER,
        "id": "mo-1",
        "text": "ຂ້ອຍຍັງບໍ່ໄດ້ເງິນ",
        "to": "1330",
        "cost": "USD 0.0",
        "networkCode": "45703",
    },
    "opt-outs": {"senderId": "MECG", "phoneNumber": MOTHER},
}
TABLES = {
    "ussd-events": ussd_sessions,
    "delivery-reports": receipts,
    "incoming-messages": mo_messages,
    "opt-outs": optouts,
}
paths = pytest.mark.parametrize("path", WHOLE)
# SQLite takes a text of any length and content; the stricter of the two is enough.
on_the_stricter = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def open_service():
    """One application a database, for all tests of this module."""
    offices: dict[str, Service] = {}
    with ExitStack() as stack:

        def open_one(url: str, redis_url: str) -> Service:
            if url not in offices:
                clock, database = Clock(), Database(url)
                settings = Settings(database_url=url, redis_url=redis_url)
                app = stack.enter_context(composed(settings, clock, console=False))
                stack.callback(database.dispose)
                offices[url] = Service(app, database, clock, None)
            return offices[url]

        yield open_one


@pytest.fixture
def own_service(open_service, database_url, redis_url) -> Service:
    """A service on a database that is empty again after each test."""
    opened: Service = open_service(database_url, redis_url)
    return opened


@pytest.fixture
def refusing(gateway):
    """A service in which a test may leave nothing."""
    before = gateway.traces()
    yield gateway
    assert gateway.traces() == before


def ill_formed(path: str) -> float:
    """How many of `path` were counted as ill-formed so far."""
    labels = ("africastalking", path, "bad_request")
    return CALLBACKS.labels(*labels)._value.get()


def stored(own_service, table) -> list:
    with own_service.database.reading() as connection:
        return list(connection.execute(select(table)).all())


@paths
def test_what_is_whole_is_stored_and_answered_200(own_service, path):
    answer = own_service.post(path, WHOLE[path])
    assert (answer.status_code, answer.text) == (200, "")
    assert len(stored(own_service, TABLES[path])) == 1


@on_the_stricter
@paths
@pytest.mark.parametrize("plus", ["+", " ", ""])
def test_the_three_forms_of_the_plus_sign_are_the_same_number(own_service, path, plus):
    number = "from" if path == "incoming-messages" else "phoneNumber"
    own_service.post(path, WHOLE[path] | {number: f"{plus}{MOTHER[1:]}"})
    assert [row.msisdn for row in stored(own_service, TABLES[path])] == [MOTHER]


NEEDED = [
    ("ussd-events", "sessionId"),
    ("ussd-events", "phoneNumber"),
    ("delivery-reports", "id"),
    ("delivery-reports", "status"),
    ("incoming-messages", "id"),
    ("incoming-messages", "from"),
    ("incoming-messages", "text"),
    ("opt-outs", "phoneNumber"),
]


@pytest.mark.parametrize(("path", "field"), NEEDED)
def test_a_missing_field_is_counted_and_named_in_the_log(refusing, caplog, path, field):
    without = {name: value for name, value in WHOLE[path].items() if name != field}
    before = ill_formed(path)
    with caplog.at_level(logging.WARNING, "gateway.callbacks"):
        answer = refusing.post(path, without)
    assert (answer.status_code, answer.text) == (200, "")
    assert ill_formed(path) == before + 1
    assert repr(field) in caplog.text


ILL_FORMED = [
    ("ussd-events", "sessionId", "A" * 65),
    ("ussd-events", "sessionId", "a\0b"),
    ("ussd-events", "phoneNumber", "mother"),
    ("delivery-reports", "id", "A" * 81),
    ("delivery-reports", "id", "a\nb"),
    ("incoming-messages", "id", "A" * 101),
    ("incoming-messages", "from", "\0"),
    ("opt-outs", "phoneNumber", "+999"),
]


@pytest.mark.parametrize(("path", "field", "value"), ILL_FORMED)
def test_an_ill_formed_field_is_named_and_its_content_is_not(refusing, caplog, path, field, value):
    with caplog.at_level(logging.WARNING, "gateway.callbacks"):
        answer = refusing.post(path, WHOLE[path] | {field: value})
    assert (answer.status_code, answer.text) == (200, "")
    assert repr(field) in caplog.text
    assert value not in caplog.text


ODD = [
    ("ussd-events", {"status": "Exploded"}),
    ("ussd-events", {"date": "yesterday", "hopsCount": "many", "durationInMillis": "-1"}),
    ("ussd-events", {"date": "0001-01-01 00:00:00", "hopsCount": "9" * 30}),
    ("ussd-events", {"serviceCode": "*" * 500, "networkCode": "4\0" * 99, "cost": "USD " * 99}),
    ("ussd-events", {"hopsMetadata": "|" * 5_000}),
    ("ussd-events", {"hopsMetadata": "1.0.m.f.1.-." + "s" * 500}),
    ("ussd-events", {"hopsMetadata": "1.0.m.f.1.-.\0'; drop table events"}),
    ("delivery-reports", {"status": "Teleported"}),
    ("delivery-reports", {"status": "S" * 100}),
    ("delivery-reports", {"phoneNumber": ""}),
    ("delivery-reports", {"phoneNumber": "+85620"}),
    ("delivery-reports", {"failureReason": "NotNetworkSubcriber" + "\0" * 9}),
    ("delivery-reports", {"failureReason": "R" * 5_000, "retryCount": "x"}),
    ("delivery-reports", {"phoneNumber": "+254711000001"}),
    ("incoming-messages", {"text": ""}),
    ("incoming-messages", {"text": "ຂ້ອຍຍັງບໍ່ໄດ້ເງິນ 🤰\0\x1b"}),
    ("incoming-messages", {"text": "x" * 20_000}),
    ("incoming-messages", {"from": "+66812345678", "to": "S" * 500}),
    ("incoming-messages", {"from": "S" * 500}),
    ("incoming-messages", {"from": "+" * 20}),
    ("incoming-messages", {"from": "ທະນາຄານ"}),
    ("incoming-messages", {"text": "%s %(x)s {} ' OR 1=1 --"}),
    ("opt-outs", {"senderId": "S\0" * 500}),
    ("opt-outs", {"senderId": ""}),
]


@on_the_stricter
@pytest.mark.parametrize(("path", "fields"), ODD)
def test_what_is_odd_is_stored_all_the_same(own_service, path, fields):
    assert own_service.post(path, WHOLE[path] | fields).status_code == 200
    assert len(stored(own_service, TABLES[path])) == 1


# As handsets and networks mangle text: Latin-1, an emoji in CESU-8, a letter that was cut.
MANGLED = {"Latin-1": "%E9", "CESU-8": "%ED%A0%BD%ED%B8%80", "cut": "%E0%BA"}


@on_the_stricter
@pytest.mark.parametrize("mangled", MANGLED.values(), ids=MANGLED)
@pytest.mark.parametrize("field", ["text", "somethingElse"])
def test_an_escape_that_is_no_text_costs_no_other_letter(own_service, field, mangled):
    path = "incoming-messages"
    whole = urlencode(WHOLE[path] | {"text": "STOP"})
    body = f"{whole}&{field}=x".replace("text=STOP", f"text=STOP+{mangled}")
    url = f"/callbacks/africastalking/{path}?key=demo"
    form = "application/x-www-form-urlencoded"

    answer = own_service.app.test_client().post(url, data=body, content_type=form)

    assert answer.status_code == 200
    (message,) = stored(own_service, TABLES[path])
    assert message.text.startswith("STOP ")


@paths
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_stores(refusing, path, method):
    url = f"/callbacks/africastalking/{path}?key=demo"
    assert refusing.app.test_client().open(url, method=method, data=WHOLE[path]).status_code == 405


BODIES = {"bytes": b"\xff\xfe", "nothing": b"", "JSON": b'{"id": "1"}'}


@paths
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_another_kind_of_body_is_counted_and_not_asked_for_again(refusing, path, body):
    before = ill_formed(path)
    assert refusing.post(path, body).status_code == 200
    assert ill_formed(path) == before + 1


@paths
def test_too_large_a_body_is_counted_and_not_asked_for_again(refusing, path):
    before = ill_formed(path)
    answer = refusing.post(path, WHOLE[path] | {"text": "x" * 70_000})
    assert answer.status_code == 200
    assert ill_formed(path) == before + 1


# What no phone has sent: a short code, a word, a number that nobody can have.
SENDERS = {"TPLUS": "TPLUS", "2332": "2332", " M-Money ": "M-Money", "+2332": "2332"}


@pytest.mark.parametrize(("sender", "kept"), SENDERS.items())
def test_an_sms_from_no_phone_is_read_by_staff_and_never_answered(own_service, sender, kept):
    for number, text in enumerate(["Your balance is low", "STOP", "?"]):
        form = WHOLE["incoming-messages"] | {"from": sender, "text": text, "id": f"mo-{number}"}
        assert own_service.post("incoming-messages", form).status_code == 200
    assert {row.msisdn for row in stored(own_service, mo_messages)} == {kept}
    assert [row.text for row in stored(own_service, cases)] == ["Your balance is low\nSTOP\n?"]
    assert stored(own_service, messages) == stored(own_service, optouts) == []


class TestTheSameAgain:
    def test_an_end_is_kept_as_it_came_first(self, own_service):
        own_service.post("ussd-events", WHOLE["ussd-events"])
        before = rows(own_service.database)
        again = WHOLE["ussd-events"] | {"status": "Failed", "hopsCount": "9"}
        assert own_service.post("ussd-events", again).status_code == 200
        assert rows(own_service.database) == before

    def test_a_report_is_written_down_each_time_and_never_moves_a_message_back(self, own_service):
        queue(own_service.database, draft(1))
        with own_service.database.writing() as connection:
            sent = {"state": "accepted", "provider": "africastalking", "provider_ref": "ATXid_1"}
            connection.execute(messages.update().values(sent))
        for status in ("Sent", "Success", "Success", "Buffered", "Failed", "Teleported"):
            form = WHOLE["delivery-reports"] | {"status": status}
            assert own_service.post("delivery-reports", form).status_code == 200
        (message,) = stored(own_service, messages)
        assert message.state == "delivered"
        assert len(stored(own_service, receipts)) == 6

    def test_an_sms_is_one_case_and_one_answer(self, own_service):
        form = WHOLE["incoming-messages"] | {"text": "ຂ້ອຍບໍ່ໄດ້ເງິນ"}
        for _ in range(3):
            assert own_service.post("incoming-messages", form).status_code == 200
        assert len(stored(own_service, mo_messages)) == 1
        assert len(stored(own_service, cases)) == 1
        assert len(stored(own_service, messages)) == 1

    def test_the_same_text_in_another_sms_is_another_sms(self, own_service):
        own_service.post("incoming-messages", WHOLE["incoming-messages"])
        own_service.post("incoming-messages", WHOLE["incoming-messages"] | {"id": "mo-2"})
        assert len(stored(own_service, mo_messages)) == 2

    def test_an_opt_out_is_one_row(self, own_service):
        for _ in range(2):
            assert own_service.post("opt-outs", WHOLE["opt-outs"]).status_code == 200
        assert [row.source for row in stored(own_service, optouts)] == ["africastalking"]

    @pytest.mark.parametrize("path", ["ussd-events", "incoming-messages", "opt-outs"])
    def test_at_the_same_moment_one_is_stored_and_nobody_is_asked_to_repeat(
        self, own_service, path
    ):
        at_once = threading.Barrier(4)

        def post(_index):
            at_once.wait()
            return own_service.post(path, WHOLE[path]).status_code

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(post, range(4))) == [200] * 4
        assert len(stored(own_service, TABLES[path])) == 1


class TestWithoutADatabase:
    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        """The file the database would be in; SQLite cannot open it until it is made."""
        return tmp_path / "not" / "there"

    @pytest.fixture
    def own_service(self, folder, redis_url):
        url = f"sqlite:///{folder}/gateway.sqlite"
        database, clock = Database(url), Clock()
        with composed(Settings(database_url=url, redis_url=redis_url), clock, console=False) as app:
            yield Service(app, database, clock, None)
        database.dispose()

    @paths
    def test_nothing_could_be_stored_so_it_is_asked_for_again(self, own_service, folder, path):
        answer = own_service.post(path, WHOLE[path])
        assert (answer.status_code, answer.mimetype) == (503, "text/plain")
        folder.mkdir(parents=True)
        upgrade(str(own_service.database.engine.url))
        assert own_service.post(path, WHOLE[path]).status_code == 200
        assert len(stored(own_service, TABLES[path])) == 1

    @pytest.mark.parametrize(("path", "field"), NEEDED)
    def test_what_no_repetition_mends_is_not_asked_for_again(self, own_service, path, field):
        without = {name: value for name, value in WHOLE[path].items() if name != field}
        assert own_service.post(path, without).status_code == 200

    @paths
    def test_a_wrong_key_stays_a_403(self, own_service, path):
        assert own_service.post(path, WHOLE[path], key="x").status_code == 403


@paths
def test_without_redis_all_is_stored(database_url, path):
    settings = Settings(database_url=database_url, redis_url=DEAD_REDIS)
    with composed(settings, Clock(), console=False) as app:
        own_service = Service(app, Database(database_url), Clock(), None)
        assert own_service.post(path, WHOLE[path]).status_code == 200
        assert len(stored(own_service, TABLES[path])) == 1
        own_service.database.dispose()


@paths
def test_a_table_that_is_gone_is_a_503_and_the_others_go_on(tmp_path, redis_url, path):
    url = f"sqlite:///{tmp_path}/gateway.sqlite"
    upgrade(url)
    with composed(Settings(database_url=url, redis_url=redis_url), Clock(), console=False) as app:
        own_service = Service(app, Database(url), Clock(), None)
        with own_service.database.writing() as connection:
            connection.exec_driver_sql(f"drop table {TABLES[path].name}")
        statuses = {other: own_service.post(other, WHOLE[other]).status_code for other in WHOLE}
        # The answer to an SMS looks at what its number has left.
        failing = {path, "incoming-messages"} if path == "opt-outs" else {path}
        assert statuses == {other: 503 if other in failing else 200 for other in WHOLE}
        own_service.database.dispose()
