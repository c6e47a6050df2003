"""`python -m gateway.simulator`: one process that plays the operator.

What the gateway is set to in the environment is what this operator accepts; options win over it.
"""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from gateway.simulator.app import create_simulator, serve
from gateway.simulator.network import Network
from gateway.simulator.world import Config


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    given = _parser(environ).parse_args(arguments)
    app = create_simulator(_config(given))
    server = serve(app, given.host, given.port)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        app.extensions["simulator"].close()


def _config(given: argparse.Namespace) -> Config:
    return Config(
        gateway_url=given.gateway,
        callback_key=given.key,
        username=given.username,
        api_key=given.api_key,
        sender_ids=frozenset(given.sender_id),
        shortcode=given.shortcode,
        network=Network(
            service_code=given.service_code,
            ucs2_units=given.ucs2,
            septets=given.septets,
            session_seconds=given.session_seconds,
            accumulates=not given.newest_input_only,
        ),
        report_delay=given.report_delay,
        mo_pace=given.mo_pace,
    )


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.simulator", description=__doc__)
    add, get = parser.add_argument, environ.get
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8001)
    add("--gateway", default="http://127.0.0.1:8000", help="URL of the gateway")
    add("--key", default=get("CALLBACK_KEY", "demo"), help="the gateway's CALLBACK_KEY")
    add("--username", default=get("AT_USERNAME", "sandbox"), help="AT_USERNAME it accepts")
    add("--api-key", default=get("AT_API_KEY", "demo-api-key"), help="AT_API_KEY it accepts")
    add("--sender-id", action="append", default=[], help="a registered sender; none: any")
    add("--shortcode", default="1330", help="where handsets send their SMS")
    add("--service-code", default=get("USSD_SERVICE_CODE", "*123#"))
    add("--ucs2", type=int, default=get("USSD_UCS2_UNITS", "80"), help="units of one page")
    add("--septets", type=int, default=get("USSD_SEPTETS", "182"), help="septets of one page")
    add("--session-seconds", type=float, default=get("USSD_SESSION_SECONDS", "180"))
    add("--newest-input-only", action="store_true", help="a network that does not accumulate")
    add("--report-delay", type=float, default=0.2, help="seconds before a delivery report")
    add("--mo-pace", type=float, default=60.0, help="seconds between repeats of an unheard SMS")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
