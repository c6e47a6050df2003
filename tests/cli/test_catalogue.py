"""Catalogues under change: what an update keeps, and what a native reader still has to see."""

import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from gateway.catalogues import LOCALES, load_gettext, read_catalogue, read_messages
from gateway.cli.catalogue import (
    bring_up,
    catalogue,
    extracted,
    review_list,
    to_review,
    without_back,
)
from gateway.cli.glossary import spared_lines, word_faults
from gateway.core.texts import in_context
from gateway.text_cards.written import BACK, said_in, written
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


LITERAL = "BACK: the day of paying, " + "said word for word, " * 8 + "in English"


def test_an_update_keeps_translations_remarks_and_what_the_lao_says():
    language = a_catalogue(("Payday", "ວັນຈ່າຍ", [REMARK, LITERAL]), ("Gone", "ໄປແລ້ວ", []))
    fresh = a_catalogue(("Payday", "", []), ("New", "", []))
    for _again in range(3):
        bring_up(language, fresh)
        language = written_and_read(language)
    assert language["Payday"].string == "ວັນຈ່າຍ"
    assert to_review(language["Payday"]) == REMARK.removeprefix("REVIEW:").strip()
    assert said_in(language["Payday"].user_comments, BACK) == LITERAL.removeprefix("BACK:").strip()
    assert language["New"].string == ""
    assert "Gone" not in language
    assert not language.obsolete


def test_every_text_of_handsets_has_what_its_lao_says_word_for_word():
    assert list(without_back(read_catalogue("lo"))) == []


@pytest.mark.parametrize(
    ("comments", "missing"),
    [
        pytest.param([], True, id="no comment"),
        pytest.param(["REVIEW: plain?"], True, id="a remark alone"),
        pytest.param(["BACK:"], True, id="an empty one"),
        pytest.param(["REVIEW: plain?", "BACK: Go back"], False, id="beside a remark"),
        pytest.param(["BACK: Go back"], False, id="alone"),
    ],
)
def test_a_text_without_it_is_named(comments, missing):
    lao = a_catalogue(("0 Back", "0 ກັບຄືນ", comments), ("Not of handsets", "ບໍ່", []))
    named = ["lo: '0 Back' has no comment `# BACK: ...`, word for word"]
    assert list(without_back(lao)) == (named if missing else [])


@pytest.mark.parametrize("locale", ["lo", "lo_Latn"])
def test_whoever_reads_lao_alone_understands_every_remark_on_a_card(locale):
    asked = [one.remarks[locale] for one in written().values()]
    remarks = [one for one in asked if one not in {"", "as in lo"}]
    assert len(remarks) > 20
    assert [one for one in remarks if len(re.findall("[\u0e80-\u0eff]", one)) < 5] == []


IN_CONTEXT = """
msgid "Payday"
msgstr "ວັນຈ່າຍເງິນ"

# REVIEW: she receives
msgctxt "handset"
msgid "Payday"
msgstr "ວັນຮັບເງິນ"

msgctxt "handset"
msgid "Amount"
msgstr ""
"""
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def in_two_contexts(tmp_path):
    """A folder of catalogues with one English text that means two things."""
    for locale in LOCALES:
        file = tmp_path / locale / "LC_MESSAGES" / "messages.po"
        file.parent.mkdir(parents=True)
        file.write_text(HEADER + IN_CONTEXT, encoding="utf-8")
    return tmp_path


def test_a_text_in_a_context_has_a_translation_of_its_own(in_two_contexts):
    gettext = load_gettext(in_two_contexts)["lo"]
    assert gettext("Payday") == "ວັນຈ່າຍເງິນ"
    assert gettext(in_context("handset", "Payday")) == "ວັນຮັບເງິນ"


@pytest.mark.parametrize("msgid", ["Amount", "In no catalogue"])
def test_a_text_not_translated_in_its_context_stays_english_without_it(in_two_contexts, msgid):
    assert load_gettext(in_two_contexts)["lo"](in_context("handset", msgid)) == msgid


def test_the_checks_read_a_text_in_its_context(in_two_contexts):
    assert read_messages("lo", in_two_contexts) == {
        "Payday": "ວັນຈ່າຍເງິນ",
        in_context("handset", "Payday"): "ວັນຮັບເງິນ",
        in_context("handset", "Amount"): "",
    }


def test_an_update_keeps_each_context_apart(in_two_contexts):
    language = read_catalogue("lo", in_two_contexts)
    fresh = a_catalogue()
    fresh.add("Payday", context="handset")
    fresh.add("Payday")
    fresh.add("Payday", context="letter")
    for _again in range(3):
        bring_up(language, fresh)
        language = written_and_read(language)
    texts = {(message.id, message.context): message.string for message in language if message.id}
    assert texts == {
        ("Payday", None): "ວັນຈ່າຍເງິນ",
        ("Payday", "handset"): "ວັນຮັບເງິນ",
        ("Payday", "letter"): "",
    }
    assert [to_review(message) for message in language if message.context == "handset"] == [
        "she receives"
    ]


SOURCES = {
    "menus/one.py": 'A = _("Payday")\nB = in_context("handset", "Payday")\n',
    "gateway/two.html": '{{ pgettext("network", "Operator") }} {{ _("Operator") }}',
}


def test_the_sources_say_what_context_a_text_has(tmp_path):
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {(message, context) for _path, _line, message, _notes, context in extracted(tmp_path)}
    assert found == {
        ("Payday", None),
        ("Payday", "handset"),
        ("Operator", None),
        ("Operator", "network"),
    }


def test_the_catalogues_have_one_word_for_one_thing_and_latin_letters_as_the_lao_is_read():
    assert [*word_faults(), *spared_lines()] == []


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
