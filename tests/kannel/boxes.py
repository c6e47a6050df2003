"""Debian's bearerbox and smsbox, run by a test with the configuration of deploy/kannel."""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.kannel.render import render
from gateway.providers.kannel.doctor import read_health
from tests.kannel.patience import until
from tests.ports import free_port

BEARERBOX, SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
TEMPLATES = Path(__file__).parents[2] / "deploy" / "kannel"
PATIENCE = 30.0
PASSWORD, STATUS_PASSWORD = "kannel-password", "status-password"


class Boxes:
    """One bearerbox and one smsbox; each may be killed and started again on its own.

    A box that dies by itself is started again, as its unit does (Restart=always): a write to a
    gateway that has just gone makes Debian's smsbox fail an assertion of its own ("conn != NULL").
    """

    def __init__(
        self,
        folder: Path,
        *,
        smsc_port: int,
        redis_port: int,
        gateway_url: str,
        callback_key: str,
        templates: Path = TEMPLATES,
    ) -> None:
        self.folder = folder
        self.environ = {
            "KANNEL_STATE": str(folder),
            "KANNEL_ADMIN_PORT": str(free_port()),
            "KANNEL_ADMIN_PASSWORD": "admin-password",
            "KANNEL_STATUS_PASSWORD": STATUS_PASSWORD,
            "KANNEL_BOX_PORT": str(free_port()),
            "KANNEL_DOCTOR_PORT": str(free_port()),
            "KANNEL_SENDSMS_PORT": str(free_port()),
            "KANNEL_REDIS_HOST": "127.0.0.1",
            "KANNEL_REDIS_PORT": str(redis_port),
            "KANNEL_USERNAME": "gateway",
            "KANNEL_PASSWORD": PASSWORD,
            "GATEWAY_URL": gateway_url,
            "CALLBACK_KEY": callback_key,
            "UNITEL_HOST": "127.0.0.1",
            "UNITEL_PORT": str(smsc_port),
            "UNITEL_USERNAME": "esme1",
            "UNITEL_PASSWORD": "secret",
            "UNITEL_THROUGHPUT": "500",
            "UNITEL_USSD_HOST": "127.0.0.1",
            "UNITEL_USSD_PORT": str(smsc_port),
            "UNITEL_USSD_USERNAME": "ussd1",
            "UNITEL_USSD_PASSWORD": "secret",
        }
        self.config = folder / "kannel.conf"
        self._templates = templates
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._changing = threading.Lock()

    @property
    def sendsms_url(self) -> str:
        return f"http://127.0.0.1:{self.environ['KANNEL_SENDSMS_PORT']}/cgi-bin/sendsms"

    def configure(self, more: Mapping[str, str]) -> None:
        """Variables of further operators."""
        self.environ.update(more)

    def start(self) -> None:
        self.config.write_text(_impatient(render(self._templates, self.environ)))
        self.start_bearerbox()
        self.start_smsbox()

    def start_bearerbox(self) -> None:
        self._run("bearerbox", BEARERBOX)
        self._wait_for_port(self.environ["KANNEL_BOX_PORT"])
        self._wait_for_port(self.environ["KANNEL_ADMIN_PORT"])

    def start_smsbox(self) -> None:
        self._run("smsbox", SMSBOX)
        self.wait_for_smsbox()

    def wait_for_smsbox(self) -> None:
        self._wait_for_port(self.environ["KANNEL_SENDSMS_PORT"])
        until(self._smsboxes, lambda count: count == 1)

    def kill(self, box: str) -> None:
        """SIGKILL: as a crash, or the kernel short of memory."""
        with self._changing:
            process = self._running.pop(box)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """Hard: on SIGTERM bearerbox waits for the SMSC, up to half a minute."""
        for box in list(self._running):
            self.kill(box)

    @property
    def status_url(self) -> str:
        return f"http://127.0.0.1:{self.environ['KANNEL_ADMIN_PORT']}/status.xml"

    @property
    def doctor_address(self) -> str:
        return f"127.0.0.1:{self.environ['KANNEL_DOCTOR_PORT']}"

    def printed(self) -> str:
        """Everything both boxes have said so far."""
        return "".join(file.read_text(errors="replace") for file in self.folder.glob("*.log"))

    def journal(self) -> str:
        """The same, as the units let it pass."""
        sed = ["/bin/sed", "-f", str(TEMPLATES / "redact.sed")]
        filtered = subprocess.run(  # noqa: S603 - our own script
            sed, input=self.printed(), capture_output=True, text=True, check=True
        )
        return filtered.stdout

    def _smsboxes(self) -> int:
        return read_health(self.status_url, STATUS_PASSWORD).smsboxes

    def _run(self, name: str, program: Path) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - Debian's programs, our file
                [program, "-v", "3", self.config], cwd=self.folder, stdout=log, stderr=log
            )
        self._running[name] = process
        threading.Thread(target=self._keep, args=(name, program, process), daemon=True).start()

    def _keep(self, name: str, program: Path, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        with self._changing:
            if self._running.get(name) is process:
                self._run(name, program)

    def _wait_for_port(self, port: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"nobody listens on {port}: {self.printed()[-2000:]}")


def _impatient(config: str) -> str:
    """The configuration as shipped, but for the ten seconds before what failed is tried again."""
    return re.sub(
        r"^(reconnect-delay|sms-resend-freq) = 10$", r"\1 = 2", config, flags=re.MULTILINE
    )
