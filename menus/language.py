"""Language: remembered for the number, also for SMS."""

from gateway.core.kinds import EventKind
from gateway.core.texts import _
from gateway.ussd.screens import Choice, Context, Emits, Menu

LANGUAGES = {"lo": _("Lao"), "lo_Latn": _("Lao (abc)"), "en": _("English")}


def _chosen(context: Context) -> dict[str, str]:
    return {"locale": context.answers["locale"]}


STATES = (
    Menu(
        "language",
        _("Choose a language:"),
        choices=tuple(
            Choice(label, to="language_set", sets={"locale": locale})
            for locale, label in LANGUAGES.items()
        ),
    ),
    Menu(
        "language_set",
        _("Language kept, for SMS too."),
        emits=Emits(EventKind.LANGUAGE_CHOSEN, _chosen),
        answers=True,
        choices=(Choice(_("Main menu"), to="main"),),
    ),
)
