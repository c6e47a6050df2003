"""Whom the registry holds, and their visits."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection

from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import visit_name
from gateway.console.kit.words import STATUSES
from gateway.console.pages.questions.queries.counted import (
    Chosen,
    Counted,
    read,
    share,
    starting,
)
from gateway.console.pages.questions.queries.tables import Column, Table, summed
from gateway.console.pages.questions.words import AGES, OWNERS
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.figures.counting import LEFT_THE_PROGRAMME
from gateway.figures.questions import topic_of
from gateway.figures.visits import OUTCOMES

PEOPLE = _("People")
_ALL = _("All")
_STATUS_WORDS = {key: word for key, (word, _tone) in STATUSES.items()}
_OUTCOME_WORDS = {
    "made": _("Made"),
    "late": _("Late"),
    "missed": _("Missed"),
    "ahead": _("Still ahead"),
}


def people(connection: Connection, chosen: Chosen) -> list[Table]:
    """By district, by status, by age of the child, by owner of the phone."""
    counted = read(connection, topic_of("people", chosen.month), chosen)
    total = counted.total()
    return [
        _people_by_district(counted),
        _share_table("status", _("By status"), _STATUS_WORDS, starting(total, "status:")),
        _share_table("age", _("In the programme, by age of the child"), AGES,
                     starting(total, "age:")),
        _share_table("owner", _("In the programme, by phone"), OWNERS, starting(total, "owner:")),
    ]  # fmt: skip


def _people_by_district(counted: Counted) -> Table:
    rows = []
    for name, counts in counted.lines():
        states = starting(counts, "status:")
        inside = sum(n for state, n in states.items() if state not in LEFT_THE_PROGRAMME)
        rows.append([name, inside, states["enrolled"], inside - counts["owner:none"]])
    columns = [
        Column(_("District"), "text"),
        Column(_("In the programme")),
        Column(_("Enrolled")),
        Column(_("With a phone")),
    ]
    return Table("districts", _("By district"), columns, rows, summed(rows, gettext(_ALL)))


def _share_table(key: str, title: str, words: Mapping[str, str], counts: Counter[str]) -> Table:
    all_of_them = counts.total()
    named = {name: gettext(words[name]) if name in words else name for name in [*words, *counts]}
    rows = [[named[name], counts[name], share(counts[name], all_of_them)] for name in named]
    columns = [Column(_("Group"), "text"), Column(PEOPLE, drawn=True), Column(_("Share"), "share")]
    total = [gettext(_ALL), all_of_them, None]
    return Table(key, title, columns, rows, total)


def visits(connection: Connection, chosen: Chosen) -> list[Table]:
    """Due, made, late, missed: by visit, and by district."""
    counted = read(connection, topic_of("visits", chosen.month), chosen)
    total = counted.total()
    keys = [rule.key for rule in PROGRAMME.rules_on(chosen.month).visits]
    by_visit = [[visit_name(key), *_outcomes(starting(total, f"{key}:"))] for key in keys]
    by_district = []
    for name, counts in counted.lines():
        ends = Counter[str]()
        for kind, n in counts.items():
            ends[kind.partition(":")[2]] += n
        by_district.append([name, *_outcomes(ends)])
    return [
        _visits_table("visits", _("By visit"), _("Visit"), [row for row in by_visit if row[1]]),
        _visits_table("districts", _("By district"), _("District"), by_district),
    ]


def _outcomes(ends: Counter[str]) -> list[int]:
    return [ends.total(), *(ends[outcome] for outcome in OUTCOMES)]


def _visits_table(key: str, title: str, first: str, rows: list[list[object]]) -> Table:
    outcomes = [Column(_OUTCOME_WORDS[one], drawn=one != "ahead") for one in OUTCOMES]
    columns = [Column(first, "text"), Column(_("Due"), drawn=True), *outcomes]
    return Table(key, title, columns, rows, summed(rows, gettext(_ALL)))
