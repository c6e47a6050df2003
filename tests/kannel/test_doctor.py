"""`flask doctor dial`: well, or a sentence for each thing that is not."""

import pytest

from gateway.core.findings import Level
from gateway.providers.kannel.account import look
from gateway.providers.kannel.doctor import Unwell, dial, read_health
from gateway.providers.kannel.settings import KannelSettings
from tests.kannel.boxes import PASSWORD, STATUS_PASSWORD
from tests.kannel.patience import until
from tests.ports import free_port

pytestmark = pytest.mark.kannel

BREAKS_KANNEL = True


@pytest.fixture
def examine(service, boxes):
    """Runs the command; (exit code, what it said, what it complained of)."""

    def run(*options: str, password: str = STATUS_PASSWORD):
        result = service.app.test_cli_runner().invoke(
            service.app.cli.commands["doctor"],
            ["dial", "--seconds", "5", *options],
            env={
                "KANNEL_STATUS_URL": boxes.status_url,
                "KANNEL_STATUS_PASSWORD": password,
                "KANNEL_DOCTOR": boxes.doctor_address,
            },
        )
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.mark.usefixtures("gateway")
def test_all_is_well(examine):
    code, said, complained = examine()
    assert (code, complained) == (0, "")
    assert said.startswith("Answered in ")
    assert "ເງິນແມ່-ເດັກ" in said
    assert examine("--quiet") == (0, "", "")


@pytest.mark.usefixtures("gateway")
def test_a_bind_that_is_down_is_named(examine, smsc):
    smsc.stop()

    def complaint() -> str:
        return examine()[2]

    complained = until(complaint, lambda text: text.count("re-connecting") == 2)
    assert "The bind unitel is re-connecting." in complained
    assert "The bind unitel-ussd is re-connecting." in complained
    assert examine()[0] == 1


def test_a_gateway_that_is_down_leaves_the_dial_unanswered(examine):
    code, said, complained = examine()
    assert (code, said) == (1, "")
    assert complained == "Nobody answered the dial within 5 s.\n"


@pytest.mark.usefixtures("gateway")
def test_a_smsbox_that_is_down_is_missed(examine, boxes):
    boxes.kill("smsbox")
    until(lambda: examine()[2], lambda complained: "No smsbox is connected" in complained)


def test_a_bearerbox_that_is_down_is_said_twice(examine, boxes):
    boxes.kill("bearerbox")
    code, _said, complained = examine()
    assert code == 1
    assert complained.splitlines() == [
        "bearerbox does not answer: ConnectionError.",
        "The dial did not reach bearerbox: ConnectionRefusedError.",
    ]


@pytest.mark.usefixtures("gateway")
def test_a_wrong_password_is_said(examine):
    assert "is its password right?" in examine(password="wrong")[2]


def test_an_apology_is_no_answer(page_server, boxes):
    page_server.page = "The service is busy. Please dial again later."
    host, _, port = boxes.doctor_address.rpartition(":")
    with pytest.raises(Unwell, match="no menu: The service is busy"):
        dial(host, int(port), "*123#")


def test_where_nobody_listens_it_is_said():
    with pytest.raises(Unwell, match="ConnectionRefusedError"):
        dial("127.0.0.1", free_port(), "*123#")
    with pytest.raises(Unwell, match="ConnectionError"):
        read_health(f"http://127.0.0.1:{free_port()}/status.xml", "")


def test_the_account_at_smsbox(boxes):
    def found(password: str) -> list[tuple[Level, str]]:
        own = KannelSettings(kannel_sendsms_url=boxes.sendsms_url, kannel_password=password)
        return [(one.level, one.wrong) for one in look(own, 5.0)]

    assert found(PASSWORD) == []
    wrong = "Kannel's smsbox does not take KANNEL_USERNAME and KANNEL_PASSWORD."
    assert found("typo") == [(Level.FAULT, wrong)]
    boxes.stop()
    ((level, said),) = found(PASSWORD)
    assert level is Level.FAULT
    assert said.startswith("Kannel's smsbox does not answer (")
