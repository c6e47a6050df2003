"""The demo's own settings: written by `make run`, read by whatever starts in the same checkout.

Anything set in the environment wins, so another Redis, database or provider can be put under it.
"""

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from gateway.settings import SettingsError

VAR = Path(__file__).parent.parent.parent / "var"
FILE = VAR / "demo.json"
LOCK = VAR / "demo.lock"
INSTALLED = Path("/etc/gateway.env")


def with_demo_defaults(
    environ: Mapping[str, str], file: Path = FILE, installed: Path = INSTALLED
) -> dict[str, str]:
    """`environ`, over what `make run` last wrote; in production just `environ`.

    Raises SettingsError where the service is installed and nothing says which of the two is meant:
    a command would work on a demo's database and not on the service's.
    """
    if "GATEWAY_ENV" not in environ and installed.exists():
        raise SettingsError(
            f"GATEWAY_ENV is not set, and this machine has {installed}: run `gateway ...` in place "
            "of `flask ...` (docs/operating.md), or set GATEWAY_ENV=demo."
        )
    if not is_demo(environ) or not file.exists():
        return dict(environ)
    return {**json.loads(file.read_text()), **environ}


def is_demo(environ: Mapping[str, str]) -> bool:
    return environ.get("GATEWAY_ENV", "demo") == "demo"


def simulator_url(environ: Mapping[str, str]) -> str:
    """Where the handsets of the phone page are, whatever provider the SMS go to."""
    port = with_demo_defaults(environ).get("SIMULATOR_PORT", "8001")
    return f"http://127.0.0.1:{port}"


def write_demo_defaults(defaults: Mapping[str, str], file: Path = FILE) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(defaults, indent=1, sort_keys=True) + "\n")
    file.chmod(0o600)


def claim_checkout(url: str, file: Path = LOCK) -> TextIO:
    """Held open, it says that a demo runs in this checkout, at `url`, until this process is gone.

    Raises SettingsError with where another one runs.
    """
    file.parent.mkdir(exist_ok=True)
    held = file.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        where = held.read().strip()
        held.close()
        raise SettingsError(f"A demo of this checkout is running already: {where}") from None
    held.truncate(0)
    held.write(f"{url}\n")
    held.flush()
    return held
