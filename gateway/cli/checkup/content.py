"""Texts, menu and staff: whether callers can be answered, and somebody can sign in to see to it."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Select, func, select

from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, warning
from gateway.staff.factor_tables import second_factor_roles
from gateway.staff.tables import staff_users

_SHOWN = 3
NEED_FACTORS = ("admin", "approver")


def texts(installation: Installation) -> Iterator[Finding]:
    missing = list(installation.texts_missing())
    if missing:
        yield fault(
            f"{len(missing)} texts have no translation: {_some(missing)}.",
            "Install the release again; flask catalogue check names them all.",
        )


def menu(installation: Installation) -> Iterator[Finding]:
    faults = list(installation.menu_faults())
    if faults:
        own = installation.settings
        yield fault(
            f"The menu does not fit its page of {own.ussd_ucs2_units} UCS-2 units and "
            f"{own.ussd_septets} septets, or its {own.ussd_session_seconds} s, in "
            f"{len(faults)} places; the first: {faults[0]}",
            "Ask the operator for the usual 80 and 182, or shorten the texts; flask menus check "
            "--published names them all.",
        )


def staff(installation: Installation) -> Iterator[Finding]:
    if installation.settings.demo:
        return
    with installation.database.reading() as connection:
        admins = _count(connection, _active().where(staff_users.c.role == "admin"))
        of_demo = _count(connection, _active().where(staff_users.c.demo_password))
        required = set(connection.execute(select(second_factor_roles.c.role)).scalars())
    if not admins:
        yield fault(
            "There is no administrator's account: nobody can add staff or see the audit log.",
            "flask staff add you@example.la --role admin",
        )
    if of_demo:
        yield fault(
            f"{of_demo} accounts still have a password that the demo has made and printed.",
            "Take them away in the console (Staff), or flask staff reset EMAIL.",
        )
    lacking = [role for role in NEED_FACTORS if role not in required]
    if lacking:
        yield warning(
            f"A password alone is enough for these roles: {', '.join(lacking)}.",
            "Require a second factor of them in the console (Staff).",
        )


def _active() -> "Select[int]":
    return select(func.count()).select_from(staff_users).where(staff_users.c.active)


def _count(connection: Connection, wanted: "Select[int]") -> int:
    return int(connection.execute(wanted).scalar_one())


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return "; ".join(listed[:_SHOWN]) + (" ..." if len(listed) > _SHOWN else "")
