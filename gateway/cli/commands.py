"""Every group of commands of the contract, put into the application."""

from flask import Flask

from gateway.cli import (
    broadcasts,
    catalogue,
    doctor,
    menus,
    messaging,
    operators,
    registry,
    staff,
)


def register_commands(app: Flask) -> None:
    for group in (
        catalogue.catalogue,
        menus.menus,
        registry.db,
        registry.beneficiaries,
        registry.payments,
        registry.visits,
        messaging.reminders,
        messaging.messages,
        broadcasts.broadcasts,
        staff.staff,
        operators.operators,
        doctor.doctor,
    ):
        app.cli.add_command(group)
