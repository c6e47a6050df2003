"""Every route of the console, written down by hand: who may open it, and an example to open.

A new view needs a line in ROUTES. What its address names is made by a function of EXAMPLES, in the
district Sanamxay, so that whoever is confined to another district must get 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from gateway.api.keys import Wanted, make_key
from gateway.connectors.tables import connections
from gateway.registry.places import remember_in_district
from gateway.registry.tables import beneficiaries, payments, place_aliases
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor
from gateway.text_cards.written import id_of
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

ALL = "viewer health_worker operator approver editor admin"
OF_PEOPLE = "viewer health_worker operator approver admin"
OFFICE = "viewer operator approver admin"
TEXTS = "viewer operator approver editor admin"
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
    "console.account.index": Route(ALL),
    "console.account.see": Route(ALL),
    "console.account.second_step": Route(PUBLIC),
    "console.account.reset": Route(PUBLIC),
    "console.account.second_factor": Route(ALL),
    "console.account.add_app": Route(ALL),
    "console.account.add_key": Route(ALL),
    "console.account.use_key": Route(PUBLIC),
    "console.account.go_to_service": Route(PUBLIC),
    "console.account.back_from_service": Route(PUBLIC),
    "console.account.out_of_service": Route(PUBLIC),
    "console.account.new_codes": Route(ALL),
    "console.account.remove_factor": Route(ALL, "factor", confined=False),
    "console.account.sessions": Route(ALL),
    "console.account.end_session": Route(ALL, "session", confined=False),
    "console.account.end_other_sessions": Route(ALL),
    "console.assets.file": Route(PUBLIC, "asset", confined=False),
    "console.guide.index": Route(ALL),
    # Today
    "console.today.index": Route(ALL),
    "console.today.delivery_svg": Route(OF_PEOPLE),
    "console.today.calls_svg": Route(OF_PEOPLE),
    "console.today.release": Route("operator admin", "provider", confined=False),
    # Beneficiaries
    "console.beneficiaries.index": Route(OF_PEOPLE),
    "console.beneficiaries.people_file": Route(
        "health_worker operator approver admin", "village_file", confined=False
    ),
    "console.beneficiaries.show": Route(OF_PEOPLE, "beneficiary"),
    "console.beneficiaries.register_person": Route("health_worker operator admin"),
    "console.beneficiaries.unmask": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.hide": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.edit": Route("operator admin", "beneficiary"),
    "console.beneficiaries.correct_person": Route("operator admin", "beneficiary"),
    "console.beneficiaries.duplicates": Route("operator admin"),
    "console.beneficiaries.pair": Route("operator admin", "pair"),
    "console.beneficiaries.settle_paid_twice": Route("operator admin", "paid_twice"),
    "console.beneficiaries.different": Route("operator admin", "pair"),
    "console.beneficiaries.same_as": Route("operator admin", "beneficiary"),
    "console.beneficiaries.pin": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.enter_birth": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.take_back": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.end_course": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.resume_course": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.mark_visit": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.unmark_visit": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.village_index": Route("health_worker operator approver admin"),
    "console.beneficiaries.village": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.unreachable_csv": Route("health_worker operator approver admin"),
    # One person's data
    "console.own_data.index": Route("operator approver admin"),
    "console.own_data.show": Route("operator approver admin", "beneficiary"),
    "console.own_data.paper": Route("operator approver admin", "beneficiary"),
    "console.own_data.data_json": Route("operator approver admin", "beneficiary"),
    "console.own_data.ask": Route("operator approver admin", "beneficiary"),
    "console.own_data.withdraw": Route("operator approver admin", "beneficiary"),
    "console.own_data.erase": Route("approver admin", "beneficiary"),
    # Imports
    "console.imports.index": Route("operator admin"),
    "console.imports.upload": Route("operator admin"),
    "console.imports.sample": Route("operator admin", "import", confined=False),
    "console.imports.template": Route("operator admin", "import", confined=False),
    "console.imports.show": Route("operator admin", "import"),
    "console.imports.progress": Route("operator admin", "import"),
    "console.imports.confirm": Route("operator admin", "import"),
    "console.imports.cancel": Route("operator admin", "import"),
    "console.imports.places": Route("operator admin", "import"),
    "console.imports.take": Route("operator admin", "import"),
    "console.imports.undo_preview": Route("operator admin", "import"),
    "console.imports.undo": Route("operator admin", "import"),
    "console.imports.left": Route("operator admin", "import"),
    "console.imports.faults": Route("operator admin", "import"),
    "console.imports.kept": Route("operator admin", "import"),
    "console.imports.changed": Route("operator admin", "import"),
    # Payments
    "console.payments.index": Route(OF_PEOPLE),
    "console.payments.day": Route(OF_PEOPLE, "payment", confined=False),
    "console.payments.change_slice": Route("operator admin", "payment"),
    "console.payments.move_day": Route("operator admin", "payment", confined=False),
    "console.payments.payment": Route(OF_PEOPLE, "payment_list"),
    "console.payments.mark_payment": Route("operator admin", "payment_list"),
    "console.payments.take_mark_back": Route("operator admin", "payment_list"),
    "console.payments.cycle_index": Route(OF_PEOPLE),
    "console.payments.cycle": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_file": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_people": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_people_file": Route(
        "health_worker operator approver admin", "cycle", confined=False
    ),
    "console.payments.sheet": Route(OF_PEOPLE, "payment"),
    "console.payments.mark_sheet": Route("operator admin", "payment"),
    "console.payments.marked_list": Route("operator admin", "payment_list"),
    "console.payments.take_list_back": Route("operator admin", "payment_list"),
    # Cases
    "console.cases.index": Route(OFFICE),
    "console.cases.file": Route("operator approver admin", "village_file", confined=False),
    "console.cases.show": Route(OFFICE, "case"),
    "console.cases.whose": Route("operator approver admin", "case"),
    "console.cases.due": Route("operator approver admin", "case"),
    "console.cases.unmask": Route("operator approver admin", "case"),
    "console.cases.assign": Route("operator approver admin", "case"),
    "console.cases.note": Route("operator approver admin", "case"),
    "console.cases.answer": Route("operator approver admin", "case"),
    "console.cases.close": Route("operator approver admin", "case"),
    "console.cases.reopen": Route("operator approver admin", "case"),
    "console.cases.answers": Route("approver admin"),
    "console.cases.change_answer": Route("approver admin", "answer"),
    "console.cases.retire_answer": Route("approver admin", "answer"),
    # Messages
    "console.messages.index": Route(OFFICE),
    "console.messages.unknown": Route(OFFICE),
    "console.messages.held_back": Route(OFFICE),
    "console.messages.unmask_held": Route("operator approver admin", "held"),
    "console.messages.lift": Route("operator admin", "held"),
    "console.messages.show": Route(OFFICE, "message"),
    "console.messages.resolve": Route("operator admin", "message"),
    # Reports
    "console.reports.index": Route(OF_PEOPLE),
    "console.reports.month_csv": Route(OF_PEOPLE),
    "console.reports.not_reached": Route(OF_PEOPLE),
    "console.reports.not_reached_csv": Route("health_worker operator approver admin"),
    # Questions
    "console.questions.index": Route(OF_PEOPLE),
    "console.questions.show": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.chart": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.file": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.village": Route(OF_PEOPLE, "beneficiary"),
    "console.questions.village_file": Route(
        "health_worker operator approver admin", "village_file"
    ),
    "console.questions.donor_file": Route("approver admin", "month", confined=False),
    # Broadcasts
    "console.broadcasts.index": Route(OFFICE),
    "console.broadcasts.new": Route("operator admin"),
    "console.broadcasts.audience": Route("operator admin"),
    "console.broadcasts.alphabet": Route("operator admin"),
    "console.broadcasts.edit": Route("operator admin", "broadcast"),
    "console.broadcasts.show": Route(OFFICE, "broadcast"),
    "console.broadcasts.preview": Route(OFFICE, "broadcast"),
    "console.broadcasts.count": Route("operator admin", "broadcast"),
    "console.broadcasts.submit": Route("operator admin", "broadcast"),
    "console.broadcasts.withdraw": Route("operator admin", "broadcast"),
    "console.broadcasts.send_back": Route("approver admin", "broadcast"),
    "console.broadcasts.approve": Route("approver admin", "broadcast"),
    "console.broadcasts.start": Route("operator approver admin", "broadcast"),
    "console.broadcasts.pause": Route("operator approver admin", "broadcast"),
    "console.broadcasts.resume": Route("operator approver admin", "broadcast"),
    "console.broadcasts.cancel": Route("operator approver admin", "broadcast"),
    "console.broadcasts.try_it": Route("operator approver admin", "broadcast"),
    "console.broadcasts.people": Route(OFFICE, "broadcast"),
    "console.broadcasts.people_file": Route("operator approver admin", "broadcast_file"),
    "console.broadcasts.progress": Route(OFFICE, "broadcast"),
    "console.broadcasts.results_svg": Route(OFFICE, "broadcast"),
    "console.broadcasts.results_csv": Route(OFFICE, "broadcast"),
    # Menu map
    "console.menu_map.index": Route(ALL),
    "console.menu_map.try_it": Route(ALL),
    # Texts
    "console.texts.index": Route(TEXTS),
    "console.texts.show": Route(TEXTS, "text", confined=False),
    "console.texts.workbook": Route(TEXTS),
    "console.texts.printable": Route(TEXTS),
    "console.texts.trial_sheet": Route(TEXTS),
    "console.texts.check": Route("editor admin", "text", confined=False),
    "console.texts.confirm": Route("approver editor admin", "text", confined=False),
    "console.texts.unconfirm": Route("approver editor admin", "text", confined=False),
    "console.texts.propose": Route("editor admin", "text", confined=False),
    "console.texts.comment": Route("approver editor admin", "text", confined=False),
    "console.texts.settle": Route("approver editor admin", "comment", confined=False),
    "console.texts.withdraw": Route("editor admin", "proposal", confined=False),
    "console.texts.reject": Route("approver editor admin", "proposal", confined=False),
    "console.texts.approve": Route("approver editor admin", "proposal", confined=False),
    "console.texts.publications": Route(TEXTS),
    "console.texts.trials": Route(TEXTS),
    "console.texts.enter_trial": Route("approver editor admin"),
    "console.texts.take_out_trial": Route("approver editor admin", "trial", confined=False),
    "console.texts.take": Route("editor admin"),
    "console.texts.roll_back": Route("approver editor admin", "publication", confined=False),
    "console.texts.keep": Route("approver editor admin", "conflict", confined=False),
    "console.texts.drop": Route("approver editor admin", "conflict", confined=False),
    # Settings
    "console.settings.index": Route(OFFICE),
    # Districts
    "console.districts.index": Route("operator approver admin"),
    "console.districts.pause": Route("operator approver admin", "district"),
    "console.districts.resume": Route("operator approver admin", "district"),
    # Places
    "console.places.index": Route(OFFICE),
    "console.places.show": Route(OFFICE, "place"),
    "console.places.rename_place": Route("operator admin", "place"),
    "console.places.merge_place": Route("operator admin", "place"),
    "console.places.retire": Route("operator admin", "place"),
    "console.places.reopen": Route("operator admin", "place"),
    "console.places.forget": Route("operator admin", "place"),
    # Staff
    "console.staff.index": Route("admin"),
    "console.staff.add": Route("admin"),
    "console.staff.change": Route("admin", "account"),
    "console.staff.new_password": Route("admin", "account"),
    "console.staff.deactivate": Route("admin", "account"),
    "console.staff.activate": Route("admin", "account"),
    "console.staff.unlock": Route("admin", "account"),
    "console.staff.unlink": Route("admin", "account"),
    "console.staff.ask_reset": Route("admin", "account"),
    "console.staff.confirm_reset": Route("admin", "account"),
    "console.staff.drop_reset": Route("admin", "account"),
    "console.staff.second_factor": Route("admin"),
    # Connections
    "console.connections.index": Route(OFFICE),
    "console.connections.show": Route(
        "viewer operator approver admin", "connection", confined=False
    ),
    "console.connections.approve": Route("approver admin", "connection", confined=False),
    "console.connections.pull": Route("operator approver admin", "connection", confined=False),
    # Keys of other systems
    "console.api_keys.index": Route("admin"),
    "console.api_keys.add": Route("admin"),
    "console.api_keys.show": Route("admin", "api_key"),
    "console.api_keys.rotate": Route("admin", "api_key"),
    "console.api_keys.revoke": Route("admin", "api_key"),
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
