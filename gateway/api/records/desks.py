"""The desk at which people are changed, for whoever calls the API."""

from gateway.api.operations import Call
from gateway.people.desk import Desk


def desk_of(call: Call) -> Desk:
    """That of the key, now."""
    return Desk(
        actor=call.actor,
        now=call.now,
        hours=call.dependencies.hours,
        default_locale=call.settings.default_locale,
        peppers=call.settings.peppers,
    )
