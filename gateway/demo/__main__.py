"""Prepare var/, then run web server, workers, scheduler, simulator and Valkey under circus."""

import os
import shutil
import socket
import sys
from datetime import UTC, datetime

from gateway.demo.environment import VAR, with_demo_defaults, write_demo_defaults
from gateway.demo.processes import supervise
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.settings import Settings, SettingsError, read_settings


def main() -> None:
    os.environ.setdefault("PORT", "8000")
    try:
        environ = _environment()
        settings = read_settings(environ)
    except SettingsError as error:
        sys.exit(str(error))
    if settings.demo:
        _load(settings)
    else:
        upgrade(settings.database_url)
    _print_links(environ["PORT"], settings)
    supervise(environ, embedded_redis="REDIS_URL" not in os.environ)


def _environment() -> dict[str, str]:
    """What every process gets; ports are new each time, the rest stays."""
    port = os.environ["PORT"]
    simulator = _free_port()
    metrics = VAR / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)  # counts of processes that are gone
    metrics.mkdir(parents=True)
    write_demo_defaults(
        {
            "PORT": port,
            "DATABASE_URL": f"sqlite:///{VAR / 'gateway.sqlite'}",
            "REDIS_URL": f"redis://127.0.0.1:{_free_port()}/0",
            "AT_BASE_URL": f"http://127.0.0.1:{simulator}",
            "SIMULATOR_PORT": str(simulator),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }
    )
    return with_demo_defaults(os.environ)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _load(settings: Settings) -> None:
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    today = datetime.now(UTC).astimezone(settings.zone).date()
    load_demo(database, secret=settings.secret_key.encode(), on=today)
    database.dispose()


def _print_links(port: str, settings: Settings) -> None:
    base = f"http://127.0.0.1:{port}"
    lines = [
        f"phone    {base}/phone/     dial {settings.ussd_service_code}",
        f"health   {base}/readyz",
        f"logs     {VAR / 'log'}",
        "Ctrl-C stops everything; the data stays in var/.",
    ]
    print("\n".join(["", *lines, ""]), flush=True)  # noqa: T201 - this is what the person sees


if __name__ == "__main__":
    main()
