"""The desk at which people are changed."""

from gateway.console.kit.context import actor, hours, now, settings
from gateway.people.desk import Desk


def desk() -> Desk:
    """That of whoever is signed in, now."""
    return Desk(
        actor=actor(),
        now=now(),
        hours=hours(),
        default_locale=settings().default_locale,
        peppers=settings().peppers,
    )
