"""A source that holds its pages in memory, and fails where it is told to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.connectors.driver import ConnectionSettings, Driver, Ground
from gateway.connectors.source import Page, SourceError


@dataclass
class ScriptedSource:
    """`pages` follow each other; the cursor is how many have been read. `fails_after`: so many
    pages come, then `fault`."""

    script: Sequence[Page]
    fails_after: int | None = None
    fault: SourceError = field(default_factory=lambda: SourceError("unreachable"))  # type: ignore[arg-type]
    read: list[str | None] = field(default_factory=list)

    def check(self) -> Sequence[str]:
        return ["memory"]

    def pages(self, cursor: str | None) -> Iterator[Page]:
        self.read.append(cursor)
        begin = int(cursor or 0)
        for number, page in enumerate(self.script[begin:], start=begin):
            if self.fails_after is not None and number >= self.fails_after:
                raise self.fault
            yield page


class ScriptedSettings(ConnectionSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password_env: str = ""


def driver_of(source: ScriptedSource) -> Driver:
    def make(_settings: ScriptedSettings, _ground: Ground) -> ScriptedSource:
        return source

    return Driver(name="scripted", title="Scripted", settings=ScriptedSettings, make=make)
