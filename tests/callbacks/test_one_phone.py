"""A thousand dials of one phone, over HTTP, on PostgreSQL: one case, one SMS, one alert.

DEEP_DIALS=1000 makes it a thousand; `make test` has enough to go beyond every limit.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from gateway.messaging.tables import alerts, messages, replies_held
from gateway.registry.database import Database
from gateway.registry.tables import cases, events
from tests.keys import CALL_BACK
from tests.worker.processes import Processes, start_web

DIALS = int(os.environ.get("DEEP_DIALS", "60"))
PHONE = "+8562055512399"


@pytest.fixture
def web(postgresql_url: str, redis_url: str, tmp_path: Path):
    """The URL of a web server's own process."""
    processes = Processes(
        {"DATABASE_URL": postgresql_url, "REDIS_URL": redis_url}, tmp_path / "log"
    )
    yield start_web(processes)
    processes.close()


def dial(url: str, number: int, text: str) -> str:
    form = {
        "sessionId": f"ATUid_{number:032x}",
        "phoneNumber": PHONE,
        "networkCode": "45703",
        "serviceCode": "*123#",
        "text": text,
    }
    path = f"{url}/callbacks/africastalking/ussd?key=demo"
    answer = requests.post(path, data=form, timeout=30)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.long
def test_a_thousand_deep_dials_are_one_case_one_sms_and_one_alert(web: str, postgresql: Database):
    with ThreadPoolExecutor(8) as eight:
        shown = Counter(eight.map(lambda number: dial(web, number, CALL_BACK), range(DIALS)))

    with postgresql.reading() as connection:
        (case,) = connection.execute(select(cases)).all()
        (sms,) = connection.execute(select(messages)).all()
        (alert,) = connection.execute(select(alerts)).all()
        (held,) = connection.execute(select(replies_held)).all()
        happened = connection.execute(select(events.c.result)).scalars().all()
    assert case.times == DIALS
    assert sms.template == "case_opened"
    assert (alert.kind, held.held) == ("replies_held", DIALS - 1)
    assert Counter(one["sms"] for one in happened) == {"queued": 1, "had": DIALS - 1}
    assert sorted(shown.values()) == [1, DIALS - 1]
    assert all(f" {case.number}" in page for page in shown)
