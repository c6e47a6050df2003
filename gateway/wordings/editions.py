"""What a process speaks: the catalogues with what is published over them, as one edition in memory.

The database is asked for the latest publication by a thread of the process every few seconds, by
the first dial that a process answers, and by whoever says `refresh`; never for a key press. Where
it is away, the last words that were read stay in use; a process that has read none speaks the
catalogues. An edition that was replaced is kept for as long as a session may live.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.catalogues import lookup_in
from gateway.registry.database import Database
from gateway.wordings.ground import HANDSETS, Texts
from gateway.wordings.tables import wording_publications
from gateway.wordings.versions import published_texts

Gettext = Callable[[str], str]
KEPT_SECONDS = 3600.0  # no session is longer
_Mark = tuple[int, datetime] | None

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Edition:
    """All texts at one time; `version` are 8 hex digits of what handsets show."""

    version: str
    published: Texts
    gettext: Mapping[str, Gettext]


class Editions:
    """The editions that a process knows; `current` is the one that a dial begins with."""

    def __init__(
        self, database: Database, base: Texts, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._base = base
        self._monotonic = monotonic
        self._lock = Lock()
        self.forget()
        self.gettext: Mapping[str, Gettext] = _Spoken(self)

    def forget(self) -> None:
        """As if nothing had been read yet."""
        self.current = _edition(self._base, {})
        self._mark: _Mark = None
        self._was_read = False
        self._known = {self.current.version: self.current}
        self._replaced_at: dict[str, float] = {}

    def find(self, version: str) -> Edition | None:
        """The edition of a session that began with it; None where this process has none."""
        return self._known.get(version)

    def at_dial(self) -> Edition:
        """The current one; the first dial of a process reads it, on the dial's own time."""
        if not self._was_read:
            try:
                self.refresh()
            except SQLAlchemyError as error:
                logger.warning("published texts not read: %s", type(error).__name__)
        return self.current

    def refresh(self) -> None:
        """Reads what is published, if that is not what was read last; raises SQLAlchemyError."""
        with self._database.reading() as connection:
            mark = _latest(connection)
            if self._was_read and mark == self._mark:
                return
            published = published_texts(connection, self._base) if mark else {}
        with self._lock:
            self._take(_edition(self._base, published))
            self._mark, self._was_read = mark, True

    def _take(self, edition: Edition) -> None:
        """What others read meanwhile is replaced as a whole."""
        now = self._monotonic()
        replaced_at = {**self._replaced_at, self.current.version: now}
        replaced_at.pop(edition.version, None)
        gone = {name for name, at in replaced_at.items() if now - at > KEPT_SECONDS}
        known = {**self._known, edition.version: self._known.get(edition.version, edition)}
        self._known = {name: one for name, one in known.items() if name not in gone}
        self._replaced_at = {name: at for name, at in replaced_at.items() if name not in gone}
        self.current = self._known[edition.version]


class _Spoken(Mapping[str, Gettext]):
    """The functions of the current edition, for those who have no session."""

    def __init__(self, editions: Editions) -> None:
        self._editions = editions

    def __getitem__(self, locale: str) -> Gettext:
        return self._editions.current.gettext[locale]

    def __iter__(self) -> Iterator[str]:
        return iter(self._editions.current.gettext)

    def __len__(self) -> int:
        return len(self._editions.current.gettext)


def _latest(connection: Connection) -> _Mark:
    """A number alone would not do: a database that was restored counts on from an older one."""
    columns = (wording_publications.c.number, wording_publications.c.published_at)
    newest = select(*columns).order_by(wording_publications.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else (row.number, row.published_at)


def _edition(base: Texts, published: Texts) -> Edition:
    texts = {locale: {**those, **published.get(locale, {})} for locale, those in base.items()}
    gettext = {locale: lookup_in(those) for locale, those in texts.items()}
    return Edition(_version(texts), published, gettext)


def _version(texts: Texts) -> str:
    shown = {
        locale: {key: those.get(key) for key in texts[HANDSETS]} for locale, those in texts.items()
    }
    plain = json.dumps(shown, sort_keys=True, ensure_ascii=True).encode()
    return hashlib.blake2b(plain, digest_size=4).hexdigest()
