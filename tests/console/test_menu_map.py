"""The menu as a map, and a phone to try it on."""

import pytest
from sqlalchemy import func, select

from gateway.registry.tables import cases, events, metadata
from gateway.ussd.screens import Screen
from tests.console.conftest import Staff
from tests.console.html import text_of
from tests.keys import AMOUNT, IN_LAO, OTHER_NUMBER, PAYDAY, SUMMARY, key_of, keys_to
from tests.service import Service

LOOKED_UP = f"{OTHER_NUMBER}*26000001*4321"
TOLD_US = keys_to("payment_missed", "not_paid")


def _screens(page) -> dict[str, list[str]]:
    """{state: its pages} of every card."""
    return {
        card.get("id").removeprefix("screen-"): [
            text_of(shown) for shown in card.findall("./div[@class='handset']")
        ]
        for card in page.all(".//article[@class='screen']")
    }


@pytest.mark.parametrize("locale", ["lo", "lo_Latn", "en"])
def test_every_screen_of_the_menu_is_on_the_map_once(service: Service, staff: Staff, locale: str):
    page = staff("viewer").get(f"menu/?locale={locale}")

    states = service.app.extensions["menu"].states
    assert _screens(page).keys() == {one.name for one in states if isinstance(one, Screen)}
    boxes = [text_of(one) for one in page.all(".//{http://www.w3.org/2000/svg}a")]
    assert len(boxes) == len(_screens(page))


def test_a_screen_stands_there_as_a_phone_shows_it(staff: Staff):
    page = staff("viewer").get("menu/?locale=en")

    assert _screens(page)["next_payment"] == [
        "You get money on 03/12/2026 Ban Phonkeo 300,000 kip 1 By SMS 2 Last one 0 Back"
    ]


def test_the_map_speaks_lao_to_a_reader_of_lao(staff: Staff):
    page = staff("viewer", locale="lo").get("menu/")

    assert _screens(page)["main"][0].startswith("ເງິນແມ່-ເດັກ")


def test_every_way_leads_to_a_screen_on_the_map(staff: Staff):
    page = staff("viewer").get("menu/")

    ids = {one.get("id") for one in page.all(".//*[@id]")}
    ways = [link.removeprefix("#") for link in page.links() if link.startswith("#")]
    assert len(ways) > 60
    assert set(ways) <= ids


def test_a_dialogue_is_played_key_by_key(staff: Staff):
    viewer = staff("viewer")

    dialled = viewer.get("menu/try?locale=en")
    assert "Mother-child money" in _phone(dialled)
    sent = dialled.fields("/console/menu/try")
    assert (sent["who"], sent["locale"]) == ("enrolled", "en")

    payday = viewer.get(f"menu/try?who=enrolled&locale=en&text=&key={PAYDAY}")
    assert _phone(payday).startswith("You get money on 03/12/2026")

    by_sms = key_of("next_payment", "summary_sent")
    ended = viewer.get(f"menu/try?who=enrolled&locale=en&text={PAYDAY}&key={by_sms}")
    assert _phone(ended) == "We are sending you an SMS."
    assert "The call has ended." in ended.words


@pytest.mark.parametrize(
    ("who", "keys", "shown"),
    [
        pytest.param("unknown", PAYDAY, "This number is not registered.", id="a stranger"),
        pytest.param(
            "guarded", f"{AMOUNT}*4321", "You get money on 03/12/2026: 300,000 kip", id="right PIN"
        ),
        pytest.param("guarded", f"{AMOUNT}*0000", "Wrong PIN. 2 left.", id="wrong PIN"),
        pytest.param("guarded", f"{AMOUNT}*9999", "Too many wrong PINs.", id="PIN locked"),
        pytest.param(
            "several", f"{PAYDAY}*2", "You get money on 03/12/2026", id="the second of two"
        ),
        pytest.param("missed", TOLD_US, "Case 1234:", id="a case that is none"),
        pytest.param("enrolled", LOOKED_UP, "No. 26000001: enrolled.", id="look-up"),
        pytest.param("enrolled", "7", "No choice 7.", id="a key without a meaning"),
        pytest.param("enrolled", f"{SUMMARY}*9", "We are sending you an SMS.", id="after the end"),
        pytest.param("enrolled", "*" * 300, "Mother-child money", id="no key at all"),
        pytest.param(
            "nobody", PAYDAY, "You get money on 03/12/2026", id="a caller that is not offered"
        ),
    ],
)
def test_whoever_calls_meets_the_real_menu(staff: Staff, who: str, keys: str, shown: str):
    page = staff("viewer").get(f"menu/try?who={who}&locale=en&text={keys}")

    assert _phone(page).startswith(shown)


def test_a_language_chosen_on_the_phone_stays_on_the_phone(staff: Staff):
    page = staff("viewer").get(f"menu/try?who=enrolled&locale=en&text={IN_LAO}")

    assert page.one(".//div[@class='telephone']/div").get("lang") == "lo"


def test_trying_writes_nothing_down(service: Service, staff: Staff):
    viewer = staff("viewer")
    before = _counts(service)

    viewer.get(f"menu/try?who=missed&locale=en&text={TOLD_US}")
    viewer.get(f"menu/try?who=guarded&locale=en&text={AMOUNT}*0000")

    assert _counts(service) == before
    assert before[events.name] == before[cases.name] == 0


def _counts(service: Service) -> dict[str, int]:
    with service.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def _phone(page) -> str:
    return text_of(page.one(".//div[@class='telephone']/div"))


@pytest.mark.chromium
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_the_map_in_a_browser(browser, locale: str, width: int):
    viewer = browser("viewer", width=width, locale=locale)

    viewer.open("menu/")
    viewer.check()
    viewer.shoot(f"menu-{locale}-{width}")
    viewer.page.locator("article a[href='#screen-payment_missed']").first.click()
    assert viewer.page.url.endswith("#screen-payment_missed")


@pytest.mark.chromium
def test_a_call_in_a_browser_by_keyboard_alone(browser):
    viewer = browser("viewer", width=360, locale="lo")
    viewer.open("menu/try")

    for pressed in SUMMARY.split("*"):
        viewer.page.focus("#key")
        viewer.page.keyboard.type(pressed)
        with viewer.page.expect_navigation():
            viewer.page.keyboard.press("Enter")
    viewer.check()
    viewer.shoot("menu-try-lo-360")

    assert viewer.page.locator(".telephone .keys").count() == 0
