"""The counted figures of a month: what the console's reports and questions are drawn from."""

from datetime import date, datetime
from typing import Literal, get_args

import msgspec
from sqlalchemy import select

from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.figures.months import topic_of as topic_of_month
from gateway.figures.questions import topic_of
from gateway.figures.tables import figure_topics, figures
from gateway.registry.tables import districts

# Of villages figures are kept under their row numbers, which mean nothing outside.
Report = Literal["month", "people", "calls", "cases", "visits", "sms", "told"]
NOT_COUNTED = _("This month has not been counted.")


class ReportFigure(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: what was counted, words with `:` between them. Of no district: null."""

    province: str | None
    district: str | None
    kind: str
    count: int


class ReportTold(msgspec.Struct, frozen=True, kw_only=True):
    """`counted_at`: the figures are as of then."""

    report: Report
    month: str
    counted_at: datetime
    figures: list[ReportFigure]


def _get(call: Call) -> Answer:
    report, month = _report(call.path["report"]), _month(call.path["month"])
    topic = topic_of_month(month) if report == "month" else topic_of(report, month)
    at = select(figure_topics.c.counted_at).where(figure_topics.c.topic == topic)
    joined = figures.outerjoin(districts, districts.c.id == figures.c.district_id)
    wanted = (
        select(
            districts.c.province, districts.c.name.label("district"), figures.c.kind,
            figures.c.count,
        )
        .select_from(joined)
        .where(figures.c.topic == topic, *call.within(figures))
        .order_by(districts.c.province, districts.c.name, figures.c.kind)
    )  # fmt: skip
    with call.database.reading() as connection:
        counted_at = connection.execute(at).scalar_one_or_none()
        if counted_at is None:
            raise ProblemError("not_found", NOT_COUNTED)
        found = [ReportFigure(**row._mapping) for row in connection.execute(wanted)]
    told = ReportTold(
        report=report, month=f"{month:%Y-%m}", counted_at=counted_at, figures=found
    )  # fmt: skip
    return Answer(body=told)


def _report(given: str) -> Report:
    for report in get_args(Report):
        if report == given:
            return report  # type: ignore[no-any-return]
    raise ProblemError("not_found")


def _month(given: str) -> date:
    """`2026-11`."""
    try:
        return date.fromisoformat(f"{given}-01")
    except ValueError:
        raise ProblemError("not_found") from None


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="getReport", method="GET", path="/reports/{report}/{month}", handle=_get,
        scope=("reports", "read"), summary="The figures of a month, by district",
        description="Counted ahead, every hour while the month goes on; nothing is counted by "
        "asking. Reports: month, people, calls, cases, visits, sms, told; a month is 2026-11.",
        gives=ReportTold,
    ),
)  # fmt: skip
