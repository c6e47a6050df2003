"""What somebody signs in with: a device that is known again, and its name in a few words.

A device that somebody has signed in on carries a cookie for a long time. It opens nothing: it only
says whose wrong passwords on it are counted apart from those of strangers.
"""

import re
from secrets import token_hex
from uuid import UUID

from flask import Response, current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from gateway.core.addresses import subscriber
from gateway.staff.tries import Origin

_COOKIE = "console-device"
_LASTS_SECONDS = 180 * 24 * 60 * 60
_MOST_PEOPLE = 8  # at one computer

_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "Mac OS X": "Mac", "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip
# The first that fits: most call themselves by the names of the others as well.
_PROGRAMS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "UCBrowser": "UC Browser",
    "Firefox/": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome/": "Chrome",
    "Safari/": "Safari",
}  # fmt: skip
_OTHER = re.compile(r"[\w.-]{1,30}")


def origin() -> Origin:
    """Where this request's try to sign in comes from."""
    device, people = _read()
    return Origin(subscriber(request.remote_addr), device, frozenset(people))


def remember(response: Response, staff_id: UUID) -> None:
    """This device has seen this person's right password."""
    device, people = _read()
    newest = [staff_id, *(one for one in people if one != staff_id)][:_MOST_PEOPLE]
    value = {"device": device or token_hex(8), "people": [one.hex for one in newest]}
    response.set_cookie(
        _COOKIE,
        _signer().dumps(value),
        max_age=_LASTS_SECONDS,
        path=url_for("console.account.sign_in"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def agent_of(header: str) -> str:
    """A User-Agent in a few words: "Chrome, Android"."""
    parts = [
        next((name for sign, name in names.items() if sign in header), "")
        for names in (_PROGRAMS, _SYSTEMS)
    ]
    known = ", ".join(part for part in parts if part)
    other = _OTHER.match(header)
    return known or (other[0] if other else "")


def _read() -> tuple[str, list[UUID]]:
    try:
        value = _signer().loads(request.cookies.get(_COOKIE, ""))
        return str(value["device"]), [UUID(one) for one in value["people"]]
    except (BadSignature, KeyError, TypeError, ValueError):
        return "", []


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt=_COOKIE)
