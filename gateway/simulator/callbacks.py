"""The operator's line to the gateway: form POSTs to its callbacks, over kept-alive connections."""

import http.client
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self
from urllib.parse import quote, urlencode, urlsplit

from gateway.simulator.wire import HOP_METADATA

ANSWER_SECONDS = 10.0  # Africa's Talking gives a USSD application that long


_CLOSED = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


class Reply(NamedTuple):
    status: int
    content_type: str
    body: bytes
    hop_metadata: str = ""


class NoAnswerError(Exception):
    """The gateway gave no answer; `timed_out` when it took the request and stayed silent."""

    def __init__(self, timed_out: bool) -> None:
        super().__init__("timed out" if timed_out else "unreachable")
        self.timed_out = timed_out


Post = Callable[[str, Mapping[str, str], Mapping[str, str]], Reply]


class Line:
    """One connection, for one thread. `gateway_url` has no path; `key` is the callbacks' secret."""

    def __init__(self, gateway_url: str, key: str, seconds: float = ANSWER_SECONDS) -> None:
        url = urlsplit(gateway_url)
        secure = url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(url.netloc, timeout=seconds)
        self._query = f"?key={quote(key)}"

    def post(self, path: str, form: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Raises NoAnswerError where no answer came; the next post connects anew."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        was_idle = self._connection.sock is not None
        try:
            return self._put(path, form, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            # The gateway closes what was idle for long: it has not seen this post.
            if not (was_idle and isinstance(error, _CLOSED)):
                raise NoAnswerError(isinstance(error, TimeoutError)) from None
        return self.post(path, form, headers)

    def _put(self, path: str, form: bytes, headers: Mapping[str, str]) -> Reply:
        self._connection.request("POST", path + self._query, form, headers)
        response = self._connection.getresponse()
        body = response.read()
        kind = response.getheader("Content-Type", "")
        return Reply(response.status, kind, body, response.getheader(HOP_METADATA, ""))

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def over_http(gateway_url: str, key: str, seconds: float = ANSWER_SECONDS) -> Post:
    """A `Post` for handsets: a connection for each request, `seconds` to answer it."""

    def post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        with Line(gateway_url, key, seconds) as line:
            return line.post(path, urlencode(form).encode(), headers)

    return post
