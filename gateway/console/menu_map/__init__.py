"""The USSD menu as its callers meet it: a map of every screen, and a phone to try it on."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField, StringField

from gateway.catalogues import LOCALES as ALL_LOCALES
from gateway.console.context import ports, settings, today
from gateway.console.forms import FilterForm
from gateway.console.guards import needs
from gateway.console.language import gettext, language
from gateway.console.menu_map.atlas import draw
from gateway.console.menu_map.made_up import CALLERS
from gateway.console.menu_map.picture import picture
from gateway.console.menu_map.trying import play
from gateway.console.navigation import Entry
from gateway.console.words import LOCALES
from gateway.core.texts import _
from gateway.ussd.pager import Budget

blueprint = Blueprint("menu_map", __name__, url_prefix="/menu", template_folder="templates")
MENU = Entry(_("Menu map"), "console.menu_map.index", "menu.see")

KINDS: dict[str, tuple[str, str]] = {
    "menu": (_("Choose"), "busy"),
    "ask": (_("Type"), "warn"),
    "end": (_("End"), "quiet"),
}


class TryForm(FilterForm):
    who = SelectField(_("Who is calling"))
    locale = SelectField(_("Language"))
    text = HiddenField()
    key = StringField(_("What to press"))

    def choose(self) -> dict[str, str]:
        """{"who", "locale", "text", "key"} with what the phone begins with."""
        self.who.choices = {key: gettext(text) for key, text in CALLERS.items()}
        self.locale.choices = _languages()
        # A chosen language stays when the console's own is switched.
        return {"who": "enrolled", "locale": language(), "text": "", "key": ""} | self.given()


@blueprint.get("/")
@needs("menu.see")
def index() -> ResponseReturnValue:
    locale = request.args.get("locale", "")
    locale = locale if locale in ALL_LOCALES else language()
    sections = draw(ports().menu, locale, ports().gettext, _budget(), today())
    return render_template(
        "menu_map/index.html",
        sections=sections,
        picture=picture(sections, gettext(_("The menu as a picture"))),
        numbers={card.name: card.number for section in sections for card in section.cards},
        kinds=KINDS,
        locale=locale,
        locales=_languages(),
        code=settings().ussd_service_code,
    )


@blueprint.get("/try")
@needs("menu.see")
def try_it() -> ResponseReturnValue:
    form = TryForm()
    chosen = form.choose()
    call = play(
        ports().menu,
        ports().gettext,
        _budget(),
        on=today(),
        who=chosen["who"],
        locale=chosen["locale"],
        text=chosen["text"],
        key=chosen["key"],
    )
    form.text.data, form.key.data = call.text, ""
    return render_template(
        "menu_map/try.html", form=form, call=call, chosen=chosen, code=settings().ussd_service_code
    )


def _budget() -> Budget:
    return Budget(settings().ussd_ucs2_units, settings().ussd_septets)


def _languages() -> dict[str, str]:
    return {locale: gettext(LOCALES[locale]) for locale in ALL_LOCALES}
