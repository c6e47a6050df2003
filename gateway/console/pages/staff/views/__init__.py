"""Accounts of the staff, getting back into one, and the roles that need a second factor."""

from gateway.console.pages.staff.views import accounts, resets, second_factor

__all__ = ["accounts", "resets", "second_factor"]
