"""A part of `flask menus check`: every kind is spelt right and known wherever it must be."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from gateway.catalogues import read_messages
from gateway.core.kinds import (
    CASES,
    EVENTS,
    FILE,
    NEEDS,
    CaseKind,
    CaseMeaning,
    EventKind,
    EventMeaning,
    Kind,
    NeedKind,
    NeedMeaning,
)
from gateway.dialogue.effects import EFFECTS
from gateway.dialogue.sql_backend import SqlBackend
from gateway.menu_map import made_up
from gateway.ussd.screens import Ask, MenuTree, Need, Screen

_ANY_DAY = date(2026, 12, 1)
_EFFECTS = "EFFECTS of gateway/dialogue/effects.py"
_REPLIES = "ANSWERS of gateway/dialogue/sql_backend.py"
_MADE_UP = f"ANSWERS of {made_up.__name__.replace('.', '/')}.py"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """All that must know every kind."""

    events: Mapping[EventKind, EventMeaning] = field(default_factory=lambda: EVENTS)
    effects: Mapping[EventKind, object] = field(default_factory=lambda: EFFECTS)
    needs: Mapping[NeedKind, NeedMeaning] = field(default_factory=lambda: NEEDS)
    replies: Mapping[NeedKind, object] = field(default_factory=lambda: SqlBackend.ANSWERS)
    made_up: Mapping[NeedKind, Callable[[Need, date], Mapping[str, str]]] = field(
        default_factory=lambda: made_up.ANSWERS
    )
    cases: Mapping[CaseKind, CaseMeaning] = field(default_factory=lambda: CASES)


def kind_faults(tree: MenuTree, tables: Tables | None = None) -> list[str]:
    """A sentence for each misspelt kind of `tree` and each gap in `tables`; for `menus check`."""
    return [*_misspelt(tree), *_forgotten(tables or Tables())]


def _misspelt(tree: MenuTree) -> Iterator[str]:
    for state in tree.states:
        if isinstance(state, Screen) and state.emits:
            yield from _unknown(state.name, "emits", state.emits.kind, EventKind)
            if state.emits.kind == EventKind.CASE_OPENED or "kind" in state.emits.words:
                word = state.emits.words.get("kind", "")
                yield from _unknown(state.name, "opens a case", word, CaseKind)
        if isinstance(state, Ask) and state.needs:
            yield from _unknown(state.name, "asks for", state.needs.kind, NeedKind)


def _unknown(state: str, does: str, word: str, kinds: type[Kind]) -> Iterator[str]:
    if isinstance(word, kinds):
        return
    name = kinds.__name__
    if isinstance(word, Kind):
        other = f"{type(word).__name__}.{word.name}"
        yield f"{state}: {does} {other}, which is of another vocabulary: take a member of {name}"
        return
    near = get_close_matches(word, [str(one) for one in kinds], 1)
    take = f"take {name}.{kinds(near[0]).name}, or add it" if near else "add it"
    yield f"{state}: {does} {str(word)!r}, which is no {name}: {take} to {name} in {FILE}"


def _forgotten(tables: Tables) -> Iterator[str]:
    wanted: tuple[tuple[type[StrEnum], Mapping[EventKind, object] | Mapping[NeedKind, object]
                        | Mapping[CaseKind, object], str, str], ...] = (
        (EventKind, tables.events, "no word for staff and no made-up answer", f"EVENTS of {FILE}"),
        (EventKind, tables.effects, "no effect", f"{_EFFECTS} (only_stored: no more than its row)"),
        (NeedKind, tables.needs, "no meaning", f"NEEDS of {FILE}"),
        (NeedKind, tables.replies, "nobody to answer it", _REPLIES),
        (NeedKind, tables.made_up, "no made-up answer for the menu map", _MADE_UP),
        (CaseKind, tables.cases, "no word for staff", f"CASES of {FILE}"),
    )  # fmt: skip
    for kinds, table, lacks, where in wanted:
        for kind in kinds:
            if kind not in table:
                yield f"{kinds.__name__}.{kind.name} has {lacks}: write it into {where}"
    yield from _wordless(tables)
    yield from _half_made_up(tables)


def _wordless(tables: Tables) -> Iterator[str]:
    """A word that is empty, or that no catalogue knows: `_` marks one."""
    known = read_messages("en")
    for table, where in ((tables.events, "EVENTS"), (tables.cases, "CASES")):
        for kind, meaning in table.items():
            name = f"{type(kind).__name__}.{kind.name}"
            if not meaning.word:
                yield f"{name} has no word for staff: write it into {where} of {FILE}"
            elif meaning.word not in known:
                yield (
                    f"{name}: the word for staff {meaning.word!r} is in no catalogue: mark it with "
                    f"_() in {where} of {FILE}, then make catalogue"
                )


def _half_made_up(tables: Tables) -> Iterator[str]:
    for kind in tables.made_up.keys() & tables.needs.keys():
        found = set(tables.made_up[kind](Need(kind, {}), _ANY_DAY))
        missing = sorted(tables.needs[kind].answers - found)
        if missing:
            yield (
                f"NeedKind.{kind.name} has no made-up answer {', '.join(missing)} for the menu "
                f"map: write it into {_MADE_UP}"
            )
