"""What a command works on: put into the app by the composition root, fetched by the commands."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from gateway.registry.database import Database
from gateway.settings import Settings


@dataclass(frozen=True)
class Ports:
    settings: Settings
    database: Database


def ports() -> Ports:
    """The ports of the current app; raises KeyError where `app.extensions` lacks them."""
    return cast("Ports", current_app.extensions["ports"])
