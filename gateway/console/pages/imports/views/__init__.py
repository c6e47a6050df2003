"""Bringing a file in, and the files about it."""

from gateway.console.pages.imports.views import downloads, uploads

__all__ = ["downloads", "uploads"]
