"""What readers say of a text and have no better word for."""

from tests.console.conftest import Staff, lines_of_the_log
from tests.console.test_texts import HERE, actions
from tests.service import Service


class TestComments:
    def test_what_is_not_right_stands_with_the_text_until_somebody_has_seen_to_it(
        self, service: Service, staff: Staff
    ):
        editor = staff("editor", email="noy@example.la")
        page = editor.submit(f"{HERE}/comment", {"comment": "ບໍ່ສຸພາບ", "said_as": "programme"})
        assert "ບໍ່ສຸພາບ noy@example.la, For the programme" in page.words
        assert lines_of_the_log(service)[-1].action == "text.comment"
        listed = editor.get("texts/?state=commented")
        assert len(listed.rows()) == 1
        assert "A reader says something of it" in listed.words

        (settle,) = (one for one in actions(page) if one.endswith("/settle"))
        assert "Seen to by noy@example.la." in editor.submit(settle).words
        assert editor.get("texts/?state=commented").rows() == []

    def test_one_without_a_word_is_not_kept(self, staff: Staff):
        page = staff("editor").submit(f"{HERE}/comment", {"comment": " ", "said_as": "programme"})

        assert "Say in a few words what is not right." in page.words
