"""`flask doctor dial`: a dial through Kannel, and whether every operator's binds are up."""

import os
import time

import click

from gateway.providers.kannel.doctor import Unwell, dial, read_health
from gateway.providers.kannel.operators import read_operators
from gateway.providers.kannel.settings import KannelSettings
from gateway.secret_files import with_files
from gateway.settings import Settings, SettingsError

_PASSWORD = "KANNEL_STATUS_PASSWORD"  # noqa: S105 - its name


def dial_command(settings: Settings) -> click.Command:
    @click.command("dial")
    @click.option(
        "--status",
        "status_url",
        envvar="KANNEL_STATUS_URL",
        default="http://127.0.0.1:13000/status.xml",
        show_default=True,
        help="bearerbox's status page; its password is read from KANNEL_STATUS_PASSWORD.",
    )
    @click.option(
        "--bind",
        "bind",
        envvar="KANNEL_DOCTOR",
        default="127.0.0.1:13099",
        show_default=True,
        help="Where bearerbox takes the doctor's dials.",
    )
    @click.option("--seconds", default=10.0, show_default=True, help="How long a page may take.")
    @click.option("--quiet", is_flag=True, help="Say something only where something is wrong.")
    def command(status_url: str, bind: str, seconds: float, quiet: bool) -> list[str]:
        """Dial the service through Kannel, and look whether every operator's binds are up.

        Exit 1 with a sentence for each thing that is wrong.
        """
        return [*_binds(settings, status_url), *_dial(settings, bind, seconds, quiet)]

    return command


def _binds(settings: Settings, status_url: str) -> list[str]:
    tables = read_operators(settings.of(KannelSettings).operators_file).by_name.values()
    wanted = tuple(dict.fromkeys(smsc for table in tables for smsc in (table.sms, table.ussd)))
    try:
        password = with_files(os.environ, [_PASSWORD]).get(_PASSWORD, "")
        health = read_health(status_url, password)
    except (Unwell, SettingsError) as error:
        return [str(error)]
    return health.troubles(wanted)


def _dial(settings: Settings, bind: str, seconds: float, quiet: bool) -> list[str]:
    host, _, port = bind.rpartition(":")
    started_at = time.perf_counter()
    try:
        page = dial(host, int(port), settings.ussd_service_code, seconds=seconds)
    except Unwell as error:
        return [str(error)]
    if not quiet:
        milliseconds = (time.perf_counter() - started_at) * 1000
        click.echo(f"Answered in {milliseconds:.0f} ms:\n{page}")
    return []
