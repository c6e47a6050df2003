"""Fields and their sentences."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from flask import g
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from gateway.console.kit.forms import (
    ConsoleForm,
    EditForm,
    FilterForm,
    at_most,
    msisdn_of,
    phone_number,
    required,
    stripped,
)
from tests.console.conftest import Staff
from tests.service import Service

SEEN_AT = datetime(2026, 11, 24, 2, 0, 0, 5, tzinfo=UTC)


class PersonForm(ConsoleForm):
    class Meta(ConsoleForm.Meta):
        csrf = False

    name = StringField("Name", [required(), at_most(5)], filters=[stripped])
    number = StringField("Number", [phone_number])


class PersonEditForm(EditForm):
    class Meta(ConsoleForm.Meta):
        csrf = False


class ListFilter(FilterForm):
    state = SelectField("State", choices={"": "All", "open": "Open"})
    since = DateField("Since", [Optional()])


@pytest.fixture
def posted(service: Service) -> Iterator:
    """`posted({...})` makes the current request a form that was sent, in English."""
    contexts = []

    def post(data: Mapping[str, str], language: str = "en") -> None:
        context = service.app.test_request_context("/console/", method="POST", data=data)
        context.push()
        contexts.append(context)
        g.language = language

    yield post
    for context in contexts:
        context.pop()


@pytest.mark.parametrize(
    ("label", "data", "errors"),
    [
        ("as long as may be", {"name": "Boun"}, {}),
        ("spaces do not count", {"name": "  Bounm "}, {}),
        ("too long", {"name": "Bounmi"},
         {"name": ["Use at most 5 characters; there are 6."]}),
        ("Lao is counted by its characters", {"name": "ບຸນມີ"}, {}),
        ("spaces only", {"name": "  "}, {"name": ["Fill this in."]}),
        ("a number in any form", {"name": "B", "number": "020 5550 0001"}, {}),
        ("no number", {"name": "B", "number": ""}, {}),
        ("letters", {"name": "B", "number": "call me"},
         {"number": ["This is not a phone number."]}),
        ("a number nobody has", {"name": "B", "number": "020 1"},
         {"number": ["No phone can have this number."]}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field(posted, label: str, data: dict, errors: dict):
    posted(data)
    form = PersonForm()

    form.validate_on_submit()

    assert form.errors == errors, label


@pytest.mark.parametrize(
    ("given", "e164"),
    [("55500001", "+8562055500001"), ("+856 20 5550 0001", "+8562055500001"), ("", None)],
)
def test_a_number_is_parsed(posted, given: str, e164: str | None):
    posted({"name": "B", "number": given})

    found = msisdn_of(PersonForm().number)

    assert (found.e164 if found else None) == e164


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_errors_are_in_the_readers_language(staff: Staff, reason: str):
    page = staff("operator", locale="lo").post("districts/1/pause", {"reason": reason}, 200)

    (error,) = page.errors()
    assert not re.search("[a-zA-Z]", error)


class TestAnEdit:
    def test_of_what_is_as_it_was_goes_through(self, posted):
        posted({"seen_at": SEEN_AT.isoformat()})

        assert not PersonEditForm().is_stale(SEEN_AT)

    def test_of_what_somebody_changed_is_said_once(self, posted):
        posted({"seen_at": SEEN_AT.isoformat()})
        later = SEEN_AT.replace(microsecond=6)
        form = PersonEditForm()

        assert form.is_stale(later)
        assert form.form_errors[0].startswith("This was changed after")
        assert form.seen_at.data == later.isoformat()

    @pytest.mark.parametrize("seen_at", ["", "yesterday"])
    def test_that_does_not_say_what_it_saw_does_not_go_through(self, posted, seen_at: str):
        posted({"seen_at": seen_at})

        assert PersonEditForm().is_stale(SEEN_AT)


@pytest.mark.parametrize(
    ("query", "given", "wrong"),
    [
        ("", {}, set()),
        ("state=open", {"state": "open"}, set()),
        ("state=", {}, set()),
        ("state=x", {}, {"state"}),
        ("state=open&since=x", {"state": "open"}, {"since"}),
        ("other=1", {}, set()),
    ],
)
def test_a_filter_is_what_is_filled_in_and_valid(
    service: Service, query: str, given: dict, wrong: set
):
    with service.app.test_request_context(f"/console/?{query}"):
        g.language = "en"
        form = ListFilter()

        assert form.given() == given
        assert form.errors.keys() == wrong
