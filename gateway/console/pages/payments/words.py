"""Who is told of a change."""

from gateway.core.texts import _

WHO_IS_TOLD: dict[str, str] = {
    "told": _("Those who were told the old day or place"),
    "all": _("Everybody affected who has a phone"),
}
