"""Who may do what: one table, asked by every view and every command."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Role = Literal["viewer", "health_worker", "operator", "approver", "admin"]
Right = Literal[
    "console.see",
    "beneficiary.see",
    "beneficiary.unmask",
    "beneficiary.edit",
    "beneficiary.export",
    "course.end",
    "visit.mark",
    "import.run",
    "payment.see",
    "payment.change",
    "broadcast.see",
    "broadcast.write",
    "broadcast.approve",
    "broadcast.control",
    "message.see",
    "message.resolve",
    "case.see",
    "case.handle",
    "report.see",
    "menu.see",
    "district.pause",
    "settings.see",
    "staff.manage",
    "audit.see",
]

ROLES: tuple[Role, ...] = get_args(Role)

_EVERYBODY = frozenset(ROLES)
_OFFICE: frozenset[Role] = frozenset({"viewer", "operator", "approver", "admin"})
_DOING: frozenset[Role] = frozenset({"operator", "admin"})
_DECIDING: frozenset[Role] = frozenset({"approver", "admin"})

RIGHTS: Mapping[Right, frozenset[Role]] = MappingProxyType(
    {
        "console.see": _EVERYBODY,
        "beneficiary.see": _EVERYBODY,
        # A phone number or a registration number in full; each look is in the audit log.
        "beneficiary.unmask": _EVERYBODY - {"viewer"},
        "beneficiary.edit": _DOING,
        "beneficiary.export": _EVERYBODY - {"viewer"},
        "course.end": _DOING | {"health_worker"},
        "visit.mark": _DOING | {"health_worker"},
        "import.run": _DOING,
        "payment.see": _EVERYBODY,
        "payment.change": _DOING,
        "broadcast.see": _OFFICE,
        "broadcast.write": _DOING,
        # Nobody approves their own: the view asks that as well.
        "broadcast.approve": _DECIDING,
        "broadcast.control": _DOING | _DECIDING,
        "message.see": _OFFICE,
        "message.resolve": _DOING,
        "case.see": _OFFICE,
        "case.handle": _DOING | _DECIDING,
        "report.see": _EVERYBODY,
        "menu.see": _EVERYBODY,
        "district.pause": _DOING | _DECIDING,
        "settings.see": _OFFICE,
        "staff.manage": frozenset({"admin"}),
        "audit.see": frozenset({"admin"}),
    }
)


def may(role: Role, right: Right) -> bool:
    """Whether `role` has `right`; raises KeyError for a right that is not in the table."""
    return role in RIGHTS[right]
