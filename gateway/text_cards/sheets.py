"""The cards, and the test with mothers, as pages to print: one file, nothing fetched."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from gateway.menu_map.made_up import CALLERS
from gateway.text_cards.cards import Card, screens_of
from gateway.text_cards.lines import fact_lines, remark_text, room_lines, where_line
from gateway.text_cards.placeholders import shown
from gateway.text_cards.risks import RISKS
from gateway.text_cards.trial import Key
from gateway.ussd.drawing import Gettext
from gateway.wordings.kinds import CAPACITIES

_FOLDER = Path(__file__).with_name("templates")
_JINJA = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
MOTHERS = 5  # columns of the sheet


def cards_page(
    cards: Sequence[Card],
    branches: Mapping[str, str],
    gettext: Gettext,
    *,
    locale: str,
    on: date,
) -> str:
    """Every card by the screen that it is on, with boxes to tick and lines to write on; HTML."""
    return _page("cards.html", gettext, locale).render(
        groups=list(screens_of(cards)),
        branches=branches,
        risks=RISKS,
        where=where_line,
        room=room_lines,
        facts=fact_lines,
        remark=remark_text,
        on=on,
        gettext=gettext,
        shown=shown,
        capacities=CAPACITIES,
    )


def trial_page(
    keys: Sequence[Key], gettext: Gettext, *, locale: str, on: date, service_code: str
) -> str:
    """Eight tasks for mothers, with the keys that lead there for whoever asks; HTML."""
    return _page("trial.html", gettext, locale).render(
        keys=keys,
        callers=CALLERS,
        mothers=range(1, MOTHERS + 1),
        on=on,
        service_code=service_code,
    )


def _page(name: str, gettext: Gettext, locale: str) -> Template:
    def translate(text: str, **params: str) -> str:
        return gettext(text) % params if params else gettext(text)

    css = (_FOLDER / "print.css").read_text("utf-8")
    return _JINJA.get_template(name, globals={"_": translate, "css": css, "lang": locale})
