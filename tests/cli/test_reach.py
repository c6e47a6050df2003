"""`flask doctor proxy`: whether the web server can be reached past nginx."""

import socket
from ipaddress import ip_address

import pytest

from gateway.cli.doctor import fail_with, proxy_troubles
from gateway.cli.reach import own_addresses
from tests.ports import free_port


def test_where_nothing_listens_silence_is_no_good_news(capsys):
    port = free_port()
    with pytest.raises(SystemExit) as ended:
        fail_with(proxy_troubles(["127.0.0.1"], port))

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"Nothing listens on port {port} of this machine: ")


def test_each_address_at_which_the_web_server_answers_is_named():
    with socket.create_server(("127.0.0.1", free_port())) as server:
        port = server.getsockname()[1]
        (trouble,) = proxy_troubles(["127.0.0.1", "::1"], port)
    assert f"127.0.0.1, port {port}, past nginx" in trouble


def test_a_server_that_only_this_machine_reaches_is_well():
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert proxy_troubles([], server.getsockname()[1]) == []


@pytest.mark.allow_hosts(["192.0.2.1", "2001:db8::1"])
def test_the_loopback_is_not_asked():
    assert [one for one in own_addresses() if ip_address(one).is_loopback] == []
