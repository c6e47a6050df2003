"""Bringing a file in, taking it back, and the files about it."""

from gateway.console.pages.imports.views import deciding, downloads, undoing, uploads

__all__ = ["deciding", "downloads", "undoing", "uploads"]
