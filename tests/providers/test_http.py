"""A session to a provider does nothing by itself, and a failure says whether anything left."""

import pytest
import requests

from gateway.providers.http import ProviderSession, failure_of, retry_after
from tests.providers.upstream import Answer, Upstream, listening


@pytest.fixture
def upstream():
    with listening(Upstream(lambda _asked: Answer())) as upstream:
        yield upstream


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(upstream, status):
    upstream.answer = lambda _asked: Answer(status, headers=(("Location", upstream.url),))
    with ProviderSession(upstream.url) as session:
        assert session.post(upstream.url, data={"to": "1"}, timeout=5).status_code == status
    assert len(upstream.asked) == 1


def test_what_the_environment_says_of_proxies_is_not_for_the_loopback(upstream, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with ProviderSession(upstream.url) as session:
        assert session.get(upstream.url, timeout=5).ok
    with ProviderSession("http://provider.example") as session:
        assert session.proxies["http"] == "http://127.0.0.1:1"
    with ProviderSession("http://provider.example", proxies=False) as session:
        assert not session.proxies


def test_no_connection_is_certain_and_no_answer_is_not(upstream):
    with (
        ProviderSession("http://127.0.0.1:1") as session,
        pytest.raises(requests.RequestException) as nobody,
    ):
        session.get("http://127.0.0.1:1", timeout=5)
    upstream.answer = lambda _asked: Answer(drops=True)
    with (
        ProviderSession(upstream.url) as session,
        pytest.raises(requests.RequestException) as lost,
    ):
        session.get(upstream.url, timeout=5)
    assert failure_of(nobody.value) == ("retry", "connect_failed")
    assert failure_of(lost.value) == ("unknown", "no_answer")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("", 5), ("soon", 5), ("9" * 5000, 3600), ("-1", 5)],
)
def test_how_long_to_leave_a_provider_alone_is_bounded(header, seconds):
    response = requests.Response()
    response.headers["Retry-After"] = header
    assert retry_after(response) == seconds
