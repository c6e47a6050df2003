"""A handset in English on the service."""

from collections.abc import Callable

import pytest

from gateway.registry.choices import set_caller_locale
from tests.dialogue.screens import MOTHER
from tests.handset import Handset, Line
from tests.lines import AfricasTalkingLine
from tests.service import Service


@pytest.fixture
def phone(service: Service) -> Callable[..., Handset]:
    def connect(msisdn: str = MOTHER, line: Line | None = None, *, echoes: bool = True) -> Handset:
        with service.database.writing() as connection:
            set_caller_locale(connection, msisdn, "en", service.clock())
        return Handset(line or AfricasTalkingLine(service), msisdn, echoes=echoes)

    return connect
