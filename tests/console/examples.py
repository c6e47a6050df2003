"""What the addresses of routes.py name: something to open, in the district Sanamxay."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from gateway.api.keys import Wanted, make_key
from gateway.connectors.tables import connections
from gateway.registry.places import remember_in_district
from gateway.registry.tables import beneficiaries, payments, place_aliases
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor
from gateway.text_cards.written import id_of
from gateway.webhooks.endpoints import NewEndpoint, add
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints
from tests.console.conftest import add_account, district_id
from tests.console.happenings import (
    MOTHER,
    beneficiary_of,
    hold_back,
    keep_answer,
    mark_one,
    open_a_case,
    upload,
)
from tests.console.ledger import put_broadcast, put_message
from tests.console.people import put_paid_twice, put_pair
from tests.console.worded import AGAIN, HELP, MAIN, put_conflict, put_proposal, put_publication
from tests.service import Service

HERE, ELSEWHERE = "Sanamxay", "Phouvong"


def _district(service: Service) -> dict[str, Any]:
    with service.database.reading() as connection:
        return {"district_id": district_id(connection, HERE)}


def _account(service: Service) -> dict[str, Any]:
    add_account(service, "viewer", HERE, email="example@example.la")
    with service.database.reading() as connection:
        account = by_email(connection, "example@example.la")
    assert account is not None
    return {"staff_id": account.id}


def _broadcast(service: Service) -> dict[str, Any]:
    here = _district(service)["district_id"]
    return {"broadcast_id": put_broadcast(service, district_id=here, submitted=True)}


def _case(service: Service) -> dict[str, Any]:
    return {"number": open_a_case(service, MOTHER)}


def _answer(service: Service) -> dict[str, Any]:
    return {"answer_id": keep_answer(service, district_id=_district(service)["district_id"])}


def _beneficiary(service: Service) -> dict[str, Any]:
    found = beneficiary_of(service, MOTHER)
    with service.database.reading() as connection:
        row = connection.execute(select(beneficiaries).where(beneficiaries.c.id == found)).one()
    return {"beneficiary_id": row.id, "village_id": row.village_id}


def _import(service: Service) -> dict[str, Any]:
    return {"import_id": upload(service, b"a\n", HERE), "kind": "visits"}


def _held(service: Service) -> dict[str, Any]:
    return {"held_id": hold_back(service, MOTHER)}


def _payment(service: Service) -> dict[str, Any]:
    found = beneficiary_of(service, MOTHER)
    mine = (payments.c.beneficiary_id == found) & (payments.c.status == "scheduled")
    with service.database.reading() as connection:
        row = connection.execute(select(payments).where(mine)).one()
    return _beneficiary(service) | {
        "day": row.due_on.isoformat(),
        "cycle": row.cycle,
        "pay_point_id": row.pay_point_id,
    }


def _payment_list(service: Service) -> dict[str, Any]:
    list_id, payment_id = mark_one(service, MOTHER)
    return {"list_id": list_id, "payment_id": payment_id}


def _place(service: Service) -> dict[str, Any]:
    about = _beneficiary(service)
    with service.database.writing() as connection:
        here = district_id(connection, HERE)
        remember_in_district(
            connection, "village", here, "ເກົ່າ", about["village_id"], now=service.clock()
        )
        alias_id = connection.execute(select(place_aliases.c.id)).scalar_one()
    return {"kind": "village", "place_id": about["village_id"], "alias_id": alias_id}


def _connection(service: Service) -> dict[str, Any]:
    with service.database.writing() as connection:
        connection.execute(connections.insert().values(name="clinics", driver="dhis2"))
    return {"name": "clinics"}


def put_receiver(service: Service, *, parked: int = 0, **values: Any) -> UUID:
    """A receiver of webhooks of a key of the district; `parked` deliveries were given up."""
    new = NewEndpoint(
        url="https://hooks.example/mecg", api_key_id=uuid4(), secret="sealed", events=["*"],
        district_id=_district(service)["district_id"],
    )  # fmt: skip
    now = service.clock()
    with service.database.writing() as connection:
        endpoint_id = add(connection, new, now=now)
        if values:
            connection.execute(webhook_endpoints.update().values(values))
        for _number in range(parked):
            connection.execute(
                webhook_deliveries.insert().values(
                    endpoint_id=endpoint_id, event="case.opened", state="parked", attempts=9,
                    next_at=now, give_up_at=now, created_at=now, updated_at=now,
                )
            )  # fmt: skip
    return endpoint_id


def _webhook(service: Service) -> dict[str, Any]:
    return {"endpoint_id": put_receiver(service)}


def _api_key(service: Service) -> dict[str, Any]:
    wanted = Wanted(
        name="registry", kind="live", scopes=["payments:read"],
        district_id=_district(service)["district_id"],
    )  # fmt: skip
    with service.database.writing() as connection:
        key_id, _shown = make_key(
            connection, wanted, by=Actor("test"), now=service.clock(), pepper=b"pepper"
        )
    return {"key_id": key_id}


def _text(_service: Service) -> dict[str, Any]:
    return {"locale": HELP.locale, "card_id": id_of(HELP.key)}


def _conflict(service: Service) -> dict[str, Any]:
    put_conflict(service)
    return {"locale": HELP.locale, "text_id": id_of(HELP.key)}


EXAMPLES: dict[str, Callable[[Service], dict[str, Any]]] = {
    "asset": lambda _service: {"digest": "0", "name": "console.css"},
    "district": _district,
    "account": _account,
    "api_key": _api_key,
    "webhook": _webhook,
    "connection": _connection,
    "case": _case,
    "answer": _answer,
    "broadcast": _broadcast,
    "held": _held,
    "message": lambda service: {"message_id": put_message(service, state="unknown")},
    "provider": lambda _service: {"provider": "africastalking"},
    "beneficiary": _beneficiary,
    "pair": lambda service: {"pair_id": put_pair(service)},
    "paid_twice": lambda service: {"dropped_id": put_paid_twice(service)},
    "import": _import,
    "text": _text,
    "proposal": lambda service: {"proposal_id": put_proposal(service, AGAIN, "ເລີ່ມອີກ")},
    "publication": lambda service: {"number": put_publication(service, MAIN, "ໜ້າທຳອິດ")},
    "conflict": _conflict,
    "question": lambda _service: {"question": "calls", "table": "hours", "form": "xlsx"},
    "village_file": lambda service: _beneficiary(service) | {"form": "csv"},
    "month": lambda _service: {"month": "2026-10"},
    "trial": lambda _service: {"entry_id": uuid4()},
    "comment": lambda service: _text(service) | {"comment_id": uuid4()},
    "factor": lambda _service: {"factor_id": uuid4()},
    "session": lambda _service: {"session_id": uuid4()},
    "payment": _payment,
    "place": _place,
    "payment_list": _payment_list,
    "broadcast_file": lambda service: _broadcast(service) | {"form": "csv"},
    "cycle": lambda _service: {"cycle": "2026-11", "figure": "paid", "form": "csv"},
}
