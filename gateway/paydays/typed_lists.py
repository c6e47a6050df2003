"""A list of women as it is pasted or scanned: a registration number a line, or its last digits."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.texts import _
from gateway.paydays.sheets import Woman
from gateway.registry.imports.cells import plain

FEWEST_DIGITS, ALL_DIGITS = 3, 8
NO_NUMBER = _("This line holds no registration number, nor its last three digits or more.")
NOBODY = _("Nobody on this sheet has this number.")
SEVERAL = _("%(count)s women on this sheet end in these digits: write more of them.")
TWICE = _("She stands in line %(line)s already.")

_GROUPS = re.compile("[0-9]+")
_ONLY_DIGITS = re.compile(r"[0-9 .\-]+")


@dataclass(frozen=True)
class ListFault:
    """A line, from 1, that cannot be taken; `reason` is a msgid, `params` fill it."""

    line: int
    text: str
    reason: str
    params: dict[str, int]


@dataclass(frozen=True)
class TypedList:
    """Whom the lines name, in their order, and every line that names nobody for certain."""

    women: tuple[Woman, ...]
    faults: tuple[ListFault, ...]


def read_list(text: str, sheet: Sequence[Woman]) -> TypedList:
    """Blank lines count, and name nobody; digits of every script are digits."""
    women: dict[Woman, int] = {}
    faults = []
    ending = _by_ending(sheet)
    for line, written in enumerate(text.splitlines(), 1):
        typed = plain(written).strip()
        if not typed:
            continue
        found = _named(typed, ending)
        if isinstance(found, Woman) and found in women:
            faults.append(ListFault(line, written[:40], TWICE, {"line": women[found]}))
        elif isinstance(found, Woman):
            women[found] = line
        else:
            faults.append(ListFault(line, written[:40], *found))
    return TypedList(tuple(women), tuple(faults))


def _by_ending(sheet: Sequence[Woman]) -> Mapping[str, list[Woman]]:
    """{last digits, three to all of them, of any of her numbers: whose}: a long list is read as
    fast as a short one."""
    found: defaultdict[str, list[Woman]] = defaultdict(list)
    for one in sheet:
        for number in (one.registration_no, *one.other_numbers):
            for count in range(FEWEST_DIGITS, ALL_DIGITS + 1):
                if one not in found[number[-count:]][-1:]:
                    found[number[-count:]].append(one)
    return found


def _named(typed: str, ending: Mapping[str, list[Woman]]) -> Woman | tuple[str, dict[str, int]]:
    digits = _digits(typed)
    if digits is None:
        return NO_NUMBER, {}
    whose = ending.get(digits, [])
    if len(whose) == 1:
        return whose[0]
    return (SEVERAL, {"count": len(whose)}) if whose else (NOBODY, {})


def _digits(typed: str) -> str | None:
    """Of "3. 26000001 Bounmy" the whole number, of "26 000 001" as well, of "001" those."""
    groups = _GROUPS.findall(typed)
    whole = [group for group in groups if len(group) == ALL_DIGITS]
    if len(whole) == 1:
        return str(whole[0])
    if len(groups) > 1 and not _ONLY_DIGITS.fullmatch(typed):
        return None
    joined = "".join(groups)
    return joined if FEWEST_DIGITS <= len(joined) <= ALL_DIGITS else None
