"""What a command works on: put into the app by the composition root, fetched by the commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app

from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.providers.provider import Provider
from gateway.registry.database import Database
from gateway.settings import Settings


@dataclass(frozen=True)
class Ports:
    settings: Settings
    database: Database
    providers: Sequence[Provider] = ()


def ports() -> Ports:
    """The ports of the current app; raises KeyError where `app.extensions` lacks them."""
    return cast("Ports", current_app.extensions["ports"])


def sending_hours() -> SendingHours:
    """When SMS other than answers may go out."""
    holidays = lao_holidays(PROGRAMME.holidays)
    settings = ports().settings
    return SendingHours(zone=settings.zone, quiet=settings.quiet, is_holiday=holidays)
