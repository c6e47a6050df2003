"""Who calls and what they ask; and which villages never do."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, select

from gateway.console.kit.context import current_staff, menu, scope
from gateway.console.kit.filters import month as month_name
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.screens import begins
from gateway.console.kit.words import LOCALES
from gateway.console.pages.questions.queries.counted import (
    Chosen,
    Counted,
    counting,
    most_first,
    read,
    share,
    starting,
)
from gateway.console.pages.questions.queries.tables import Column, Table, summed
from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.figures.calls import ALL_VILLAGES
from gateway.figures.questions import topic_of
from gateway.figures.tables import figures
from gateway.registry.tables import villages

CALLS, CALLERS = _("Calls"), _("Callers")
_ALL = _("All")
_MOST_SCREENS = 25
_SILENT = ":silent"
_BACK = 6  # months in which a last call is looked for


def calls(connection: Connection, chosen: Chosen) -> list[Table]:
    """What is asked, where they give up, in which language, at which hour, by district."""
    counted = read(connection, topic_of("calls", chosen.month), chosen)
    total = counted.total()
    return [
        _asked(total),
        _given_up(total),
        _languages(total),
        _hours(total),
        _by_district(counted),
    ]


def _asked(total: Counter[str]) -> Table:
    labels = counting().branches.labels
    counts = starting(total, "asked:")
    rows = [
        [gettext(labels[key]) if key in labels else begins(menu(), key), n,
         share(n, total["calls"])]
        for key, n in most_first(dict.fromkeys(labels, 0) | counts, labels)
    ]  # fmt: skip
    columns = [
        Column(_("Asked about"), "text"),
        Column(CALLS, drawn=True),
        Column(_("Share of calls"), "share"),
    ]
    return Table("asked", _("What callers ask"), columns, rows)


def _given_up(total: Counter[str]) -> Table:
    rows = [
        [begins(menu(), state), n, share(n, total["calls"])]
        for state, n in most_first(starting(total, "left:"))[:_MOST_SCREENS]
    ]
    columns = [
        Column(_("Screen"), "text"),
        Column(_("Gave up there"), drawn=True),
        Column(_("Share of calls"), "share"),
    ]
    return Table("left", _("Where callers give up"), columns, rows)


def _languages(total: Counter[str]) -> Table:
    callers = starting(total, "callers:")
    rows = [
        [gettext(LOCALES[one]) if one in LOCALES else one, n, callers[one]]
        for one, n in most_first(starting(total, "locale:"), LOCALES)
    ]
    columns = [Column(_("Language"), "text"), Column(CALLS, drawn=True), Column(CALLERS)]
    return Table("languages", _("In which language"), columns, rows)


def _hours(total: Counter[str]) -> Table:
    counts = starting(total, "hour:")
    rows = [[f"{hour:02}:00", counts[f"{hour:02}"]] for hour in range(24)]
    columns = [Column(_("Hour"), "text"), Column(CALLS, drawn=True)]
    return Table("hours", _("At which hour"), columns, rows)


def _by_district(counted: Counted) -> Table:
    rows = [
        [name, counts["calls"], counts["callers"], counts["told"],
         counts["calls"] - counts["told"]]
        for name, counts in counted.lines()
    ]  # fmt: skip
    columns = [
        Column(_("District"), "text"),
        Column(CALLS),
        Column(CALLERS),
        Column(_("Got an answer")),
        Column(_("Gave up")),
    ]
    return Table("districts", _("By district"), columns, rows, summed(rows, gettext(_ALL)))


def silent(connection: Connection, chosen: Chosen) -> list[Table]:
    """How many villages did not call by district, and which, those with most people first."""
    topic = topic_of("villages", chosen.month)
    counted = read(connection, topic, chosen, kind=f"{ALL_VILLAGES}:")
    rows = [
        [name, *(counts[f"{ALL_VILLAGES}:{one}"] for one in ("villages", "silent", "people"))]
        for name, counts in counted.lines()
    ]
    columns = [
        Column(_("District"), "text"),
        Column(_("Villages")),
        Column(_("Villages without a call"), drawn=True),
        Column(_("People there")),
    ]
    quiet = {
        int(kind.removesuffix(_SILENT)): people
        for kind, people in read(connection, topic, chosen, ends=_SILENT).total().items()
        if not kind.startswith(ALL_VILLAGES)
    }
    listed = _listed(connection, chosen, quiet)
    total = summed(rows, gettext(_ALL))
    return [listed, Table("districts", _("By district"), columns, rows, total)]


def _listed(connection: Connection, chosen: Chosen, quiet: dict[int, int]) -> Table:
    """All of one district; of several those with most people, up to as many as can be read."""
    most = sorted(quiet, key=lambda village: (-quiet[village], village))
    shown = most if chosen.district_id or current_staff().district_id else most[:_MOST_SCREENS]
    rows = scope(select(villages), villages).where(villages.c.id.in_(shown))
    names = {row.id: place(row) for row in connection.execute(rows)}
    last = _last_calls(connection, chosen, [village for village in shown if village in names])
    listed = [
        [names[village], quiet[village], last.get(village, gettext(_("not in six months")))]
        for village in shown
        if village in names
    ]
    columns = [
        Column(_("Village"), "text"),
        Column(_("People"), drawn=True),
        Column(_("Last call"), "text"),
    ]
    return Table("villages", _("Villages without a call"), columns, listed)


def _last_calls(connection: Connection, chosen: Chosen, shown: Iterable[int]) -> dict[int, str]:
    """{village: the month of its last call} within the months before, where they are counted."""
    before = [add_months(chosen.month, -back) for back in range(1, _BACK)]
    topics = {topic_of("villages", one): one for one in before}
    kinds = [f"{village}:calls" for village in shown]
    rows = connection.execute(
        scope(select(figures.c.topic, figures.c.kind), figures).where(
            figures.c.topic.in_(topics), figures.c.kind.in_(kinds)
        )
    )
    found: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: row.topic):
        found[int(row.kind.partition(":")[0])] = month_name(topics[row.topic])
    return found
