"""Beneficiaries into the registry: known numbers are updated, what was set here stays."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from gateway.core.health_schedule import GESTATION
from gateway.core.keys import Peppers
from gateway.core.names import latin_of, name_key
from gateway.core.texts import _
from gateway.registry.imports import beneficiary_merge as merge
from gateway.registry.imports.beneficiary_file import columns, date_for_category
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.limits import MOST_LISTED
from gateway.registry.imports.place_names import Places, new_places, respell
from gateway.registry.imports.places import (
    make_districts,
    make_in_district,
    missing_districts,
    missing_in_district,
    too_long,
)
from gateway.registry.imports.records import Record
from gateway.registry.imports.report import Alike, CellError, ImportReport, NewPlace, RowError
from gateway.registry.imports.resemblance import possible_duplicates
from gateway.registry.imports.retired_places import people_to_retired
from gateway.registry.imports.staging import Made, Merging, Plan
from gateway.registry.pins import matches, new_hash
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries

ROUND_NUMBER = _("Several people have this round number: were its last digits lost?")

_ROUND = "%00000"


class BeneficiaryPlan(Plan):
    kind = "beneficiaries"
    keys = ("registration_no",)

    def __init__(
        self, now: datetime, today: date, peppers: Peppers, decisions: Decisions = NOBODY
    ) -> None:
        super().__init__(merge.STAGE, columns(today), decisions)
        self._now = now
        self._today = today
        self._peppers = peppers

    def check(self, record: Mapping[str, object]) -> Iterator[tuple[str, CellError]]:
        return date_for_category(record)

    def prepare(self, connection: Connection, records: list[Record]) -> list[Record]:
        typed = {str(one["registration_no"]): str(one["pin"]) for one in records if one["pin"]}
        known = self._hashes_that_match(connection, typed)
        return [self._prepared(record, known) for record in records]

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from too_long(connection, missing_districts(self.stage), "province", "district")
        for column in IN_DISTRICT:
            yield from too_long(connection, missing_in_district(self.stage, column), column)
        yield from people_to_retired(connection, self.stage)
        if self.decisions.known_only:
            yield from self._places(connection).unconfirmed()

    def warnings(self, connection: Connection) -> Iterator[RowError]:
        """Excel rounds long numbers: then several people have the same, with zeros at its end."""
        stage = self.stage.c
        round_ones = (
            select(stage.msisdn)
            .where(stage.msisdn.like(_ROUND))
            .group_by(stage.msisdn)
            .having(func.count() > 1)
        )
        found = select(stage.line, stage.msisdn).where(stage.msisdn.in_(round_ones))
        for row in connection.execute(found.order_by(stage.line).limit(MOST_LISTED)):
            yield RowError(row.line, "msisdn", ROUND_NUMBER, value=row.msisdn)

    def respell(self, connection: Connection) -> None:
        respell(connection, self.stage, self._today)

    def new_places(self, connection: Connection) -> tuple[NewPlace, ...]:
        return self._places(connection).listed(connection)

    def _places(self, connection: Connection) -> Places:
        return new_places(connection, self.stage, self._today, self.decisions)

    def alike(self, connection: Connection, district_id: int | None = None) -> tuple[Alike, ...]:
        return possible_duplicates(connection, self.stage, district_id)

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:
        return merge.compare(connection, names)

    def merging(self, names: frozenset[str]) -> Merging:
        return merge.merging(names, self._today)

    def make_places(self, connection: Connection) -> Made:
        made = {"district": make_districts(connection, self.stage, self._today)}
        for column in IN_DISTRICT:
            missing = missing_in_district(self.stage, column)
            made[column] = make_in_district(connection, missing, column)
        return made

    def merge(self, connection: Connection, names: frozenset[str]) -> None:
        if merge.some_known(connection):
            merge.update_known(connection, names, self._now, self._today)
        if self.is_whole(names):
            merge.insert_new(connection, self._now, self._today)

    def _prepared(self, record: Record, known: Mapping[str, tuple[str, str]]) -> Record:
        """No PIN reaches the stage; one that is already set is staged with the hash it has."""
        name, pin = record["name"], record.pop("pin")
        salt, digest = None, None
        if pin:
            number = str(record["registration_no"])
            salt, digest = known.get(number) or new_hash(str(pin), self._peppers)
        latin = latin_of(str(name))[:240] if name else None
        edd = record["edd"]
        record["name_latin"] = latin
        record["name_key"] = name_key(str(name), latin) if latin else None
        record["pin_salt"], record["pin_hash"] = salt, digest
        record["conceived_on"] = edd - GESTATION if isinstance(edd, date) else None
        return record

    def _hashes_that_match(
        self, connection: Connection, typed: Mapping[str, str]
    ) -> dict[str, tuple[str, str]]:
        table = beneficiaries.c
        rows = connection.execute(
            select(table.registration_no, table.pin_salt, table.pin_hash).where(
                table.registration_no.in_(typed), table.pin_hash.is_not(None)
            )
        )
        return {
            row.registration_no: (row.pin_salt, row.pin_hash)
            for row in rows
            if matches(typed[row.registration_no], row.pin_salt, row.pin_hash, self._peppers)
        }
