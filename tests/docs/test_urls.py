"""docs/reference/urls.md: every address stands there, and each example is answered as it says."""

import re
from collections.abc import Iterable

import pytest
from flask import Flask

from tests.docs.pages import page
from tests.service import Service

URLS = page("reference/urls.md")
EXAMPLE = re.compile(
    r"```http\n(?P<method>\w+) (?P<url>\S+)\n(?P<form>.*?)\n*\n"
    r"(?P<status>\d{3}) (?P<type>\S+)\n(?P<body>.*?)\n*```",
    re.DOTALL,
)
EXAMPLES = [found.groupdict() for found in EXAMPLE.finditer(URLS)]
PEOPLE = ("/console", "/phone/")


def _rules(app: Flask) -> set[str]:
    everywhere = (app, app.extensions["callbacks"], app.extensions["dci"])
    return {str(rule) for one in everywhere for rule in one.url_map.iter_rules()}


def test_every_address_stands_on_the_page(service: Service):
    addresses = {rule for rule in _rules(service.app) if not rule.startswith(PEOPLE)}

    assert unnamed_addresses(addresses, URLS) == []


def unnamed_addresses(addresses: Iterable[str], text: str) -> list[str]:
    return sorted(
        one for one in addresses if f"`GET {one}`" not in text and f"`POST {one}`" not in text
    )


def test_every_address_on_the_page_exists(service: Service):
    named = set(re.findall(r"`(?:GET|POST) (/\S+)`", URLS))

    assert named - _rules(service.app) == set()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one["url"].partition("?")[0])
def test_the_example_is_answered_as_the_page_says(service: Service, example):
    answer = service.app.test_client().open(
        example["url"],
        method=example["method"],
        data=example["form"] or None,
        content_type="application/x-www-form-urlencoded" if example["form"] else None,
    )

    assert (str(answer.status_code), answer.mimetype) == (example["status"], example["type"])
    assert _matches(answer.get_data(as_text=True).strip(), example["body"].strip())


def _matches(body: str, expected: str) -> bool:
    """`…` stands for whatever is there."""
    return bool(re.fullmatch(".+".join(map(re.escape, expected.split("…"))), body, re.DOTALL))
