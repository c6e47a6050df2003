"""The list, writing one, deciding on it, and what became of it."""

from gateway.console.pages.broadcasts.views import decisions, overview, results, writing

__all__ = ["decisions", "overview", "results", "writing"]
