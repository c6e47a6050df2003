"""The texts: a card each, confirmed and worded anew by those who speak the language."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from gateway.catalogues import load_texts
from gateway.text_cards.written import id_of, written
from gateway.wordings.keys import TextId
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.html import text_of
from tests.console.worded import (
    BETTER_HELP,
    HELP,
    LAST,
    put_conflict,
    put_moved,
    put_proposal,
    put_publication,
)
from tests.service import Service

LAO = load_texts()["lo"]
ENDED = next(one for one in written().values() if one.english.startswith("Your grant has ended."))
HERE = f"texts/lo/{ENDED.id}"
BETTER = "ເງິນອຸດໜູນໝົດກຳນົດແລ້ວ. ຖາມຢູ່ສຸກສາລາ."
TOO_LONG = "ເງິນອຸດໜູນຂອງທ່ານສິ້ນສຸດແລ້ວ. " * 4


def propose(person, wording: str = BETTER, **more):
    sent = person.get(HERE).fields(f"/console/{HERE}/propose") | {"wording": wording} | more
    return person.submit(f"{HERE}/propose", sent)


def confirm(person, capacity: str = "language_reader"):
    fields = person.get(HERE).fields(f"/console/{HERE}/confirm")
    return person.submit(f"{HERE}/confirm", fields | {"capacity": capacity})


def actions(page) -> list[str]:
    """Where the forms in <main> that change something are sent."""
    return [form.get("action") for form in page.all(".//main//form[@method='post']")]


class TestList:
    def test_has_every_text_that_a_handset_shows_the_riskiest_first(self, staff: Staff):
        page = staff("editor").get("texts/")
        listed = [link for link in page.links() if link.startswith("/console/texts/lo/")]

        assert len(listed) == len({*listed}) == len(written())
        assert "stops something" in text_of(page.all(".//tbody/tr")[0])

    def test_says_how_many_are_confirmed(self, staff: Staff):
        editor = staff("editor")
        confirm(editor)

        assert f"1 of {len(written())}" in editor.get("texts/").words

    @pytest.mark.parametrize(
        ("narrowed", "there"),
        [
            ("state=confirmed", True),
            ("state=unconfirmed", False),
            ("state=proposed", False),
            ("channel=sms", True),
            ("branch=sms", False),
            ("locale=en&state=confirmed", False),
        ],
    )
    def test_is_narrowed(self, staff: Staff, narrowed: str, there: bool):
        editor = staff("editor")
        confirm(editor)
        page = editor.get(f"texts/?{narrowed}")

        assert any(ENDED.id in link for link in page.links()) is there


class TestCard:
    def test_draws_the_screen_in_every_language_as_the_phone_does(self, staff: Staff):
        page = staff("editor").get(HERE)
        drawn = [text_of(one) for one in page.all(".//div[@class='handset']")]

        assert LAO[ENDED.key] in drawn[0]
        assert any(load_texts()["lo_Latn"][ENDED.key] in one for one in drawn)
        assert any(load_texts()["en"][ENDED.key] in one for one in drawn)

    def test_says_what_room_is_left(self, staff: Staff):
        words = staff("editor").get(HERE).words

        assert "page of 80: " in words
        assert "page of 72: " in words

    def test_that_there_is_not_is_not_found(self, staff: Staff):
        editor = staff("editor")
        editor.get("texts/lo/0000000000", status=404)
        editor.get(f"texts/fr/{ENDED.id}", status=404)


class TestConfirming:
    def test_is_kept_with_who_and_in_which_capacity_and_leads_to_the_next(
        self, service: Service, staff: Staff
    ):
        editor = staff("editor", email="noy@example.la")
        behind = confirm(editor)

        assert behind.one(".//h1").text != LAO[ENDED.key]
        assert "noy@example.la, Reader of the language" in editor.get(HERE).words
        line = lines_of_the_log(service)[-1]
        assert (line.action, line.object_id) == ("text.confirm", TextId("lo", ENDED.key).named)

    def test_can_be_taken_back_by_whoever_did(self, staff: Staff):
        editor = staff("editor")
        confirm(editor)

        page = editor.submit(f"{HERE}/unconfirm", {"capacity": "language_reader"})
        assert "Nobody has confirmed it as it stands." in page.words

    def test_a_wording_that_does_not_stand_there_any_more_is_refused(self, staff: Staff):
        editor = staff("editor")
        sent = {"wording": "ບໍ່ແມ່ນ", "capacity": "programme"}

        page = editor.submit(f"{HERE}/confirm", sent)
        assert "It was changed meanwhile" in page.words


class TestProposing:
    def test_waits_for_a_second_person(self, staff: Staff):
        page = propose(staff("editor", email="noy@example.la"))

        assert "A second person has to approve it." in page.words
        assert "Proposed by noy@example.la" in page.words

    def test_one_that_does_not_fit_is_refused_with_the_sentence_and_kept_as_typed(
        self, staff: Staff
    ):
        editor = staff("editor")
        page = propose(editor, TOO_LONG)

        assert any("too many" in error for error in page.errors())
        assert TOO_LONG.strip() in text_of(page.one(".//textarea[@name='wording']"))
        assert "Proposed by" not in editor.get(HERE).words

    def test_is_bettered_by_somebody_else(self, staff: Staff):
        propose(staff("editor", email="noy@example.la"))
        page = propose(staff("admin", email="keo@example.la"), BETTER.replace("ແລ້ວ", ""))

        assert "Proposed by noy@example.la, keo@example.la" in page.words

    def test_one_that_somebody_changed_meanwhile_is_not_written_over(self, staff: Staff):
        propose(staff("editor"))
        page = propose(staff("editor"), BETTER.replace("ແລ້ວ", ""), seen="0")

        assert any("changed meanwhile" in error for error in page.errors())

    def test_is_taken_back(self, staff: Staff):
        editor = staff("editor")
        page = propose(editor)
        (withdraw,) = (one for one in actions(page) if one.endswith("/withdraw"))

        assert "The proposal is taken back." in editor.submit(withdraw).words

    def test_is_turned_down_with_a_reason(self, service: Service, staff: Staff):
        propose(staff("editor"))
        approver = staff("approver")
        (reject,) = (one for one in actions(approver.get(HERE)) if one.endswith("/reject"))

        assert "turned down" in approver.submit(reject, {"reason": "ບໍ່ສຸພາບ"}).words
        assert lines_of_the_log(service)[-1].action == "text.reject"
        said = approver.get(HERE).words
        assert "Turned down by" in said
        assert "ບໍ່ສຸພາບ" in said


class TestCapacity:
    def test_is_remembered_from_card_to_card_and_narrows_the_list(self, staff: Staff):
        editor = staff("editor")
        confirm(editor, "ministry_of_health")

        fields = editor.get(HERE).fields(f"/console/{HERE}/confirm")
        assert fields["capacity"] == "ministry_of_health"
        for capacity, there in (("ministry_of_health", False), ("programme", True)):
            page = editor.get(f"texts/?state=unconfirmed&capacity={capacity}")
            assert any(ENDED.id in link for link in page.links()) is there


class TestChecking:
    def test_a_wording_being_typed_is_drawn_where_it_fits(self, staff: Staff):
        part = staff("editor").raw("GET", f"{HERE}/check", query_string={"wording": BETTER})

        assert "It fits." in part.text
        assert BETTER in part.text

    def test_one_that_does_not_fit_is_told_so(self, staff: Staff):
        part = staff("editor").raw("GET", f"{HERE}/check", query_string={"wording": TOO_LONG})

        assert "too many" in part.text
        assert "handset" not in part.text

    @pytest.mark.parametrize(
        ("typed", "said"), [("   ", "Nothing is typed."), (LAO[ENDED.key], "stands there now")]
    )
    def test_what_is_nothing_new_is_told_so(self, staff: Staff, typed: str, said: str):
        part = staff("editor").raw("GET", f"{HERE}/check", query_string={"wording": typed})

        assert said in part.text

    def test_its_latin_letters_come_along(self, staff: Staff):
        part = staff("editor").raw("GET", f"{HERE}/check", query_string={"wording": BETTER})

        assert 'data-latin="Ngeun outnoun' in part.text

    def test_a_choice_that_moves_to_another_page_is_named(self, staff: Staff):
        address = f"texts/lo/{id_of(LAST.key)}/check"
        longer = LAO[LAST.key] + "ກ" * 3
        part = staff("editor").raw("GET", address, query_string={"wording": longer})

        assert f"takes 2 pages of 80 signs: “2 {longer}” moves to page 2." in part.text


class TestFiles:
    def test_the_cards_are_given_as_a_workbook(self, staff: Staff):
        answer = staff("editor").raw("GET", "texts/cards.xlsx")

        sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
        assert sheet.max_row == len(written()) + 1

    @pytest.mark.parametrize("name", ["cards", "trial"])
    def test_the_papers_are_given_to_be_opened_and_printed(self, staff: Staff, name: str):
        answer = staff("editor").raw("GET", f"texts/{name}.html")

        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.text.startswith("<!doctype html>")


class TestPublishing:
    def test_a_second_person_approves_and_it_stands(self, service: Service, staff: Staff):
        propose(staff("editor", email="noy@example.la"))
        approver = staff("approver", email="keo@example.la")
        page = approver.submit(approving(approver.get(HERE)), {"seen": "1", "seen_twin": "1"})

        assert "Published." in page.words
        assert page.heading == BETTER
        assert "approved by keo@example.la" in page.words
        assert lines_of_the_log(service)[-1].action == "text.publish"

    def test_both_scripts_are_published_at_once(self, staff: Staff):
        propose(staff("editor"))
        approver = staff("approver")
        page = approver.get(HERE)
        approver.submit(approving(page), page.fields(approving(page)))

        latin = approver.get(f"texts/lo_Latn/{ENDED.id}")
        assert latin.heading.startswith("Ngeun outnounmotkamnot")
        assert "Nothing waits." in approver.get("texts/publications").words

    def test_whoever_wrote_it_is_offered_no_button_and_refused(
        self, service: Service, staff: Staff
    ):
        editor = staff("editor")
        page = propose(editor)
        assert "an approver or an administrator approves it" in page.words
        assert [one for one in actions(page) if one.endswith("/approve")] == []

        (withdraw,) = (one for one in actions(page) if one.endswith("/withdraw"))
        page = editor.submit(
            withdraw.replace("withdraw", "approve"), {"seen": "1", "seen_twin": "1"}
        )
        assert "A second person has to approve it" in page.words
        assert page.heading == LAO[ENDED.key]

    def test_what_waits_is_drawn_on_the_phone_with_the_room_it_leaves(self, staff: Staff):
        propose(staff("editor"))
        page = staff("approver").get("texts/publications")
        drawn = [text_of(one) for one in page.all(".//div[@class='handset']")]

        assert any(BETTER in one for one in drawn)
        assert any(one.startswith("Ngeun outnoun") for one in drawn)
        assert "page of 80: " in page.words
        assert "1 SMS (" in page.words

    def test_what_moved_meanwhile_is_told_and_needs_a_yes(self, service: Service, staff: Staff):
        propose(staff("editor"))
        put_moved(service, ENDED.key)
        approver = staff("approver")
        page = approver.get(HERE)
        assert "When it was proposed “ເກົ່າ” stood there" in page.words
        assert "In conflict" in approver.get("texts/publications").words

        sent = page.fields(approving(page))
        assert "say that it is to stand there" in approver.submit(approving(page), sent).words
        assert approver.submit(approving(page), sent | {"all_the_same": "1"}).heading == BETTER

    def test_it_is_approved_from_the_list_as_well(self, service: Service, staff: Staff):
        put_proposal(service)
        editor = staff("editor")
        waiting = editor.get("texts/publications")
        page = editor.submit(approving(waiting), waiting.fields(approving(waiting)))

        assert page.heading == BETTER_HELP

    def test_what_was_changed_since_it_was_read_is_not_approved(
        self, service: Service, staff: Staff
    ):
        made = put_proposal(service)
        page = staff("approver").submit(f"texts/proposals/{made}/approve", {"seen": "0"})

        assert "It was changed meanwhile" in page.words

    def test_it_goes_back_with_one_press_and_both_are_kept(self, service: Service, staff: Staff):
        number = put_publication(service)
        editor = staff("editor")
        assert BETTER_HELP in editor.get("texts/publications").words

        page = editor.submit(f"texts/publications/{number}/roll-back")
        assert "The former wording stands again." in page.words
        assert "2. Former wording again" in page.words
        card = editor.get(f"texts/lo/{id_of(HELP.key)}")
        assert card.heading == LAO[HELP.key]
        assert len(card.all(".//ol[@class='versions']/li")) == 3  # the catalogue's own as well

    def test_what_is_undone_already_is_told_so(self, service: Service, staff: Staff):
        number = put_publication(service)
        editor = staff("editor")
        editor.submit(f"texts/publications/{number}/roll-back")

        page = editor.submit(f"texts/publications/{number}/roll-back")
        assert "None of its wordings stands any more." in page.words

    @pytest.mark.parametrize(("verb", "standing"), [("keep", BETTER_HELP), ("drop", LAO[HELP.key])])
    def test_a_conflict_is_settled(self, service: Service, staff: Staff, verb: str, standing: str):
        put_conflict(service)
        editor = staff("editor")
        address = f"texts/conflicts/lo/{id_of(HELP.key)}/{verb}"
        assert f"/console/{address}" in actions(editor.get("texts/publications"))

        page = editor.submit(address)
        assert "The conflict is gone." in page.words
        assert "In conflict with the catalogue" not in page.words
        assert editor.get(f"texts/lo/{id_of(HELP.key)}").heading == standing
        editor.post(address, status=404)

    def test_the_list_knows_what_has_changed(self, service: Service, staff: Staff):
        put_publication(service)
        page = staff("editor").get("texts/?state=changed")

        assert BETTER_HELP in page.words
        assert len(page.rows()) == 1

    def test_a_text_that_changes_is_unconfirmed_again(self, service: Service, staff: Staff):
        editor = staff("editor")
        confirm(editor)
        put_publication(service, TextId("lo", ENDED.key), BETTER)

        page = editor.get(HERE)
        assert "Nobody has confirmed it as it stands." in page.words


def approving(page) -> str:
    (found,) = (one for one in actions(page) if one.endswith("/approve"))
    return found


def test_the_first_page_says_how_many_are_confirmed(staff: Staff):
    confirm(staff("editor"))

    said = f"confirmed: 1 of {len(written())} Lao handset texts"
    assert said in staff("viewer").get("").words


def test_the_first_page_says_what_waits_of_the_texts(service: Service, staff: Staff):
    put_proposal(service)

    assert "wordings waiting: 1, in conflict: 0" in staff("approver").get("").words


def test_who_only_looks_is_offered_nothing_to_press(staff: Staff):
    page = staff("viewer").get(HERE)

    assert [one for one in actions(page) if "/texts/" in one] == []
