"""The anonymised file of a month for donors: counts by district, small ones left out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from gateway.console.kit.context import current_staff
from gateway.console.kit.words import CASE_KINDS, CATEGORIES, LOCALES, STATUSES
from gateway.console.pages.questions.words import AGES, OWNERS
from gateway.core.suppression import Sum, left_out
from gateway.figures.counting import LEFT_THE_PROGRAMME
from gateway.figures.questions import topic_of
from gateway.figures.tables import NO_DISTRICT, figures
from gateway.figures.visits import OUTCOMES
from gateway.registry.tables import districts

COLUMNS = ("month", "province", "district", "indicator", "group", "count", "suppressed")
QUESTIONS = ("people", "calls", "cases", "visits", "sms")
ALL, EVERYWHERE, NOWHERE = "all", "all", "none"
_INSIDE = tuple(one for one in STATUSES if one not in LEFT_THE_PROGRAMME)
# {indicator: (question, {group: how its kinds begin or end})}; "all" is the sum of the groups.
_BY_GROUP: Mapping[str, tuple[str, ...]] = {
    "people_by_status": tuple(STATUSES),
    "people_by_age": tuple(AGES),
    "people_by_phone": tuple(OWNERS),
    "calls_by_language": tuple(LOCALES),
    "cases_by_kind": tuple(CASE_KINDS),
    "visits_due": OUTCOMES,
    "sms_by_category": tuple(CATEGORIES),
}
_PREFIX = {
    "people_by_status": "status:", "people_by_age": "age:", "people_by_phone": "owner:",
    "calls_by_language": "locale:", "cases_by_kind": "opened:", "sms_by_category": "sms:",
}  # fmt: skip
INDICATORS = (*_BY_GROUP, "people_in_programme", "callers")
Cell = tuple[str, str, int | None]  # indicator, group, district; None: everywhere
_PLACE_OF_ALL = None


def lines(connection: Connection, month: date) -> Iterator[list[Any]]:
    """Rows of COLUMNS, of the districts that the reader sees; the country's where that is all."""
    named = {row.id: (row.province_latin, row.name_latin)
             for row in connection.execute(select(districts))}  # fmt: skip
    counts = _counts(connection, month, [*named, NO_DISTRICT])
    hidden = left_out(counts, _sums([*named, NO_DISTRICT]))
    mine = current_staff().district_id
    for (indicator, group, place), count in sorted(counts.items(), key=_order):
        if mine is not None and place != mine:
            continue
        province, district = _named(place, named)
        blank = (indicator, group, place) in hidden
        yield [
            f"{month:%Y-%m}", province, district, indicator, group,
            None if blank else count, "yes" if blank else "no",
        ]  # fmt: skip


def _order(item: tuple[Cell, int]) -> tuple[Any, ...]:
    indicator, group, place = item[0]
    return INDICATORS.index(indicator), place is not None, place or 0, group


def _named(place: int | None, named: Mapping[int, tuple[str, str]]) -> tuple[str, str]:
    if place is None:
        return EVERYWHERE, EVERYWHERE
    return named.get(place, (NOWHERE, NOWHERE))


def _counts(connection: Connection, month: date, places: list[int]) -> dict[Cell, int]:
    found: dict[tuple[str, int], Counter[str]] = {}
    topics = {topic_of(question, month): question for question in QUESTIONS}
    for row in connection.execute(select(figures).where(figures.c.topic.in_(topics))):
        counts = found.setdefault((topics[row.topic], row.district_id), Counter())
        counts[row.kind] += row._mapping[figures.c.count]
    of_place = {
        place: Counter(
            {kind: n for question in QUESTIONS
             for kind, n in _of_question(found.get((question, place), Counter()), question)}
        )
        for place in places
    }  # fmt: skip
    cells: dict[Cell, int] = {}
    for place in places:
        for (indicator, group), n in _cells_of(of_place[place]).items():
            cells[indicator, group, place] = n
            everywhere: Cell = (indicator, group, _PLACE_OF_ALL)
            cells[everywhere] = cells.get(everywhere, 0) + n
    return cells


def _of_question(counts: Counter[str], question: str) -> Iterator[tuple[str, int]]:
    """Kinds under names that are their own: a visit's outcome, a case's end are none of these."""
    if question == "visits":
        ends = Counter[str]()
        for kind, n in counts.items():
            ends[f"visits_due:{kind.partition(':')[2]}"] += n
        yield from ends.items()
        return
    for indicator, prefix in _PREFIX.items():
        if _QUESTION_OF[indicator] == question:
            for kind, n in counts.items():
                if kind.startswith(prefix):
                    yield f"{indicator}:{kind.removeprefix(prefix)}", n
    if question == "calls":
        yield "callers", counts["callers"]


_QUESTION_OF = {
    "people_by_status": "people", "people_by_age": "people", "people_by_phone": "people",
    "calls_by_language": "calls", "cases_by_kind": "cases", "sms_by_category": "sms",
}  # fmt: skip


def _cells_of(counts: Counter[str]) -> dict[tuple[str, str], int]:
    cells = {
        (indicator, group): counts[f"{indicator}:{group}"]
        for indicator, groups in _BY_GROUP.items()
        for group in groups
    }
    for indicator, groups in _BY_GROUP.items():
        cells[indicator, ALL] = sum(cells[indicator, group] for group in groups)
    inside = sum(cells["people_by_status", one] for one in _INSIDE)
    return cells | {("people_in_programme", ALL): inside, ("callers", ALL): counts["callers"]}


def _sums(places: list[int]) -> list[Sum[Cell]]:
    """Everything that adds up in the file, or between its indicators."""
    groups = [(one, group) for one, names in _BY_GROUP.items() for group in (*names, ALL)]
    groups += [("people_in_programme", ALL), ("callers", ALL)]
    sums: list[Sum[Cell]] = [
        Sum((*one, _PLACE_OF_ALL), tuple((*one, place) for place in places)) for one in groups
    ]
    for place in (*places, _PLACE_OF_ALL):
        for indicator, names in _BY_GROUP.items():
            parts = tuple((indicator, group, place) for group in names)
            sums.append(Sum((indicator, ALL, place), parts))
        inside: Cell = ("people_in_programme", ALL, place)
        sums.append(Sum(inside, tuple(("people_by_status", one, place) for one in _INSIDE)))
        sums += [
            Sum(inside, ((indicator, ALL, place),))
            for indicator in ("people_by_age", "people_by_phone")
        ]
    return sums
