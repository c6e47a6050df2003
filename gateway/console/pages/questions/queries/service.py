"""How the service does: cases, and SMS with their cost."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from gateway.console.kit.language import gettext
from gateway.console.kit.words import CASE_KINDS, CATEGORIES
from gateway.console.pages.questions.queries.counted import Chosen, Counted, read, starting
from gateway.console.pages.questions.queries.tables import Column, Table, summed
from gateway.console.pages.questions.words import NO_CURRENCY, WITHIN
from gateway.core.texts import _
from gateway.figures.cases import ENDS
from gateway.figures.questions import topic_of
from gateway.figures.sms import IN_ONE
from gateway.figures.sms import NO_CURRENCY as UNNAMED

_ALL = _("All")
_END_WORDS = {
    "sms": _("Answered by SMS"),
    "closed": _("Closed without an SMS"),
    "open": _("Open, no SMS so far"),
}


def cases(connection: Connection, chosen: Chosen) -> list[Table]:
    """By kind how many and how answered, how long they were open, by district."""
    counted = read(connection, topic_of("cases", chosen.month), chosen)
    total = counted.total()
    return [_by_kind(total), _how_long(total), _cases_by_district(counted)]


def _by_kind(total: Counter[str]) -> Table:
    rows = [
        [gettext(word), total[f"opened:{kind}"], *(total[f"{end}:{kind}"] for end in ENDS),
         _days_open(total, kind)]
        for kind, word in CASE_KINDS.items()
    ]  # fmt: skip
    columns = [
        Column(_("Kind"), "text"),
        Column(_("Cases opened"), drawn=True),
        *(Column(_END_WORDS[end], drawn=True) for end in ENDS),
        Column(_("Days open on average")),
    ]
    return Table("kinds", _("By kind"), columns, rows)


def _days_open(total: Mapping[str, int], kind: str) -> float | None:
    """Of those that are closed."""
    closed = sum(total[f"within:{within}:{kind}"] for within in WITHIN)
    return round(total[f"hours:{kind}"] / 24 / closed, 1) if closed else None


def _how_long(total: Counter[str]) -> Table:
    rows = [
        [gettext(word), *(total[f"within:{within}:{kind}"] for kind in CASE_KINDS)]
        for within, word in WITHIN.items()
    ]
    rows.append([gettext(_("Still open")), *_never_closed(total)])
    columns = [
        Column(_("How long"), "text"),
        *(Column(word, drawn=True) for word in CASE_KINDS.values()),
    ]
    return Table("long", _("How long they were open"), columns, rows, summed(rows, gettext(_ALL)))


def _never_closed(total: Counter[str]) -> list[int]:
    """Also those that were answered and are open all the same."""
    return [
        total[f"opened:{kind}"] - sum(total[f"within:{within}:{kind}"] for within in WITHIN)
        for kind in CASE_KINDS
    ]


def _cases_by_district(counted: Counted) -> Table:
    rows = []
    for name, counts in counted.lines():
        ends = [starting(counts, f"{end}:").total() for end in ENDS]
        rows.append([name, starting(counts, "opened:").total(), *ends])
    columns = [
        Column(_("District"), "text"),
        Column(_("Cases opened")),
        *(Column(_END_WORDS[end]) for end in ENDS),
    ]
    return Table("districts", _("By district"), columns, rows, summed(rows, gettext(_ALL)))


def sms(connection: Connection, chosen: Chosen) -> list[Table]:
    """SMS, segments and cost by category and by district; a column for each currency."""
    counted = read(connection, topic_of("sms", chosen.month), chosen)
    total = counted.total()
    currencies = sorted({one.split(":")[0] for one in starting(total, "cost:")})
    by_category = [
        [gettext(word), total[f"sms:{key}"], total[f"segments:{key}"],
         *(_money(total[f"cost:{currency}:{key}"]) for currency in currencies)]
        for key, word in CATEGORIES.items()
    ]  # fmt: skip
    by_district = [
        [name, starting(counts, "sms:").total(), starting(counts, "segments:").total(),
         *(_money(starting(counts, f"cost:{currency}:").total()) for currency in currencies)]
        for name, counts in counted.lines()
    ]  # fmt: skip
    return [
        _sms_table("categories", _("By kind of SMS"), _("Kind"), by_category, currencies),
        _sms_table("districts", _("By district"), _("District"), by_district, currencies),
    ]


def _money(kept: int) -> Decimal:
    return Decimal(kept) / IN_ONE


def _sms_table(
    key: str, title: str, first: str, rows: list[list[object]], currencies: list[str]
) -> Table:
    named = [gettext(NO_CURRENCY) if one == UNNAMED else one for one in currencies]
    columns = [
        Column(first, "text"),
        Column(_("SMS"), drawn=key == "categories"),
        Column(_("Segments"), drawn=key == "categories"),
        *(Column(gettext(_("Cost in %(currency)s"), currency=one), "money") for one in named),
    ]
    return Table(key, title, columns, rows, summed(rows, gettext(_ALL)))
