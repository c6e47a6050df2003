"""What is published, and what has become of it since: read from the rows, newest last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.staff.authors import Kept
from gateway.wordings.faults import Fault
from gateway.wordings.ground import Ground, Repository, Texts
from gateway.wordings.keys import TextId, of_text, text_of
from gateway.wordings.kinds import ConflictKind, PublicationKind
from gateway.wordings.tables import wording_publications, wordings


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One version of a text. `wording` None: the catalogue's, which was `base` then."""

    id: UUID
    text: TextId
    wording: str | None
    base: str | None
    authors: Kept
    publication: int
    kind: PublicationKind
    approved_by: str
    published_at: datetime
    reasons: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A published wording that an upgrade or a smaller page has got into the way of.

    `wording` is the published one; `base` the catalogue's now, None where the text is gone.
    """

    kind: ConflictKind
    text: TextId
    wording: str
    base: str | None
    since: Wording


def latest_number(connection: Connection) -> int:
    """Of the last publication; 0 where there is none."""
    newest = select(wording_publications.c.number).order_by(wording_publications.c.number.desc())
    return connection.execute(newest.limit(1)).scalar_one_or_none() or 0


def newest_wordings(connection: Connection) -> dict[TextId, Wording]:
    """Of each text that was ever published, the version that holds."""
    return {one.text: one for one in _read(connection)}


def published_texts(connection: Connection, base: Texts) -> Texts:
    """{locale: {key: wording}} over the catalogues `base`: of what they still know."""
    return published_over(base, newest_wordings(connection))


def published_over(base: Texts, newest: Mapping[TextId, Wording]) -> Texts:
    found: dict[str, dict[str, str]] = {locale: {} for locale in base}
    for (locale, key), one in newest.items():
        if one.wording is not None and base.get(locale, {}).get(key):
            found[locale][key] = one.wording
    return found


def ground_of(connection: Connection, repository: Repository) -> Ground:
    """What a wording is checked on now."""
    base = repository.base
    return Ground(repository.tree, base, published_texts(connection, base), repository.page)


def history_of(connection: Connection, text: TextId) -> list[Wording]:
    """Every version of one text, the newest first."""
    return _read(connection, of_text(wordings, text))[::-1]


def publication(connection: Connection, number: int) -> list[Wording]:
    """The wordings of one publication."""
    return _read(connection, wordings.c.publication == number)


def publications(connection: Connection, *, limit: int = 50) -> list[Row[Any]]:
    """The rows of `wording_publications`, the newest first."""
    newest = select(wording_publications).order_by(wording_publications.c.number.desc())
    return list(connection.execute(newest.limit(limit)).all())


def conflicts(connection: Connection, base: Texts) -> list[Conflict]:
    """What staff have to look at after an upgrade or a change of the page's size.

    Nothing is kept of a conflict: it is there as long as rows and catalogue disagree, and gone
    with the next publication of the text.
    """
    history: dict[TextId, list[Wording]] = {}
    for one in _read(connection):
        history.setdefault(one.text, []).append(one)
    found = [_conflict(versions, base) for versions in history.values()]
    return [one for one in found if one is not None]


def _conflict(versions: list[Wording], base: Texts) -> Conflict | None:
    newest = versions[-1]
    text = newest.text
    now = base.get(text.locale, {}).get(text.key) or None
    if newest.kind == "put_back":
        former = next((one.wording for one in reversed(versions) if one.wording is not None), None)
        return Conflict("does_not_fit", text, former, now, newest) if former else None
    if newest.wording is None or now == newest.wording:
        return None
    if now is None:
        return Conflict("removed", text, newest.wording, None, newest)
    if now != newest.base:
        return Conflict("base_changed", text, newest.wording, now, newest)
    return None


def _read(connection: Connection, *conditions: Any) -> list[Wording]:
    """In the order in which they were published."""
    joined = wordings.join(wording_publications)
    columns = (
        wordings,
        wording_publications.c.kind,
        wording_publications.c.approved_by,
        wording_publications.c.published_at,
    )
    statement = select(*columns).select_from(joined).where(*conditions)
    rows = connection.execute(statement.order_by(wordings.c.publication, wordings.c.id))
    return [_wording(row) for row in rows]


def _wording(row: Row[Any]) -> Wording:
    return Wording(
        id=row.id,
        text=text_of(row),
        wording=row.text,
        base=row.base_text,
        authors=row.authors,
        publication=row.publication,
        kind=row.kind,
        approved_by=row.approved_by,
        published_at=row.published_at,
        reasons=tuple(Fault(**one) for one in row.reasons or ()),
    )
