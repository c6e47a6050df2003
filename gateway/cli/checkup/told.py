"""What was found, told to people, to a program or to a monitor."""

import json
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from gateway.cli.checkup.examining import Result
from gateway.core.findings import Level, worst

_CODES = {Level.OK: 0, Level.WARNING: 1, Level.FAULT: 1, Level.UNKNOWN: 2}
_NAGIOS = {Level.OK: 0, Level.WARNING: 1, Level.FAULT: 2, Level.UNKNOWN: 3}
_NAGIOS_WORDS = {
    Level.OK: "OK", Level.WARNING: "WARNING", Level.FAULT: "CRITICAL", Level.UNKNOWN: "UNKNOWN",
}  # fmt: skip


class Told(Enum):
    PEOPLE = auto()
    JSON = auto()
    NAGIOS = auto()


def code_of(results: Sequence[Result], *, nagios: bool = False) -> int:
    """The command's exit code."""
    return (_NAGIOS if nagios else _CODES)[_worst(results)]


def told(results: Sequence[Result], way: Told) -> str:
    if way is Told.JSON:
        return json.dumps(_as_json(results), indent=1, ensure_ascii=False)
    lines = list(_lines(results))
    if way is Told.NAGIOS:
        lines.insert(0, _summary(results))
    return "\n".join(lines)


def _worst(results: Sequence[Result]) -> Level:
    return worst(result.level for result in results)


def _summary(results: Sequence[Result]) -> str:
    """One line, in the words of a monitor; what stands behind | it would read as figures."""
    named = {
        level: [result.check for result in results if result.level is level]
        for level in (Level.FAULT, Level.WARNING, Level.UNKNOWN)
    }
    parts = [f"{level}: {', '.join(names)}" for level, names in named.items() if names]
    return f"GATEWAY {_NAGIOS_WORDS[_worst(results)]} - {'; '.join(parts) or 'all is well'}"


def _lines(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        if not result.findings:
            yield f"{Level.OK:<12}{result.check}"
        for finding in result.findings:
            yield f"{finding.level:<12}{result.check}: {finding.wrong}"
            if finding.do:
                yield f"{'':<12}  > {finding.do}"


def _as_json(results: Sequence[Result]) -> dict[str, object]:
    return {
        "level": _worst(results),
        "checks": [
            {
                "check": result.check,
                "level": result.level,
                "findings": [
                    {"level": one.level, "wrong": one.wrong, "do": one.do}
                    for one in result.findings
                ],
            }
            for result in results
        ],
    }
