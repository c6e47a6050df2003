"""Signing in by the sign-in service: whose account it is, what is checked, what is without it."""

from collections.abc import Callable
from socket import create_server
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from gateway.console.middleware import single_sign_on
from gateway.staff.accounts import authenticate, by_email, change_account
from gateway.staff.factor_tables import staff_subjects
from tests.console.conftest import PASSWORD, add_account, lines_of_the_log
from tests.console.factors import set_up
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.console.sign_in_service import CLIENT, SignInService
from tests.ports import free_port
from tests.service import Service
from tests.traces import rows

EMAIL = "khamla@example.la"
GO = "sign-in/service"


@pytest.fixture(autouse=True)
def provider(sign_in_service: SignInService) -> SignInService:
    """Somebody called Khamla is signed in there."""
    return sign_in_service


@pytest.fixture(autouse=True)
def set_to(
    provider: SignInService, use_sign_in_service: Callable[..., None]
) -> Callable[..., None]:
    """The console with the service, and with other settings."""
    use_sign_in_service()
    return use_sign_in_service


@pytest.fixture
def khamla(service: Service) -> PlainBrowser:
    """Somebody with an account, who has not signed in."""
    add_account(service, "operator", email=EMAIL)
    return PlainBrowser(service.app)


def _there(reader: PlainBrowser, go: str = GO) -> str:
    """To the service and to where it sends the person back, not yet opened."""
    sent = reader.raw("GET", go)
    assert sent.status_code == 302, sent.text
    there = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10)
    parts = urlsplit(there.headers["Location"])
    return f"{parts.path}?{parts.query}"


def _sign_in(reader: PlainBrowser, go: str = GO) -> Page:
    """All the way: the page that the person lands on."""
    return reader.follow(_there(reader, go))


def _is_in(reader: PlainBrowser) -> bool:
    return reader.raw("GET", "account").status_code == 200


def test_a_verified_address_finds_the_account_and_links_it(
    service: Service, khamla: PlainBrowser, provider: SignInService
):
    landed = _sign_in(khamla, f"{GO}?next=/console/guide/")

    assert landed.heading == "The staff's guide"
    provider.claims["email"] = "another@example.la"  # once linked, the subject counts
    khamla.post("sign-out")
    _sign_in(khamla)
    assert _is_in(khamla)
    assert len(rows(service.database)[staff_subjects.name]) == 1
    lines = lines_of_the_log(service)
    assert [line.action for line in lines].count("staff.linked") == 1
    assert lines[-1].changes == {"how": [None, "service"]}


def test_a_link_to_an_account_in_use_is_told_on_the_next_page(
    service: Service, khamla: PlainBrowser
):
    told = "Your account was linked to the sign-in service"
    khamla.sign_in(EMAIL, PASSWORD)
    assert told not in khamla.get("account").words
    khamla.post("sign-out")
    service.clock.move(minutes=1)

    _sign_in(khamla)

    page = khamla.get("account")
    assert told in page.words
    assert "An administrator undoes a link." in page.words
    khamla.submit("alerts/seen", page.fields("/console/alerts/seen"))
    assert told not in khamla.get("account").words


def test_passwords_stay_beside_it(service: Service, khamla: PlainBrowser):
    page = khamla.get("sign-in")
    assert f"/console/{GO}" in page.links()

    khamla.sign_in(EMAIL, PASSWORD)

    assert _is_in(khamla)


def test_the_second_factor_is_asked_for_all_the_same(service: Service, khamla: PlainBrowser):
    khamla.sign_in(EMAIL, PASSWORD)
    app, _codes = set_up(service, khamla)
    khamla.post("sign-out")
    service.clock.move(minutes=1)

    page = _sign_in(khamla)

    assert page.heading == "Second factor"
    assert not _is_in(khamla)
    assert staff_subjects.name not in rows(service.database)  # nobody has proved to be its owner
    khamla.post("sign-in/second", {"code": app.code()})
    assert _is_in(khamla)
    assert len(rows(service.database)[staff_subjects.name]) == 1
    assert lines_of_the_log(service)[-1].changes == {"how": [None, "service"]}


def test_who_was_halfway_by_the_service_says_nothing_of_who_signs_in_by_password(
    service: Service, khamla: PlainBrowser
):
    khamla.sign_in(EMAIL, PASSWORD)
    set_up(service, khamla)
    khamla.post("sign-out")
    assert _sign_in(khamla).heading == "Second factor"
    add_account(service, "viewer", email="other@example.la")

    khamla.sign_in("other@example.la", PASSWORD)

    line = lines_of_the_log(service)[-1]
    assert (line.who, line.changes) == ("other@example.la", {})
    assert "password" in khamla.get("second-factor/app").fields("/console/second-factor/app")


def test_a_first_password_on_paper_is_void_once_the_service_has_said_who_it_is(service: Service):
    add_account(service, "operator", email=EMAIL, must_change_password=True)
    reader = PlainBrowser(service.app)

    _sign_in(reader)

    assert _is_in(reader)
    assert authenticate(service.database, EMAIL, PASSWORD) is None


@pytest.mark.parametrize(
    ("label", "claims", "sentence"),
    [
        ("no account", {"email": "x@example.la"}, "You have no account here yet."),
        ("not verified", {"email_verified": False}, "has not verified your email address"),
        ("verified, it says in words", {"email_verified": "yes"}, "has not verified your email"),
        ("verified, it says in a list", {"email_verified": []}, "has not verified your email"),
        ("no address", {"email": None}, "has not verified your email address"),
    ],
)
def test_who_has_no_account_is_told_so_and_none_is_made(
    service: Service, khamla: PlainBrowser, provider: SignInService, label: str,
    claims: dict[str, Any], sentence: str,
):  # fmt: skip
    provider.claims |= claims

    page = _sign_in(khamla)

    assert sentence in page.words, label
    assert not _is_in(khamla)
    assert staff_subjects.name not in rows(service.database)
    assert lines_of_the_log(service)[-1].action == "staff.sign_in_failed"


def test_an_account_is_made_where_a_setting_says_with_which_role(
    service: Service, set_to: Callable[..., None], provider: SignInService
):
    set_to(oidc_new_role="viewer")
    reader = PlainBrowser(service.app)

    _sign_in(reader)

    with service.database.reading() as connection:
        made = by_email(connection, EMAIL)
    assert made is not None
    assert (made.role, made.name) == ("viewer", "ຄຳຫລ້າ Sisouk")
    assert _is_in(reader)
    reader.get("staff/", 403)


def test_an_address_that_went_to_somebody_else_there_opens_nothing(
    service: Service, khamla: PlainBrowser, provider: SignInService
):
    _sign_in(khamla)
    provider.claims["sub"] = "k-2"
    other = PlainBrowser(service.app)

    assert "somebody else at the sign-in service uses" in _sign_in(other).words
    assert not _is_in(other)


def test_an_account_that_was_taken_away_stays_away(
    service: Service, khamla: PlainBrowser, provider: SignInService
):
    add_account(service, "viewer", email="gone@example.la")
    provider.claims |= {"email": "gone@example.la"}
    with service.database.writing() as connection:
        account = by_email(connection, "gone@example.la")
        assert account is not None
        change_account(connection, account.id, {"active": False}, service.clock())

    assert "Your account here was taken away." in _sign_in(khamla).words


_SPOILT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another audience": lambda claims: claims | {"aud": "somebody-else"},
    "another audience, for us it says": lambda claims: claims | {"aud": "x", "azp": CLIENT},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "another nonce": lambda claims: claims | {"nonce": "x"},
    "no nonce": lambda claims: {name: one for name, one in claims.items() if name != "nonce"},
    "too old": lambda claims: claims | {"exp": claims["iat"] - 600, "iat": claims["iat"] - 900},
    "no subject": lambda claims: {name: one for name, one in claims.items() if name != "sub"},
    "a subject that is none": lambda claims: claims | {"sub": "a\0b"},
}


@pytest.mark.parametrize("label", _SPOILT)
def test_a_token_that_is_not_for_us_now_proves_nothing(
    khamla: PlainBrowser, provider: SignInService, label: str
):
    provider.spoil = _SPOILT[label]

    assert "did not say who you are" in _sign_in(khamla).words
    assert not _is_in(khamla)


def test_a_token_that_somebody_else_has_signed_proves_nothing(
    khamla: PlainBrowser, provider: SignInService
):
    provider.signed_with = RSAKey.generate_key(2048, {"kid": "1"})

    assert "did not say who you are" in _sign_in(khamla).words


def test_an_answer_that_this_browser_did_not_ask_for_is_nobodys(
    service: Service, khamla: PlainBrowser
):
    """Who sends a link of theirs gets nobody signed in as them; nor does a link work twice."""
    answer = _there(khamla)

    assert "did not say who you are" in PlainBrowser(service.app).follow(answer).words
    assert khamla.follow(answer).heading == "Today"
    khamla.post("sign-out")
    assert "did not say who you are" in khamla.follow(answer).words


def test_who_was_refused_there_is_back_at_the_door(khamla: PlainBrowser):
    assert "did not say who you are" in khamla.follow(f"{GO}/back?error=access_denied").words


def test_a_service_that_is_away_leaves_the_password(
    service: Service, khamla: PlainBrowser, set_to: Callable[..., None]
):
    set_to(oidc_issuer=f"http://127.0.0.1:{free_port()}")

    page = khamla.follow(GO)

    assert "does not answer. Sign in with your password" in page.words
    khamla.sign_in(EMAIL, PASSWORD)
    assert _is_in(khamla)


def test_a_service_that_hangs_is_given_up(
    khamla: PlainBrowser, set_to: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(single_sign_on, "SECONDS", 0.2)
    with create_server(("127.0.0.1", 0)) as deaf:
        set_to(oidc_issuer=f"http://127.0.0.1:{deaf.getsockname()[1]}")

        assert "does not answer" in khamla.follow(GO).words


def test_a_service_that_names_another_issuer_is_not_the_one(
    khamla: PlainBrowser, set_to: Callable[..., None], provider: SignInService
):
    set_to(oidc_issuer=provider.url + "/")

    assert "does not answer" in khamla.follow(GO).words


def test_out_here_and_out_there(service: Service, khamla: PlainBrowser, provider: SignInService):
    _sign_in(khamla)

    page = khamla.submit("sign-out")

    assert not _is_in(khamla)
    assert f"/console/{GO}/out" in page.links()
    out = khamla.raw("GET", f"{GO}/out").headers["Location"]
    requests.get(out, allow_redirects=False, timeout=10)
    assert provider.left == ["http://localhost/console/sign-in"]


def test_without_the_setting_there_is_no_such_way(
    service: Service, nobody: PlainBrowser, set_to: Callable[..., None]
):
    set_to(oidc_issuer="")

    assert not [link for link in nobody.get("sign-in").links() if "service" in link]
    for path in (GO, f"{GO}/back", f"{GO}/out"):
        nobody.get(path, 404)
