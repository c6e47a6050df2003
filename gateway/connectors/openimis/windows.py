"""A list of openIMIS that is ordered by when something was touched, read while it changes.

A relay cursor there is an offset: what is touched goes to the end, and what stood behind it moves
up. So each page begins a new window where the last one ended, and offsets are used only within one
moment, each page beginning with the last row of the one before: if that is another one now, the
moment is read anew. The moments are the server's own, compared with each other alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.connectors.source import Fault, SourceError

Node = dict[str, Any]
# (since or None, cursor after which or None) -> [(node, its cursor)]
Ask = Callable[[str | None, str | None], Sequence[tuple[Node, str]]]
_MOST_ANEW = 5


@dataclass(frozen=True)
class Read:
    """A page's new rows, and the moment up to which is read with them."""

    nodes: Sequence[Node]
    upto: str | None


def windows(
    ask: Ask, moment_of: Callable[[Node], str], since: str | None, size: int
) -> Iterator[Read]:
    """Pages of at most `size` rows. Raises SourceError."""
    after, last, seen, anew = None, None, set[tuple[str, str]](), 0
    while True:
        edges = ask(since, after)
        if after is not None and (not edges or _key(edges[0][0], moment_of) != last):
            anew += 1
            if anew > _MOST_ANEW:
                raise SourceError(Fault.CHANGED, "the rows of one moment")
            after = None
            continue
        keys = [_key(node, moment_of) for node, _cursor in edges]
        fresh = [node for (node, _), key in zip(edges, keys, strict=True) if key not in seen]
        upto = moment_of(edges[-1][0]) if edges else since
        yield Read(fresh, upto)
        if len(edges) < size or upto is None:
            return
        last, seen = keys[-1], set(keys)
        if since is None or _at(upto) > _at(since):
            since, after, anew = upto, None, 0
        else:
            after = edges[-2][1]


def earlier(moment: str, by: timedelta) -> str:
    """Raises SourceError where `moment` is none."""
    try:
        return (datetime.fromisoformat(moment) - by).isoformat()
    except (ValueError, OverflowError):
        raise SourceError(Fault.MALFORMED, "a moment") from None


def _key(node: Node, moment_of: Callable[[Node], str]) -> tuple[str, str]:
    return str(node.get("uuid") or node.get("id")), moment_of(node)


def _at(moment: str) -> datetime:
    """For comparing: a server writes all of its moments with a zone, or none of them."""
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=None)
    except ValueError:
        raise SourceError(Fault.MALFORMED, "a moment") from None
