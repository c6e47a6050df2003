"""Catalogues under change: what an update keeps, and what a native reader still has to see."""

import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from gateway.catalogues import read_catalogue
from gateway.cli.catalogue import bring_up, catalogue, review_list, to_review
from tests.docs.pages import page
from tests.lao_phrases import PHRASES
from tests.latin_phrases import LATIN_PHRASES

PLACEHOLDER = re.compile(r"%\(\w+\)s")
ANY_LETTER = re.compile("[a-zA-Z\u0e80-\u0eff]")


@pytest.mark.parametrize(
    ("locale", "phrases"),
    [("lo", tuple(PHRASES.values())), ("lo_Latn", LATIN_PHRASES)],
    ids=["Lao", "Latin"],
)
def test_a_text_that_is_no_phrase_of_the_programme_waits_for_a_review(locale, phrases):
    unmarked = [message for message in read_catalogue(locale) if message.id and not marked(message)]
    invented = [
        line
        for message in unmarked
        for line in str(message.string).splitlines()
        if ANY_LETTER.search(PLACEHOLDER.sub("", line)) and not part_of(line, phrases)
    ]
    assert invented == []


def marked(message):
    return bool(to_review(message))


def part_of(line, phrases):
    pattern = ".+".join(map(re.escape, PLACEHOLDER.split(line)))
    return any(re.search(pattern, phrase, re.IGNORECASE) for phrase in phrases)


def test_what_is_to_be_reviewed_is_printed_and_stands_on_no_page():
    said = CliRunner().invoke(catalogue, ["review"]).output

    assert said == review_list()
    for row in (line for line in said.splitlines() if line.startswith("| ")):
        assert row not in page("translation.md")


def test_a_line_of_the_list_is_a_row_of_markdown():
    rows = [line for line in review_list().splitlines() if line.startswith("|")]
    columns = {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}
    assert columns == {5, 3}, "handset: English, Lao, remark, Latin, remark; staff: no Latin"


def a_catalogue(*texts):
    catalog = Catalog(charset="utf-8")
    for msgid, string, comments in texts:
        catalog.add(msgid, string, user_comments=comments)
    return catalog


def written_and_read(catalog):
    file = BytesIO()
    write_po(file, catalog, width=100)
    file.seek(0)
    return read_po(file)


REMARK = "REVIEW: kind to a woman who has lost a child? " + "A remark longer than one line. " * 5


def test_an_update_keeps_translations_and_remarks():
    language = a_catalogue(("Payday", "ວັນຈ່າຍ", [REMARK]), ("Gone", "ໄປແລ້ວ", []))
    fresh = a_catalogue(("Payday", "", []), ("New", "", []))
    for _again in range(3):
        bring_up(language, fresh)
        language = written_and_read(language)
    assert language["Payday"].string == "ວັນຈ່າຍ"
    assert to_review(language["Payday"]) == REMARK.removeprefix("REVIEW:").strip()
    assert language["New"].string == ""
    assert "Gone" not in language
    assert not language.obsolete


def test_an_update_guesses_nothing_from_a_text_that_looks_alike():
    language = a_catalogue(("You were paid.", "ໄດ້ຮັບເງິນແລ້ວ.", []))
    bring_up(language, a_catalogue(("You were not paid.", "", [])))
    assert language["You were not paid."].string == ""


@pytest.mark.parametrize(
    ("comments", "remark"),
    [
        pytest.param(["REVIEW: spelling"], "spelling", id="marked"),
        pytest.param(["REVIEW: over", "two lines"], "over two lines", id="over two lines"),
        pytest.param(["a note of the translator"], "", id="another comment"),
        pytest.param([], "", id="confirmed"),
    ],
)
def test_what_a_reviewer_is_asked(comments, remark):
    assert to_review(a_catalogue(("Yes", "ແມ່ນ", comments))["Yes"]) == remark
