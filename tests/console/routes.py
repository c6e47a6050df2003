"""Every route of the console, written down by hand: who may open it, and an example to open.

A new view needs a line in ROUTES. What its address names is made by a function of EXAMPLES, in the
district Sanamxay, so that whoever is confined to another district must get 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.console.conftest import district_id
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
    # Districts
    "console.districts.index": Route("operator approver admin"),
    "console.districts.pause": Route("operator approver admin", "district"),
    "console.districts.resume": Route("operator approver admin", "district"),
    # Audit
    "console.audit.index": Route("admin"),
    "console.audit.export": Route("admin"),
}


def _district(service: Service) -> dict[str, Any]:
    with service.database.reading() as connection:
        return {"district_id": district_id(connection, HERE)}


EXAMPLES: dict[str, Callable[[Service], dict[str, Any]]] = {
    "asset": lambda _service: {"digest": "0", "name": "console.css"},
    "district": _district,
}
