"""A second operator, added as docs/operating-kannel.md says: by copying the first one's files."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.messaging.sending.breaker import release_provider, switch_off_provider
from gateway.messaging.sending.ledger_share import share_of
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.kannel.sms import kannel_senders
from gateway.providers.known import PROVIDERS
from gateway.providers.routing import routing_of
from gateway.settings import Settings
from tests.kannel.boxes import PASSWORD, TEMPLATES, Boxes
from tests.kannel.conftest import CALLBACK_KEY, PATIENT, Kannel
from tests.kannel.gateway import smsbox
from tests.kannel.lines import ASK, DIAL
from tests.kannel.patience import until
from tests.kannel.post import received_by
from tests.kannel.smsc import Smsc
from tests.ports import free_port

pytestmark = pytest.mark.kannel

UNITEL = [f"+856209{number:07d}" for number in range(20)]
LAOTEL = [f"+856205{number:07d}" for number in range(20)]
ETL = ["+8562025500001"]  # carried by whoever takes the rest: Unitel


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = shutil.copytree(TEMPLATES, tmp_path / "etc")
    first = (folder / "operators" / "unitel.conf").read_text()
    second = first.replace("unitel", "laotel").replace("UNITEL", "LAOTEL")
    (folder / "operators" / "laotel.conf").write_text(second)
    with (folder / "operators.toml").open("a") as tables:
        tables.write(f'{PATIENT}\n\n[laotel]\nsender = "MECG-LT"\n{PATIENT}\n')
    return folder


@pytest.fixture
def operators_file(templates: Path) -> Path:
    return templates / "operators.toml"


@pytest.fixture
def laotel_smsc(_kannel_installed: None) -> Iterator[Smsc]:
    smsc = Smsc(free_port())
    yield smsc
    smsc.close()


@pytest.fixture
def kannel(_kannel_installed, receipt_store, templates, laotel_smsc, tmp_path) -> Iterator[Kannel]:
    smsc, gateway_port = Smsc(free_port()), free_port()
    boxes = Boxes(
        tmp_path,
        smsc_port=smsc.port,
        redis_port=receipt_store.port,
        gateway_url=f"http://127.0.0.1:{gateway_port}",
        callback_key=CALLBACK_KEY,
        templates=templates,
    )
    second = {
        name.replace("UNITEL", "LAOTEL"): value
        for name, value in boxes.environ.items()
        if name.startswith("UNITEL")
    }
    second |= dict.fromkeys(("LAOTEL_PORT", "LAOTEL_USSD_PORT"), str(laotel_smsc.port))
    boxes.configure(second)
    boxes.start()
    smsc.wait_until_bound()
    laotel_smsc.wait_until_bound()
    yield Kannel(smsc, boxes, gateway_port)
    boxes.stop()
    smsc.close()


@pytest.fixture
def send(gateway, boxes, operators, operators_file):
    """One round of the workers: every provider's share of the ledger."""
    own = KannelSettings(kannel_operators=str(operators_file))
    routing = routing_of(Settings(sms_provider="kannel", of_providers=(own,)), PROVIDERS)
    account = smsbox(boxes.sendsms_url, gateway.url, PASSWORD, CALLBACK_KEY)
    senders = kannel_senders(operators, account)

    def drain() -> None:
        for name in routing.providers:
            share = share_of(name, routing)
            gateway.dispatcher(senders[name], share).drain(seconds=5)

    return drain


def test_every_number_gets_its_sms_once_by_its_operator(gateway, smsc, laotel_smsc, send):
    gateway.queue([*UNITEL, *LAOTEL, *ETL])
    send()
    everybody = len(UNITEL) + len(LAOTEL) + len(ETL)
    until(gateway.states, lambda states: states == {"delivered": everybody})
    assert received_by(smsc) == Counter([*UNITEL, *ETL])
    assert received_by(laotel_smsc) == Counter(LAOTEL)
    assert {one.source for one in smsc.submitted()} == {"MECG"}
    assert {one.source for one in laotel_smsc.submitted()} == {"MECG-LT"}


def test_what_is_for_an_operator_that_is_down_waits_and_takes_no_other_way(
    gateway, smsc, laotel_smsc, send
):
    laotel_smsc.stop()
    gateway.queue([*UNITEL, *LAOTEL])
    send()
    until(gateway.states, lambda states: states["delivered"] == len(UNITEL))
    assert received_by(smsc) == Counter(UNITEL)
    laotel_smsc.start()
    until(gateway.states, lambda states: states == {"delivered": len(UNITEL) + len(LAOTEL)})
    assert received_by(laotel_smsc) == Counter(LAOTEL)
    assert received_by(smsc) == Counter(UNITEL)


def test_an_operator_is_switched_off_and_on(gateway, smsc, laotel_smsc, send):
    now = datetime.now(UTC)
    with gateway.database.writing() as connection:
        switch_off_provider(connection, "kannel-laotel", now)
    gateway.queue([*UNITEL, *LAOTEL])
    send()
    until(gateway.states, lambda states: states["delivered"] == len(UNITEL))
    assert gateway.states()["queued"] == len(LAOTEL)
    assert laotel_smsc.submitted() == []
    with gateway.database.writing() as connection:
        release_provider(connection, "kannel-laotel", now)
    send()
    until(gateway.states, lambda states: states == {"delivered": len(UNITEL) + len(LAOTEL)})
    assert received_by(smsc) == Counter(UNITEL)


def test_callers_of_both_are_served_at_once_under_the_same_session_id(
    gateway, smsc, laotel_smsc, operators
):
    session = b"\x00\x01"
    theirs = laotel_smsc.exchange("8562055500001", "*123#", op=DIAL, session=session)
    ours = smsc.exchange("8562099900001", "*123#", op=DIAL, session=session)
    assert theirs.op == ours.op == ASK
    assert gateway.states() == {}
    assert set(operators.by_name) == {"unitel", "laotel"}
