"""The fixture that checks every page finds what it is there to find."""

import pytest
from flask import Flask, Response, url_for

from gateway.console import CONTENT_SECURITY_POLICY
from tests.console.html import Page

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>List – Grant</title></head>
<body><main><h1>List</h1>
<form method="post" action="/send"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name"><button>Send</button></form>
<form method="get" action="/list"><button>Show</button></form>
<a href="#name">Name</a> <a href="/list?x=1">List</a> <span lang="lo">ບ້ານ</span>
<img src="/list" alt=""></main></body></html>"""


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/list", "list", lambda: "")
    app.add_url_rule("/send", "send", lambda: "", methods=["POST"])
    return app


def _page(app: Flask, text: str, **headers: str) -> Page:
    usual = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
    app.add_url_rule("/page", "page", lambda: Response(text, headers=usual | headers))
    with app.test_request_context():
        return Page(app.test_client().get(url_for("page")))


def test_a_good_page_has_no_fault(app: Flask):
    _page(app, GOOD).check(app)


@pytest.mark.parametrize(
    ("label", "old", "new", "fault"),
    [
        ("broken HTML", "<a href", "</p></em><a href", "not valid HTML"),
        ("an unclosed element", "</main>", "", "not valid HTML"),
        ("no title", "List – Grant", "", "the title names no page"),
        ("a title of the programme only", "List – ", "", "the title names no page"),
        ("two headings", "</h1>", "</h1><h1>x</h1>", "not one h1"),
        ("a script", "</main>", "<script>x()</script></main>", "inline script"),
        ("a style", "</head>", "<style>a{}</style></head>", "inline style"),
        ("a style attribute", "<a href", '<a style="x" href', "<a style>"),
        ("a handler", "<a href", '<a onclick="x()" href', "<a onclick>"),
        ("an id twice", "<h1>", '<h1 id="name">', "the id name is used 2 times"),
        ("a label of nothing", 'for="name"', 'for="nam"', "for names no id: nam"),
        ("a hint that is not there", "<input id", '<input aria-describedby="h" id',
         "aria-describedby names no id: h"),
        ("an action that is not there", '"/send"', '"/sent"', "leads nowhere: POST /sent"),
        ("an action of another kind", 'action="/list"', 'action="/send"',
         "leads nowhere: GET /send"),
        ("no action", ' action="/send"', "", "leads nowhere: POST None"),
        ("another site", '"/send"', '"https://example.org/"', "leads nowhere: POST https"),
        ("no token", 'name="csrf_token"', 'name="token"', "no CSRF token in the form for /send"),
        ("a token in an address", '<form method="get" action="/list">',
         '<form method="get" action="/list"><input type="hidden" name="csrf_token">',
         "a CSRF token in the address"),
        ("a dead link", '"/list?x=1"', '"/lost"', "a link leads nowhere: /lost"),
        ("a dead picture", 'src="/list"', 'src="/lost"', "a link leads nowhere: /lost"),
        ("a picture without words", ' alt=""', "", "an image without alt"),
        ("another language", 'lang="en"', 'lang="fr"', "the language is fr"),
        ("Lao unmarked", ' lang="lo"', "", "Lao not marked as Lao: ບ້ານ"),
        ("Lao after an element", "</span>", "</span> ເມືອງ", "Lao not marked as Lao: ເມືອງ"),
        ("a placeholder", "Send<", "Send %(what)s<", "a placeholder is left over"),
        ("a template", "Send<", "{{ x }}<", "a placeholder is left over"),
    ],
)  # fmt: skip
def test_a_fault_is_found(app: Flask, label: str, old: str, new: str, fault: str):
    assert old in GOOD, label

    with pytest.raises(AssertionError) as found:
        _page(app, GOOD.replace(old, new, 1)).check(app)

    assert fault in str(found.value), label


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ({"Content-Security-Policy": "default-src *"}, "content security"),
        ({"Cache-Control": "public"}, "may be kept"),
    ],
    ids=["another policy", "kept by a cache"],
)
def test_a_header_that_is_wrong_is_found(app: Flask, headers: dict, fault: str):
    with pytest.raises(AssertionError, match=fault):
        _page(app, GOOD, **headers).check(app)


def test_a_page_too_large_is_found(app: Flask):
    numbers = " ".join(str(number**7) for number in range(20_000))

    with pytest.raises(AssertionError, match="larger than"):
        _page(app, GOOD.replace("List</h1>", f"List</h1><p>{numbers}</p>")).check(app)


def test_lao_on_a_page_in_lao_needs_no_mark(app: Flask):
    text = GOOD.replace('lang="en"', 'lang="lo"').replace(' lang="lo">ບ', ">ບ")

    _page(app, text).check(app)


def test_a_form_is_read_as_a_browser_would_send_it(app: Flask):
    form = """<form method="post" action="/send"><input type="hidden" name="csrf_token" value="t">
    <input name="a" value="1"><textarea name="b">
2 3</textarea><select name="c"><option value="x">X</option><option value="y" selected>Y</option>
    </select><select name="d"><option value="z">Z</option></select>
    <input type="checkbox" name="e" value="on"><input type="checkbox" name="f" value="on" checked>
    <input type="radio" name="g" value="1"><input type="radio" name="g" value="2" checked>
    <button name="h" value="i">Send</button></form>"""

    page = _page(app, GOOD.replace("<main>", "<main>" + form.replace("/send", "/sent")))

    assert page.fields("/sent") == {
        "csrf_token": "t", "a": "1", "b": "2 3", "c": "y", "d": "z", "f": "on", "g": "2",
    }  # fmt: skip
