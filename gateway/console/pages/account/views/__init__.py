"""Signing in and out, one's own account, and where one is signed in."""

from gateway.console.pages.account.views import own, sessions, signing_in

__all__ = ["own", "sessions", "signing_in"]
