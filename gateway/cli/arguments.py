"""What no database and no calendar can hold is refused before a command sees it."""

import re
from datetime import datetime
from typing import Any

import click
from click.types import StringParamType

EARLIEST, LATEST = 1900, 2199  # years; a day before and a time zone are days too
LONGEST = 5000  # characters
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # a shell's octets that are no UTF-8 arrive as halves


class Text(StringParamType):
    """Text that can be stored."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = super().convert(value, param, ctx)
        if _UNSTORABLE.search(text):
            self.fail("holds a sign that cannot be stored; write it in UTF-8.", param, ctx)
        if len(text) > LONGEST:
            self.fail(f"has {len(text)} characters, at most {LONGEST} are taken.", param, ctx)
        return text


class Moment(click.DateTime):
    """A moment or a day of our time."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        at: datetime = super().convert(value, param, ctx)
        if not EARLIEST <= at.year <= LATEST:
            self.fail(f"{at.year:04} is not a year between {EARLIEST} and {LATEST}.", param, ctx)
        return at


def bound(command: click.Command) -> None:
    """Gives every parameter of `command` and of those below it a type that is bounded."""
    for parameter in command.params:
        if type(parameter.type) is StringParamType:
            parameter.type = Text()
        elif type(parameter.type) is click.DateTime:
            parameter.type = Moment(parameter.type.formats)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            bound(below)
