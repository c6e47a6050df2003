"""The payments of a village on a day, where else they may be paid, and what is said of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.catalogues import LOCALES
from gateway.console.kit.context import dependencies, scope
from gateway.console.kit.places import name_columns
from gateway.core.caller import Place
from gateway.core.formats import format_short_date
from gateway.core.segments import segment
from gateway.core.villages import village_text
from gateway.messaging.wordings import WORDINGS, write
from gateway.paydays.moving import Which
from gateway.registry.tables import districts, pay_points, villages


@dataclass(frozen=True)
class Slice:
    """The payments of one village and cycle on one day at one place."""

    due_on: date
    cycle: str
    village_id: int
    pay_point_id: int

    def which(self) -> Which:
        return Which(
            due_on=self.due_on,
            cycle=self.cycle,
            village_id=self.village_id,
            pay_point_ids=(self.pay_point_id,),
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


def pay_points_of(connection: Connection, district_id: int) -> Sequence[Row[Any]]:
    """Every pay point of a district that is in use, by Latin name."""
    there = select(pay_points).where(
        pay_points.c.district_id == district_id, pay_points.c.retired_at.is_(None)
    )
    return connection.execute(there.order_by(pay_points.c.name_latin)).all()


def correction_texts(
    due_on: date, pay_point: Any, about: Any | None
) -> Mapping[str, tuple[str, int]]:
    """{locale: (text, segments)} for payments on the new day at the new place; `about` names the
    village, which stands for a place without a short name, None where there is no one village."""
    texts = {}
    for locale in LOCALES:
        gettext = dependencies().gettext[locale]
        short = Place(pay_point.short_name or "", pay_point.short_name_latin or "")
        named = Place(pay_point.name, pay_point.name_latin)
        if about is not None:
            named = Place(about.village, about.village_latin)
        village = named.in_locale(locale)
        params = {
            "due_on": format_short_date(due_on),
            "place": short.in_locale(locale) or village_text(village, gettext),
        }
        text = write(WORDINGS["payment_changed"], params, locale, gettext)
        texts[locale] = (text, segment(text).count)
    return texts
