"""Events of DHIS2's tracker as visits: windows of `updatedAt` that overlap, and never page far.

Pages by number shift while they are read: an event that is touched goes to the end, and what stood
behind it moves up into a page that was read. So each page begins a new window where the last one
ended, and numbers are used only within one moment. The moments are the server's own, compared with
each other alone, so its clock may be wrong; that an event is committed after a later one is what
the overlap is for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gateway.connectors.dhis2.settings import Dhis2Settings, Stage
from gateway.connectors.driver import Ground
from gateway.connectors.file import ConnectionsError, secret_of
from gateway.connectors.http import Client
from gateway.connectors.source import Fault, Page, SourceError
from gateway.core.programme import PROGRAMME

NAMES = frozenset({"registration_no", "visit", "done_on"})
EVENTS, ENTITIES = "/api/tracker/events", "/api/tracker/trackedEntities"
_FIELDS = (
    "event,status,deleted,programStage,trackedEntity,occurredAt,updatedAt,"
    "dataValues[dataElement,value]"
)
_A_SECOND = timedelta(seconds=1)
_AT_MOST_BACK = 50  # pages within one moment


class DataValue(msgspec.Struct, frozen=True, rename="camel"):
    data_element: str
    value: str | None = None


class Event(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    event: str
    status: str
    program_stage: str
    updated_at: str
    deleted: bool = False
    tracked_entity: str | None = None
    occurred_at: str | None = None
    data_values: list[DataValue] = []

    @property
    def moment(self) -> datetime:
        """When it was last touched, by the server's clock and zone."""
        return _moment(self.updated_at)


Key = tuple[str, str]  # registration number, visit


def make(settings: Dhis2Settings, ground: Ground) -> "Visits":
    """Raises ConnectionsError."""
    if (settings.registration_attribute is None) == (settings.registration_element is None):
        raise ConnectionsError(
            f"{ground.name}: set registration_attribute or registration_element, one of them."
        )
    for one in settings.visits:
        if one.visit not in PROGRAMME.visit_keys():
            raise ConnectionsError(f"{ground.name}: visit={one.visit!r} is in no schedule.")
    try:
        zone = ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConnectionsError(f"{ground.name}: zone={settings.zone!r} is no time zone.") from None
    token = secret_of(ground, "token_env", settings.token_env)
    client = Client(settings.url, {"Authorization": f"ApiToken {token}"})
    return Visits(settings, client, zone, ground.zone)


@dataclass(frozen=True)
class Visits:
    """The source: what was done, moved, undone or deleted since a moment of the server's."""

    settings: Dhis2Settings
    client: Client
    zone: ZoneInfo
    ours: ZoneInfo

    def check(self) -> Sequence[str]:
        info = self.client.get("/api/system/info", {"fields": "version,serverDate"})
        version = info.get("version") if isinstance(info, dict) else None
        if not isinstance(version, str):
            raise SourceError(Fault.MALFORMED, "system/info")
        found = [f"DHIS2 {version}"]
        for stage in {one.stage for one in self.settings.visits}:
            told = self.client.get(f"/api/programStages/{stage}", {"fields": "id,program[id]"})
            if told.get("program", {}).get("id") != self.settings.program:
                raise SourceError(Fault.UNKNOWN_SHAPE, f"stage {stage} is not of the program")
            found.append(f"program stage {stage}")
        return found

    def pages(self, cursor: str | None) -> Iterator[Page]:
        since = _moment(cursor) - self._overlap if cursor else None
        number, seen = 1, set[tuple[str, str]]()
        while True:
            events = self._events(since, number)
            fresh = [one for one in events if (one.event, one.updated_at) not in seen]
            last = events[-1].moment if events else None
            yield self._page(fresh, last or since)
            if len(events) < self.settings.page_size or last is None:
                return
            seen = {(one.event, one.updated_at) for one in events}
            if since is None or last - _A_SECOND > since:
                since, number = last - _A_SECOND, 1
            elif number < _AT_MOST_BACK:
                number += 1
            else:
                raise SourceError(Fault.CHANGED, f"more than {number} pages in one moment")

    @property
    def _overlap(self) -> timedelta:
        return timedelta(minutes=self.settings.overlap_minutes)

    def _events(self, since: datetime | None, number: int) -> list[Event]:
        params: dict[str, Any] = {
            "program": self.settings.program,
            "includeDeleted": "true",
            "order": "updatedAt:asc",
            "fields": _FIELDS,
            "page": number,
            "pageSize": self.settings.page_size,
        }
        if self.settings.org_units:
            params |= {"orgUnit": ";".join(self.settings.org_units), "orgUnitMode": "DESCENDANTS"}
        else:
            params |= {"orgUnitMode": "ACCESSIBLE"}
        if since is not None:
            params["updatedAfter"] = _written(since)
        return _read_events(self.client.get(EVENTS, params))

    def _page(self, events: Sequence[Event], last: datetime | None) -> Page:
        numbers = self._numbers(events)
        rows: dict[Key, Mapping[str, str]] = {}
        gone: dict[Key, Event] = {}
        for event in events:  # the latest last: of two that contradict each other it holds
            stage, number = self._stage(event), numbers.get(event.event)
            if stage is None or not number:
                continue
            key = (number, stage.visit)
            day = self._day(event)
            if day is None:
                gone[key] = event
                rows.pop(key, None)
            else:
                rows[key] = {"registration_no": number, "visit": stage.visit, "done_on": day}
                gone.pop(key, None)
        for key, event in list(gone.items()):
            other = self._made_elsewhere(event)
            if other is not None:
                rows[key] = {"registration_no": key[0], "visit": key[1], "done_on": other}
                del gone[key]
        deleted = [{"registration_no": number, "visit": visit} for number, visit in gone]
        cursor = _written(last) if last else ""
        return Page(
            kind="visits", names=NAMES, rows=list(rows.values()), deleted=deleted,
            cursor=cursor, strangers_pass=True,
        )  # fmt: skip

    def _stage(self, event: Event) -> Stage | None:
        values = {one.data_element: one.value for one in event.data_values}
        of_stage = [one for one in self.settings.visits if one.stage == event.program_stage]
        for one in of_stage:
            if one.data_element is None or values.get(one.data_element) == one.value:
                return one
        # Of what was deleted the values may be gone.
        return of_stage[0] if event.deleted and not values and len(of_stage) == 1 else None

    def _day(self, event: Event) -> str | None:
        """The day on which the visit was made; None where it was not, or not after all."""
        if event.deleted or event.status not in self.settings.done or event.occurred_at is None:
            return None
        there = _moment(event.occurred_at).replace(tzinfo=self.zone)
        return there.astimezone(self.ours).date().isoformat()

    def _numbers(self, events: Sequence[Event]) -> dict[str, str]:
        """{event: registration number}, where there is one."""
        element = self.settings.registration_element
        if element is not None:
            return {
                one.event: (value.value or "").strip()
                for one in events
                for value in one.data_values
                if value.data_element == element
            }
        entities = sorted({one.tracked_entity for one in events if one.tracked_entity})
        by_entity = self._of_entities(entities) if entities else {}
        return {
            one.event: by_entity.get(one.tracked_entity, "") for one in events if one.tracked_entity
        }

    def _of_entities(self, entities: Sequence[str]) -> dict[str, str]:
        told = self.client.get(
            ENTITIES,
            {
                "program": self.settings.program,
                "trackedEntities": ",".join(entities),
                "includeDeleted": "true",
                "orgUnitMode": "ACCESSIBLE",
                "fields": "trackedEntity,attributes[attribute,value]",
                "pageSize": len(entities),
            },
        )
        found = {}
        for one in _listed(told, "trackedEntities"):
            for attribute in one.get("attributes") or []:
                if attribute.get("attribute") == self.settings.registration_attribute:
                    found[str(one.get("trackedEntity"))] = str(attribute.get("value", "")).strip()
        return found

    def _made_elsewhere(self, event: Event) -> str | None:
        """The day of another event of hers that says the same visit was made."""
        if event.tracked_entity is None:
            return None
        told = self.client.get(
            EVENTS,
            {
                "program": self.settings.program,
                "programStage": event.program_stage,
                "trackedEntity": event.tracked_entity,
                "orgUnitMode": "ACCESSIBLE",
                "fields": _FIELDS,
                "order": "updatedAt:asc",
            },
        )
        wanted = self._stage(event)
        days = [
            self._day(one)
            for one in _read_events(told)
            if one.event != event.event and self._stage(one) == wanted
        ]
        return next((day for day in reversed(days) if day is not None), None)


def _read_events(told: Any) -> list[Event]:
    try:
        return msgspec.convert(_listed(told, "events"), list[Event])
    except msgspec.ValidationError as error:
        raise SourceError(Fault.MALFORMED, str(error)[:100]) from None


def _listed(told: Any, name: str) -> list[Any]:
    """Newer servers name the list as here, those before 41 `instances`."""
    found = told.get(name, told.get("instances")) if isinstance(told, dict) else None
    if not isinstance(found, list):
        raise SourceError(Fault.MALFORMED, f"no {name}")
    return found


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise SourceError(Fault.MALFORMED, "a moment") from None


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
