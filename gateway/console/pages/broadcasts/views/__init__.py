"""The list, writing one, deciding on it, and what became of it."""

from gateway.console.pages.broadcasts.views import (
    decisions,
    overview,
    people,
    results,
    trying,
    writing,
)

__all__ = ["decisions", "overview", "people", "results", "trying", "writing"]
