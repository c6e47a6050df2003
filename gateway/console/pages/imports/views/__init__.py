"""Bringing a file in, taking it back, and the files about it."""

from gateway.console.pages.imports.views import downloads, undoing, uploads

__all__ = ["downloads", "undoing", "uploads"]
