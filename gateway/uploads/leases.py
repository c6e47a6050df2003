"""Keeping the lease of a file while it is worked on, and ending the work where that must be."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)


class Superseded(Exception):
    """The file is another worker's, or was cancelled: what this one did is rolled back."""


class TookTooLong(Exception):
    """One file must not hold a worker for ever."""


class LeaseKeeper:
    """Calls `renew` every few seconds in a thread of its own, until the work is over.

    Where `renew` says that the lease is lost, or `seconds` are over, the work ends: `check` raises,
    and a statement of PostgreSQL that runs on the watched connection is interrupted.
    """

    def __init__(
        self,
        renew: Callable[[], bool],
        *,
        seconds: float,
        every_seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._renew = renew
        self._monotonic = monotonic
        self._ends_at = monotonic() + seconds
        self._every_seconds = every_seconds
        self._stopped = threading.Event()
        self._why: Exception | None = None
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        if error is not None and self._why is not None and isinstance(error, SQLAlchemyError):
            raise self._why from error

    def watch(self, connection: Connection) -> None:
        """Statements of this one are interrupted."""
        self._connection = connection

    def check(self) -> None:
        """Raises Superseded or TookTooLong."""
        if self._why is None and self._monotonic() >= self._ends_at:
            self._why = TookTooLong()
        if self._why is not None:
            raise self._why

    def stop(self) -> None:
        """From here on nothing is renewed and nothing interrupted."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        while not self._stopped.wait(self._every_seconds):
            self._why = self._why or self._over()
            if self._why is not None:
                self._interrupt()

    def _over(self) -> Exception | None:
        if self._monotonic() >= self._ends_at:
            return TookTooLong()
        try:
            return None if self._renew() else Superseded()
        except SQLAlchemyError as error:
            # The lease itself outlasts a few of these; only its kind, as ever.
            logger.warning("a lease was not renewed: %s", type(error).__name__)
            return None

    def _interrupt(self) -> None:
        if self._connection is None or self._stopped.is_set():
            return
        try:
            driver: Any = self._connection.connection.driver_connection
        except SQLAlchemyError:  # closed: there is nothing to interrupt
            return
        if hasattr(driver, "cancel"):  # SQLite's statements here are short, the merge aside
            driver.cancel()
