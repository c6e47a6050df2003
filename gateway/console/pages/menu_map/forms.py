"""The console's own phone."""

from wtforms import HiddenField, SelectField, StringField

from gateway.console.kit.forms import FilterForm, choices
from gateway.console.kit.language import language
from gateway.console.pages.menu_map.words import languages
from gateway.core.texts import _
from gateway.menu_map.made_up import CALLERS


class TryForm(FilterForm):
    who = SelectField(_("Who is calling"))
    locale = SelectField(_("Language"))
    text = HiddenField()
    key = StringField(_("What to press"))

    def choose(self) -> dict[str, str]:
        """{"who", "locale", "text", "key"} with what the phone begins with."""
        self.who.choices = choices(CALLERS)
        self.locale.choices = languages()
        # A chosen language stays when the console's own is switched.
        return {"who": "enrolled", "locale": language(), "text": "", "key": ""} | self.given()
