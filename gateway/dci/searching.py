"""What partners look for, as conditions over the registry: identifiers and predicates.

An attribute can be looked for only by whom it is shown to.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Row, and_, func, not_, or_, select

from gateway.core.dci.envelope import Pagination, SearchItem, Sort
from gateway.core.dci.moments import day_of, moment_of
from gateway.core.dci.words import Reject
from gateway.dci.partners import Field, Partner
from gateway.dci.records import STATUS_WORDS, people
from gateway.registry.tables import beneficiaries, districts, registration_aliases, villages

PAGE = Pagination(page_size=100)
MOST_VALUES = 100  # of one "in"
MOST_STEPS = 20  # of one predicate

Operator = Literal["gt", "lt", "eq", "ge", "le", "in"]


class CriteriaError(ValueError):
    """One request cannot be answered; `code` says which part of it."""

    def __init__(self, code: Reject, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _IdType(Struct, frozen=True):
    type: str
    value: str | int


class _Expression(Struct, frozen=True):
    attribute_name: str
    operator: Operator
    attribute_value: str | int | list[str]


class _Step(Struct, frozen=True):
    expression1: _Expression
    seq_num: float = 0
    condition: Literal["and", "or", "not"] = "and"
    expression2: _Expression | None = None


_PREDICATE = list[_Step]

# attribute -> (column, whom it is shown to must have this field; None: everybody)
_ATTRIBUTES: Mapping[str, tuple[Column[Any], Field | None]] = {
    "registration_no": (beneficiaries.c.registration_no, None),
    "last_updated": (beneficiaries.c.updated_at, None),
    "registration_date": (beneficiaries.c.enrolled_on, "registration_date"),
    "status": (beneficiaries.c.status, "status"),
    "region": (districts.c.province, "address"),
    "locality": (districts.c.name, "address"),
    "address_line1": (villages.c.name, "address"),
}
_MOMENTS, _DAYS = {"last_updated"}, {"registration_date"}


def found(
    connection: Connection, item: SearchItem, partner: Partner
) -> tuple[Sequence[Row[Any]], Pagination, int]:
    """The rows of the page that was asked for, which page that is, and how many there are in all.

    Raises CriteriaError.
    """
    criteria = item.search_criteria
    where = condition(criteria.query_type, criteria.query, partner)
    page = item.page or PAGE
    matching = people().where(where)
    total = connection.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
    ordered = matching.order_by(*_order(criteria.sort, partner))
    begin = (page.page_number - 1) * page.page_size
    rows = connection.execute(ordered.limit(page.page_size).offset(begin)).all()
    return rows, page, total


def condition(query_type: str, query: object, partner: Partner) -> ColumnElement[bool]:
    """Raises CriteriaError naming what of the query is not understood."""
    if query_type == "idtype-value":
        return _by_identifier(_read(query, _IdType), partner)
    if query_type == "predicate":
        steps = _read(query, _PREDICATE)
        if not 0 < len(steps) <= MOST_STEPS:
            raise _criteria(f"query: a predicate has 1 to {MOST_STEPS} steps")
        ordered = sorted(steps, key=lambda step: step.seq_num)
        return and_(*(_of_step(step, partner) for step in ordered))
    raise _criteria(f"query_type: {query_type[:40]!r} is not idtype-value or predicate")


def _by_identifier(asked: _IdType, partner: Partner) -> ColumnElement[bool]:
    known = partner.identifiers.get(asked.type)
    if known is None:
        names = ", ".join(sorted(partner.identifiers))
        raise _criteria(f"query.type: {asked.type[:40]!r} is not one of {names}")
    value = str(asked.value)
    if known == "registration_no":
        return _numbered(value.upper()[:16])
    own = beneficiaries.c.msisdn_disowned_at.is_(None)
    return and_(beneficiaries.c.msisdn == value[:16], own)


def _numbered(number: str) -> ColumnElement[bool]:
    """Who had two numbers is found by both."""
    merged = select(registration_aliases.c.beneficiary_id).where(
        registration_aliases.c.registration_no == number
    )
    return or_(beneficiaries.c.registration_no == number, beneficiaries.c.id.in_(merged))


def _of_step(step: _Step, partner: Partner) -> ColumnElement[bool]:
    first = _compared(step.expression1, partner)
    second = None if step.expression2 is None else _compared(step.expression2, partner)
    if step.condition == "not":
        return not_(first) if second is None else and_(first, not_(second))
    if second is None:
        return first
    return and_(first, second) if step.condition == "and" else or_(first, second)


def _compared(one: _Expression, partner: Partner) -> ColumnElement[bool]:
    name = one.attribute_name
    column = _column(name, partner, Reject.CRITERIA)
    given = one.attribute_value
    if (one.operator == "in") is not isinstance(given, list):
        raise _criteria(f"{name}: a list of values goes with the operator in, and with no other")
    values = [_value(name, value) for value in (given if isinstance(given, list) else [given])]
    if one.operator == "in":
        if len(values) > MOST_VALUES:
            raise _criteria(f"{name}: more than {MOST_VALUES} values")
        return column.in_(values)
    compare = {
        "eq": column.__eq__, "gt": column.__gt__, "ge": column.__ge__, "lt": column.__lt__,
        "le": column.__le__,
    }  # fmt: skip
    compared: ColumnElement[bool] = compare[one.operator](values[0])
    return compared


def _value(name: str, value: str | int) -> object:
    text = str(value)
    try:
        if name in _DAYS:
            return day_of(text)
        if name in _MOMENTS:
            return _moment(text)
    except ValueError as error:
        raise _criteria(f"{name}: {error}") from None
    if name == "status":
        codes = [
            code for code, word in STATUS_WORDS.items() if text.lower() in {code, word.lower()}
        ]
        if not codes:
            raise _criteria(f"status: {text[:40]!r} is no status")
        return codes[0]
    return text


def _moment(text: str) -> datetime:
    try:
        return moment_of(text)
    except ValueError:
        return datetime.combine(day_of(text), time(), UTC)


def _order(sort: Sequence[Sort], partner: Partner) -> list[ColumnElement[Any]]:
    """The registration number last: pages follow each other only in an order without ties."""
    order: list[ColumnElement[Any]] = []
    for one in sort:
        column = _column(one.attribute_name, partner, Reject.SORT)
        if one.sort_order not in {"asc", "desc"}:
            raise CriteriaError(Reject.SORT, f"sort_order: {one.sort_order[:40]!r} is neither")
        order.append(column.asc() if one.sort_order == "asc" else column.desc())
    return [*order, beneficiaries.c.registration_no]


def _column(name: str, partner: Partner, code: Reject) -> Column[Any]:
    column, field = _ATTRIBUTES.get(name, (None, None))
    if column is None or (field is not None and field not in partner.fields):
        raise CriteriaError(code, f"attribute_name: {name[:40]!r} cannot be looked for here")
    return column


def _read(query: object, kind: Any) -> Any:
    try:
        return msgspec.convert(query, kind)
    except msgspec.ValidationError as error:
        raise _criteria(f"query: {error}") from None


def _criteria(reason: str) -> CriteriaError:
    return CriteriaError(Reject.CRITERIA, reason)
