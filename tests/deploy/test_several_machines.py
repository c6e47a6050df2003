"""Two of everything, as on two machines: calls that move between them, restarts nobody notices, a
scheduler that takes over."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from gateway.messaging.tables import scheduler_turns
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from tests.deploy.nginx import Nginx, needs_nginx, running
from tests.service import TODAY
from tests.worker.processes import Processes, Web, until

CALLERS, RESTARTS = 4, 2
KEYS = ("1", "9", "2")  # whatever they lead to, each has its screen
_numbers = count(1)

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
]

Post = Callable[[dict[str, str]], requests.Response]


@pytest.fixture
def processes(postgresql: Database, redis_url: str, tmp_path: Path) -> Iterator[Processes]:
    load_demo(postgresql, peppers=Settings().peppers, on=TODAY)
    url = str(postgresql.engine.url.set(drivername="postgresql"))
    environ = {"DATABASE_URL": url, "REDIS_URL": redis_url, "QUIET_HOURS": "", "SWEEP_SECONDS": "1"}
    processes = Processes(environ, tmp_path / "processes.log")
    yield processes
    processes.close()


@pytest.fixture
def webs(processes: Processes) -> list[Web]:
    webs = [Web(processes), Web(processes)]
    for web in webs:
        web.start()
    return webs


def call(post: Callable[[int], Post]) -> list[str]:
    """Every screen of a call of one woman; `post(hop)` takes the hop's form."""
    session, screens = f"several{next(_numbers)}", []
    for hop in range(len(KEYS) + 1):
        form = {"sessionId": session, "phoneNumber": "+8562055500001", "networkCode": "45703",
                "serviceCode": "*123#", "text": "*".join(KEYS[:hop])}  # fmt: skip
        answer = post(hop)(form)
        screens.append(answer.text if answer.ok else str(answer.status_code))
        if not screens[-1].startswith("CON"):
            break
    return screens


def posting(web: Web) -> Post:
    url = f"{web.url}/callbacks/africastalking/ussd?key=demo"
    return lambda form: requests.post(url, data=form, timeout=30)


def test_a_call_goes_on_on_another_machine_at_each_key(webs: list[Web]):
    on_one = call(lambda _hop: posting(webs[0]))
    assert len(on_one) == len(KEYS) + 1
    assert call(lambda hop: posting(webs[hop % 2])) == on_one


class Load:
    """Callers who dial and press the same keys again and again through nginx."""

    def __init__(self, nginx: Nginx) -> None:
        self._nginx = nginx
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _caller in range(CALLERS)]
        self.calls: list[list[str]] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self) -> None:
        """Waits for calls that have begun since."""
        seen = len(self.calls)
        until(lambda: len(self.calls) > seen + 2 * CALLERS)

    def _call(self) -> None:
        while not self._stop.is_set():
            self.calls.append(call(lambda _hop: self._post))

    def _post(self, form: dict[str, str]) -> requests.Response:
        path = "/callbacks/africastalking/ussd?key=demo"
        return self._nginx.request("POST", path, data=form)


def test_all_are_restarted_one_by_one_under_load_and_no_hop_fails(
    webs: list[Web], processes: Processes, tmp_path: Path
):
    needs_nginx()
    others = [("worker",), ("worker",), ("worker", "cron"), ("worker", "cron")]
    started = [processes.start(*role) for role in others]
    with ExitStack() as stack:
        nginx = stack.enter_context(running(Nginx(tmp_path, *(web.port for web in webs))))
        expected = call(lambda _hop: posting(webs[0]))
        with Load(nginx) as load:
            for _time in range(RESTARTS):
                for web in webs:
                    web.restart()
                    load.goes_on()
                for place, role in enumerate(others):
                    processes.end(started[place])
                    started[place] = processes.start(*role)
    hops = Counter(
        "right" if screen == right else screen
        for screens in load.calls
        for screen, right in zip(screens, expected, strict=False)
    )
    sys.stdout.write(
        f"\n{len(load.calls)} calls of {hops.total()} hops through {RESTARTS * len(webs)} restarts "
        f"of the web and as many of all others: {hops.total() - hops['right']} not as without\n"
    )
    assert set(hops) == {"right"}


def test_of_two_schedulers_one_works_and_the_other_takes_over(
    processes: Processes, postgresql: Database
):
    def holder() -> object:
        with postgresql.reading() as connection:
            return connection.execute(select(scheduler_turns.c.holder)).scalar()

    first = processes.start("worker", "cron")
    turn = until(holder)
    second = processes.start("worker", "cron")
    processes.kill(first)
    killed = time.monotonic()
    until(lambda: holder() != turn)
    sys.stdout.write(f"\nthe other scheduler took over {time.monotonic() - killed:.1f} s later\n")
    assert second.poll() is None
