"""The gateway with Kannel's callbacks, for a server that the benchmark starts."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gateway.callbacks.ports import utc_now
from gateway.providers.kannel_operators import read_operators
from gateway.settings import read_settings
from tests.kannel.gateway import callbacks_of
from wsgi import compose

_settings = read_settings(os.environ)
_gateway = compose(_settings)
_operators = read_operators(Path("deploy/kannel/operators.toml"))
_kannel = callbacks_of(_settings, _gateway, _operators, utc_now)


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    is_kannels = environ.get("PATH_INFO", "").startswith("/callbacks/kannel/")
    return (_kannel if is_kannels else _gateway)(environ, start_response)
