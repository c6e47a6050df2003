"""Lao and its Latin letters are worded together; what waits is gone on with."""

import pytest

from gateway.catalogues import load_texts
from gateway.registry.database import Database
from gateway.wordings.checks import check_wording
from gateway.wordings.comments import comment, comments, settle
from gateway.wordings.faults import WordingError
from gateway.wordings.ground import Ground, Repository
from gateway.wordings.keys import TextId, text_hash
from gateway.wordings.pairs import partner, word
from gateway.wordings.proposals import open_proposals
from gateway.wordings.publishing import drop, roll_back
from gateway.wordings.twins import is_read_so, read_draft
from menus import build_menu
from tests.wordings.desk import FRUIT, KEO, LAO, NOW, NOY, PHET, Press

TEXTS = load_texts()
ENDED = next(key for key in TEXTS["lo"] if key.startswith("Your grant has ended."))
ENDED_LO, ENDED_LATIN = TextId("lo", ENDED), TextId("lo_Latn", ENDED)
BETTER = "ເງິນອຸດໜູນໝົດກຳນົດແລ້ວ. ຖາມຢູ່ສຸກສາລາ."


@pytest.fixture
def press(database: Database) -> Press:
    """At the programme's own menu and texts."""
    found = Press(database)
    found.repository = Repository(build_menu("1234"), TEXTS)
    return found


def worded(press: Press, *wordings: tuple[TextId, str], by=NOY, **options):
    return press.say(word, press.ground(), dict(wordings), actor=by, **options)


def published(press: Press, *wordings: tuple[TextId, str]) -> int:
    worded(press, *wordings)
    return press.print(*press.ask(open_proposals))


def refused(verb, *words, **options) -> WordingError:
    with pytest.raises(WordingError) as error:
        verb(*words, **options)
    return error.value


def test_a_lao_wording_brings_its_latin_letters_along(press: Press):
    assert worded(press, (ENDED_LO, BETTER)) == {ENDED_LO: "proposed", ENDED_LATIN: "proposed"}

    lao, latin = press.ask(open_proposals)
    assert is_read_so(ENDED, lao.wording, latin.wording)
    assert press.ask(partner, lao) == latin
    assert press.print(lao, latin) == 1
    assert press.standing(ENDED_LATIN) == latin.wording


def test_other_latin_letters_than_the_lao_is_read_are_refused_with_the_sentence(press: Press):
    other = TEXTS["lo_Latn"][ENDED].replace(".", " dai.", 1)
    why = refused(worded, press, (ENDED_LATIN, other))

    assert why.refusal == "unfit"
    assert [*why.of] == [ENDED_LATIN]
    assert why.faults[0].tell(str).startswith(f"The Latin letters “{other}” are not those of")


def test_latin_letters_are_bettered_beside_the_lao_that_waits(press: Press):
    worded(press, (ENDED_LO, BETTER))
    latin = press.ask(open_proposals)[1].wording

    became = worded(press, (ENDED_LATIN, latin.upper()), by=PHET)
    assert became == {ENDED_LATIN: "bettered"}


def test_the_lao_alone_is_not_published(press: Press):
    worded(press, (ENDED_LO, BETTER))
    lao, _latin = press.ask(open_proposals)

    assert refused(press.print, lao).refusal == "unfit"


def test_both_are_taken_back_and_dropped_together(press: Press):
    number = published(press, (ENDED_LO, BETTER))
    back = press.press(roll_back, number)
    assert press.standing(ENDED_LATIN) == TEXTS["lo_Latn"][ENDED]

    press.press(roll_back, back, by=PHET)
    press.press(drop, [ENDED_LO])
    assert press.standing(ENDED_LATIN) == TEXTS["lo_Latn"][ENDED]


def test_the_lao_does_not_go_back_from_under_its_latin_letters(press: Press):
    number = published(press, (ENDED_LO, BETTER))
    latin = press.standing(ENDED_LATIN)
    assert latin is not None
    published(press, (ENDED_LATIN, latin.upper()))

    assert refused(press.press, roll_back, number).refusal == "unfit"


def test_the_same_again_waits_already_and_another_wording_betters_it(press: Press):
    worded(press, (ENDED_LO, BETTER))
    assert set(worded(press, (ENDED_LO, BETTER), by=KEO).values()) == {"already"}

    assert worded(press, (ENDED_LO, BETTER.replace("ແລ້ວ", "")), by=KEO)[ENDED_LO] == "bettered"
    authors = [one["name"] for one in press.ask(open_proposals)[0].authors]
    assert authors == [NOY.name, KEO.name]


def test_what_stands_now_is_nothing_new(press: Press):
    assert refused(worded, press, (ENDED_LO, TEXTS["lo"][ENDED])).refusal == "same"


def test_the_wording_that_stands_takes_what_waits_of_the_latin_letters_back(press: Press):
    worded(press, (ENDED_LO, BETTER))
    became = worded(
        press, (ENDED_LO, TEXTS["lo"][ENDED] + "!"), (ENDED_LATIN, TEXTS["lo_Latn"][ENDED])
    )

    assert became == {ENDED_LO: "bettered", ENDED_LATIN: "undone"}


@pytest.mark.parametrize("key", [key for key in TEXTS["lo_Latn"] if len(key) > 60][:12])
def test_a_draft_keeps_the_blanks_and_capitals_of_the_words_that_stay(key: str):
    lao, latin = TEXTS["lo"][key], TEXTS["lo_Latn"][key]

    assert read_draft(lao, latin) == latin
    assert read_draft(f"ຂໍ. {lao}", latin) == f"Kho. {latin}"


def test_on_the_programmes_menu_a_draft_holds_what_a_wording_must():
    real = Ground(build_menu("1234"), TEXTS, {})
    draft = read_draft(BETTER, TEXTS["lo_Latn"][ENDED])

    assert check_wording(real, ENDED_LATIN, draft, {ENDED_LO: BETTER}) == ()


class TestMoved:
    def test_what_stood_there_has_changed_and_is_given_up_with_open_eyes(self, database: Database):
        press = Press(database)
        made = press.propose(FRUIT, "ໝາກໄມ້ສົດ")
        other = "ໝາກໄມ້ຕ່າງໆ"
        after = press.upgraded(LAO | {"Fruit": other})

        why = refused(after.print, made)
        assert why.refusal == "moved"
        assert f"“{LAO['Fruit']}” stood there, now “{other}” does" in why.tell(str)
        assert refused(after.print, made, instead_of={text_hash("ໝາກ")}).refusal == "moved"
        assert after.print(made, instead_of={text_hash(other)}) == 1


class TestComments:
    def test_are_kept_until_somebody_has_seen_to_it(self, database: Database):
        press = Press(database)
        said = ("ບໍ່ສຸພາບ", "programme")
        assert press.say(comment, press.ground(), FRUIT, *said, actor=NOY)
        assert not press.say(comment, press.ground(), FRUIT, *said, actor=NOY)
        (one,) = press.ask(comments, press.ground())[FRUIT]
        assert (one.said, one.capacity, one.by, one.at, one.open) == (*said, NOY.name, NOW, True)

        press.say(settle, one.id, actor=KEO)
        (one,) = press.ask(comments, press.ground())[FRUIT]
        assert (one.open, one.settled_by) == (False, KEO.name)
        assert refused(press.say, settle, one.id, actor=KEO).refusal == "changed"

    def test_under_another_wording_it_is_nobodys_work(self, database: Database):
        press = Press(database)
        press.say(comment, press.ground(), FRUIT, "?", "programme", actor=NOY)
        press.published((FRUIT, "ໝາກໄມ້ສົດ"))

        assert [one.open for one in press.ask(comments, press.ground())[FRUIT]] == [False]
