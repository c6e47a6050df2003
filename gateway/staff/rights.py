"""Who may do what: one table, asked by every view and every command."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Role = Literal["viewer", "health_worker", "operator", "approver", "editor", "admin"]
Right = Literal[
    "console.see",
    "today.see",
    "beneficiary.see",
    "beneficiary.unmask",
    "beneficiary.register",
    "beneficiary.pin",
    "beneficiary.merge",
    "beneficiary.edit",
    "beneficiary.export",
    "beneficiary.take_data",
    "beneficiary.ask_erasure",
    "beneficiary.erase",
    "course.end",
    "visit.mark",
    "import.run",
    "payment.see",
    "payment.change",
    "payment.mark",
    "broadcast.see",
    "broadcast.write",
    "broadcast.approve",
    "broadcast.control",
    "message.see",
    "message.resolve",
    "case.see",
    "case.handle",
    "case.word",
    "place.see",
    "place.change",
    "report.see",
    "donor_file.take",
    "menu.see",
    "text.see",
    "text.propose",
    "text.confirm",
    "text.approve",
    "district.pause",
    "settings.see",
    "staff.manage",
    "api_key.manage",
    "webhook.see",
    "webhook.change",
    "connection.see",
    "connection.pull",
    "connection.approve",
    "audit.see",
]

ROLES: tuple[Role, ...] = get_args(Role)

_EVERYBODY = frozenset(ROLES)
# An editor reads texts, and no person's data.
_OF_PEOPLE = _EVERYBODY - {"editor"}
_OFFICE: frozenset[Role] = frozenset({"viewer", "operator", "approver", "admin"})
_DOING: frozenset[Role] = frozenset({"operator", "admin"})
_DECIDING: frozenset[Role] = frozenset({"approver", "admin"})
_WRITING: frozenset[Role] = frozenset({"editor", "admin"})

RIGHTS: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        "console.see": _EVERYBODY,
        "today.see": _OF_PEOPLE,
        "beneficiary.see": _OF_PEOPLE,
        # A phone number or a registration number in full; each look is in the audit log.
        "beneficiary.unmask": _OF_PEOPLE - {"viewer"},
        # A health worker at her health centre, as somebody who has applied.
        "beneficiary.register": _DOING | {"health_worker"},
        # Mothers who forgot it are sent to the health centre.
        "beneficiary.pin": _DOING | {"health_worker"},
        "beneficiary.merge": _DOING,
        "beneficiary.edit": _DOING,
        "beneficiary.export": _OF_PEOPLE - {"viewer"},
        # All that is held of one person, for her; and that it be erased, which takes two people.
        "beneficiary.take_data": _DOING | _DECIDING,
        "beneficiary.ask_erasure": _DOING | _DECIDING,
        "beneficiary.erase": _DECIDING,
        "course.end": _DOING | {"health_worker"},
        "visit.mark": _DOING | {"health_worker"},
        "import.run": _DOING,
        "payment.see": _OF_PEOPLE,
        "payment.change": _DOING,
        # Whom the paying clerk paid; the list on the screen has numbers in full.
        "payment.mark": _DOING,
        "broadcast.see": _OFFICE,
        "broadcast.write": _DOING,
        # Nobody approves their own: the view asks that as well.
        "broadcast.approve": _DECIDING,
        "broadcast.control": _DOING | _DECIDING,
        "message.see": _OFFICE,
        "message.resolve": _DOING,
        "case.see": _OFFICE,
        "case.handle": _DOING | _DECIDING,
        # Answers that stand ready go to many.
        "case.word": _DECIDING,
        "place.see": _OFFICE,
        "place.change": _DOING,
        "report.see": _OF_PEOPLE,
        "donor_file.take": _DECIDING,
        "menu.see": _EVERYBODY,
        "text.see": _OFFICE | _WRITING,
        "text.propose": _WRITING,
        "text.confirm": _WRITING | _DECIDING,
        # Nobody approves what they wrote in: `gateway.wordings.publishing` asks that.
        "text.approve": _WRITING | _DECIDING,
        "district.pause": _DOING | _DECIDING,
        "settings.see": _OFFICE,
        "staff.manage": frozenset({"admin"}),
        "webhook.see": _OFFICE,
        "webhook.change": _DOING | _DECIDING,
        "connection.see": _OFFICE,
        "connection.pull": _DOING | _DECIDING,
        # Whoever has looked at what another system's rows would do.
        "connection.approve": _DECIDING,
        "api_key.manage": frozenset({"admin"}),
        "audit.see": frozenset({"admin"}),
    }
)


def may(role: Role, right: Right) -> bool:
    """Whether `role` has `right`; raises KeyError for a right that is not in the table."""
    return role in RIGHTS[right]
