"""Staff at the console of the demo's registry: `staff(role, district)` is somebody signed in."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from gateway.registry.tables import districts, health_centres
from gateway.staff.accounts import add_staff
from gateway.staff.rights import Role
from gateway.staff.tables import audit_log
from tests.console.browser import Browser
from tests.console.plain_browser import PlainBrowser
from tests.console.sign_in_service import (  # noqa: F401 - fixtures
    _served_sign_in_service,
    sign_in_service,
    use_sign_in_service,
)
from tests.service import Service
from tests.serving import Attended, serving

PASSWORD = "seven quiet buffaloes"
# A hash tells its own cost: cheap here, so that a test may sign in a dozen people.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

Staff = Callable[..., PlainBrowser]


@pytest.fixture
def staff(service: Service) -> Staff:
    """`staff("operator", "Sanamxay")`: a reader who is signed in, in English.

    `district` and `health_centre` are Latin names; `email` where the test needs to know it.
    """
    return staff_of(service)


def staff_of(service: Service) -> Staff:
    """`staff`, for another service than the usual one."""
    numbers = count(1)

    def signed_in(role: Role, district: str | None = None, **more: Any) -> PlainBrowser:
        email = more.pop("email", f"{role.replace('_', '-')}{next(numbers)}@example.la")
        add_account(service, role, district, email=email, **more)
        reader = PlainBrowser(service.app)
        reader.sign_in(email, PASSWORD)
        return reader

    return signed_in


@pytest.fixture
def nobody(service: Service) -> PlainBrowser:
    """A reader who has not signed in."""
    return PlainBrowser(service.app)


def add_account(
    service: Service,
    role: Role,
    district: str | None = None,
    *,
    email: str,
    health_centre: str | None = None,
    locale: str = "en",
    **more: Any,
) -> None:
    with service.database.writing() as connection:
        add_staff(
            connection,
            email=email,
            password_hash=_HASH,
            role=role,
            now=service.clock(),
            district_id=district_id(connection, district) if district else None,
            health_centre_id=id_of(connection, health_centres, health_centre),
            locale=locale,
            **{"must_change_password": False} | more,
        )


def lines_of_the_log(service: Service) -> Sequence[Any]:
    """The audit log, oldest line first."""
    with service.database.reading() as connection:
        return connection.execute(select(audit_log).order_by(audit_log.c.id)).all()


def district_id(connection, name: str) -> int:
    """The id of the district with this Latin name."""
    found = id_of(connection, districts, name)
    assert found is not None
    return found


def id_of(connection, table, name: str | None) -> int | None:
    if name is None:
        return None
    return connection.execute(select(table.c.id).where(table.c.name_latin == name)).scalar_one()


@pytest.fixture
def browser(service: Service, chromium: Any) -> Iterator[Callable[..., Browser]]:
    """`browser("operator", "Sanamxay")`: somebody signed in, in a real Chromium."""
    numbers = count(1)
    opened = []
    attended = Attended(service.app)

    with serving(attended) as url:

        def signed_in(role: Role | None, district: str | None = None, **more: Any) -> Browser:
            one = Browser(
                chromium,
                url,
                width=more.pop("width", 1280),
                javascript=more.pop("javascript", True),
            )
            opened.append(one)
            if role is not None:
                email = more.pop("email", f"{role.replace('_', '-')}.{next(numbers)}@example.la")
                add_account(service, role, district, email=email, **more)
                one.sign_in(email, PASSWORD)
            return one

        yield signed_in
        for one in opened:
            one.close()
    attended.wait()
