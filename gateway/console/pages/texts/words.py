"""What states, channels and languages of the texts are called."""

from gateway.catalogues import LOCALES as ALL_LOCALES
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES
from gateway.core.texts import _

STATES: dict[str, tuple[str, str]] = {
    "unconfirmed": (_("Not confirmed"), "warn"),
    "confirmed": (_("Confirmed"), "good"),
    "changed": (_("Changed"), "busy"),
    "proposed": (_("Another wording is proposed"), "busy"),
    "commented": (_("A reader says something of it"), "warn"),
}
CHANNELS = {"ussd": _("Screen"), "sms": _("SMS")}


def languages() -> dict[str, str]:
    """{locale: name in the reader's language}."""
    return {locale: gettext(LOCALES[locale]) for locale in ALL_LOCALES}
