"""The list of cards, a card, what is proposed, and the files."""

from gateway.console.pages.texts import blueprint
from gateway.console.pages.texts.views import cards, files, publications, taking, trials, wording
from gateway.text_cards.placeholders import shown

blueprint.add_app_template_filter(shown, "placeholders")

__all__ = ["cards", "files", "publications", "taking", "trials", "wording"]
