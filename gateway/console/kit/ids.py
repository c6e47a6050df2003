"""Ids that an address asks for behind its question mark."""

import re

from flask import request

_GREATEST = 2**63 - 1  # what a database counts to
_ID = re.compile(r"\d{1,19}", re.ASCII)


def asked_id(name: str) -> int | None:
    """The id that the address gives under `name`; None where it gives none, or what is no id."""
    text = request.args.get(name, "")
    found = int(text) if _ID.fullmatch(text) else None
    return found if found is None or found <= _GREATEST else None
