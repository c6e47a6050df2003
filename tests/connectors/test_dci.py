"""A registry is read by DCI: page by page, whatever changes or fails meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.connectors.dci.driver import DRIVER
from gateway.connectors.driver import Ground
from gateway.connectors.file import ConnectionsError, connections_of
from gateway.connectors.source import Fault, Page, RegistrySource, SourceError
from gateway.core.dci.words import Profile
from tests.connectors.conformance import Conformance
from tests.connectors.dci_server import NOW, OURS, TOKEN, Registry, answering, people, person
from tests.core.dci.pems import PEM_OF_OURS

SECRETS = {"TOKEN": TOKEN, "SECRET": "the-secret", "DCI_SIGNING_KEY": PEM_OF_OURS}
PROFILES: tuple[Profile, ...] = ("none", "openspp", "openg2p", "opencrvs")
COLUMNS = {
    "registration_no": "identifier[identifier_type=UIN].identifier_value",
    "name": "name.given_name name.surname",
    "msisdn": "phone_number",
    "status": "status",
    "child_dob": "child.birth_date",
}

Serve = Callable[..., Registry]


def source_of(registry: Registry, **changes: Any) -> RegistrySource:
    table: dict[str, Any] = {
        "driver": "dci", "url": f"{registry.url}/dci_api/v1", "sender_id": "mecg",
        "receiver_id": "registry", "signature": registry.profile, "token_env": "TOKEN",
        "columns": COLUMNS, "values": {"status": {"Active": "enrolled"}},
        "constants": {"category": "child"}, "page_size": 4,
    }  # fmt: skip
    if registry.profile != "none":
        table["jwks_url"] = f"{registry.url}/.well-known/jwks.json"
    (one,) = connections_of({"connections": {"registry": table | changes}}, [DRIVER])
    ground = Ground(
        name="registry", secrets=SECRETS, zone=ZoneInfo("Asia/Vientiane"), now=lambda: NOW
    )
    return one.source(ground)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda **about: stack.enter_context(answering(Registry(**about)))


def numbers(pages: Iterator[Page] | list[Page]) -> set[str]:
    return {row["registration_no"] for page in pages for row in page.rows}


class TestConformance(Conformance):
    @pytest.fixture
    def source(self, serve: Serve) -> RegistrySource:
        return source_of(serve(profile="openspp"))

    @pytest.fixture
    def faulty(self, serve: Serve) -> Callable[[Fault], RegistrySource]:
        named = {
            Fault.UNREACHABLE: "down", Fault.REFUSED: "expired", Fault.THROTTLED: "throttled",
            Fault.MALFORMED: "login",
        }  # fmt: skip
        return lambda fault: source_of(serve(fault=named[fault]))


@pytest.mark.parametrize("profile", PROFILES)
def test_everybody_is_read_whoever_signs_how(serve: Serve, profile: Profile) -> None:
    registry = serve(profile=profile)
    assert numbers(source_of(registry).pages(None)) == {f"26{number:06}" for number in range(25)}


def test_a_record_becomes_a_row(serve: Serve) -> None:
    (page,) = source_of(serve(people=people(3))).pages(None)
    assert page.rows[0] == {
        "registration_no": "26000000", "name": "ບຸນມີ ໄຊຍະວົງ", "msisdn": "020 50000000",
        "status": "enrolled", "child_dob": "2026-07-20", "category": "child",
    }  # fmt: skip
    assert page.names == {*COLUMNS, "category"}


def test_later_only_what_has_changed_is_asked_for(serve: Serve) -> None:
    registry = serve()
    *_, last = source_of(registry).pages(None)
    registry.people.append(person(99, NOW))
    again = source_of(registry).pages(last.cursor)
    # The last three changed in one moment: they come once more.
    assert numbers(again) == {"26000022", "26000023", "26000024", "26000099"}


def test_nobody_slips_through_where_somebody_changes_meanwhile(serve: Serve) -> None:
    registry = serve()
    pages = source_of(registry).pages(None)
    seen = [next(pages)]
    # The first of them moves to the end: everybody behind is one place further ahead.
    registry.people[0] = person(0, NOW)
    seen += pages
    assert numbers(seen) == {f"26{number:06}" for number in range(25)}


def test_more_of_one_moment_than_a_page_holds_are_counted_by_pages(serve: Serve) -> None:
    registry = serve(people=[person(number, NOW) for number in range(11)])
    assert len(numbers(source_of(registry).pages(None))) == 11


def test_nobody_at_all_is_an_empty_page(serve: Serve) -> None:
    (page,) = source_of(serve(people=[])).pages(None)
    assert page.rows == []
    assert msgspec.json.decode(page.cursor)["done"]


def test_a_token_that_ends_in_the_middle_is_fetched_anew(serve: Serve) -> None:
    registry = serve()
    oauth = {
        "token_env": "", "token_url": f"{registry.url}/oauth2/client/token", "client_id": "mecg",
        "client_secret_env": "SECRET",
    }  # fmt: skip
    pages = source_of(registry, **oauth).pages(None)
    seen = [next(pages)]
    registry.tokens = ["another"]
    seen += pages
    assert len(numbers(seen)) == 25


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("signature", Fault.MALFORMED),
        ("skew", Fault.MALFORMED),
        ("replay", Fault.MALFORMED),
        ("half", Fault.UNREACHABLE),
        ("drops", Fault.UNREACHABLE),
        ("unsorted", Fault.MALFORMED),
        ("rejected", Fault.UNKNOWN_SHAPE),
    ],
)
def test_what_is_wrong_in_the_middle_ends_the_pull_behind_the_first_page(
    serve: Serve, fault: str, expected: Fault
) -> None:
    registry = serve(profile="openg2p", fault=fault)
    pages = source_of(registry).pages(None)
    first = next(pages)
    with pytest.raises(SourceError) as raised:
        next(pages)
    assert raised.value.fault is expected
    registry.fault = ""
    registry.now = NOW
    rest = source_of(registry).pages(first.cursor)
    assert len(numbers([first, *rest])) == 25


def test_a_key_that_is_not_the_registry_s_is_refused(serve: Serve) -> None:
    registry = serve(profile="openspp")
    source = source_of(registry, jwks_url="", public_key=_public_of_ours())
    with pytest.raises(SourceError) as raised:
        source.check()
    assert raised.value.fault is Fault.MALFORMED


def test_a_registry_that_does_not_know_our_key_refuses(serve: Serve) -> None:
    registry = serve(profile="openspp")
    registry.now = NOW + timedelta(hours=1)  # our signature is over
    with pytest.raises(SourceError) as raised:
        source_of(registry).check()
    assert raised.value.fault is Fault.REFUSED


def test_an_ambiguous_date_ends_the_pull_and_is_not_quoted(serve: Serve) -> None:
    wrong = person(1, NOW) | {"child": {"birth_date": "07/06/2026"}}
    with pytest.raises(SourceError) as raised:
        list(source_of(serve(people=[wrong])).pages(None))
    assert str(raised.value) == "malformed: child_dob: an ambiguous date"


@pytest.mark.parametrize("cursor", ["", "{}x", '{"since": "yesterday"}', "null"])
def test_a_cursor_that_is_none_is_refused(serve: Serve, cursor: str) -> None:
    with pytest.raises(SourceError) as raised:
        list(source_of(serve()).pages(cursor))
    assert raised.value.fault is Fault.UNKNOWN_SHAPE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token_env": ""}, "token_env"),
        ({"token_env": "NOT_SET"}, "NOT_SET"),
        ({"token_url": "https://x"}, "one of them"),
        ({"signature": "openspp"}, "jwks_url"),
        ({"public_key": "x"}, "PEM public key"),
        ({"columns": {"name": "[="}}, "no path"),
        ({"page_size": 5000}, "page_size"),
        ({"signature": "xmlsig"}, "signature"),
    ],
)
def test_a_wrong_table_is_refused_by_its_key(changes: dict[str, Any], words: str) -> None:
    registry = Registry()
    registry.url = "http://127.0.0.1:1"
    with pytest.raises(ConnectionsError, match=words):
        source_of(registry, **changes)


def _public_of_ours() -> str:
    public = (key.private.public_key() for key in OURS)
    written = (key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in public)
    return b"".join(written).decode()
