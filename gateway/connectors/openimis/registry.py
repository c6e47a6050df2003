"""The source: beneficiaries first, then their payments, each list from its own moment on."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from gateway.connectors.driver import Ground
from gateway.connectors.file import ConnectionsError, secret_of
from gateway.connectors.http import Client
from gateway.connectors.openimis import payments, people
from gateway.connectors.openimis.queries import (
    LISTS,
    PARTS,
    Part,
    moment_of,
    people_query,
    query_of,
)
from gateway.connectors.openimis.session import Session
from gateway.connectors.openimis.settings import OpenimisSettings
from gateway.connectors.openimis.shape import Shape, shape_of
from gateway.connectors.openimis.windows import Node, earlier, windows
from gateway.connectors.source import Fault, Page, SourceError, Texts

_PEOPLE_AT_ONCE = 50
_MOVED = timedelta(days=62)  # a payday here may be another one than there
Moments = dict[Part, str]


def session_of(settings: OpenimisSettings, ground: Ground) -> Session:
    """Raises ConnectionsError. Opens no connection."""
    return Session(
        Client(settings.url),
        secret_of(ground, "username_env", settings.username_env),
        secret_of(ground, "password_env", settings.password_env),
    )


def make(settings: OpenimisSettings, ground: Ground) -> "Registry":
    """Raises ConnectionsError."""
    twice = sorted(set(settings.json_keys) & set(settings.fixed))
    if twice:
        raise ConnectionsError(f"{ground.name}: {twice[0]} stands in json_keys and in fixed.")
    return Registry(settings, session_of(settings, ground))


@dataclass
class Registry:
    """Beneficiaries and payments of one benefit plan."""

    settings: OpenimisSettings
    session: Session

    @cached_property
    def shape(self) -> Shape:
        return shape_of(self.session)

    def check(self) -> Sequence[str]:
        found = ["signed in", f"BenefitConsumption by {self.shape.kind}"]
        for part in PARTS:
            edges = self._edges(part, None, None)
            if part == "beneficiary":
                self._page(part, [node for node, _cursor in edges], {})
            found.append(f"{part}: can be read")
        return found

    def pages(self, cursor: str | None) -> Iterator[Page]:
        moments = _moments(cursor)
        overlap = timedelta(minutes=self.settings.overlap_minutes)
        starts = {part: earlier(moment, overlap) for part, moment in moments.items()}
        for part in PARTS:
            ask = partial(self._edges, part)
            told: Callable[[Node], str] = partial(_moment, part)
            for read in windows(ask, told, starts.get(part), self.settings.page_size):
                if read.upto is not None:
                    # Behind what was read before, never ahead of it: an empty window stays there.
                    moments[part] = read.upto if read.nodes else moments.get(part, read.upto)
                yield self._page(part, read.nodes, moments)

    def benefits_due(self, first: date, last: date) -> Iterator[tuple[Node, str]]:
        """Each benefit within a payroll that is due between the days, and then some; with the
        registration number of whose it is. Raises SourceError."""
        bounds = [(first - _MOVED).isoformat(), (last + _MOVED).isoformat()]
        ask = partial(self._edges, "due")
        for read in windows(ask, partial(_moment, "due"), bounds[0], self.settings.page_size):
            yield from zip(read.nodes, self._numbers(read.nodes), strict=True)
            if read.upto is not None and read.upto > bounds[1]:
                return

    def _page(self, part: Part, nodes: Sequence[Node], moments: Moments) -> Page:
        cursor = json.dumps(moments, sort_keys=True)
        if LISTS[part].field == "beneficiary":
            names, rows = people.names_of(self.settings), self._people(nodes)
            return Page(kind="beneficiaries", names=names, rows=rows, cursor=cursor)
        rows = self._payments(nodes)
        return Page(
            kind="payments", names=payments.NAMES, rows=rows, cursor=cursor, strangers_pass=True
        )

    def _people(self, nodes: Sequence[Node]) -> Sequence[Texts]:
        _check_seen([one.get("individual") for one in nodes])
        rows: dict[tuple[str, str], Texts] = {}
        for (
            node
        ) in nodes:  # of one person the one touched last holds; two with a number are refused
            row = people.row_of(node, self.settings)
            if row is not None:
                rows[row["registration_no"], str(node["individual"].get("uuid"))] = row
        return list(rows.values())

    def _payments(self, nodes: Sequence[Node]) -> Sequence[Texts]:
        numbers = self._numbers(nodes)
        rows = [
            payments.row_of(node, number, self.settings)
            for node, number in zip(nodes, numbers, strict=True)
        ]
        return self._living(payments.without_superseded(row for row in rows if row is not None))

    def _living(self, rows: Sequence[Texts]) -> Sequence[Texts]:
        """For what was cancelled the living benefit of the same person and cycle, if there is one:
        the other one may have been read long ago, and nobody touches it again."""
        gone = {payments.key_of(row) for row in rows if row["status"] == "cancelled"}
        days = sorted(day for row in rows if payments.key_of(row) in gone for day in _days(row))
        if not days:
            return rows
        living = {}
        for node, number in self.benefits_due(days[0], days[-1]):
            other = payments.row_of(node, number, self.settings)
            if other is not None and other["status"] != "cancelled":
                living[payments.key_of(other)] = other
        return [
            living.get(payments.key_of(row), row) if row["status"] == "cancelled" else row
            for row in rows
        ]

    def _numbers(self, nodes: Sequence[Node]) -> list[str]:
        """The registration number of each, "" where there is none."""
        benefits = [one.get("benefit") or {} for one in nodes]
        if self.shape.kind == "individual":
            persons = [one.get("individual") for one in benefits]
            _check_seen(persons)
            extras = [people.extra_of(one) if isinstance(one, dict) else None for one in persons]
            return [people.number_of(extra, self.settings) for extra in extras]
        ids = [_person(one) for one in benefits]
        by_id = self._of_people(sorted({one for one in ids if one}))
        return [by_id.get(one, "") for one in ids]

    def _of_people(self, ids: Sequence[str]) -> Mapping[str, str]:
        """{uuid: registration number}."""
        found: dict[str, str] = {}
        for begin in range(0, len(ids), _PEOPLE_AT_ONCE):
            some = ids[begin : begin + _PEOPLE_AT_ONCE]
            told = self.session.ask(people_query([_uuid(one) for one in some]), {}, "individual")
            persons = [
                node for number in range(len(some)) for node, _ in listed(told.get(f"p{number}"))
            ]
            _check_seen(persons)
            for person in persons:
                number = people.number_of(people.extra_of(person), self.settings)
                found[str(person.get("uuid"))] = number
        return found

    def _edges(
        self, part: Part, since: str | None, after: str | None
    ) -> Sequence[tuple[Node, str]]:
        asked = {
            "since": since,
            "after": after,
            "first": self.settings.page_size,
            "order": LISTS[part].order,
        }
        query = query_of(part, self.shape, self.settings.benefit_plan)
        told = self.session.ask(query, asked, LISTS[part].field)
        edges = listed(told.get("list"))
        if len(edges) > self.settings.page_size:
            raise SourceError(Fault.MALFORMED, LISTS[part].field)
        return edges


def listed(told: Any) -> list[tuple[Node, str]]:
    """A connection's rows, each with its cursor. Raises SourceError."""
    edges = told.get("edges") if isinstance(told, dict) else None
    if not isinstance(edges, list):
        raise SourceError(Fault.MALFORMED, "no edges")
    found = []
    for edge in edges:
        if not isinstance(edge, dict) or not isinstance(edge.get("node"), dict):
            raise SourceError(Fault.MALFORMED, "an edge")
        found.append((edge["node"], str(edge.get("cursor") or "")))
    return found


def _moment(part: Part, node: Node) -> str:
    moment = moment_of(part, node)
    if not moment:
        raise SourceError(Fault.MALFORMED, "dateUpdated")
    return moment


def _moments(cursor: str | None) -> Moments:
    return {part: moment for part, moment in json.loads(cursor or "{}").items() if part in PARTS}


def _days(row: Texts) -> Sequence[date]:
    """The payday, where it is one."""
    try:
        return [date.fromisoformat(row["due_on"])]
    except ValueError:
        return []


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SourceError(Fault.MALFORMED, "recipientId") from None


def _person(benefit: Mapping[str, Any]) -> str:
    """Whose a benefit is; "" where it is a group's."""
    kind = benefit.get("recipientType")
    model = kind.get("model") if isinstance(kind, dict) else kind
    return str(benefit.get("recipientId") or "") if str(model).casefold() == "individual" else ""


def _check_seen(persons: Sequence[Any]) -> None:
    """Without the right to search individuals jsonExt comes empty, and nobody has a number."""
    seen = [one for one in persons if isinstance(one, dict)]
    if seen and all(one.get("jsonExt") is None for one in seen):
        raise SourceError(Fault.REFUSED, "jsonExt: right 159001")
