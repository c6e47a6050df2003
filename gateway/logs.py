"""JSON logs on standard error: a request id on every line, no number, name or PIN on any."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

_OURS = ("gateway.", "worker.", "menus.")

request_id: ContextVar[str] = ContextVar("request_id", default="")

# With a letter, or the log would take it for a number.
_REQUEST_ID = re.compile(
    r"(?=[0-9-]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)

# A last net under our own care: libraries log what they like. Ids of ours are hex with letters
# or dashes; eight digits in a row are a registration number, nine and more a phone's.
_ENCODED = "%[0-9A-Fa-f]{2}"
_DIGITS = re.compile(rf"(?:{_ENCODED}|\+|(?<![0-9A-Fa-f-]))\d{{8,}}(?![0-9A-Fa-f-])")
# As people write them and as addresses carry them: +856 20 5550 0001, 020-555-00001, %2B856%2020...
_GAP = f"(?:[\\s.()+/-]|{_ENCODED}){{0,3}}"
_SPACED = re.compile(
    r"(?<![0-9A-Fa-f])(?!\d{4}-\d\d-\d\d)(?:(?:\+|%2B|00)?856" + _GAP + "0?|0?)"
    rf"[23]{_GAP}0(?:{_GAP}\d){{7,8}}(?!\d)"
)
_TYPED = re.compile(r"(?<=\*)\d{4,}")  # a PIN among the keys of a call
_SECRETS = "key|password|pin|text|input|msisdn|phone_?number|from|to|q|who|number|email"
_OF_SIGN_IN = "code|state"  # what the sign-in service sends along
_IN_URL = re.compile(rf"(?<![\w%-])((?:{_SECRETS}|{_OF_SIGN_IN})=)[^&\s\"']+", re.IGNORECASE)
_IN_MAPPING = re.compile(
    rf"((?P<quote>\\?['\"])(?:{_SECRETS})(?P=quote): ?(?P<other>\\?['\"])).*?(?P=other)",
    re.IGNORECASE,
)
_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")


def redact(text: str) -> str:
    """`text` without what looks like a phone or registration number, a PIN, or a secret in a URL.

    Numbers may be spaced, with dashes, encoded for a URL, in Lao digits.
    """
    text = _IN_URL.sub(r"\1[secret]", text)
    text = _IN_MAPPING.sub(r"\1[secret]\g<other>", text)
    for number in (_SPACED, _DIGITS, _TYPED):
        text = _without(number, text)
    return text


def _without(number: re.Pattern[str], text: str) -> str:
    """Found among Western digits, one character for one, and cut out of `text` as it is."""
    pieces, at = [], 0
    for match in number.finditer(text.translate(_LAO_DIGITS)):
        pieces += [text[at : match.start()], "[number]"]
        at = match.end()
    return "".join([*pieces, text[at:]])


@contextmanager
def under(own: str) -> Iterator[None]:
    """What is logged meanwhile names the request `own`."""
    before = request_id.set(own)
    try:
        yield
    finally:
        request_id.reset(before)


def named_by_proxy(given: str) -> str:
    """nginx's `$request_id`, or a UUID; "" for anything else: it stands on every line of a log."""
    return given if _REQUEST_ID.fullmatch(given) else ""


def where(error: BaseException) -> str:
    """The kind of `error`, and the line of ours that it passed last: "KeyError at worker.beat:12".

    No more of it: a database's message holds the rows it is about.
    """
    ours = [
        (module, frame.tb_lineno)
        for frame in _frames(error)
        if (module := str(frame.tb_frame.f_globals.get("__name__", ""))).startswith(_OURS)
    ]
    kind = type(error).__name__
    return f"{kind} at {ours[-1][0]}:{ours[-1][1]}" if ours else kind


def _frames(error: BaseException) -> Iterator[TracebackType]:
    frame = error.__traceback__
    while frame is not None:
        yield frame
        frame = frame.tb_next


class _RedactingFormatter(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return redact(super().format(record))


def json_formatter() -> logging.Formatter:
    """One JSON object a line; the web server's own lines get it through granian_logs.json."""
    return _RedactingFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
        rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
        json_ensure_ascii=False,  # else a number after a Lao letter stands behind hex digits
    )


def configure_logs(level: int = logging.INFO) -> None:
    """Send every logger's lines through one handler; called once a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(json_formatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
