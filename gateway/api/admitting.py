"""Who may come in: the key of a request, its room, its line in the audit log, its scope."""

from datetime import datetime, timedelta

from flask import Response, after_this_request, request
from sqlalchemy import or_, update

from gateway.api.authorization import shown_in
from gateway.api.dependencies import ApiDependencies
from gateway.api.keys import ApiKey, find_key
from gateway.api.limits import Limits, Room
from gateway.api.operations import Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.registry.api_tables import api_keys
from gateway.staff.audit import Actor, record

NEEDS_SCOPE = _("The key needs the scope %(scope)s.")
_LAST_USED = timedelta(minutes=1)  # as exactly as that it is kept: calls do not wait for its row


def admit(
    dependencies: ApiDependencies, operation: Operation, limits: Limits, now: datetime
) -> ApiKey:
    """The key of the request. Raises ProblemError where it may not do this, or not now."""
    key = _key(dependencies, now)
    room = limits.take(key.id)
    after_this_request(lambda response: _with_room(response, room))
    if room is not None and not room.allowed:
        raise ProblemError("too_many")
    _note(dependencies, operation, key, now)
    if operation.scope is not None and not key.may(*operation.scope):
        raise ProblemError("forbidden", NEEDS_SCOPE, scope=":".join(operation.scope))
    return key


def _key(dependencies: ApiDependencies, now: datetime) -> ApiKey:
    shown = shown_in(request.headers.get("Authorization", ""))
    pepper = dependencies.settings.key("api_keys")
    with dependencies.database.reading() as connection:
        key = find_key(connection, shown, now=now, pepper=pepper)
    if key is None:
        raise ProblemError("unauthorized")
    return key


def _note(dependencies: ApiDependencies, operation: Operation, key: ApiKey, now: datetime) -> None:
    """Before it is handled: whatever becomes of it, it was called."""
    used = api_keys.c.last_used_at
    stale = or_(used.is_(None), used < now - _LAST_USED)
    by = Actor(key.actor.name, address=request.remote_addr)
    with dependencies.database.writing() as connection:
        mine = (api_keys.c.id == key.id, stale)
        connection.execute(update(api_keys).where(*mine).values(last_used_at=now))
        record(
            connection, by, "api.call", now=now, kind="api_key", object_id=key.id,
            district_id=key.district_id, changes={"operation": (None, operation.name)},
        )  # fmt: skip


def _with_room(response: Response, room: Room | None) -> Response:
    response.headers.update(room.headers() if room else {})
    return response
