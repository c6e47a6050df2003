"""Signing in and out, one's own account, and where one is signed in."""

from gateway.console.pages.account.views import (
    keys,
    own,
    resetting,
    second_factor,
    second_step,
    sessions,
    signing_in,
    single_sign_on,
)

__all__ = [
    "keys",
    "own",
    "resetting",
    "second_factor",
    "second_step",
    "sessions",
    "signing_in",
    "single_sign_on",
]
