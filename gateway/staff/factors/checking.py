"""Whether somebody has their second factor at hand: counted, so that nobody goes on guessing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, select, update

from gateway.registry.database import Database
from gateway.staff.factor_tables import staff_factors
from gateway.staff.factors.authenticator import DIGITS, Authenticators, Counter
from gateway.staff.factors.recovery import use_code
from gateway.staff.tries import Origin, count_try, forget_tries

Outcome = Literal["authenticator", "recovery", "key", "wrong_code", "wrong_key", "too_many"]
RIGHT: frozenset[Outcome] = frozenset({"authenticator", "recovery", "key"})


@dataclass(frozen=True)
class Checks:
    """What codes are checked with; `keys` are those of the hashes, the newest first."""

    authenticators: Authenticators
    keys: Sequence[bytes]

    def check(
        self, database: Database, staff_id: UUID, typed: str, *, origin: Origin, now: datetime
    ) -> Outcome:
        """With what it was right, or why it was not. Five wrong ones from one place, and none is
        right there for 15 minutes; a right password gives no more tries.
        """

        def attempt(connection: Connection) -> Outcome:
            return self._outcome(connection, staff_id, typed.strip(), now)

        return self.check_by(attempt, database, staff_id, origin=origin, now=now)

    def check_by(
        self,
        attempt: Callable[[Connection], Outcome],
        database: Database,
        staff_id: UUID,
        *,
        origin: Origin,
        now: datetime,
    ) -> Outcome:
        """The same by whatever `attempt` finds out."""
        with database.writing() as connection:
            if not count_try(connection, staff_id, origin, now, what="factor"):
                return "too_many"
        # In a transaction of its own: the try stays counted whatever happens here.
        with database.writing() as connection:
            outcome = attempt(connection)
            if outcome in RIGHT:
                forget_tries(connection, staff_id, origin, what="factor")
        return outcome

    def _outcome(
        self, connection: Connection, staff_id: UUID, typed: str, now: datetime
    ) -> Outcome:
        digits = typed.replace(" ", "")
        if len(digits) == DIGITS and digits.isdecimal():
            latin = "".join(str(int(digit)) for digit in digits)  # Lao keyboards have digits too
            found = self._is_of_an_app(connection, staff_id, latin, now)
            return "authenticator" if found else "wrong_code"
        used = use_code(connection, staff_id, typed, self.keys, now)
        return "recovery" if used else "wrong_code"

    def _is_of_an_app(
        self, connection: Connection, staff_id: UUID, digits: str, now: datetime
    ) -> bool:
        factors = staff_factors.c
        # Held: the same code sent twice at once must not be right twice.
        held = select(staff_factors).where(
            factors.staff_id == staff_id, factors.kind == "authenticator"
        )
        for row in connection.execute(held.with_for_update()).all():
            counter = Counter(row.last_counter)
            if self.authenticators.is_code(digits, row.secret, counter):
                values = {"last_counter": counter.last, "last_used_at": now}
                renewed = self.authenticators.renewed(row.secret)
                values |= {"secret": renewed} if renewed else {}
                mine = update(staff_factors).where(factors.id == row.id)
                connection.execute(mine.values(values))
                return True
        return False
