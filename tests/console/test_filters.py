"""How moments, days, amounts, numbers and names stand on a page, in either language."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import g

from gateway.console.kit import filters
from tests.service import Service

NEW_YEARS_EVE = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)  # five past midnight in Vientiane
PLACE = SimpleNamespace(name="ນອງ", name_latin="Nong", village="ລະໂຮ", village_latin="Laho")
DASH = filters.NOTHING


@pytest.fixture(params=["en", "lo"])
def language(service: Service, request: pytest.FixtureRequest) -> Iterator[str]:
    with service.app.test_request_context("/console/"):
        g.language = request.param
        yield request.param


@pytest.fixture
def english(service: Service) -> Iterator[None]:
    with service.app.test_request_context("/console/"):
        g.language = "en"
        yield


EXPECTED = {
    "moment": ("1 Jan 2027, 00:05", "1 ມ.ກ. 2027, 00:05"),
    "clock": ("00:05", "00:05"),
    "day": ("24 Nov 2026", "24 ພ.ຈ. 2026"),
    "full": ("Tuesday 24 November 2026", "ວັນອັງຄານ, 24 ພະຈິກ 2026"),
    "month": ("November 2026", "ພະຈິກ 2026"),
    "number": ("1,234,567", "1.234.567"),
    "percent": ("97.3%", "97,3%"),
    "amount": ("300,000 kip", "300.000 ກີບ"),
    "place": ("Nong", "ນອງ"),
    "village": ("Laho", "ລະໂຮ"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_is_written_in_the_readers_language(language: str, name: str):
    on = date(2026, 11, 24)
    written = {
        "moment": lambda: filters.moment(NEW_YEARS_EVE),
        "clock": lambda: filters.clock(NEW_YEARS_EVE),
        "day": lambda: filters.day(on),
        "full": lambda: filters.day(on, "full"),
        "month": lambda: filters.month(on),
        "number": lambda: filters.number(1_234_567),
        "percent": lambda: filters.percent(0.9731),
        "amount": lambda: filters.amount(300_000),
        "place": lambda: filters.place(PLACE),
        "village": lambda: filters.place(PLACE, "village"),
    }[name]()

    assert written == EXPECTED[name][0 if language == "en" else 1]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    "write",
    [filters.moment, filters.clock, filters.day, filters.number, filters.percent, filters.amount,
     filters.masked, filters.spaced, filters.lao],
    ids=lambda one: one.__name__,
)  # fmt: skip
def test_what_is_not_known_is_a_dash(write):
    assert write(None) == DASH


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("label", "write", "given", "written"),
    [
        ("nothing sold is a number", filters.number, 0, "0"),
        ("no share is a share", filters.percent, 0.0, "0%"),
        ("a share of all", filters.percent, 1.0, "100%"),
        ("nothing paid is an amount", filters.amount, 0, "0 kip"),
        ("a mobile number, masked", filters.masked, "+8562055500001", "+856 20 ••• 0001"),
        ("a number of 030, masked", filters.masked, "+856305550001", "+856 30 ••• 0001"),
        ("a sender's word is nobody's number", filters.masked, "M-Money", "M-Money"),
        ("nor is a short code", filters.masked, "1234", "1234"),
        ("digits that could be dialled, masked", filters.masked, "99912345678", "9991 ••• 678"),
        ("a foreign number, masked", filters.masked, "+66812345678", "+668 ••• 678"),
        ("a mobile number", filters.spaced, "+8562055500001", "+856 20 5550 0001"),
        ("a foreign number", filters.spaced, "+66812345678", "+66812345678"),
        ("a registration number, masked", filters.masked_registration, "12345678", "•••••678"),
        ("a name, masked", filters.masked_name, "Nang Bounmi Xainyavong", "Na••• Bo••• Xa•••"),
        ("no name, masked", filters.masked_name, "", DASH),
        ("a short id", filters.short_id, "12", "12"),
        ("a long id", filters.short_id, "0193f6a2-7c1e-7000-8000-0000000abcde", "…0abcde"),
        ("yes", filters.changed_value, True, "yes"),
        ("no", filters.changed_value, False, "no"),
        ("a list", filters.changed_value, ["a", 1], "[&#34;a&#34;, 1]"),
        ("markup", filters.changed_value, "<b>", "&lt;b&gt;"),
    ],
)
def test_how_it_is_written(label: str, write, given: object, written: str):
    assert str(write(given)) == written, label


def test_lao_is_marked_on_an_english_page_only(language: str):
    marked = str(filters.lao("ບ້ານ <b>"))

    expected = '<span lang="lo">ບ້ານ &lt;b&gt;</span>'
    assert marked == (expected if language == "en" else "ບ້ານ &lt;b&gt;")
    assert str(filters.lao("Ban <b>")) == "Ban &lt;b&gt;"


@pytest.mark.usefixtures("english")
def test_a_place_may_come_as_a_mapping_and_may_be_missing():
    assert filters.place({"name": "ນອງ", "name_latin": "Nong"}) == "Nong"
    assert filters.place({"name": None, "name_latin": None}) == DASH


def test_a_constant_in_a_template_is_written_for_each_reader(service: Service):
    template = service.app.jinja_env.from_string("{{ 1000 | number }}")
    for language, written in (("lo", "1.000"), ("en", "1,000")):
        with service.app.test_request_context("/console/"):
            g.language = language
            assert template.render() == written
