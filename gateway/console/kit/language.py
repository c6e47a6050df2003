"""The reader's language: their account's, else the session's, else the browser's."""

from functools import cache
from typing import Any

from babel import Locale
from flask import g, has_request_context, request, session

from gateway.console.kit.context import dependencies, signed_in
from gateway.core.texts import in_context

LANGUAGES = {"lo": "ລາວ", "en": "English"}
_DEFAULT = "lo"


def language() -> str:
    """`lo` or `en`."""
    if not has_request_context():
        return _DEFAULT
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def gettext(msgid: str, **params: Any) -> str:
    """`msgid` in the reader's language, with its %(placeholders)s filled."""
    text = dependencies().gettext[language()](msgid)
    return text % params if params else text


def pgettext(context: str, msgid: str, **params: Any) -> str:
    """As `gettext`, of a msgid that says something else in `context`."""
    return gettext(in_context(context, msgid), **params)


def babel_locale() -> Locale:
    return _locale(language())


@cache
def _locale(name: str) -> Locale:
    return Locale(name)


def _chosen() -> str:
    staff = signed_in()
    kept = staff.locale if staff else session.get("language")
    if kept in LANGUAGES:
        return str(kept)
    return request.accept_languages.best_match(LANGUAGES, default=_DEFAULT) or _DEFAULT
