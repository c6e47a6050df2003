"""The list of people, the page of each, and the villages."""

from gateway.console.pages.beneficiaries.views import (
    correcting,
    course,
    details,
    duplicates,
    people,
    person,
    pins,
    registering,
    villages,
)

__all__ = [
    "correcting",
    "course",
    "details",
    "duplicates",
    "people",
    "person",
    "pins",
    "registering",
    "villages",
]
