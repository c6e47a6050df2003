"""What an uploaded file is imported as: the plan of its kind, kept to the uploader's district."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import Connection, and_, or_, select

from gateway.core.keys import Peppers
from gateway.core.texts import _
from gateway.registry.imports.beneficiaries import BeneficiaryPlan
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.payment_results import ResultPlan
from gateway.registry.imports.payments import PaymentPlan
from gateway.registry.imports.records import Record
from gateway.registry.imports.report import Alike, CellError, ImportReport, NewPlace, RowError
from gateway.registry.imports.staging import Made, Merging, Plan
from gateway.registry.imports.visits import VisitPlan
from gateway.registry.tables import beneficiaries, districts

Kind = Literal["beneficiaries", "payments", "visits", "payment_results"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ANOTHER_DISTRICT = _("This lies outside your district.")


def plan_of(
    kind: str,
    *,
    now: datetime,
    today: date,
    peppers: Peppers,
    district_id: int | None = None,
    decisions: Decisions = NOBODY,
) -> Plan:
    """The plan; with a `district_id`, rows about anybody elsewhere are faults. Raises KeyError."""
    plans: dict[str, Callable[[], Plan]] = {
        "beneficiaries": lambda: BeneficiaryPlan(now, today, peppers, decisions),
        "payments": lambda: PaymentPlan(now, today, decisions),
        "visits": lambda: VisitPlan(now, today),
        "payment_results": lambda: ResultPlan(now, today),
    }
    plan = plans[kind]()
    return plan if district_id is None else Confined(plan, district_id)


class Confined(Plan):
    """Another plan, less what lies outside a district."""

    def __init__(self, plan: Plan, district_id: int) -> None:
        super().__init__(plan.stage, plan.columns, plan.decisions)
        self.kind, self.keys = plan.kind, plan.keys
        self._plan = plan
        self._district_id = district_id

    def check(self, record: Mapping[str, object]) -> Iterator[tuple[str, CellError]]:
        return self._plan.check(record)

    def prepare(self, connection: Connection, records: list[Record]) -> list[Record]:
        return self._plan.prepare(connection, records)

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from self._plan.faults(connection)
        yield from self._elsewhere(connection)

    def respell(self, connection: Connection) -> None:
        self._plan.respell(connection)

    def new_places(self, connection: Connection) -> tuple[NewPlace, ...]:
        return self._plan.new_places(connection)

    def alike(self, connection: Connection, district_id: int | None = None) -> tuple[Alike, ...]:
        """Nobody of another district is told of."""
        return self._plan.alike(connection, district_id or self._district_id)

    def warnings(self, connection: Connection) -> Iterator[RowError]:
        return self._plan.warnings(connection)

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:
        return self._plan.compare(connection, names)

    def merging(self, names: frozenset[str]) -> Merging:
        return self._plan.merging(names)

    def make_places(self, connection: Connection) -> Made:
        return self._plan.make_places(connection)

    def merge(self, connection: Connection, names: frozenset[str]) -> None:
        self._plan.merge(connection, names)

    def follow_up(self, connection: Connection, passed: PassedOver) -> None:
        self._plan.follow_up(connection, passed)

    def _elsewhere(self, connection: Connection) -> Iterator[RowError]:
        stage = self.stage.c
        joined = self.stage.outerjoin(
            beneficiaries, beneficiaries.c.registration_no == stage.registration_no
        )
        outside = and_(
            beneficiaries.c.id.is_not(None), beneficiaries.c.district_id != self._district_id
        )
        columns = {"registration_no": outside}
        if "district" in stage:
            here = select(districts.c.id).where(
                districts.c.id == self._district_id,
                districts.c.province == stage.province,
                districts.c.name == stage.district,
            )
            columns["district"] = and_(
                stage.province.is_not(None), stage.district.is_not(None), ~here.exists()
            )
        rows = connection.execute(
            select(stage.line, *(found.label(name) for name, found in columns.items()))
            .select_from(joined)
            .where(or_(*columns.values()))
        )
        for row in rows.mappings():
            for name in columns:
                if row[name]:
                    yield RowError(row["line"], name, ANOTHER_DISTRICT)
