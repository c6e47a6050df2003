"""A load generator that costs little: raw keep-alive sockets, one request under way on each."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


def post(path: str, form: dict[str, str]) -> bytes:
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Connection:
    socket: socket.socket
    requests: Iterator[bytes]
    received: bytearray = field(default_factory=bytearray)
    due_at: float = 0.0


def closed_loop(port: int, streams: Sequence[Sequence[bytes]], width: int = 8) -> tuple[float, int]:
    """(seconds, requests): `width` connections, each sends the requests of its streams in order."""
    lanes = [_connect(port, _chained(streams[lane::width])) for lane in range(width)]
    started, done = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for lane in lanes:
            if _send_next(lane):
                selector.register(lane.socket, selectors.EVENT_READ, lane)
        while selector.get_map():
            for key, _events in selector.select():
                if _complete(key.data):
                    done += 1
                    if not _send_next(key.data):
                        selector.unregister(key.fileobj)
    seconds = time.perf_counter() - started
    for lane in lanes:
        lane.socket.close()
    return seconds, done


def open_loop(port: int, requests: Sequence[bytes], per_second: float) -> list[float]:
    """Latency of each request in seconds, counted from when it was due at a fixed rate."""
    lane = _connect(port, iter(requests))
    started, latencies = time.perf_counter(), []
    for number, _request in enumerate(requests):
        due_at = started + number / per_second
        while (now := time.perf_counter()) < due_at:
            time.sleep(min(0.0005, due_at - now))
        _send_next(lane)
        while not _complete(lane):
            pass
        latencies.append(time.perf_counter() - due_at)
    lane.socket.close()
    return latencies


def _chained(streams: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    for stream in streams:
        yield from stream


def _connect(port: int, requests: Iterator[bytes]) -> Connection:
    connected = socket.create_connection(("127.0.0.1", port))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Connection(connected, requests)


def _send_next(lane: Connection) -> bool:
    request = next(lane.requests, None)
    if request is None:
        return False
    lane.received.clear()
    lane.socket.sendall(request)
    return True


def _complete(lane: Connection) -> bool:
    """Read what there is; true when a whole response with status 200 is in."""
    lane.received += lane.socket.recv(65536)
    head, separator, body = bytes(lane.received).partition(b"\r\n\r\n")
    if not separator:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode(errors="replace"))
    if body.startswith(b"END "):  # an apology would be cheap
        raise RuntimeError(body.decode(errors="replace"))
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return len(body) >= length
