"""Redis or Valkey: whether it answers, keeps what it is given, and who takes over."""

from collections.abc import Iterator
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    RedisError,
    ResponseError,
)
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError

from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, warning
from gateway.redis_address import SentinelAddress, is_by_sentinel, sentinel_address
from gateway.redis_client import connect_patiently

LEAST_VERSION = 6
LEAST_SENTINELS = 3
_SECONDS = 2.0
_SENTINEL_SECONDS = 1.0  # each of three or four
_ALMOST_FULL = 0.9
_WITHOUT = "Until then SMS go out by the ledger alone, imports wait, and sessions are not kept."
_ACCOUNT = "Mend user and password in REDIS_URL (%2F %40 %3A for / @ :), or the account in Redis."


def answers(installation: Installation) -> Iterator[Finding]:
    try:
        facts = _facts(installation)
    except MasterNotFoundError:
        yield fault(
            "No sentinel names a primary that answers.",
            f"Look at what is said of sentinels, and at the two Redis. {_WITHOUT}",
        )
    except NoPermissionError:
        yield fault(
            "Redis lets the account of REDIS_URL in, and not do its work.",
            "Give it ~* &* +@all, as in deploy/sentinel.conf.",
        )
    except AuthenticationError:
        yield fault("Redis does not take the password of REDIS_URL, or wants one.", _ACCOUNT)
    except ResponseError as error:
        if "index" not in str(error):
            raise
        yield fault(
            "Redis has no database of the number in REDIS_URL.",
            "Write /0 behind its host, or raise `databases` in its configuration.",
        )
    except RedisError:
        yield fault(
            "Redis does not answer.",
            f"Start it, or mend host and port of REDIS_URL. {_WITHOUT}",
        )
    else:
        yield from _of_server(facts)


def _facts(installation: Installation) -> dict[str, Any]:
    """INFO of the server that REDIS_URL leads to."""
    with connect_patiently(installation.settings.redis_url, seconds=_SECONDS) as client:
        found: Any = client.info()
        return dict(found)


def _of_server(facts: dict[str, Any]) -> Iterator[Finding]:
    version = str(facts.get("redis_version", "0"))
    if int(version.partition(".")[0] or 0) < LEAST_VERSION:
        yield fault(f"Redis {version} is too old: {LEAST_VERSION} is the least.", "Upgrade it.")
    if facts.get("role") not in {None, "master"}:
        yield fault(
            "REDIS_URL leads to a replica, which takes no writes.",
            "Name the primary, or the sentinels (redis+sentinel://, docs/operating.md).",
        )


def memory(installation: Installation) -> Iterator[Finding]:
    """Whether it keeps what it is given: sessions, and the jobs of workers."""
    facts = _facts(installation)
    most, used = int(facts.get("maxmemory", 0)), int(facts.get("used_memory", 0))
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    if most and policy != "noeviction":
        yield warning(
            f"Redis throws away what it likes once it is full (maxmemory-policy {policy}): calls "
            "break off, jobs are lost until the next sweep.",
            "maxmemory-policy noeviction, and memory enough (256 MB for a nation).",
        )
    if most and used > most * _ALMOST_FULL:
        yield fault(
            f"Redis is full to {used * 100 // most} %.",
            "Raise maxmemory; look whether something else keeps its things in it.",
        )
    if facts.get("rdb_last_bgsave_status") == "err" or facts.get("aof_last_write_status") == "err":
        yield fault(
            "Redis cannot write its file, and takes no writes because of it.",
            'It need not keep anything: save "", appendonly no, then restart it.',
        )


def sentinels(installation: Installation) -> Iterator[Finding]:
    """Each is asked by itself."""
    if not is_by_sentinel(installation.settings.redis_url):
        return
    address = sentinel_address(installation.settings.redis_url)
    told = {(host, port): _ask(address, host, port) for host, port in address.sentinels}
    states = [one for one in told.values() if not isinstance(one, Finding)]
    yield from (one for one in told.values() if isinstance(one, Finding))
    if len({(state["ip"], state["port"]) for state in states}) > 1:
        yield fault(
            "The sentinels do not agree on the primary.",
            "Wait a minute; if it stays so, SENTINEL RESET on those that are wrong.",
        )
    if states:
        yield from _together(states)


def _ask(address: SentinelAddress, host: str, port: int) -> dict[str, Any] | Finding:
    where = f"The sentinel {host}:{port}"
    options = {**address.options, "ssl": address.tls} if address.tls else {}
    client = Redis(
        host=host,
        port=port,
        username=address.sentinel_username,
        password=address.sentinel_password,
        **{**options, "socket_timeout": _SENTINEL_SECONDS},
        socket_connect_timeout=_SENTINEL_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            known: Any = client.sentinel_masters()
    except AuthenticationError:
        return fault(
            f"{where} does not take the password, or wants one.",
            "Mend sentinel_password in REDIS_URL; it is another one than Redis's own.",
        )
    except ResponseError:
        return fault(f"{where} is no sentinel.", "Name sentinels (port 26379), not the Redis.")
    except RedisError:
        return warning(f"{where} does not answer.", "Start it, or take it out of REDIS_URL.")
    if address.primary not in known:
        names = ", ".join(sorted(known)) or "none"
        return fault(
            f"{where} knows no primary of the name in REDIS_URL; it knows: {names}.",
            "Write behind the hosts the name of `sentinel monitor NAME`.",
        )
    return dict(known[address.primary])


def _together(states: list[dict[str, Any]]) -> Iterator[Finding]:
    most = max(int(state["num-other-sentinels"]) + 1 for state in states)
    quorum = max(int(state["quorum"]) for state in states)
    if any(state["is_odown"] or state["is_sdown"] for state in states):
        yield fault(
            "The sentinels say that the primary is down.",
            "They put the replica in its place within seconds; if not, start it again.",
        )
    if not any(int(state["num-slaves"]) for state in states):
        yield warning(
            "The primary has no replica: nobody can take its place.",
            "Start a second Redis with replicaof (deploy/sentinel.conf).",
        )
    if most < LEAST_SENTINELS:
        yield warning(
            f"Only {most} sentinels know of each other: with one gone, no other primary is chosen.",
            f"Run {LEAST_SENTINELS}, each on a machine of its own.",
        )
    if quorum > most or quorum > len(states):
        yield fault(
            f"{quorum} sentinels must agree that the primary is away, and {min(most, len(states))} "
            "are there: no other would be chosen.",
            "Start the missing ones, or lower the quorum in `sentinel monitor` to most of them.",
        )
