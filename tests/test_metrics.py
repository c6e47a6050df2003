"""`/metrics`: what is counted, right over several processes, and without anybody's number."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from sqlalchemy import event

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.figures.days import WEEK
from gateway.figures.tables import figures
from gateway.health.readiness import Readiness
from gateway.messaging.sending.breaker import note_failure, switch_off_provider
from gateway.providers.routing import Routing
from gateway.registry.bulk import insert_new
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from tests.callbacks.forms import MOTHER, hop
from tests.keys import CALL_BACK, HELP, OTHER_NUMBER
from tests.ports import free_port
from tests.service import DEAD_REDIS, TODAY, Clock, composed
from tests.worker.processes import Processes, until

NOWHERE = "sqlite:////not/there/gateway.sqlite"
ALWAYS = SendingHours(zone=UTC, quiet=None, is_holiday=no_holidays)
ROUTING = Routing("africastalking", {"unitel": "kannel-unitel"})
HOPS, CALLBACKS = "ussd_hops_total", "callbacks_total"


def read(exposition: str) -> Counter:
    """{(name, label values in order): value}"""
    return Counter(
        {
            (sample.name, *(value for _label, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(exposition)
            for sample in family.samples
        }
    )


@pytest.fixture
def counted(service):
    """What has been counted since the test began, but for the histogram's buckets."""

    def scrape():
        answer = service.app.test_client().get("/metrics")
        assert answer.status_code == 200
        return read(answer.text)

    before = scrape()
    return lambda *names: {key: n for key, n in (scrape() - before).items() if key[0] in names}


def test_hops_are_counted_by_state_and_outcome(service, counted):
    for text in ("", HELP, HELP, CALL_BACK, f"{CALL_BACK}*1"):
        service.post("ussd", hop(text=text))
    service.post("ussd", hop(sessionId="a", phoneNumber="+66812345678"))
    service.post("ussd", hop(sessionId="b", text="1" * 500))
    service.post("ussd", hop(sessionId="c", phoneNumber=None))
    service.post("ussd", hop(), key="wrong")
    at = "africastalking"
    assert counted(HOPS) == {
        (HOPS, "continue", at, "main"): 1,
        (HOPS, "continue", at, "help"): 1,
        (HOPS, "retry", at, "help"): 1,
        (HOPS, "end", at, "call_back"): 1,
        (HOPS, "retry", at, "call_back"): 1,
        (HOPS, "foreign", at, ""): 1,
        (HOPS, "too_long", at, ""): 1,
        (HOPS, "bad_request", at, ""): 1,
    }
    assert counted("ussd_hop_seconds_count") == {("ussd_hop_seconds_count",): 8}


def test_a_fault_is_counted_as_one(service, counted):
    with service.database.writing() as connection:
        connection.exec_driver_sql("alter table beneficiaries rename to away")
    service.post("ussd", hop())
    assert counted(HOPS) == {(HOPS, "fault", "africastalking", ""): 1}


def test_other_callbacks_are_counted_by_what_became_of_them(service, counted):
    service.post("opt-outs", {"phoneNumber": MOTHER})
    service.post("opt-outs", {"phoneNumber": "x"})
    with service.database.writing() as connection:
        connection.exec_driver_sql("alter table receipts rename to away")
    service.post("delivery-reports", {"id": "1", "status": "Success"})
    at = "africastalking"
    assert counted(CALLBACKS) == {
        (CALLBACKS, "opt-outs", "stored", at): 1,
        (CALLBACKS, "opt-outs", "bad_request", at): 1,
        (CALLBACKS, "delivery-reports", "fault", at): 1,
    }


def test_messages_by_state_and_the_depth_of_the_queue_are_as_they_are_now(service):
    client = service.app.test_client()
    for number in range(3):
        service.post(
            "ussd",
            hop(sessionId=f"s{number}", text=CALL_BACK, phoneNumber=f"+85620555501{number:02}"),
        )
    now = read(client.get("/metrics").text)
    assert now["sms_messages", "queued"] == 3
    assert now["jobs_waiting", "gateway"] == 1


def test_an_emptied_redis_has_nothing_waiting_and_one_that_is_away_tells_nothing(
    service, redis_client
):
    redis_client.flushall()
    assert 'jobs_waiting{name="gateway"} 0.0' in service.app.test_client().get("/metrics").text


def test_how_a_provider_is_doing_is_told_while_it_is_not_well(service):
    client, now = service.app.test_client(), service.clock()
    assert "sms_provider_state{" not in client.get("/metrics").text
    with service.database.writing() as connection:
        for _call in range(3):
            note_failure(connection, "africastalking", reason="http_503", now=now)
        switch_off_provider(connection, "kannel-etl", now)

    told = read(client.get("/metrics").text)

    assert told["sms_provider_failures", "africastalking"] == pytest.approx(0.58, abs=0.01)
    assert told["sms_provider_state", "africastalking"] == 1
    assert told["sms_provider_state", "kannel-etl"] == 3


def test_what_has_ended_is_told_of_the_week_as_it_was_counted_last(service):
    rows = [
        {"topic": topic, "period_on": day, "district_id": district, "kind": kind, "count": 5}
        for topic, kind in ((WEEK, "sms:delivered"), (WEEK, "call:09"), ("x", "sms:delivered"))
        for day in (TODAY, TODAY - timedelta(days=1))
        for district in (1, 2)
    ]
    with service.database.writing() as connection:
        insert_new(connection, figures, rows)
    now = read(service.app.test_client().get("/metrics").text)
    assert now["sms_messages", "delivered"] == 20


def test_no_table_of_messages_is_read_for_them(database):
    """Two seconds at five million otherwise, at each scrape."""
    asked = []

    def note(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    told = Readiness(database, Redis.from_url(DEAD_REDIS), ROUTING, ALWAYS).readings()[
        "sms_messages"
    ]
    event.remove(database.engine, "before_cursor_execute", note)
    assert {"queued", "claimed", "sending", "accepted", "unknown"} <= set(told)
    with database.reading() as connection:
        explain = "explain "
        if connection.dialect.name == "sqlite":
            explain = "explain query plan "
        else:
            connection.exec_driver_sql("set local enable_seqscan = off")
        plans = [
            str(connection.exec_driver_sql(explain + statement, parameters).all())
            for statement, parameters in asked
            if " messages " in statement
        ]
    assert len(plans) == 11  # five states, three priorities for each of two providers
    for plan in plans:
        assert "Seq Scan on messages" not in plan
        assert "SCAN messages'" not in plan
        assert "ix_messages_" in plan


def test_nobody_is_named_in_them(service):
    form = hop(text=f"{OTHER_NUMBER}*26000005*4321")
    service.post("ussd", form)
    told = service.app.test_client().get("/metrics").text
    for secret in (MOTHER[1:], MOTHER[-8:], "26000005", form["sessionId"], "key="):
        assert secret not in told


@pytest.mark.parametrize(
    "settings", [{"redis_url": DEAD_REDIS}, {"database_url": NOWHERE}], ids=["Redis", "database"]
)
def test_what_is_down_leaves_a_gap_and_the_rest_is_told(sqlite_url, redis_url, settings):
    given = {"database_url": sqlite_url, "redis_url": redis_url} | settings
    with composed(Settings(**given), Clock()) as app:
        answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "# TYPE ussd_hops_total counter" in answer.text
    assert "# TYPE sms_messages gauge" in answer.text


class TestOverSeveralProcesses:
    PROCESSES, AT_LEAST = 2, 40

    @pytest.fixture
    def url(self, sqlite_url, redis_url, redis_client, tmp_path):
        database = Database(sqlite_url)
        load_demo(database, peppers=Settings().peppers, on=TODAY)
        database.dispose()
        self.folder = tmp_path / "metrics"
        self.folder.mkdir()
        environ = {
            "DATABASE_URL": sqlite_url,
            "REDIS_URL": redis_url,
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder),
        }
        processes, port = Processes(environ, tmp_path / "log"), free_port()
        processes.start(
            "granian", "--interface", "wsgi", "--port", str(port), "--workers",
            str(self.PROCESSES), "--no-ws", "wsgi:app",
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        until(lambda: _answers(url))
        yield url
        processes.close()

    @pytest.mark.long
    def test_counters_add_up_whichever_process_is_asked(self, url):
        sent = 0

        def post(number):
            caller = f"+85620555{number:05}"  # one phone opens one case
            form = hop(sessionId=f"ATUid_{number}", text=CALL_BACK, phoneNumber=caller)
            answer = requests.post(
                f"{url}/callbacks/africastalking/ussd?key=demo", data=form, timeout=20
            )
            return answer.text.startswith("END ")

        def both_have_worked() -> bool:
            nonlocal sent
            with ThreadPoolExecutor(8) as pool:
                assert all(pool.map(post, range(sent, sent + 20)))
            sent += 20
            return sent >= self.AT_LEAST and len(self.counters()) == self.PROCESSES

        until(both_have_worked)
        for _ in range(5):
            now = read(requests.get(f"{url}/metrics", timeout=10).text)
            assert now[HOPS, "end", "africastalking", "call_back"] == sent
            assert now["ussd_hop_seconds_count",] == sent
            assert now["ussd_hop_seconds_bucket", "+Inf"] == sent
            assert now["sms_messages", "queued"] == sent
            assert now["jobs_waiting", "gateway"] >= 1

    def counters(self) -> list:
        """A file a process that has counted something."""
        return list(self.folder.glob("counter_*.db"))


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=2).ok
    except requests.ConnectionError:
        return False
