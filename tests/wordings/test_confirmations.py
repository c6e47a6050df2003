"""A text is confirmed as it stands; another wording is unread."""

import pytest

from gateway.core.texts import in_context
from gateway.registry.database import Database
from gateway.wordings.confirmations import confirm, confirmations, figures, take_back
from gateway.wordings.faults import WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId
from tests.ussd.kiosk import KIOSK
from tests.wordings.desk import BASE, FRUIT, KEO, LAO, NOY, SOLD_OUT, Desk, catalogues


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def confirmed(desk: Desk, ground: Ground) -> dict[TextId, list[tuple[str, str]]]:
    found = desk.ask(confirmations, ground)
    return {text: [(one.by, one.capacity) for one in those] for text, those in found.items()}


def test_a_text_is_confirmed_by_whom_and_in_which_capacity(desk: Desk):
    ground = desk.ground()
    words = (ground, FRUIT, LAO["Fruit"])
    desk.say(confirm, *words, "language_reader", actor=NOY)
    desk.say(confirm, *words, "ministry_of_health", actor=KEO)
    desk.say(confirm, *words, "ministry_of_health", actor=KEO)

    assert confirmed(desk, ground) == {
        FRUIT: [(NOY.name, "language_reader"), (KEO.name, "ministry_of_health")]
    }


def test_another_wording_is_unconfirmed_until_the_former_one_stands_again(desk: Desk):
    desk.say(confirm, desk.ground(), FRUIT, LAO["Fruit"], "programme", actor=NOY)

    changed = Ground(KIOSK, BASE, {"lo": {"Fruit": "ໝາກໄມ້ສົດ"}})
    assert confirmed(desk, changed) == {}
    assert confirmed(desk, Ground(KIOSK, catalogues(LAO | {"Fruit": "ໝາກ"}), {})) == {}
    assert confirmed(desk, Ground(KIOSK, BASE, {})) == {FRUIT: [(NOY.name, "programme")]}


def test_only_what_stands_there_can_be_confirmed(desk: Desk):
    for text, wording, refusal in (
        (FRUIT, "ໝາກ", "changed"),
        (TextId("lo", "Nowhere"), "x", "no_such_text"),
    ):
        with pytest.raises(WordingError) as refused:
            desk.say(confirm, desk.ground(), text, wording, "programme", actor=NOY)
        assert refused.value.refusal == refusal


def test_a_confirmation_is_taken_back_by_whoever_gave_it(desk: Desk):
    desk.say(confirm, desk.ground(), FRUIT, LAO["Fruit"], "programme", actor=NOY)

    assert desk.say(take_back, FRUIT, "programme", actor=KEO) == 0
    assert desk.say(take_back, FRUIT, "programme", actor=NOY) == 1
    assert confirmed(desk, desk.ground()) == {}

    desk.say(confirm, desk.ground(), FRUIT, LAO["Fruit"], "programme", actor=NOY)
    assert confirmed(desk, desk.ground()) == {FRUIT: [(NOY.name, "programme")]}


def test_the_figure_counts_texts_and_not_confirmations(desk: Desk):
    for capacity in ("language_reader", "programme"):
        desk.say(confirm, desk.ground(), FRUIT, LAO["Fruit"], capacity, actor=NOY)
    desk.say(confirm, desk.ground(), SOLD_OUT, LAO["Sold out."], "programme", actor=NOY)

    texts = len(BASE["lo_Latn"])
    assert [(one.locale, one.confirmed, one.texts) for one in desk.ask(figures, desk.ground())] == [
        ("lo", 2, texts),
        ("lo_Latn", 0, texts),
        ("en", 0, texts),
    ]


def test_two_meanings_of_one_english_text_are_two_texts(desk: Desk):
    plain, handset = TextId("en", "Door"), TextId("en", in_context("handset", "Door"))
    base = {locale: {**texts, handset.key: "Door"} for locale, texts in BASE.items()}
    ground = Ground(KIOSK, base, {})
    desk.say(confirm, ground, handset, "Door", "programme", actor=NOY)

    assert confirmed(desk, ground).keys() == {handset}
    assert plain not in confirmed(desk, ground)
