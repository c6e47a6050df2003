"""A publication is composed, checked and written down, and nobody's is lost to another's.

What is to stand is checked outside of any writing transaction, since it takes a while; the
transaction that writes it takes the next number, and where somebody else has taken that
meanwhile, all begins anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.staff.authors import APART_HOURS, Kept, nearness
from gateway.wordings.checks import check_together
from gateway.wordings.checks.twins import drifted
from gateway.wordings.faults import Fault, WordingError
from gateway.wordings.ground import Ground, Repository, over
from gateway.wordings.journal import log
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import PublicationKind
from gateway.wordings.proposals import Proposal, author_of, read_proposal
from gateway.wordings.tables import wording_proposals, wording_publications, wordings
from gateway.wordings.twins import drift
from gateway.wordings.versions import ground_of, latest_number

_TRIES = 5  # whoever loses so often against others reads anew what they have published
_ACTIONS: Mapping[PublicationKind, str] = {
    "published": "text.publish",
    "rolled_back": "text.roll_back",
    "kept": "text.keep",
    "dropped": "text.drop",
    "put_back": "text.put_back",
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a publication says: `lines` of texts, None for the catalogue's own again; `reasons` why
    one was put back.
    """

    kind: PublicationKind
    lines: Mapping[TextId, str | None]
    authors: Mapping[TextId, Kept]
    proposals: tuple[Proposal, ...] = ()
    undoes: int | None = None
    reasons: Mapping[TextId, tuple[Fault, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Printed:
    number: int
    sheet: Sheet


def print_sheet(
    database: Database,
    repository: Repository,
    compose: Callable[[Connection], Sheet],
    actor: Actor,
    *,
    now: datetime,
) -> Printed:
    """Writes what `compose` makes of what is there, under the next number.

    Refused: nothing_left of an empty sheet; unfit where its wordings do not hold over what
    stands; changed after several who were faster.
    """
    for _try in range(_TRIES):
        with database.reading() as connection:
            number = latest_number(connection) + 1
            sheet = compose(connection)
            ground = ground_of(connection, repository)
        if not sheet.lines:
            raise WordingError("nothing_left")
        _check(ground, sheet)
        try:
            with database.writing() as connection:
                if latest_number(connection) + 1 == number:
                    _write(connection, ground, Printed(number, sheet), actor, now=now)
                    return Printed(number, sheet)
        except IntegrityError:  # the number was taken in the same moment
            continue
    raise WordingError("changed")


def check_proposal(
    connection: Connection, proposal: Proposal, seen: int, actor: Actor, *, now: datetime
) -> None:
    """Raises WordingError where `actor` may not publish it, or it is not what was `seen`."""
    if proposal.state != "submitted":
        raise WordingError("state")
    if proposal.revision != seen:
        raise WordingError("changed")
    check_second(connection, proposal.authors, actor, now=now)


def check_second(connection: Connection, authors: Kept, actor: Actor, *, now: datetime) -> None:
    """Raises WordingError where `actor` is no second person to what `authors` wrote."""
    near = nearness(connection, authors, author_of(actor), now=now)
    if near is not None:
        raise WordingError(near, hours=APART_HOURS)


def _check(ground: Ground, sheet: Sheet) -> None:
    """Neither what goes back to the catalogue is asked, which was there before, nor what the
    catalogue has no longer; but Lao and its Latin letters go back together.
    """
    worded = {
        text: line
        for text, line in sheet.lines.items()
        if line is not None and ground.may_be_worded(text)
    }
    left = replace(ground, published=over(ground.published, dict.fromkeys(_given_back(sheet))))
    faults = check_together(left, worded)
    after = over(left.texts, worded)
    for text in _given_back(sheet):
        if text not in faults and not drift(ground.texts, text.key):
            faults[text] = tuple(drifted(after, text.key))
    faults = {text: those for text, those in faults.items() if those}
    if faults:
        raise WordingError("unfit", of=faults)


def _given_back(sheet: Sheet) -> list[TextId]:
    """What gets the catalogue's wording."""
    return [text for text, line in sheet.lines.items() if line is None]


def _write(
    connection: Connection, ground: Ground, printed: Printed, actor: Actor, *, now: datetime
) -> None:
    sheet = printed.sheet
    connection.execute(
        insert(wording_publications).values(
            number=printed.number,
            kind=sheet.kind,
            undoes=sheet.undoes,
            approved_by=actor.name,
            approved_by_id=actor.staff.id if actor.staff else None,
            published_at=now,
        )
    )
    connection.execute(insert(wordings), [_row(ground, printed, text) for text in sheet.lines])
    for proposal in sheet.proposals:
        again = read_proposal(connection, proposal.id)
        check_proposal(connection, again, proposal.revision, actor, now=now)
        _close(connection, proposal, printed.number, actor, now=now)
    for text, line in sheet.lines.items():
        said = (ground.standing(text), line or ground.base_text(text))
        log(connection, actor, _ACTIONS[sheet.kind], text, now=now, wording=said)


def _row(ground: Ground, printed: Printed, text: TextId) -> dict[str, Any]:
    sheet = printed.sheet
    return {
        "id": uuid7(),
        "publication": printed.number,
        **text.columns(),
        "text": sheet.lines[text],
        "base_text": ground.base_text(text),
        "authors": list(sheet.authors[text]),
        "reasons": [one.plain() for one in sheet.reasons.get(text, ())] or None,
    }


def _close(
    connection: Connection, proposal: Proposal, number: int, actor: Actor, *, now: datetime
) -> None:
    """Only as it was read: whoever writes in it at the same time comes before or after."""
    mine = wording_proposals.c
    changed = connection.execute(
        update(wording_proposals)
        .where(
            mine.id == proposal.id,
            mine.revision == proposal.revision,
            mine.state == "submitted",
        )
        .values(
            state="approved",
            decided_by=actor.name,
            decided_at=now,
            updated_at=now,
            publication=number,
        )
    )
    if not changed.rowcount:
        raise WordingError("changed")
