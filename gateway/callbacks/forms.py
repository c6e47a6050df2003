"""A callback's form, at half the time of the framework's reader."""

from urllib.parse import parse_qsl

from flask import Request

from gateway.providers.base import Form

_URLENCODED = "application/x-www-form-urlencoded"


def read_form(request: Request) -> Form:
    """The fields of the body, the first of each name; none where it cannot be read.

    Raises RequestEntityTooLarge.
    """
    if request.mimetype != _URLENCODED:
        return request.form
    try:
        fields = parse_qsl(request.stream.read().decode(), keep_blank_values=True, errors="replace")
    except UnicodeDecodeError:  # raw octets that are no text at all
        return {}
    return dict(reversed(fields))
