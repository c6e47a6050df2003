"""The routes: the list and its files, a case, and what is done about it."""

from gateway.console.pages.cases.views import handling, lists, page

__all__ = ["handling", "lists", "page"]
