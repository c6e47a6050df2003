"""The table that `flask menus check --room` prints."""

from collections.abc import Iterator, Sequence

from gateway.ussd.check.room import Room
from gateway.ussd.check.ways import SECONDS_A_PAGE, Way

_HEADINGS = ("LEFT", "OF", "PAGES", "SCREEN", "LANGUAGE", "FULLEST WITH")


def room_table(rooms: Sequence[Room]) -> Iterator[str]:
    """A line for each screen and language, in the order given."""
    rows = [_HEADINGS, *map(_row, rooms)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for left, *rest in rows:
        cells = [left.rjust(widths[0])]
        cells += [cell.ljust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def way_line(way: Way, session_seconds: int) -> str:
    """What is left of a session's time on the longest way."""
    left = session_seconds - way.seconds
    return (
        f"{left} of {session_seconds} s are left on the longest way, "
        f"{way.pages} pages of {SECONDS_A_PAGE} s: {' > '.join(way.path)}"
    )


def _row(room: Room) -> tuple[str, ...]:
    return (
        str(room.left),
        f"{room.of} {'septets' if room.septets else 'units'}",
        f"{room.page} of {room.pages}",
        room.state,
        room.locale,
        room.notice,
    )
