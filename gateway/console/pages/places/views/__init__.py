"""The routes of places."""

from gateway.console.pages.places.views import lists, merging, renaming, retiring

__all__ = ["lists", "merging", "renaming", "retiring"]
