"""Logs: one JSON object a line, a request id where there is a request, and nobody in them."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from sqlalchemy import select

from gateway.logs import redact, request_id
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from tests.journal import journal
from tests.keys import AMOUNT, CALL_BACK, IN_ENGLISH, NOT_PAID, OTHER_NUMBER, PAYDAY, deep
from tests.ports import free_port
from tests.worker.processes import ROOT, Processes, start_operator, until

KEY = "key-of-this-test"
PIN = "0987"  # no process id, port or year begins with nought
MOTHER = "+8562055500001"
SPACED = "+856 20 5550 0001"
WITH_PIN = "+8562055500004"

REDACTED = {
    "E.164": ("+8562055500001", "[number]"),
    "without its plus": ("8562055500001", "[number]"),
    "national": ("02055500001", "[number]"),
    "a registration number": ("26000005", "[number]"),
    "after a Lao letter": ("ເບີ8562055500001", "ເບີ[number]"),
    "after an accent": ("caf\u00e98562055500001", "caf\u00e9[number]"),
    "in quotes": ("'+8562055500001'", "'[number]'"),
    "as a parameter": ("receiver=8562055500001&x=1", "receiver=[number]&x=1"),
    "spaced": ("to +856 20 5550 0001 now", "to [number] now"),
    "spaced, without its plus": ("856 20 55500001", "[number]"),
    "national and spaced": ("020 5550 0001", "[number]"),
    "national with dashes": ("020-555-00001", "[number]"),
    "in brackets": ("(020) 5550.0001", "([number]"),
    "without its nought": ("20 5550 0001", "[number]"),
    "of the other range": ("030 555 0001", "[number]"),
    "with two noughts": ("00856 20 5550 0001", "[number]"),
    "with the nought that does not belong": ("+856 020 5550 0001", "[number]"),
    "in Lao digits": ("ເບີ ໐໒໐ ໕໕໕໐ ໐໐໐໑", "ເບີ [number]"),
    "in Lao digits, in a row": ("໐໒໐໕໕໕໐໐໐໐໑", "[number]"),
    "encoded": ("/x/%2B8562055500001", "/x/[number]"),
    "encoded and spaced": ("/x/%2B856%2020%205550%200001", "/x/[number]"),
    "with plus signs for blanks": ("/x/856+20+5550+0001", "/x/[number]"),
    "behind another encoded sign": ("%3D8562055500001", "[number]"),
    "before a dash": ("8562055500001-1", "[number]-1"),
    "before a word": ("02055500001and", "[number]and"),
    "the keys of a call": ("*123*2*1*0987#", "*123*2*1*[number]#"),
    "two numbers among the keys": ("3*2*26000005*0987", "3*2*[number]*[number]"),
    "what was typed, in a URL": ("/mo?smsc=a&text=PIN+0987&id=1", "/mo?smsc=a&text=[secret]&id=1"),
    "what was typed, in a form": ("body text=1*0987", "body text=[secret]"),
    "what was typed, as Python shows it": (
        "{'text': '1', 'id': 'x'}",
        "{'text': '[secret]', 'id': 'x'}",
    ),
    "a PIN as JSON": ('{"pin": "0987"}', '{"pin": "[secret]"}'),
    "a PIN as JSON in JSON": (r'"{\"pin\": \"0987\"}"', r'"{\"pin\": \"[secret]\"}"'),
    "who is looked for": ("/console/beneficiaries/?q=Bounmi", "/console/beneficiaries/?q=[secret]"),
    "two": ("8562055500001,8562055500002", "[number],[number]"),
    "a key in a URL": ("/callbacks?key=secret HTTP", "/callbacks?key=[secret] HTTP"),
    "what the sign-in service sends along": (
        "/service/back?code=abc&state=def HTTP",
        "/service/back?code=[secret]&state=[secret] HTTP",
    ),
    "a key that is not first": ("/x?a=1&key=s&b=2", "/x?a=1&key=[secret]&b=2"),
    "a password in a URL": (
        "?username=u&password=p&to=1",
        "?username=u&password=[secret]&to=[secret]",
    ),
}
KEPT = {
    "a request id": "01a20d6f-d595-714e-a5fb-bc65616c65be",
    "a session id": "ATUid_0123456789abcdef0123456789abcdef",
    "a date and time": "2026-11-24 02:00:00,123",
    "a short number": "1234567",
    "an amount": "300000",
    "a word that ends in key": "monkey=1",
    "a day in ISO format": "2026-11-24T02:00:00.123456+00:00",
    "a day and a number": "2030-10-10 12 34",
    "a service code": "*123#",
    "a few keys": "*123*6*9*4#",
    "an address and a port": "http://127.0.0.1:40512/readyz",
    "a random id": "20555000-1112-4aaa-9bbb-0123456789ab",
    "a version": "3.11.7 (main, Dec  8 2023, 14:22:46) [GCC 13.2.0 20240210]"[:44],
}


@pytest.mark.parametrize(("text", "shown"), REDACTED.values(), ids=REDACTED)
def test_what_looks_like_a_number_or_a_secret_is_masked(text, shown):
    assert redact(text) == shown
    assert redact(redact(text)) == shown


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_an_operator_needs_is_kept(text):
    assert redact(text) == text


def test_a_line_is_json_with_the_id_of_its_request():
    token = request_id.set("the-request")
    with journal() as lines:
        logging.getLogger("x").warning("to %s\nand %s", MOTHER, "ກ8562055500001")
    request_id.reset(token)
    (line,) = lines
    assert line.keys() == {"at", "level", "logger", "message", "request_id"}
    assert line["message"] == "to [number]\nand ກ[number]"
    assert (line["level"], line["logger"], line["request_id"]) == ("WARNING", "x", "the-request")


def test_a_traceback_is_in_the_line_and_masked_as_well():
    with journal() as lines:
        try:
            int(f"{MOTHER}x")
        except ValueError:
            logging.getLogger("x").exception("no number")
    assert "ValueError" in lines[0]["exc_info"]
    assert MOTHER[1:] not in str(lines)


def test_every_request_has_an_id_of_its_own_be_it_a_caller_or_staff(service):
    """Threads are used again: an id must not be the last request's."""
    client = service.app.test_client()
    seen = []
    for ask in (lambda: service.post("ussd", {}), lambda: client.get("/healthz")) * 2:
        ask()
        seen.append(request_id.get())
    assert len({*seen}) == 4
    assert all(len(one) == 36 for one in seen)


class RunningSystem:
    """Web, worker, scheduler and operator as processes; all that they write goes to one file."""

    def __init__(
        self, processes: Processes, url: str, operator, database: Database, log: Path
    ) -> None:
        self.processes = processes
        self.url = url
        self.operator = operator
        self.database = database
        self.log = log

    def handset(self, msisdn: str, verb: str, **body: str):
        url = f"{self.operator.url}/simulator/handsets/{msisdn}/{verb}"
        answer = requests.post(url, json=body, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def rename(self, old: str, new: str) -> None:
        with self.database.writing() as connection:
            connection.exec_driver_sql(f"alter table {old} rename to {new}")


@pytest.fixture
def system(
    sqlite_url: str, redis_url: str, redis_client, tmp_path: Path
) -> Iterator[RunningSystem]:
    database, log, port = Database(sqlite_url), tmp_path / "log", free_port()
    today = datetime.now(UTC).date()
    load_demo(database, peppers=Settings().peppers, on=today)
    environ = {
        "DATABASE_URL": sqlite_url, "REDIS_URL": redis_url, "CALLBACK_KEY": KEY,
        "QUIET_HOURS": "", "SWEEP_SECONDS": "1", "CLAIM_LEASE_SECONDS": "4",
    }  # fmt: skip
    processes, url = Processes(environ, log), f"http://127.0.0.1:{port}"
    operator = start_operator(processes, url)
    processes.environ = {**environ, "AT_BASE_URL": operator.url}
    processes.start(
        "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--no-ws",
        "--log-config", str(ROOT / "gateway" / "granian_logs.json"), "wsgi:app",
    )  # fmt: skip
    processes.start("worker")
    processes.start("worker", "cron")
    until(lambda: _is_ready(url))
    yield RunningSystem(processes, url, operator, database, log)
    processes.close()
    database.dispose()


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).ok
    except requests.RequestException:
        return False


def _live_a_day(system: RunningSystem, redis_client) -> None:
    """Menus, PINs, cases, SMS both ways, and every kind of fault."""
    system.operator.script(drop_answer=0.2, http_500=0.2, codes={"500": 0.2}, seed=1)
    looked_up = f"{OTHER_NUMBER}*26000005*{PIN}"
    for keys in (PAYDAY, CALL_BACK, NOT_PAID, looked_up, IN_ENGLISH, "7*x"):
        system.handset(MOTHER, "dial", code=deep(keys))
        system.handset(MOTHER, "hang-up")
    system.handset(WITH_PIN, "dial", code=deep(AMOUNT, PIN))
    for text in (
        "STOP", "ນາງ ບຸນມີ ໄຊຍະວົງ ບໍ່ໄດ້ເງິນ 02055500001", f"PIN {PIN}", f"{SPACED}, 020-555-00001",
    ):  # fmt: skip
        system.handset(MOTHER, "sms", text=text)
    system.handset(MOTHER, "opt-out")
    for table in ("beneficiaries", "events", "mo_messages", "messages"):
        system.rename(table, "away")
        system.handset(MOTHER, "dial", code=deep(CALL_BACK, PIN))
        system.handset(MOTHER, "sms", text=f"+8562055500001 {PIN}")
        requests.get(f"{system.url}/phone/inbox?msisdn={MOTHER}", timeout=10)
        requests.get(f"{system.url}/metrics", timeout=10)
        system.rename("away", table)
    redis_client.flushall()
    system.handset(MOTHER, "dial")
    url = f"{system.url}/callbacks/africastalking/ussd"
    requests.post(f"{url}?key={KEY}", data=b"\xff" + MOTHER.encode(), timeout=10)
    requests.post(f"{url}?key={KEY}x", data={"phoneNumber": MOTHER}, timeout=10)
    requests.get(f"{system.url}/nowhere/{MOTHER}?key={KEY}", timeout=10)
    requests.get(f"{system.url}/nowhere/{quote(SPACED)}?pin={PIN}&text=1*{PIN}", timeout=10)
    requests.get(f"{system.url}/console/beneficiaries/?q={quote(SPACED)}", timeout=10)
    until(lambda: _something_was_sent(system.database))


def _something_was_sent(database: Database) -> bool:
    with database.reading() as connection:
        states = set(connection.execute(select(messages.c.state)).scalars())
    return "delivered" in states


@pytest.mark.long
def test_a_day_in_the_life_of_every_process_leaves_nobody_in_the_logs(
    system: RunningSystem, redis_client
):
    _live_a_day(system, redis_client)

    written = system.log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert {"gateway.callbacks", "worker.chores", "_granian"} <= {line["logger"] for line in lines}
    for line in lines:
        assert {"at", "level", "logger", "message", "request_id"} <= line.keys()
        if line["logger"].startswith("gateway.callbacks"):
            assert len(line["request_id"]) == 36
    as_read = "\n".join(str(line) for line in lines)
    for secret in _everybody(system.database):
        assert secret not in as_read
        assert secret not in written
    assert not re.search(rf"(?<!\d){PIN}(?!\d)", as_read)


def _everybody(database: Database) -> Iterator[str]:
    """The key, and every name and number of the registry."""
    yield KEY
    people = select(
        beneficiaries.c.name,
        beneficiaries.c.name_latin,
        beneficiaries.c.registration_no,
        beneficiaries.c.msisdn,
    )
    with database.reading() as connection:
        for name, latin, registration_no, msisdn in connection.execute(people):
            yield from (name, latin, registration_no)
            if msisdn:
                yield msisdn[1:]
                yield msisdn[-8:]
                yield f"{msisdn[4:6]} {msisdn[6:10]} {msisdn[10:]}"
