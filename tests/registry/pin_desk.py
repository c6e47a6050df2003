"""Where PINs are tried in tests: the mother 26000001 with her PIN, and whoever asks."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.registry.pins import (
    PinResult,
    check_pin,
    count_older,
    set_pin,
)
from gateway.registry.tables import beneficiaries, pin_attempts
from tests.kept import once
from tests.registry.files import NOW, PEPPERS, beneficiary
from tests.registry.importer import Importer

MOTHER = "+8562055512345"
STRANGER = "+8562099912345"
HERS = "26000001"
HER_ROW = beneficiaries.c.registration_no == HERS
COLUMNS = ("pin_salt", "pin_hash")


class PinDesk:
    """Asks for PINs, each time under a key of its own unless told otherwise."""

    def __init__(self, importer: Importer) -> None:
        self.importer = importer
        self.asked = 0
        self.peppers = PEPPERS

    def check(
        self,
        pin: str,
        *,
        msisdn: str = MOTHER,
        number: str = HERS,
        at: datetime = NOW,
        key: str | None = None,
    ) -> PinResult:
        self.asked += 1
        with self.importer.database.writing() as connection:
            return check_pin(
                connection,
                event_key=key or f"key {self.asked}",
                msisdn=msisdn,
                registration_no=number,
                pin=pin,
                now=at,
                peppers=self.peppers,
            )

    def older(self) -> int:
        """PINs under another pepper than the newest."""
        with self.importer.database.reading() as connection:
            return count_older(connection, self.peppers)

    def outcomes(self) -> list[str]:
        with self.importer.database.reading() as connection:
            rows = select(pin_attempts.c.outcome).order_by(pin_attempts.c.id)
            return list(connection.execute(rows).scalars())


@pytest.fixture
def pin_desk(importer: Importer) -> PinDesk:
    """She has the PIN 4321, her neighbour 26000002 has none."""
    people = (beneficiary(HERS, pin="4321"), beneficiary("26000002", msisdn=""))
    once(importer.database, "a mother with a PIN", lambda: importer.beneficiaries(*people))
    return PinDesk(importer)


def set_to(pin_desk: PinDesk, pin: str | None) -> None:
    whose = pin_desk.importer.person(HERS).id
    with pin_desk.importer.database.writing() as connection:
        set_pin(connection, whose, pin, peppers=pin_desk.peppers, now=NOW)


def store(pin_desk: PinDesk, **columns: Any) -> None:
    if not columns:
        return
    with pin_desk.importer.database.writing() as connection:
        connection.execute(update(beneficiaries).where(HER_ROW).values(columns))
