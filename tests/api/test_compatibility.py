"""What of the API's description breaks other systems, and what does not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from gateway.api.compatibility import broken
from gateway.cli.api_check import description
from wsgi import app

BEFORE = description()
PERSON = "/api/v1/beneficiaries/{registration_no}"
Change = Callable[[dict[str, Any]], object]


def _types(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def _after(change: Change) -> list[str]:
    after = deepcopy(BEFORE)
    change(after)
    return broken(BEFORE, after)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one["paths"].pop(PERSON), f"GET {PERSON}: gone"),
        (lambda one: one["paths"][PERSON].pop("patch"), f"PATCH {PERSON}: gone"),
        (
            lambda one: _types(one, "Beneficiary")["properties"].pop("name"),
            "Beneficiary.name: gone",
        ),
        (
            lambda one: _types(one, "Beneficiary")["properties"].update(name={"type": "integer"}),
            "Beneficiary.name: changed",
        ),
        (
            lambda one: _types(one, "Beneficiary")["required"].remove("name"),
            "Beneficiary.name: not always there now",
        ),
        (
            lambda one: _types(one, "PaymentFields").update(required=["amount"]),
            "PaymentFields.amount: needed now",
        ),
        (lambda one: one["components"]["schemas"].pop("Problem"), "Problem: gone"),
        (
            lambda one: one["paths"][PERSON]["get"]["parameters"].clear(),
            f"GET {PERSON}: path registration_no: gone",
        ),
        (
            lambda one: one["paths"][PERSON]["get"]["responses"]["200"].pop("content"),
            f"GET {PERSON}: answers 200 with something else",
        ),
    ],
)  # fmt: skip
def test_what_is_taken_away_or_changed_is_named(change: Change, said: str):
    assert said in _after(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda _one: None,
        lambda one: one["paths"].update({"/api/v1/new": one["paths"][PERSON]}),
        lambda one: _types(one, "Beneficiary")["properties"].update(new={"type": "string"}),
        lambda one: _types(one, "Beneficiary").update(description="Other words."),
        lambda one: one["paths"][PERSON]["get"].update(summary="Other words"),
    ],
)
def test_what_is_added_breaks_nothing(change: Change):
    assert _after(change) == []


def test_the_command_keeps_what_is_committed():
    result = app.test_cli_runner().invoke(args=["api", "check"])

    assert (result.exit_code, result.output) == (0, "Everything is kept.\n")


def test_a_file_that_is_none_is_said(tmp_path):
    other = tmp_path / "other.json"
    other.write_text("[]")

    result = app.test_cli_runner().invoke(args=["api", "check", str(other)])

    assert result.exit_code == 1
    assert "is no description of this API" in result.output
