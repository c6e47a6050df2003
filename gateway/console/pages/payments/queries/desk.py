"""Who sees to paydays: whoever is signed in, now."""

from gateway.console.kit.context import actor, hours, now, settings
from gateway.paydays.desk import Desk


def desk() -> Desk:
    return Desk(
        actor=actor(),
        now=now(),
        hours=hours(),
        default_locale=settings().default_locale,
    )
