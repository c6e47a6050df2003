"""The glossary finds each other word that is planted, both ways, and spares only what needs it."""

from textwrap import dedent

import pytest

from gateway.core.glossary import Said, Slip, glossary, slips, spared_for_nothing, spelt_as_read
from gateway.core.glossary_file import GlossaryError, parse
from gateway.core.texts import in_context

SMALL = parse(
    dedent(
        """
        [[term]]
        name = "pause"
        english = ["paused?"]
        of = "console"
        lo = ["ໂຈະ"]
        never_lo = ["(?<!ວັນ)ພັກ"]
        back = true

        [[term]]
        name = "payday"
        lo = ["ວັນຮັບເງິນ", "ຮັບເງິນ"]
        latin = ["van hap ngeun", "hap ngeun"]
        never_latin = ["van chay"]

        [[spared]]
        text = "Pause now"
        term = "pause"
        reason = "a test"

        [[spared]]
        text = "Operator"
        context = "network"
        term = "pause"
        reason = "a test"

        [[spelling]]
        lo = "ຢຸດ"
        latin = "yut"
        reason = "a test"
        """
    )
)


def said(key, text, language="lo", *, handset=False):
    return Said(key, text, language, handset)


def found(one, words=SMALL):
    return [(slip.term.name, slip.kind, slip.word) for slip in slips(one, words)]


@pytest.mark.parametrize(
    ("one", "slip"),
    [
        pytest.param(said("Pause it", "ໂຈະ"), None, id="the chosen word"),
        pytest.param(said("Pause it", "ຢຸດ"), ("pause", "missing", "ໂຈະ"), id="another"),
        pytest.param(said("Menopause", "ຢຸດ"), None, id="a part of another word"),
        pytest.param(said("Anything", "ພັກເມືອງ"), ("pause", "never", "ພັກ"), id="never said"),
        pytest.param(said("A holiday", "ວັນພັກ"), None, id="but in another word"),
        pytest.param(said("Go on", "ໂຈະ"), ("pause", "else", "ໂຈະ"), id="for something else"),
        pytest.param(said("Pause it", "ຢຸດ", handset=True), None, id="not on handsets"),
        pytest.param(said("Payday 1", "ຮັບເງິນ 1"), None, id="a form of the chosen word"),
        pytest.param(said("The %(payday)s", "ວັນ %(payday)s"), None, id="a placeholder's name"),
        pytest.param(
            said("Payday", "Van Chay", "lo_Latn"), ("payday", "never", "van chay"), id="capitals"
        ),
        pytest.param(said(in_context("handset", "Payday"), "ວັນ"), ("payday", "missing", "ວັນຮັບເງິນ"),
                     id="in a context"),
        pytest.param(said("Pause now", "ຢຸດ"), None, id="spared"),
        pytest.param(said(in_context("network", "Operator"), "ໂຈະ"), None, id="spared there"),
        pytest.param(said("Operator", "ໂຈະ"), ("pause", "else", "ໂຈະ"), id="not without it"),
    ],
)  # fmt: skip
def test_what_a_text_calls_otherwise(one, slip):
    assert found(one) == ([slip] if slip else [])


def test_what_is_spared_for_nothing_is_named():
    texts = [said("Pause now", "ໂຈະ"), said(in_context("network", "Operator"), "ໂຈະ")]
    assert [one.text for one in spared_for_nothing(texts, SMALL)] == ["Pause now"]
    assert [one.text for one in spared_for_nothing([], SMALL)] == ["Pause now", "Operator"]


@pytest.mark.parametrize(
    ("lao", "latin", "same"),
    [
        ("ວັນຮັບເງິນ", "Van hap ngeun", True),
        ("ວັນຮັບເງິນ", "Van chay ngeun", False),
        ("ຢຸດຂໍ້ຄວາມ", "YUT khokhouam", True),
        ("ກົດ %(code)s, ໂທ", "Kot %(code)s: tho", True),
        ("ຮັບຫຼືຢຸດ", "Hap leu yut", False),
    ],
)
def test_latin_letters_are_those_that_the_lao_is_read_as(lao, latin, same):
    assert spelt_as_read(said("A", lao), said("A", latin, "lo_Latn"), SMALL) == same


def test_a_text_may_be_spared_its_spelling():
    words = replace_spared(text="A", term="", reason="a test")
    assert spelt_as_read(said("A", "ລາວ"), said("A", "Lao (abc)", "lo_Latn"), words)
    assert not spelt_as_read(said("B", "ລາວ"), said("B", "Lao (abc)", "lo_Latn"), words)


def replace_spared(**entry):
    quoted = "\n".join(f'{name} = "{value}"' for name, value in entry.items())
    return parse(f'[[term]]\nname = "pause"\n[[spared]]\n{quoted}\n')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("[[term]]\nname = ''", "term", id="no name"),
        pytest.param("[[term]]\nname = 'a'\nlaos = ['b']", "laos", id="an unknown key"),
        pytest.param("[[term]]\nname = 'a'\nnever_lo = ['(']", "unterminated", id="no pattern"),
        pytest.param("[[term]]\nname = 'a'\n" * 2, "'a' stands there twice", id="twice"),
        pytest.param("[[term]]\nname = 'a'\nnever_lo = ['b']", "no word", id="nothing chosen"),
        pytest.param("[[term", "glossary.toml", id="no TOML"),
        pytest.param(
            "[[term]]\nname = 'a'\n[[spared]]\ntext = 'b'\nterm = 'c'\nreason = 'd'",
            "'c'", id="spared an unknown term",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_says_where(text, why):
    with pytest.raises(GlossaryError, match=why):
        parse(text)


# What the second reading found, and must not come back.
FOUND = [
    (said("Payday", "ວັນຈ່າຍ", handset=True), "payday"),
    (said("Payday", "Van chay ngeun", "lo_Latn", handset=True), "payday"),
    (said("You were not paid on %(due_on)s.", "ບໍ່ໄດ້ຈ່າຍ %(due_on)s.", handset=True), "not paid"),
    (said("Who can get it?", "ກວດສິດ", handset=True), "right to the money"),
    (said("Sorry, not under the present rules.", "ຍັງບໍ່ເຂົ້າເງື່ອນໄຂ.", handset=True), "unchanged"),
    (said("Due:", "ດຽວນີ້:", handset=True), "due"),
    (said("Grant money", "Ngeun outnoun me-dek", "lo_Latn", handset=True), "grant"),
    (said("SMS reminders:", "ຂໍ້ຄວາມເຕືອນ:", handset=True), "reminder"),
    (said("Dial %(service_code)s to stop them.", "ໂທໃໝ່ເພື່ອຢຸດ", handset=True), "dial"),
    (said("Get health SMS", "ເປີດຂໍ້ຄວາມສຸຂະພາບ", handset=True), "get"),
    (said("Enter your 4-digit PIN:", "ກະລຸນາປ້ອນລະຫັດລັບ", handset=True), "type"),
    (said("Ask at the health centre", "ຕິດຕໍ່ສຸກສາລາ", handset=True), "ask at the health centre"),
    (said("Case %(case)s is open", "ເລກຄຳຮ້ອງ %(case)s", handset=True), "case"),
    (said("call or dial", "tho leu kot", "lo_Latn", handset=True), "or"),
    (said("Pause a district", "ພັກເມືອງໄວ້ຊົ່ວຄາວ"), "pause"),
    (said("Settle it", "ຕົກລົງຂໍ້ຄວາມນີ້"), "settle"),
    (said("The operator did not answer", "ຜູ້ປະຕິບັດງານບໍ່ຕອບ"), "operator (network)"),
    (said("A receipt came meanwhile", "ໃບຢັ້ງຢືນມາແລ້ວ"), "delivery receipt"),
    (said("Asked for a person", "ຂໍລົມກັບເຈົ້າໜ້າທີ່"), "staff"),
    (said("Held back", "ບໍ່ໄດ້ສົ່ງ"), "held back"),
    (said("The demo's phone", "ໂທລະສັບສາທິດ"), "simulator"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "term"), FOUND, ids=[term for _one, term in FOUND])
def test_what_a_reader_found_would_be_found_again(one, term):
    assert term in {slip.term.name for slip in slips(one)}


def test_the_glossary_has_a_chosen_word_in_lao_for_every_term():
    assert [term.name for term in glossary().term if not term.lo] == []


def test_a_slip_names_the_word_that_is_there_and_the_term():
    term = SMALL.term[0]
    assert list(slips(said("Go on", "ໂຈະ"), SMALL)) == [Slip(term, "else", "ໂຈະ")]
