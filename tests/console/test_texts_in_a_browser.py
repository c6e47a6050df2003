"""Two people word a text: refused for one unit too many, approved, dialled, rolled back."""

import pytest

from gateway.text_cards.written import id_of
from tests.console.worded import LAST

pytestmark = pytest.mark.chromium

CARD = f"texts/lo/{id_of(LAST.key)}"
ONE = "ກ"


def typed(person, wording: str) -> str:
    """What the page says of it while it is typed."""
    person.page.evaluate("document.querySelector('.checked').textContent = ''")
    person.page.fill("#wording", wording)
    person.page.wait_for_function(
        "() => document.querySelector('.checked').textContent.trim() !== ''"
    )
    return str(person.page.inner_text(".checked"))


def longest_that_fits(person) -> int:
    """How many letters a choice may have, as the page says while one types."""
    fits = 1
    while True:
        address = f"{person.url}/console/{CARD}/check?wording={ONE * (fits + 1)}"
        if "handset" not in person.page.request.get(address).text():
            return fits
        fits += 1


def test_two_people_word_a_text_and_take_it_back(browser):
    noy, keo = browser("editor", width=1280), browser("approver", width=1280)
    noy.open(CARD)
    most = longest_that_fits(noy)

    assert "1 too many" in typed(noy, ONE * (most + 1))
    noy.page.click("button:has-text('Propose')")
    assert "1 too many" in noy.page.inner_text(".errors")
    assert "It fits." in typed(noy, ONE * most)
    noy.check()
    noy.page.click("button:has-text('Propose')")
    assert "A second person has to approve it." in noy.page.inner_text("main")

    keo.open(CARD)
    keo.check()
    keo.page.click("button:has-text('Approve and publish')")
    assert keo.page.inner_text("h1") == ONE * most
    assert ONE * most in dialled(keo)

    keo.open("texts/publications")
    keo.check()
    keo.page.click("button:has-text('Take it back')")
    assert "The former wording stands again." in keo.page.inner_text("main")
    assert ONE * most not in dialled(keo)


def dialled(person) -> str:
    """Both pages of the payday, at the menu map's phone."""
    pages = []
    for keys in ("1", "1*9"):
        person.open(f"menu/try?who=enrolled&locale=lo&text={keys}")
        pages.append(str(person.page.inner_text(".telephone .handset")))
    return "".join(pages)


def test_the_cards_are_gone_through_by_keyboard_alone(browser):
    editor = browser("editor", width=1280)
    editor.open("texts/?state=unconfirmed")
    listed = editor.page.url
    editor.page.locator("td a").first.click()
    editor.page.wait_for_url(lambda url: url != listed)
    first = editor.page.url

    editor.page.keyboard.press("Control+ArrowRight")
    editor.page.wait_for_url(lambda url: url != first)
    second = editor.page.url
    editor.page.keyboard.press("Control+Enter")
    editor.page.wait_for_url(lambda url: url not in {first, second})
    assert "Confirmed:" in editor.page.inner_text(".flash")
    editor.check()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_cards_in_lao(browser, width: int):
    editor = browser("editor", width=width, locale="lo")
    for path, name in (("texts/", "texts"), (CARD, "text"), ("texts/take", "texts-take")):
        editor.open(path)
        editor.check()
        editor.shoot(f"{name}-lo-{width}")
