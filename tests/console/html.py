"""A page as it came: its parts to look at, and what must hold for every one of them.

`Page` is what a `PlainBrowser` hands out: `words`, `rows()`, `links()`, `fields(action)`,
`flashes()`, `errors()`, `all(path)`. `check` is run on each; a rule for every page goes there.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.test import TestResponse

from gateway.console import CONTENT_SECURITY_POLICY

LARGEST = 60_000  # bytes packed, beside 33 kB of style sheets
_LAO = re.compile(r"[\u0e80-\u0eff]")
_PLACEHOLDER = re.compile(r"%\(\w+\)|\{\{|\}\}|<built-in|<Markup")
_WORDS = {"script", "style"}
_INLINE = {"a", "span", "strong", "em", "mark", "time", "b", "i", "small", "code"}


class Page:
    """A response and, of HTML, its tree; paths are ElementTree's (".//table/tbody/tr")."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.text = response.text
        self.location = response.headers.get("Location", "")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.tree: Element = parser.parse(self.text)
        self.faults = parser.errors

    @property
    def title(self) -> str:
        return text_of(self.one(".//title"))

    @property
    def heading(self) -> str:
        return text_of(self.one(".//h1"))

    @property
    def words(self) -> str:
        """All that can be read in <main>, with single spaces."""
        return text_of(self.one(".//main"))

    def one(self, path: str) -> Element:
        found = self.all(path)
        assert len(found) == 1, f"{len(found)} of {path} on {self.title_or_nothing()}"
        return found[0]

    def all(self, path: str) -> list[Element]:
        return self.tree.findall(path)

    def rows(self) -> list[list[str]]:
        """The cells of every table's body."""
        rows = self.all(".//tbody/tr")
        return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in rows]

    def links(self) -> list[str]:
        """Where the links in <main> lead."""
        return [link.get("href", "") for link in self.all(".//main//a")]

    def menu(self) -> list[str]:
        """The texts of the menu."""
        return [text_of(link) for link in self.all(".//body/div/nav//a")]

    def flashes(self) -> list[str]:
        return [text_of(one) for one in self.all(".//*[@role='status']")]

    def errors(self) -> list[str]:
        """The lines of the summary over a form."""
        return [text_of(one) for one in self.all(".//div[@class='errors']//li")]

    def fields(self, action: str) -> dict[str, str]:
        """{name: value} of the form in <main> that is sent to `action`, as it would be sent."""
        form = next(f for f in self.all(".//main//form") if f.get("action") == action)
        return dict(_fields(form))

    def title_or_nothing(self) -> str:
        found = self.tree.find(".//title")
        return "" if found is None else text_of(found)

    def check(self, app: Flask) -> None:
        """Fails with a sentence where the page breaks a rule that all pages keep."""
        faults = [*self._document_faults(), *self._inline_faults(), *self._id_faults()]
        faults += [*self._form_faults(app), *self._link_faults(app), *self._language_faults()]
        assert not faults, f"{self.title_or_nothing()}: " + "; ".join(faults)

    def _document_faults(self) -> Iterator[str]:
        yield from (f"not valid HTML: {fault}" for fault in self.faults)
        name, _, programme = self.title_or_nothing().partition(" – ")
        if not name or not programme:
            yield "the title names no page"
        if len(self.all(".//h1")) != 1:
            yield "not one h1"
        if self.response.headers.get("Content-Security-Policy") != CONTENT_SECURITY_POLICY:
            yield "another content security policy"
        if self.response.headers.get("Cache-Control") != "no-store":
            yield "may be kept by a cache"
        if len(gzip.compress(self.text.encode())) > LARGEST:
            yield f"larger than {LARGEST} bytes"
        if _PLACEHOLDER.search(self.text):
            yield "a placeholder is left over"

    def _inline_faults(self) -> Iterator[str]:
        for one in self.tree.iter():
            if one.tag in _WORDS and (one.text or "").strip():
                yield f"inline {one.tag}"
            yield from (
                f"<{one.tag} {name}>"
                for name in one.attrib
                if isinstance(name, str) and (name == "style" or name.startswith("on"))
            )

    def _id_faults(self) -> Iterator[str]:
        ids = Counter(one.get("id") for one in self.tree.iter() if one.get("id"))
        yield from (
            f"the id {name} is used {count} times" for name, count in ids.items() if count > 1
        )
        for one in self.tree.iter():
            for attribute in ("for", "aria-describedby", "aria-labelledby"):
                for name in (one.get(attribute) or "").split():
                    if name not in ids:
                        yield f"{attribute} names no id: {name}"

    def _form_faults(self, app: Flask) -> Iterator[str]:
        for form in self.all(".//form"):
            method, action = form.get("method", "get").upper(), form.get("action")
            if not action or not _leads_somewhere(app, action, method):
                yield f"the form's action leads nowhere: {method} {action}"
            names = {field.get("name") for field in form.iter("input")}
            if method == "POST" and "csrf_token" not in names:
                yield f"no CSRF token in the form for {action}"
            if method == "GET" and "csrf_token" in names:
                yield f"a CSRF token in the address of {action}"

    def _link_faults(self, app: Flask) -> Iterator[str]:
        for attribute, tags in (("href", ("a", "link")), ("src", ("img", "script"))):
            for one in (found for tag in tags for found in self.all(f".//{tag}")):
                target = one.get(attribute) or ""
                if not target.startswith(
                    ("#", "tel:", "data:image/svg+xml")
                ) and not _leads_somewhere(app, target, "GET"):
                    yield f"a link leads nowhere: {target}"
        yield from ("an image without alt" for one in self.all(".//img") if one.get("alt") is None)

    def _language_faults(self) -> Iterator[str]:
        lang = self.one(".//html" if self.tree.tag != "html" else ".").get("lang")
        if lang not in {"lo", "en"}:
            yield f"the language is {lang}"
        if lang == "en":
            body = self.tree.find("body")
            assert body is not None
            yield from (f"Lao not marked as Lao: {text}" for text in _unmarked_lao(body, False))


def text_of(element: Element) -> str:
    """What can be read in it, with single spaces where lines or blocks part."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        apart = "" if child.tag in _INLINE else " "
        yield apart
        yield from _pieces(child)
        yield apart
        yield child.tail or ""


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter():
        name = field.get("name")
        if not name or field.tag == "button":
            continue
        if field.tag == "textarea":
            yield name, (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            chosen = field.findall(".//option[@selected]") or field.findall(".//option")[:1]
            yield from ((name, option.get("value", "")) for option in chosen)
        elif field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None:
            yield name, field.get("value", "")


def _leads_somewhere(app: Flask, target: str, method: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return False
    try:
        app.url_map.bind("localhost").match(parts.path, method)
    except MethodNotAllowed:
        return False
    except HTTPException as error:
        return error.code == 308
    return True


def _unmarked_lao(element: Element, marked: bool) -> Iterator[str]:
    if element.tag == "textarea":
        return  # what the reader typed, in whatever language
    inside = element.get("lang") == "lo" if element.get("lang") else marked
    if not inside and _LAO.search(element.text or ""):
        yield (element.text or "").strip()
    for child in element:
        yield from _unmarked_lao(child, inside)
        if not inside and _LAO.search(child.tail or ""):
            yield (child.tail or "").strip()
