"""The routes: the list and its files, a case, what is done about it, answers that stand ready."""

from gateway.console.pages.cases.views import handling, lists, page, ready

__all__ = ["handling", "lists", "page", "ready"]
