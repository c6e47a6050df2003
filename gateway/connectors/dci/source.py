"""A registry read page by page: whatever has changed since a moment, the earliest first.

The next page begins at the moment of the last record, not at a page's number: what changes while it
is read moves to the end, and nothing slips through where it was. Only where a whole page is of one
moment its number counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gateway.connectors.dci.asking import Asker
from gateway.connectors.source import Fault, Page, SourceError
from gateway.core.dci.envelope import SearchAnswer
from gateway.core.dci.mapping import MappingError, RecordMap, path_of, text_at
from gateway.core.dci.moments import moment_of, text_of

_BEGINNING = "1970-01-01T00:00:00.000Z"
_MOST_PAGES = 100_000


class _Cursor(msgspec.Struct, frozen=True):
    """Records of `since` and later, from this page of them on; `done`: there were no more."""

    since: str = _BEGINNING
    page: int = 1
    done: bool = False


@dataclass(frozen=True)
class DciSource:
    asker: Asker
    mapped: RecordMap

    def check(self) -> Sequence[str]:
        answer = self._asked(_Cursor())
        count = answer.pagination.total_count if answer.pagination else len(_records(answer))
        signed = self.asker.settings.signature
        return [
            f"{self.asker.settings.receiver_id}: answers searches",
            f"signatures: {signed}",
            f"records: {count}",
        ]

    def pages(self, cursor: str | None) -> Iterator[Page]:
        at = self._begin(cursor)
        for _ in range(_MOST_PAGES):
            records = _records(self._asked(at))
            at = self._next(at, records)
            yield self._page(records, at)
            if at.done:
                return
        raise SourceError(Fault.CHANGED, "there is no end")

    def _begin(self, cursor: str | None) -> _Cursor:
        if cursor is None:
            return _Cursor()
        try:
            known = msgspec.json.decode(cursor, type=_Cursor)
            since = moment_of(known.since)
        except (msgspec.DecodeError, ValueError):
            raise SourceError(Fault.UNKNOWN_SHAPE, "cursor") from None
        if not known.done:
            return known
        overlap = timedelta(minutes=self.asker.settings.overlap_minutes)
        earliest = datetime(1970, 1, 1, tzinfo=UTC) + overlap
        return _Cursor(text_of(max(since, earliest) - overlap))

    def _asked(self, at: _Cursor) -> SearchAnswer:
        about = self.asker.settings
        conditions: list[dict[str, Any]] = [
            {"attribute_name": about.changed, "operator": "ge", "attribute_value": at.since},
            *(msgspec.to_builtins(one) for one in about.where),
        ]
        criteria: dict[str, Any] = {
            "version": "1.0.0",
            "query_type": "predicate",
            "query": [
                {"seq_num": number, "expression1": one}
                for number, one in enumerate(conditions, start=1)
            ],
            "sort": [{"attribute_name": about.changed, "sort_order": "asc"}],
            "pagination": {"page_size": about.page_size, "page_number": at.page},
        }
        if about.record_type:
            criteria["reg_record_type"] = about.record_type
        return self.asker.search(criteria)

    def _next(self, at: _Cursor, records: Sequence[Mapping[str, Any]]) -> _Cursor:
        """Where it goes on behind these."""
        if not records:
            return _Cursor(at.since, 1, done=True)
        last = self._changed(records[-1])
        if last < moment_of(at.since):
            raise SourceError(Fault.MALFORMED, f"records are not sorted by {self._attribute}")
        if len(records) < self.asker.settings.page_size:
            return _Cursor(text_of(last), 1, done=True)
        if text_of(last) == at.since:
            return _Cursor(at.since, at.page + 1)
        return _Cursor(text_of(last))

    def _changed(self, record: Mapping[str, Any]) -> datetime:
        try:
            return moment_of(text_at(record, path_of("changed_path", self._attribute)))
        except ValueError:
            raise SourceError(Fault.MALFORMED, f"{self._attribute} is no moment") from None

    @property
    def _attribute(self) -> str:
        return self.asker.settings.changed_path

    def _page(self, records: Sequence[Mapping[str, Any]], at: _Cursor) -> Page:
        try:
            rows = [self.mapped.row_of(record) for record in records]
        except MappingError as error:
            column = str(error).split(":", maxsplit=1)[0]
            raise SourceError(Fault.MALFORMED, f"{column}: an ambiguous date") from None
        return Page(
            kind=self.asker.settings.kind,
            names=self.mapped.names,
            rows=_the_last_of_each(rows, self.asker.settings.kind),
            cursor=msgspec.json.encode(at).decode(),
        )


def _records(answer: SearchAnswer) -> list[dict[str, Any]]:
    if answer.data is None:
        return []
    records = answer.data.reg_records
    return records if isinstance(records, list) else [records]


def _the_last_of_each(rows: Sequence[Mapping[str, str]], kind: str) -> list[Mapping[str, str]]:
    """What changed twice while it was read comes twice: its last word counts."""
    keys = {"payments": ("registration_no", "cycle"), "visits": ("registration_no", "visit")}
    own = keys.get(kind, ("registration_no",))
    last = {tuple(row.get(name, "") for name in own): row for row in rows}
    return list(last.values())
