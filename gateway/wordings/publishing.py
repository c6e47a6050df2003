"""Wordings go over the catalogues: a publication has a number, and undoing one is another.

Each function raises WordingError where it cannot be, and writes the audit log.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.wordings.checks import FITTING, check_together
from gateway.wordings.checks.twins import drifted
from gateway.wordings.faults import Fault, WordingError
from gateway.wordings.ground import Ground, Repository, over
from gateway.wordings.keys import TextId, text_hash
from gateway.wordings.kinds import PublicationKind
from gateway.wordings.printing import Sheet, check_proposal, check_second, print_sheet
from gateway.wordings.proposals import author_of, read_proposal
from gateway.wordings.twins import twin_of
from gateway.wordings.versions import (
    Wording,
    conflicts,
    ground_of,
    history_of,
    newest_wordings,
    publication,
)

GATEWAY = Actor("gateway")
# To undo one of these publishes a wording that somebody has taken away.
TAKEN_AWAY: tuple[PublicationKind, ...] = ("rolled_back", "dropped", "put_back")


def publish(
    database: Database,
    repository: Repository,
    proposals: Mapping[UUID, int],
    *,
    actor: Actor,
    now: datetime,
    instead_of: Container[str] = (),
) -> int:
    """`actor`, who may approve, agrees to these proposals, each as in the revision that they read;
    the number of the publication. `instead_of` are hashes (`text_hash`) of wordings that came
    meanwhile, which they have read and give up.

    Refused: own and too_close (`nearness`), state, changed, moved where another wording stands
    there than when it was proposed, and unfit where they do not hold all together.
    """

    def compose(connection: Connection) -> Sheet:
        chosen = tuple(read_proposal(connection, one) for one in proposals)
        ground = ground_of(connection, repository)
        for proposal in chosen:
            check_proposal(connection, proposal, proposals[proposal.id], actor, now=now)
            standing = ground.standing(proposal.text)
            if standing != proposal.instead_of and text_hash(standing or "") not in instead_of:
                raise WordingError("moved", before=proposal.instead_of, now=standing or "")
        return Sheet(
            kind="published",
            lines={one.text: one.wording for one in chosen},
            authors={one.text: one.authors for one in chosen},
            proposals=chosen,
        )

    return print_sheet(database, repository, compose, actor, now=now).number


def roll_back(
    database: Database, repository: Repository, number: int, *, actor: Actor, now: datetime
) -> int:
    """What stood before the publication `number` stands again, where nothing newer does; the
    number of the publication that says so.

    One press: it needs no second person, since two have seen what comes back. But what was taken
    away once comes back by somebody who did not write in it. Refused: no_such_publication,
    nothing_left, own and too_close of what was taken away, and unfit where the former wording does
    not hold any more.
    """

    def compose(connection: Connection) -> Sheet:
        if not publication(connection, number):
            raise WordingError("no_such_publication")
        former = _former(connection, number)
        for one in coming_back(connection, number):
            check_second(connection, one.authors, actor, now=now)
        return Sheet(
            kind="rolled_back",
            lines={text: one.wording if one else None for text, one in former.items()},
            authors={text: one.authors if one else [] for text, one in former.items()},
            undoes=number,
        )

    return print_sheet(database, repository, compose, actor, now=now).number


def coming_back(connection: Connection, number: int) -> list[Wording]:
    """What somebody has taken away, and who undoes the publication `number` publishes again."""
    if not any(one.kind in TAKEN_AWAY for one in publication(connection, number)):
        return []
    former = _former(connection, number).values()
    return [one for one in former if one is not None and one.wording is not None]


def keep(
    database: Database,
    repository: Repository,
    texts: Iterable[TextId],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Published wordings stay, over the catalogue as it is now: the conflicts are settled, of both
    scripts of a text.
    """
    kept = set(texts)

    def compose(connection: Connection) -> Sheet:
        newest = newest_wordings(connection)
        disputed = {one.text for one in conflicts(connection, repository.base)}
        both = kept | (disputed & {twin_of(text) for text in kept})
        standing = [newest[text] for text in both if _is_published(newest.get(text))]
        return Sheet(
            kind="kept",
            lines={one.text: one.wording for one in standing},
            authors={one.text: one.authors for one in standing},
        )

    return print_sheet(database, repository, compose, actor, now=now).number


def drop(
    database: Database,
    repository: Repository,
    texts: Iterable[TextId],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """The catalogue's own wording again; also of what is in conflict, which is settled so. The
    other script of a text goes with it where it would say something else.
    """
    dropped = set(texts)

    def compose(connection: Connection) -> Sheet:
        newest = newest_wordings(connection)
        open_ones = {one.text for one in conflicts(connection, repository.base)}
        both = dropped | (open_ones & {twin_of(text) for text in dropped})
        named = [text for text in both if text in open_ones or _is_published(newest.get(text))]
        known = [*named, *_left_alone(ground_of(connection, repository), named)]
        return Sheet(
            kind="dropped",
            lines=dict.fromkeys(known, None),
            authors={text: [author_of(actor).plain()] for text in known},
        )

    return print_sheet(database, repository, compose, actor, now=now).number


def put_back(database: Database, repository: Repository, *, now: datetime) -> list[TextId]:
    """Gives the catalogue's wording to every text whose published one does not fit any more, after
    an upgrade or under a smaller page; which. What remains holds all together.
    """

    def compose(connection: Connection) -> Sheet:
        newest = newest_wordings(connection)
        ground = ground_of(connection, repository)
        misfits = _misfits(newest, ground)
        misfits |= _left_alone(ground, misfits)
        return Sheet(
            kind="put_back",
            lines=dict.fromkeys(misfits, None),
            authors={text: newest[text].authors for text in misfits},
            reasons=misfits,
        )

    try:
        return list(print_sheet(database, repository, compose, GATEWAY, now=now).sheet.lines)
    except WordingError as error:
        if error.refusal == "nothing_left":
            return []
        raise


def _misfits(newest: Mapping[TextId, Wording], ground: Ground) -> dict[TextId, tuple[Fault, ...]]:
    """Of those that do not hold together the newest goes first: the others were there before."""
    bare = replace(ground, published={})
    left = {
        TextId(locale, key): wording
        for locale, texts in ground.published.items()
        for key, wording in texts.items()
    }
    gone: dict[TextId, tuple[Fault, ...]] = {}
    while faults := check_together(bare, left, FITTING):
        last = max(faults, key=lambda text: (newest[text].publication, text))
        gone[last] = faults[last]
        del left[last]
    return gone


def _left_alone(ground: Ground, dropped: Iterable[TextId]) -> dict[TextId, tuple[Fault, ...]]:
    """Published texts that say something else than their other script, once that has the
    catalogue's wording; and why.
    """
    gone = set(dropped)
    after = over(ground.texts, {text: ground.base_text(text) for text in gone})
    found = {twin: tuple(drifted(after, twin.key)) for twin in map(twin_of, gone) if twin}
    return {
        twin: faults
        for twin, faults in found.items()
        if faults and twin not in gone and twin.key in ground.published[twin.locale]
    }


def _is_published(newest: Wording | None) -> bool:
    return newest is not None and newest.wording is not None


def _former(connection: Connection, number: int) -> dict[TextId, Wording | None]:
    """What stood before the publication, of those texts of it that have no newer one."""
    newest = newest_wordings(connection)
    undone = (
        one for one in publication(connection, number) if newest[one.text].publication == number
    )
    return {one.text: _before(connection, one) for one in undone}


def _before(connection: Connection, undone: Wording) -> Wording | None:
    older = history_of(connection, undone.text)
    return next((one for one in older if one.publication < undone.publication), None)
