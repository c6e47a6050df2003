"""Places in a real browser: found, shown, renamed, merged; in both languages."""

import pytest
from sqlalchemy import select, update

from gateway.registry.tables import beneficiaries, villages
from tests.service import Service

pytestmark = pytest.mark.chromium


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_the_pages_of_places_are_fit_for_everybody(
    service: Service, browser, locale: str, width: int
):
    with service.database.writing() as connection:
        right = connection.execute(select(villages).where(villages.c.name == "ໂພນແກ້ວ")).one()
        typo = connection.execute(
            villages.insert()
            .values(district_id=right.district_id, name="ໂພນແກວ້", name_latin="Phonkeow")
            .returning(villages.c.id)
        ).scalar_one()
        hers = select(beneficiaries.c.id).where(beneficiaries.c.village_id == right.id).limit(2)
        moved = update(beneficiaries).where(beneficiaries.c.id.in_(hers))
        connection.execute(moved.values(village_id=typo))
    operator = browser("operator", width=width, locale=locale)
    pages = {
        "list": "places/",
        "village": f"places/village/{right.id}",
        "rename": f"places/village/{typo}/rename",
        "merge": f"places/village/{typo}/merge",
    }
    for name, path in pages.items():
        page = operator.open(path)
        operator.shoot(f"places-{name}-{locale}-{width}")
        operator.check()

    page.click("main form button[type=submit]")
    operator.shoot(f"places-preview-{locale}-{width}")
    operator.check()
    page.check("#sure")
    page.click("main button[value=yes]")
    assert page.url.endswith(f"/places/village/{right.id}")
