"""Every route of the console, written down by hand: who may open it, and an example to open.

A new view needs a line in ROUTES. What its address names is made by a function of EXAMPLES, in the
district Sanamxay, so that whoever is confined to another district must get 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.staff.accounts import by_email
from tests.console.conftest import add_account, district_id
from tests.console.happenings import MOTHER, open_a_case
from tests.service import Service

ALL = "viewer health_worker operator approver admin"
OFFICE = "viewer operator approver admin"
PUBLIC = "public"
HERE, ELSEWHERE = "Sanamxay", "Phouvong"


@dataclass(frozen=True)
class Route:
    """`roles` is PUBLIC or role names; `example` a key of EXAMPLES where the address has
    parameters; `confined` False where the object belongs to no district."""

    roles: str
    example: str | None = None
    confined: bool = True


ROUTES: dict[str, Route] = {
    # Signing in
    "console.account.sign_in": Route(PUBLIC),
    "console.account.sign_out": Route(PUBLIC),
    "console.account.choose_language": Route(PUBLIC),
    "console.account.password": Route(ALL),
    "console.assets.file": Route(PUBLIC, "asset", confined=False),
    # Today
    "console.today.index": Route(ALL),
    # Cases
    "console.cases.index": Route(OFFICE),
    "console.cases.show": Route(OFFICE, "case"),
    "console.cases.unmask": Route("health_worker operator approver admin", "case"),
    "console.cases.assign": Route("operator approver admin", "case"),
    "console.cases.note": Route("operator approver admin", "case"),
    "console.cases.answer": Route("operator approver admin", "case"),
    "console.cases.close": Route("operator approver admin", "case"),
    "console.cases.reopen": Route("operator approver admin", "case"),
    # Menu map
    "console.menu_map.index": Route(ALL),
    "console.menu_map.try_it": Route(ALL),
    # Settings
    "console.settings.index": Route(OFFICE),
    # Districts
    "console.districts.index": Route("operator approver admin"),
    "console.districts.pause": Route("operator approver admin", "district"),
    "console.districts.resume": Route("operator approver admin", "district"),
    # Staff
    "console.staff.index": Route("admin"),
    "console.staff.add": Route("admin"),
    "console.staff.change": Route("admin", "account"),
    "console.staff.new_password": Route("admin", "account"),
    "console.staff.deactivate": Route("admin", "account"),
    "console.staff.activate": Route("admin", "account"),
    # Audit
    "console.audit.index": Route("admin"),
    "console.audit.export": Route("admin"),
}


def _district(service: Service) -> dict[str, Any]:
    with service.database.reading() as connection:
        return {"district_id": district_id(connection, HERE)}


def _account(service: Service) -> dict[str, Any]:
    add_account(service, "viewer", HERE, email="example@example.la")
    with service.database.reading() as connection:
        account = by_email(connection, "example@example.la")
    assert account is not None
    return {"staff_id": account.id}


def _case(service: Service) -> dict[str, Any]:
    return {"number": open_a_case(service, MOTHER)}


EXAMPLES: dict[str, Callable[[Service], dict[str, Any]]] = {
    "asset": lambda _service: {"digest": "0", "name": "console.css"},
    "district": _district,
    "account": _account,
    "case": _case,
}
