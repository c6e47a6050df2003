"""The list of people, the page of each, and the villages."""

from gateway.console.pages.beneficiaries.views import people, person, villages

__all__ = ["people", "person", "villages"]
