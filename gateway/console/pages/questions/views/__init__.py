"""The pages of the questions."""

from gateway.console.pages.questions.views import donors, pages, village

__all__ = ["donors", "pages", "village"]
