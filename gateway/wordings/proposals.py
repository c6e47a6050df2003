"""A proposal: draft <-> submitted -> approved | rejected; withdrawn before it is decided.

One text has one open proposal: whoever has a better word goes on with that, and is one of its
authors then. Each function raises WordingError where it cannot be, and writes the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.staff.audit import Actor
from gateway.staff.authors import Author, Kept, with_author
from gateway.wordings.checks import Wordings, check_wording
from gateway.wordings.checks.letters import LONGEST
from gateway.wordings.checks.proposed import tidied
from gateway.wordings.faults import WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.journal import log
from gateway.wordings.keys import TextId, of_text, text_of
from gateway.wordings.kinds import OPEN, ProposalState
from gateway.wordings.tables import wording_proposals

_table = wording_proposals.c
_LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`instead_of` is what stood there when it was written; `authors` as they are kept."""

    id: UUID
    text: TextId
    wording: str
    instead_of: str
    note: str
    state: ProposalState
    authors: Kept
    revision: int
    created_at: datetime
    updated_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    publication: int | None


def author_of(actor: Actor) -> Author:
    return Author(actor.name, actor.staff.id if actor.staff else None)


def propose(
    connection: Connection,
    ground: Ground,
    text: TextId,
    wording: str,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    submit: bool = True,
    beside: Wordings | None = None,
) -> UUID:
    """A new proposal, submitted at once or a draft; with it goes what is `beside` it. Refused:
    unfit (with its faults), no_such_text, same, and open where the text has a proposal already.
    """
    wording, standing = _checked(ground, text, wording, beside)
    proposal_id: UUID = uuid7()
    row = {
        "id": proposal_id,
        **text.columns(),
        "text": wording,
        "instead_of": standing,
        "note": note.strip()[:_LONGEST_NOTE] or None,
        "state": "submitted" if submit else "draft",
        "authors": [author_of(actor).plain()],
        "revision": 1,
        "created_at": now,
        "updated_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(wording_proposals).values(row))
    except IntegrityError:
        raise WordingError("open") from None
    log(connection, actor, "text.propose", text, now=now, wording=(standing, wording))
    return proposal_id


def rewrite(
    connection: Connection,
    ground: Ground,
    proposal_id: UUID,
    wording: str,
    *,
    actor: Actor,
    now: datetime,
    seen: int,
    note: str | None = None,
    submit: bool = True,
    beside: Wordings | None = None,
) -> None:
    """Another wording of an open proposal, by its authors or somebody who becomes one; `seen` is
    the revision that was read. `note` None: as it is.
    """
    before = read_proposal(connection, proposal_id)
    wording, standing = _checked(ground, before.text, wording, beside)
    values: dict[str, Any] = {"text": wording, "instead_of": standing}
    if note is not None:
        values["note"] = note.strip()[:_LONGEST_NOTE] or None
    values["state"] = "submitted" if submit else "draft"
    _change(connection, before, states=OPEN, seen=seen, actor=actor, now=now, **values)
    changes = {"wording": (before.wording, wording)}
    log(connection, actor, "text.rewrite", before.text, now=now, **changes)


def submit(
    connection: Connection, proposal_id: UUID, *, actor: Actor, now: datetime, seen: int
) -> None:
    """A draft waits for a second person from now on; who says so is one of its authors."""
    before = read_proposal(connection, proposal_id)
    _change(
        connection, before, states=("draft",), seen=seen, actor=actor, now=now, state="submitted"
    )
    log(connection, actor, "text.submit", before.text, now=now, state=(before.state, "submitted"))


def withdraw(connection: Connection, proposal_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Taken back, whoever wrote it."""
    _decide(connection, proposal_id, "withdrawn", states=OPEN, actor=actor, now=now)


def reject(
    connection: Connection, proposal_id: UUID, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Turned down. One's own may be turned down too: nothing is published by that."""
    said = reason.strip()[:_LONGEST_NOTE]
    _decide(
        connection, proposal_id, "rejected", states=("submitted",), actor=actor, now=now,
        reason=said,
    )  # fmt: skip


def read_proposal(connection: Connection, proposal_id: UUID) -> Proposal:
    found = _read(connection, _table.id == proposal_id)
    if not found:
        raise WordingError("no_such_proposal")
    return found[0]


def open_proposals(connection: Connection) -> list[Proposal]:
    """Those that are being written or wait for a second person, the oldest first."""
    return _read(connection, _table.state.in_(OPEN))


def proposals_of(connection: Connection, text: TextId) -> list[Proposal]:
    """All that were ever made of one text, the oldest first."""
    return _read(connection, of_text(wording_proposals, text))


def _checked(
    ground: Ground, text: TextId, wording: str, beside: Wordings | None
) -> tuple[str, str]:
    """(the wording as it would be sent, what stands there)."""
    standing = ground.standing(text)
    if standing is None:
        raise WordingError("no_such_text")
    wording = tidied(text, wording[: 4 * LONGEST])
    if wording == standing:
        raise WordingError("same")
    faults = check_wording(ground, text, wording, beside)
    if faults:
        raise WordingError("unfit", faults)
    return wording, standing


def _decide(
    connection: Connection,
    proposal_id: UUID,
    to: ProposalState,
    *,
    states: Sequence[ProposalState],
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    before = read_proposal(connection, proposal_id)
    values = {"state": to, "decided_by": actor.name, "decided_at": now, "updated_at": now}
    changed = connection.execute(
        update(wording_proposals)
        .where(_table.id == proposal_id, _table.state.in_(states))
        .values(**values, reason=reason or None)
    )
    if not changed.rowcount:
        raise WordingError("state")
    action = "text.withdraw" if to == "withdrawn" else "text.reject"
    log(connection, actor, action, before.text, now=now, state=(before.state, to))


def _change(
    connection: Connection,
    before: Proposal,
    *,
    states: Sequence[ProposalState],
    seen: int,
    actor: Actor,
    now: datetime,
    **values: Any,
) -> None:
    """Only what was read is changed, and only in `states`: whoever was faster has changed it."""
    authors = with_author(before.authors, author_of(actor))
    changed = connection.execute(
        update(wording_proposals)
        .where(
            _table.id == before.id,
            _table.revision == before.revision,
            _table.revision == seen,
            _table.state.in_(states),
        )
        .values(revision=seen + 1, authors=authors, updated_at=now, **values)
    )
    if not changed.rowcount:
        raise WordingError("state" if before.state not in states else "changed")


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Proposal]:
    rows = connection.execute(select(wording_proposals).where(condition).order_by(_table.id))
    return [_proposal(row) for row in rows]


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        text=text_of(row),
        wording=row.text,
        instead_of=row.instead_of,
        note=row.note or "",
        state=row.state,
        authors=row.authors,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        publication=row.publication,
    )
