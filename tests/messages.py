"""What a client says to PostgreSQL, read off the wire: messages of a type, a length and a body."""

from collections.abc import Iterator

QUERY, SYNC = b"Q", b"S"  # each is answered before anything else is said


def messages(heard: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, body) of each message in `heard`, which begins after the connection was opened."""
    at = 0
    while at < len(heard):
        length = int.from_bytes(heard[at + 1 : at + 5], "big")
        yield bytes(heard[at : at + 1]), bytes(heard[at + 5 : at + 1 + length])
        at += 1 + length


def round_trips(heard: bytes) -> int:
    return sum(kind in {QUERY, SYNC} for kind, _body in messages(heard))


def statements(heard: bytes) -> list[str]:
    """Those that were sent as text, prepared ones the first time only."""
    texts = {QUERY: 0, b"P": 1}  # how many names stand before it
    said = [body.split(b"\0")[texts[kind]] for kind, body in messages(heard) if kind in texts]
    return [one.decode() for one in said]
