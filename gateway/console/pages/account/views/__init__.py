"""Signing in and out, and where one is signed in."""

from gateway.console.pages.account.views import sessions, signing_in

__all__ = ["sessions", "signing_in"]
