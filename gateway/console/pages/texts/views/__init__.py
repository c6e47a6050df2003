"""The list of cards, a card, what is proposed, and the files."""

from gateway.console.pages.texts.views import cards, files, wording

__all__ = ["cards", "files", "wording"]
