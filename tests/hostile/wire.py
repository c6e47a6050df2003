"""Requests as octets, put to the application as a web server would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """`path` is decoded, one character an octet, as WSGI wants it; `length` may be a lie."""

    method: str
    path: str
    query: bytes = b""
    body: bytes = b""
    content_type: str = ""
    length: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if self.body or self.length is not None:
            environ["CONTENT_LENGTH"] = str(len(self.body)) if self.length is None else self.length
        if self.content_type:
            environ["CONTENT_TYPE"] = self.content_type
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def put(app: Flask, request: Request) -> Answer:
    """What the application answers, read to its end."""
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _info: Any = None) -> Any:
        said.append((status, headers))

    chunks: Iterable[bytes] = app.wsgi_app(request.environ(), start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = said[-1]
    return Answer(int(status.split()[0]), headers, body)
