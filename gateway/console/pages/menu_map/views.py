"""The USSD menu as its callers meet it: a map of every screen, and a phone to try it on."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from gateway.catalogues import LOCALES as ALL_LOCALES
from gateway.console.kit.context import dependencies, menu, settings, today
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext, language
from gateway.console.pages.menu_map import blueprint
from gateway.console.pages.menu_map.forms import TryForm
from gateway.console.pages.menu_map.words import KINDS, languages
from gateway.core.texts import _
from gateway.menu_map.atlas import draw
from gateway.menu_map.picture import picture
from gateway.menu_map.trying import play
from gateway.ussd.pager import Budget


@blueprint.get("/")
@needs("menu.see")
def index() -> ResponseReturnValue:
    locale = request.args.get("locale", "")
    locale = locale if locale in ALL_LOCALES else language()
    sections = draw(menu(), locale, dependencies().gettext, _budget(), today())
    return render_template(
        "menu_map/index.html",
        sections=sections,
        picture=picture(sections, gettext(_("The menu as a picture"))),
        numbers={card.name: card.number for section in sections for card in section.cards},
        kinds=KINDS,
        locale=locale,
        locales=languages(),
        code=settings().ussd_service_code,
    )


@blueprint.get("/try")
@needs("menu.see")
def try_it() -> ResponseReturnValue:
    form = TryForm()
    chosen = form.choose()
    call = play(
        menu(),
        dependencies().gettext,
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
