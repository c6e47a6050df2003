"""What a security key is asked, with Flask-Security's options, and what it answered."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Connection
from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json

from gateway.console.kit.context import database, now, reading, settings
from gateway.console.kit.dates import read_moment
from gateway.console.middleware.devices import origin
from gateway.console.pages.account.actions.halfway import checks, note
from gateway.staff.accounts import StaffUser
from gateway.staff.factors.authenticator import ISSUER
from gateway.staff.factors.checking import RIGHT, Outcome
from gateway.staff.factors.keys import Question, Site, descriptors, is_answer, keys_of, new_key
from gateway.staff.factors.store import NewFactor

_SECONDS = 5 * 60
Purpose = Literal["add", "use"]


@dataclass(frozen=True)
class Asked:
    """For the page: what the browser is given, and the question sealed for the form's field."""

    options: str
    state: str


def site() -> Site | None:
    """Where the console is; None where nobody has said so: keys answer to no address then."""
    address = settings().public_url or (request.host_url if settings().demo else "")
    parts = urlsplit(address)
    return Site(f"{parts.scheme}://{parts.netloc}") if parts.netloc else None


def elsewhere() -> str | None:
    """Where the console has to be open for a key to answer, if that is not here: no key answers to
    an address of digits, nor to any but that of `site`."""
    at = site()
    if at is None:
        return None
    if _is_digits(at.host):
        port = urlsplit(at.origin).port
        return f"{urlsplit(at.origin).scheme}://localhost" + (f":{port}" if port else "")
    here = urlsplit(request.host_url).hostname or ""
    return None if here == at.host or here.endswith(f".{at.host}") else at.origin


def _is_digits(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def ask_new(staff: StaffUser, at: Site) -> Asked:
    """To set up a key that the account has not."""
    question = _question()
    with reading() as connection:
        known = descriptors(keys_of(connection, staff.id))
    wanted = _flask_security().registration_options(
        staff, "secondary", {"challenge": question.challenge, "exclude_credentials": known}
    )
    options = generate_registration_options(
        rp_id=at.host, rp_name=ISSUER, user_id=staff.id.bytes, user_name=staff.email,
        user_display_name=staff.called, **wanted,
    )  # fmt: skip
    return Asked(options_to_json(options), _seal(staff, "add", question))


def ask(staff: StaffUser) -> Asked | None:
    """One of the keys that the account has; None where it has none, or the address is not known."""
    at = site()
    with reading() as connection:
        known = descriptors(keys_of(connection, staff.id))
    if at is None or not known:
        return None
    question = _question()
    wanted = _flask_security().authentication_options(
        staff, ["secondary"], {"challenge": question.challenge, "allow_credentials": known}
    )
    options = generate_authentication_options(rp_id=at.host, **wanted)
    return Asked(options_to_json(options), _seal(staff, "use", question))


def made(staff: StaffUser, state: str, answer: str, name: str) -> NewFactor | None:
    """The key that the browser made; None where that was no answer, or one to an old question."""
    at, question = site(), _opened(staff, "add", state)
    if at is None or question is None:
        return None
    return new_key(at, question, answer, name)


def check_key(staff: StaffUser, state: str, answer: str) -> Outcome:
    """What became of it; a wrong one is a line in the audit log."""
    at, question = site(), _opened(staff, "use", state)

    def attempt(connection: Connection) -> Outcome:
        if at is None or question is None:
            return "wrong_key"
        right = is_answer(connection, at, question, answer, staff_id=staff.id, now=now())
        return "key" if right else "wrong_key"

    outcome = checks().check_by(attempt, database(), staff.id, origin=origin(), now=now())
    if outcome not in RIGHT:
        note(staff, "staff.factor_failed", {"why": (None, outcome)})
    return outcome


def _question() -> Question:
    return Question(_flask_security().generate_challenge(64).encode(), now())


def _seal(staff: StaffUser, purpose: Purpose, question: Question) -> str:
    asked = question.asked_at.isoformat()
    return _sealer().dumps([staff.id.hex, purpose, question.challenge.decode(), asked])


def _opened(staff: StaffUser, purpose: Purpose, state: str) -> Question | None:
    """The question; None where it is too old, another person's, or was for something else."""
    try:
        owner, what, challenge, asked = _sealer().loads(state, max_age=_SECONDS)
    except (BadSignature, ValueError):
        return None
    at = read_moment(asked)
    if (owner, what) != (staff.id.hex, purpose) or at is None:
        return None
    return Question(challenge.encode(), at)


def _flask_security() -> Any:
    """Its choice of options: what a second factor wants of a key."""
    return current_app.extensions["security"].webauthn_util


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt="security-key")
