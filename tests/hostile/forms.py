"""The forms of a page, read as fast as a hundred thousand pages want it."""

from html.parser import HTMLParser

from tests.hostile.odd import Pairs

Form = tuple[str, str, Pairs]  # method, action, what would be sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("method", "get").upper(), given.get("action", ""), []))
        elif not self.forms:
            return
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1][2].append((self._select, given.get("value", "")))
        elif tag in {"input", "textarea", "button"} and given.get("name"):
            self.forms[-1][2].append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            if self.forms and self._select not in dict(self.forms[-1][2]):
                self.forms[-1][2].append((self._select, ""))
            self._select = ""


def forms_of(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms
