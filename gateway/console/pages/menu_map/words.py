"""What kinds of screens and the languages of the menu are called."""

from gateway.catalogues import LOCALES as ALL_LOCALES
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES
from gateway.core.texts import _, in_context

KINDS: dict[str, tuple[str, str]] = {
    "menu": (_("Choose"), "busy"),
    "ask": (_("Type"), "warn"),
    "end": (in_context("screen", "End"), "quiet"),
}


def languages() -> dict[str, str]:
    """{locale: name in the reader's language}, in the order of the menu."""
    return {locale: gettext(LOCALES[locale]) for locale in ALL_LOCALES}
