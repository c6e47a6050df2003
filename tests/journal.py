"""What a process would have written to its log, as the operator of the service reads it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.logs import json_formatter

Lines = list[dict[str, Any]]


@contextmanager
def journal(level: int = logging.WARNING) -> Iterator[Lines]:
    """Fills with the lines of `level` and above that were written meanwhile."""
    written, lines = io.StringIO(), Lines()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    handler.setLevel(level)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
        lines += [json.loads(line) for line in written.getvalue().splitlines()]
