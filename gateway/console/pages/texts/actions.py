"""Confirming a text and wording it anew; the engine writes the audit log."""

from collections.abc import Container, Mapping, Sequence
from datetime import date
from uuid import UUID

from gateway.console.kit.context import (
    actor,
    database,
    dependencies,
    now,
    repository,
    writing,
)
from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.text_cards import filled, results
from gateway.text_cards.cards import Service
from gateway.text_cards.filled import Line, Taken
from gateway.wordings import comments, confirmations, pairs, proposals, publishing
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import Capacity
from gateway.wordings.proposals import Proposal


def confirm(found: Drawing, text: TextId, wording: str, capacity: Capacity) -> None:
    """Raises WordingError where another wording stands there meanwhile."""
    with writing() as connection:
        confirmations.confirm(
            connection, found.ground, text, wording, capacity, actor=actor(), now=now()
        )


def unconfirm(text: TextId, capacity: Capacity) -> None:
    with writing() as connection:
        confirmations.take_back(connection, text, capacity, actor=actor(), now=now())


def word(
    found: Drawing, wordings: Mapping[TextId, str], note: str, seen: Mapping[TextId, int]
) -> None:
    """Proposes, or betters what waits, as it was `seen`. Raises WordingError with every sentence
    where it does not hold, and where somebody has changed it since.
    """
    with writing() as connection:
        pairs.word(
            connection, found.ground, wordings, note=note, seen=seen, actor=actor(), now=now()
        )


def withdraw(proposals_: Sequence[Proposal]) -> None:
    with writing() as connection:
        for one in proposals_:
            proposals.withdraw(connection, one.id, actor=actor(), now=now())


def reject(proposals_: Sequence[Proposal], reason: str) -> None:
    with writing() as connection:
        for one in proposals_:
            proposals.reject(connection, one.id, reason=reason, actor=actor(), now=now())


def comment(found: Drawing, text: TextId, said: str, capacity: Capacity) -> None:
    with writing() as connection:
        comments.comment(connection, found.ground, text, said, capacity, actor=actor(), now=now())


def settle(comment_id: UUID) -> None:
    """Raises WordingError where somebody has seen to it already."""
    with writing() as connection:
        comments.settle(connection, comment_id, actor=actor(), now=now())


def take(found: Drawing, lines: Sequence[Line], capacity: Capacity) -> Taken:
    """What the lines of a file say, or FaultyFile and nothing of it."""
    with writing() as connection:
        return filled.take(connection, found.ground, lines, capacity, actor=actor(), now=now())


def keep_trial(service: Service, pressed: Mapping[str, str], tried_on: date) -> int:
    """Keeps what one mother pressed, by task; how many tasks."""
    with writing() as connection:
        return results.keep(
            connection, service, pressed, tried_on=tried_on, actor=actor(), now=now()
        )


def take_out_trial(entry_id: UUID) -> None:
    with writing() as connection:
        results.take_out(connection, entry_id, actor=actor(), now=now())


def publish(seen: Mapping[UUID, int], instead_of: Container[str]) -> None:
    """By a second person, who has read these revisions, and gives up what is `instead_of`; raises
    WordingError.
    """
    publishing.publish(
        database(), repository(), seen, instead_of=instead_of, actor=actor(), now=now()
    )
    _speak()


def roll_back(number: int) -> None:
    """What stood before the publication `number` stands again; raises WordingError."""
    publishing.roll_back(database(), repository(), number, actor=actor(), now=now())
    _speak()


def keep(text: TextId) -> None:
    """A published wording stays over the catalogue as it is now; raises WordingError."""
    publishing.keep(database(), repository(), [text], actor=actor(), now=now())
    _speak()


def drop(text: TextId) -> None:
    """The catalogue's wording stands there; raises WordingError."""
    publishing.drop(database(), repository(), [text], actor=actor(), now=now())
    _speak()


def _speak() -> None:
    """This process at once; the others look by themselves."""
    dependencies().editions.refresh()
