"""The thread of a web process that asks every few seconds whether something was published."""

import logging
import os
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from gateway.registry.deadlines import within
from gateway.wordings.editions import Editions

EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 2.0  # for the database, each time
TEXTS = "texts"  # whose breaker

logger = logging.getLogger(__name__)


class Watch:
    """Begins with the first request of a process, so behind any fork; ends with the process."""

    def __init__(self, editions: Editions, every_seconds: float = EVERY_SECONDS) -> None:
        self._editions = editions
        self._every = every_seconds
        self._lock = Lock()
        self._process = 0
        self._over = Event()

    def begin(self) -> None:
        """Nothing where it has begun: this is asked with every request."""
        process = os.getpid()
        if self._process == process:
            return
        with self._lock:
            if self._process != process:
                self._process = process
                Thread(target=self._run, name="texts", daemon=True).start()

    def end(self) -> None:
        self._over.set()

    def _run(self) -> None:
        answered = True
        while True:
            answered = self._look(answered)
            if self._over.wait(self._every):
                return

    def _look(self, answered: bool) -> bool:
        """Whether the database answered; that it does not any more is said once."""
        try:
            with within(PATIENCE_SECONDS, TEXTS, each=True):
                self._editions.refresh()
        except SQLAlchemyError as error:
            if answered:
                logger.warning("published texts stay as they are: %s", type(error).__name__)
            return False
        except Exception:  # whatever it is, the next look may find it mended
            logger.exception("published texts")
            return False
        return True
