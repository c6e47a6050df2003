"""A DHIS2 with many visits, each a second after the other; `python -m bench.dhis2_server FILE`.

FILE: a CSV of visits. The port is written on standard output.
"""

import csv
import json
import sys
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "d2pat_bench"  # noqa: S105 - of a server of our own
PROGRAM, STAGE, ATTRIBUTE = "IpHINAT79UW", "A03MvHHogjR", "zDhUuAYrxNC"
_FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - DHIS2 writes no zone


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    visits: list[tuple[str, str]]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        entities = parts.path.endswith("trackedEntities")
        told = self._entities(asked) if entities else self._events(asked)
        body = json.dumps({"trackedEntities" if entities else "events": told}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        after = asked.get("updatedAfter")
        begin = int((datetime.fromisoformat(after) - _FIRST).total_seconds()) if after else 0
        size = int(asked["pageSize"])
        begin = max(begin, 0) + (int(asked["page"]) - 1) * size
        return [
            {
                "event": f"e{number}", "trackedEntity": f"t{number}", "programStage": STAGE,
                "status": "COMPLETED", "occurredAt": f"{day}T00:00:00.000", "deleted": False,
                "updatedAt": (_FIRST + timedelta(seconds=number)).isoformat(),
                "dataValues": [{"dataElement": "a3kGcGDCuk6", "value": "10"}],
            }
            for number, (_who, day) in enumerate(self.visits[begin : begin + size], start=begin)
        ]  # fmt: skip

    def _entities(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {"trackedEntity": one, "attributes": [
                {"attribute": ATTRIBUTE, "value": self.visits[int(one[1:])][0]}]}
            for one in asked["trackedEntities"].split(",")
        ]  # fmt: skip

    def log_message(self, *_said: Any) -> None:
        pass


def main(path: Path) -> None:
    with path.open(newline="") as file:
        _Handler.visits = [(row["registration_no"], row["done_on"]) for row in csv.DictReader(file)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
