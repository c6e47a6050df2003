"""A provider's HTTP server, played: it notes every request and answers as a test scripts it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """`fields` are those of the query, or of the form in the body; `body` is it as it came."""

    headers: dict[str, str]
    fields: dict[str, str]
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """A status and a body; `hangs` takes the request and never answers, `drops` hangs up."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False
    drops: bool = False


class Upstream:
    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.connections = 0
        self.released = threading.Event()
        self.url = ""

    def take(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answer(asked)


@contextmanager
def listening(upstream: Upstream) -> Iterator[Upstream]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            upstream.connections += 1

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._respond(self.rfile.read(length).decode())

        def do_GET(self) -> None:
            self._respond(urlsplit(self.path).query)

        def _respond(self, form: str) -> None:
            fields = dict(parse_qsl(form, keep_blank_values=True))
            answer = upstream.take(Asked(dict(self.headers), fields, form))
            if answer.hangs or answer.drops:
                upstream.released.wait(30 if answer.hangs else 0)
                self.close_connection = True
                return
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 64  # 5, the default, loses connections that come at once

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    upstream.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield upstream
    finally:
        upstream.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
