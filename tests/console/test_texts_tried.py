"""The texts by file and by mothers: a filled workbook comes back, a trial is entered."""

from io import BytesIO

from gateway.text_cards.written import id_of, written
from tests.console.conftest import Staff
from tests.console.test_texts import BETTER, ENDED, TOO_LONG, actions
from tests.service import Service
from tests.text_cards.test_filled import filled, line_of


class TestTaking:
    def send(self, person, lines):
        sent = {"file": (filled(lines, "en"), "cards.xlsx"), "capacity": "programme"}
        return person.submit("texts/take", sent)

    def test_a_filled_file_confirms_and_proposes(self, service: Service, staff: Staff):
        lines = {2: {"right": "x"}, line_of(ENDED.id): {"better": BETTER}}
        page = self.send(staff("editor"), lines)

        assert "Confirmed: 2. Proposed: 2." in page.words
        assert BETTER in page.words

    def test_each_faulty_line_is_named_and_nothing_is_written(self, staff: Staff):
        editor = staff("editor")
        lines = {2: {"right": "x"}, 3: {"right": "?"}, line_of(ENDED.id): {"better": TOO_LONG}}
        page = self.send(editor, lines)

        assert page.errors()[0].startswith("Line 3, “right? (x)”: “?” is no answer")
        assert "The SMS takes" in " ".join(page.errors())
        assert f"0 of {len(written())}" in editor.get("texts/").words

    def test_what_is_no_workbook_is_told_so(self, staff: Staff):
        sent = {"file": (BytesIO(b"no"), "cards.xlsx"), "capacity": "programme"}
        page = staff("editor").submit("texts/take", sent)

        assert "Line 1: " in page.errors()[0]


class TestTrials:
    def test_what_a_mother_pressed_stands_beside_the_task_and_the_screen(self, staff: Staff):
        editor = staff("editor")
        sent = editor.get("texts/trials").fields("/console/texts/trials")
        page = editor.submit("texts/trials", sent | {"task_payday": "6 1", "task_ask": "6"})

        assert "Kept: 2 tasks of one mother." in page.words
        rows = {row[0]: row[2:] for row in page.rows()}
        assert rows["When and where do you get your money?"] == ["0 of 1", "6 1 Take out 6 1"]
        assert rows["You have a question. Which number do you call?"][0] == "1 of 1"
        help_screen = editor.get(f"texts/lo/{id_of('Call free %(hotline)s.')}")
        assert "Tried with mothers: seen once. 1 pressed: 1." in help_screen.words

    def test_what_is_no_day_is_refused_in_the_readers_language(self, staff: Staff):
        editor = staff("editor", locale="lo")
        sent = editor.get("texts/trials").fields("/console/texts/trials")

        page = editor.submit("texts/trials", sent | {"tried_on": "31/02/2026"})

        (said,) = [error for error in page.errors() if "2026-11-24" in error]
        assert "Not a valid" not in said

    def test_what_is_no_key_and_a_day_to_come_are_refused(self, staff: Staff):
        editor = staff("editor")
        sent = editor.get("texts/trials").fields("/console/texts/trials")
        page = editor.submit(
            "texts/trials", sent | {"task_payday": "4 <script>", "tried_on": "2099-01-01"}
        )

        assert [error.partition(": ")[2] for error in page.errors()] == [
            "This day is still to come.", "Write the keys alone, or a dash: 1 9 2.",
        ]  # fmt: skip

    def test_a_wrong_entry_is_taken_out(self, staff: Staff):
        editor = staff("editor")
        sent = editor.get("texts/trials").fields("/console/texts/trials")
        page = editor.submit("texts/trials", sent | {"task_ask": "9"})
        (out,) = (one for one in actions(page) if one.endswith("/take-out"))

        assert "Taken out." in editor.submit(out).words

    def test_a_sheet_with_nothing_on_it_is_not_kept(self, staff: Staff):
        editor = staff("editor")
        sent = editor.get("texts/trials").fields("/console/texts/trials")

        assert editor.submit("texts/trials", sent).errors() == [
            "Write what she pressed in one task at least."
        ]
