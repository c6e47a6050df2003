"""The list of people, the page of each, and the villages."""

from gateway.console.pages.beneficiaries.views import (
    course,
    details,
    duplicates,
    people,
    person,
    pins,
    registering,
    villages,
)

__all__ = ["course", "details", "duplicates", "people", "person", "pins", "registering", "villages"]
