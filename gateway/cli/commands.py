"""Every group of commands of the contract, put into the application."""

from flask import Flask

from gateway.cli import catalogue, menus, registry


def register_commands(app: Flask) -> None:
    for group in (
        catalogue.catalogue,
        menus.menus,
        registry.db,
        registry.beneficiaries,
        registry.payments,
        registry.visits,
    ):
        app.cli.add_command(group)
