"""The id of a request: on its lines in the log and in its answer, but an operator's, which a
repetition brings again to the byte; nginx's where well-formed."""

import re

import pytest

from gateway.logs import redact
from tests.callbacks.forms import hop

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_NGINX = "4a5f0c1be2d34a5f0c1be2d34a5f0c1b"


@pytest.fixture
def named(service):
    """The id in the answer to a request that brings `given`."""

    def named(given: str | None = None, path="/console/sign-in") -> str:
        headers = {} if given is None else {"X-Request-Id": given}
        client = service.app.test_client()
        answer = client.get(path, headers=headers)
        return str(answer.headers["X-Request-Id"])

    return named


def test_each_answer_has_one_of_its_own(named):
    first, second = named(), named()
    assert UUID.fullmatch(first)
    assert first != second
    assert UUID.fullmatch(named(path="/healthz"))


def test_an_operators_answer_has_none(service):
    client = service.app.test_client()
    for key in ("demo", "wrong"):
        answer = client.post(f"/callbacks/africastalking/ussd?key={key}", data=hop())
        assert "X-Request-Id" not in answer.headers


@pytest.mark.parametrize("given", [OF_NGINX, "019ab000-0000-7000-8000-00000000000a"])
def test_that_of_the_proxy_is_kept_and_logs_show_it_whole(named, given):
    assert named(given) == given
    assert redact(given) == given


@pytest.mark.parametrize(
    "given",
    ["", "x", "8562055500001", "1" * 32, OF_NGINX.upper(), OF_NGINX + "a", OF_NGINX[:-1],
     "../../" + OF_NGINX[6:], OF_NGINX[:-2] + "\u0660\u0661",
     "00000000-0000-7000-8000-000000000001"],
)  # fmt: skip
def test_anything_else_is_not(named, given):
    assert UUID.fullmatch(named(given))
    assert named(given) != given
