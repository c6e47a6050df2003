"""The payments of a village on a day, and whom a change of them affects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, exists, func, or_, select

from gateway.catalogues import LOCALES
from gateway.console.kit.context import current_staff, dependencies, scope
from gateway.console.kit.places import name_columns
from gateway.core.caller import Place
from gateway.core.formats import format_short_date
from gateway.core.segments import segment
from gateway.core.villages import village_text
from gateway.messaging.tables import messages
from gateway.messaging.told import HAS_TOLD
from gateway.messaging.wordings import WORDINGS, write
from gateway.registry.tables import beneficiaries, districts, pay_points, payments, villages
from gateway.staff.confinement import conditions


@dataclass(frozen=True)
class Slice:
    """The payments of one village and cycle on one day at one place."""

    due_on: date
    cycle: str
    village_id: int
    pay_point_id: int

    def planned(self) -> Select[Any]:
        """The ids of those that are still to be paid, as far as the reader may see them."""
        return (
            select(payments.c.id)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(
                payments.c.due_on == self.due_on,
                payments.c.cycle == self.cycle,
                payments.c.pay_point_id == self.pay_point_id,
                payments.c.status == "scheduled",
                beneficiaries.c.village_id == self.village_id,
                *conditions(beneficiaries, current_staff()),
            )
        )

    def about(self) -> Select[Any]:
        """Village, district and pay point by their names."""
        return scope(
            select(
                villages.c.district_id,
                *name_columns(village=villages, district=districts, pay_point=pay_points),
            )
            .join(districts, districts.c.id == villages.c.district_id)
            .join(pay_points, pay_points.c.id == self.pay_point_id)
            .where(villages.c.id == self.village_id),
            villages,
        )


@dataclass(frozen=True, kw_only=True)
class Affected:
    """Whom a change affects: `told` were sent the old day, `silent` get no SMS whatever is done."""

    planned: int
    told: int
    told_silent: int
    silent: int

    @property
    def corrected(self) -> int:
        return self.told - self.told_silent


def affected(connection: Connection, which: Slice) -> Affected:
    """Counted now; it may be others by the time the change is made."""
    told = exists().where(messages.c.payment_id == payments.c.id, HAS_TOLD)
    silent = or_(
        beneficiaries.c.msisdn.is_(None),
        beneficiaries.c.msisdn_disowned_at.is_not(None),
        ~beneficiaries.c.consent_payment,
        beneficiaries.c.status != "enrolled",
        districts.c.paused_at.is_not(None),
    )
    row = connection.execute(
        select(
            func.count().label("planned"),
            func.count(case((told, 1))).label("told"),
            func.count(case((and_(told, silent), 1))).label("told_silent"),
            func.count(case((silent, 1))).label("silent"),
        )
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(payments.c.id.in_(which.planned()))
    ).one()
    return Affected(**row._mapping)


def pay_points_of(connection: Connection, district_id: int) -> Sequence[Row[Any]]:
    """Every pay point of a district that is in use, by Latin name."""
    there = select(pay_points).where(
        pay_points.c.district_id == district_id, pay_points.c.retired_at.is_(None)
    )
    return connection.execute(there.order_by(pay_points.c.name_latin)).all()


def correction_texts(due_on: date, pay_point: Any, about: Any) -> Mapping[str, tuple[str, int]]:
    """{locale: (text, segments)} for the payments of a village on the new day at the new place."""
    texts = {}
    for locale in LOCALES:
        gettext = dependencies().gettext[locale]
        short = Place(pay_point.short_name or "", pay_point.short_name_latin or "")
        village = Place(about.village, about.village_latin).in_locale(locale)
        params = {
            "due_on": format_short_date(due_on),
            "place": short.in_locale(locale) or village_text(village, gettext),
        }
        text = write(WORDINGS["payment_changed"], params, locale, gettext)
        texts[locale] = (text, segment(text).count)
    return texts
