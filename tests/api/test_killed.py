"""The same writes from two clients, each of them twice, while web processes are killed: every
person is on record once, and every answer to a request is the same to the byte."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from gateway.api.keys import Wanted, make_key
from gateway.registry.api_tables import api_answers
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from gateway.staff.audit import Actor
from tests.api.conftest import PEPPER
from tests.registry.files import BENEFICIARY
from tests.worker.processes import Processes, Web, until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

WRITES = int(os.environ.get("CHAOS_WRITES", "150"))
WEBS = 3
FIRST = 26_900_000
WOMAN = {
    name: value for name, value in BENEFICIARY.items() if name not in {"registration_no", "pin"}
} | {"edd": None, "consent_payment": True, "consent_health": True}
AGAIN = frozenset({409, 429, 502, 503})


@pytest.fixture
def webs(postgresql_url: str, redis_url: str, tmp_path: Path) -> Iterator[list[Web]]:
    environ = {"DATABASE_URL": postgresql_url, "REDIS_URL": redis_url}
    processes = Processes(environ, tmp_path / "processes.log")
    started = [Web(processes) for _ in range(WEBS)]
    for web in started:
        web.start()
    yield started
    processes.close()


def _key(database: Database) -> str:
    wanted = Wanted(name="registry", kind="live", scopes=["beneficiaries:write"])
    with database.writing() as connection:
        _id, shown = make_key(
            connection, wanted, by=Actor("test"), now=datetime.now(UTC), pepper=PEPPER
        )
    return shown


def _answer(webs: Sequence[Web], key: str, number: int, random: Random) -> tuple[int, bytes]:
    """Of whichever web process is there; a client repeats until it knows."""

    def tried() -> requests.Response | None:
        try:
            answer = requests.put(
                f"{random.choice(webs).url}/api/v1/beneficiaries/{FIRST + number}",
                json=WOMAN | {"name": f"ນາງ {number}"}, timeout=20,
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"write-{number}"},
            )  # fmt: skip
        except requests.RequestException:
            return None
        return None if answer.status_code in AGAIN else answer

    answer = until(tried, seconds=120)
    return answer.status_code, answer.content


def _client(webs: Sequence[Web], key: str, seed: int) -> dict[int, set[tuple[int, bytes]]]:
    """Every answer to each of the writes, which are sent twice."""
    random, found = Random(seed), defaultdict(set)
    for number in [*range(WRITES), *range(WRITES)]:
        found[number].add(_answer(webs, key, number, random))
    return found


def _count(database: Database, statement: Any) -> int:
    with database.reading() as connection:
        return int(connection.execute(statement).scalar_one())


def test_every_person_once_and_every_answer_the_same(postgresql: Database, webs: list[Web]):
    key, killed = _key(postgresql), 0

    with ThreadPoolExecutor(2) as pool:
        clients = [pool.submit(_client, webs, key, seed) for seed in (1, 2)]
        while not all(one.done() for one in clients):
            web = webs[killed % WEBS]
            assert web.process
            web.processes.kill(web.process)
            web.start()
            killed += 1
        first, second = (one.result() for one in clients)

    print(f"\n{WRITES} writes, twice by two clients, {killed} web processes killed")  # noqa: T201
    assert killed > 1
    for number in range(WRITES):
        answers = first[number] | second[number]
        assert len(answers) == 1, answers
        ((status, body),) = answers
        assert status == 200
        assert b'"result":"new"' in body
    people = select(func.count()).select_from(beneficiaries)
    assert _count(postgresql, people) == WRITES
    assert _count(postgresql, select(func.count()).select_from(api_answers)) == WRITES
