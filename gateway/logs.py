"""JSON logs on standard error: a request id on every line, no number, name or PIN on any."""

import logging
import re
import sys
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# A last net under our own care: libraries log what they like. Ids of ours are hex with letters
# or dashes; eight digits in a row are a registration number, nine and more a phone's.
_DIGITS = re.compile(r"(?<![0-9A-Fa-f-])\+?\d{8,}(?![0-9A-Fa-f-])")
_KEY = re.compile(r"([?&](?:key|password)=)[^&\s\"']*")


def redact(text: str) -> str:
    """`text` without what looks like a phone or registration number, or a secret in a URL."""
    return _DIGITS.sub("[number]", _KEY.sub(r"\1[secret]", text))


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
