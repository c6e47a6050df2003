"""One provider's share of the ledger: whose messages its dispatcher may claim.

What was handed to a provider once stays with it. What is for a number that has moved to another
operator since it was queued is given to that operator's provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, true, update

from gateway.messaging.ledger import state_is
from gateway.messaging.sending.claims import Claim
from gateway.messaging.sending.rendering import Ready
from gateway.messaging.tables import messages
from gateway.providers.routing import EVERY_NUMBER, Routing, Scope
from gateway.registry.bulk import values_table


@dataclass(frozen=True, slots=True)
class LedgerShare:
    """`rivals` are the other providers at work; without any, everything is ours."""

    provider: str
    scope: Scope = EVERY_NUMBER
    rivals: tuple[str, ...] = ()

    def claimable(self) -> ColumnElement[bool]:
        if not self.rivals:
            return true()
        handed_to = func.coalesce(messages.c.provider, "")
        return and_(
            handed_to.not_in(self.rivals),
            or_(handed_to == self.provider, _begins_within(self.scope)),
        )


def share_of(provider: str, routing: Routing) -> LedgerShare:
    """The share of one of the providers of `routing`."""
    rivals = tuple(name for name in routing.providers if name != provider)
    return LedgerShare(provider, routing.scope_of(provider), rivals)


def hand_over(
    connection: Connection,
    claim: Claim,
    share: LedgerShare,
    ready: Sequence[Ready],
    *,
    now: datetime,
) -> list[Ready]:
    """Those of `ready` that are ours to send; the rest waits for the provider of its new number.

    A message whose number is the one it was claimed with is ours, whatever its number begins with.
    """
    strangers = [one for one in ready if not share.scope.covers(one.msisdn)]
    if not strangers:
        return list(ready)
    rows = [{"id": one.message_id, "msisdn": one.msisdn} for one in strangers]
    new = values_table(connection, rows, [messages.c.id, messages.c.msisdn])
    moved = connection.execute(
        update(messages)
        .where(
            messages.c.id == new.c.id,
            messages.c.claim_id == claim.id,
            messages.c.msisdn != new.c.msisdn,
            state_is("claimed"),
        )
        .values(
            state="queued",
            msisdn=new.c.msisdn,
            provider=None,
            claim_id=None,
            lease_until_at=None,
            updated_at=now,
        )
        .returning(messages.c.id)
    )
    gone = set(moved.scalars())
    return [one for one in ready if one.message_id not in gone]


def _begins_within(scope: Scope) -> ColumnElement[bool]:
    if scope.within is not None:
        return or_(false(), *(messages.c.msisdn.startswith(prefix) for prefix in scope.within))
    return and_(true(), *(~messages.c.msisdn.startswith(prefix) for prefix in scope.beyond))
