"""The phone page in a real browser, at the width of a small phone and on a desk."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect

from gateway.simulator import wire
from gateway.simulator.phone import create_blueprint
from tests.serving import Serve
from tests.simulator.conftest import Simulator

SMALL, DESK = (360, 740), (1280, 800)
MOTHER, AUNT = "+8562055500001", "+8562055500002"
MENU = "CON ເງິນແມ່-ເດັກ\n1 ກວດສິດ\n2 ວັນຈ່າຍ\n3 ລົງທະບຽນ\n4 ກວດສຸຂະພາບ\n5 ພາສາ\n6 ຊ່ວຍ"
SCREENS = {
    "": MENU,
    "2": "CON ຈ່າຍຄັ້ງຕໍ່ໄປ: 15/08/2026\n0 ກັບຄືນ",
    "2*0": MENU,
    "6": "END ຂອບໃຈທີ່ໃຊ້ບໍລິການ.",
    "5": "CON Language?\n1 Lao",
}

pytestmark = pytest.mark.chromium


@pytest.fixture
def phone_url(simulator: Simulator, stub, serve: Serve) -> str:
    stub.screens = lambda text: SCREENS.get(text, "Oops")
    app = Flask("gateway", static_folder=None)
    app.register_blueprint(create_blueprint(simulator.url))

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    return f"{serve(app)}/phone/"


@pytest.fixture
def window() -> tuple[int, int]:
    return SMALL


at_both_widths = pytest.mark.parametrize("window", [SMALL, DESK], ids=["360 px", "1280 px"])


@pytest.fixture
def page(window: tuple[int, int], chromium: Browser, phone_url: str) -> Iterator[Page]:
    """The phone, ready to dial. No error and no breach of the policy may be logged."""
    width, height = window
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(phone_url)
    yield page
    context.close()
    # The browser notes by itself that a number was refused.
    assert [text for text in complaints if "status of 400" not in text] == []


def screen(page: Page, text: str) -> None:
    expect(page.locator("#screen")).to_have_text(text)


def key(page: Page, *keys: str) -> None:
    for name in keys:
        page.locator(f"#{name}" if name.isalpha() else f"[data-key='{name}']").click()


def shown(reply: str) -> str:
    return reply[4:]


@at_both_widths
def test_a_dialogue_on_the_keypad(page, stub):
    key(page, "call")
    screen(page, shown(MENU))
    key(page, "2", "call")
    screen(page, shown(SCREENS["2"]))
    key(page, "0", "call")
    screen(page, shown(MENU))
    assert [form["text"] for form in stub.wait_for(wire.USSD, 3)] == ["", "2", "2*0"]


def test_the_first_key_replaces_the_code_that_stands_ready(page, stub):
    key(page, *"*123*2#", "call")
    screen(page, shown(SCREENS["2"]))
    assert stub.wait_for(wire.USSD)[0]["text"] == "2"


def test_the_delete_key_takes_back_one_key(page):
    key(page, "call")
    screen(page, shown(MENU))
    key(page, "1", "2", "clear", "clear", "6")
    expect(page.locator("#entry")).to_have_value("6")


def test_an_end_is_closed_and_the_phone_is_ready_again(page, stub):
    key(page, "call")
    screen(page, shown(MENU))
    key(page, "6", "call")
    screen(page, shown(SCREENS["6"]))
    expect(page.locator("#entry")).to_be_disabled()
    key(page, "call")
    expect(page.locator("#entry")).to_have_value("*123#")
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Success"


@at_both_widths
def test_the_keyboard_alone_is_enough(page, stub):
    page.keyboard.press("Enter")
    screen(page, shown(MENU))
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    screen(page, shown(SCREENS["2"]))
    page.keyboard.press("Escape")
    expect(page.locator("#screen")).to_contain_text("Ready to dial")
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Incomplete"


def test_the_meter_counts_the_page_in_the_units_of_its_encoding(page):
    key(page, "call")
    expect(page.locator("#page-use")).to_have_text("69 of 80 UCS-2 units, 138 of 160 octets")
    assert page.locator("#page-meter").evaluate("meter => [meter.value, meter.max]") == [69, 80]
    key(page, "5", "call")
    expect(page.locator("#page-use")).to_have_text("15 of 182 GSM-7 septets, 14 of 160 octets")


def test_the_session_s_time_is_counted_down(page):
    expect(page.locator("#time-left")).to_have_text("No session")
    key(page, "call")
    expect(page.locator("#time-left")).to_have_text("2:59 left")
    key(page, "end")
    expect(page.locator("#time-left")).to_have_text("No session")


def test_the_keypad_dials_anew_whatever_has_the_focus(page, stub):
    page.locator("#sms").focus()
    key(page, "clear")
    expect(page.locator("#entry")).to_have_value("")
    key(page, *"*123*6#", "call")
    screen(page, shown(SCREENS["6"]))
    assert stub.wait_for(wire.USSD)[0]["text"] == "6"


def test_a_lost_signal_ends_the_session_as_incomplete(page, stub):
    expect(page.locator("#lose-signal")).to_be_disabled()
    key(page, "call")
    page.locator("#lose-signal").click()
    screen(page, "No signal")
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Incomplete"


def test_the_last_hop_can_be_repeated_as_operators_do(page, stub):
    key(page, "call")
    screen(page, shown(MENU))
    key(page, "2", "call")
    screen(page, shown(SCREENS["2"]))
    page.locator("#repeat").click()
    _, second, third = stub.wait_for(wire.USSD, 3)
    assert second == third
    screen(page, shown(SCREENS["2"]))


def test_a_bad_reply_is_the_error_of_a_real_phone_and_says_why(page):
    key(page, "call")
    screen(page, shown(MENU))
    key(page, "9", "call")
    expect(page.locator("#screen")).to_contain_text("Connection problem or invalid MMI code")
    expect(page.locator("#screen")).to_contain_text("did not begin with CON or END")
    expect(page.locator("#lose-signal")).to_be_disabled()


def test_an_sms_arrives_unread_with_its_segments(page, sdk):
    expect(page.locator("#inbox-empty")).to_be_visible()
    expect(page.locator("#badge")).to_be_hidden()
    sdk.send("ກ" * 71, [MOTHER], sender_id="MoLSW")
    expect(page.locator("#badge")).to_have_text("1 new")
    expect(page.locator("#envelope")).to_be_visible()
    expect(page.locator(".sms-foot")).to_have_text("2 segments · UCS-2 · 71/134")
    page.locator(".sms-body").click()
    expect(page.locator("#badge")).to_be_hidden()


def test_an_sms_is_never_read_as_markup(page, sdk):
    sdk.send("<b>500.000</b>", [MOTHER])
    expect(page.locator(".sms-body")).to_have_text("<b>500.000</b>")


def test_an_sms_is_written_with_the_keyboard(page, stub):
    page.locator("#sms").fill("ຢຸດ")
    page.locator("#sms").press("Enter")
    expect(page.locator("#sms-note")).to_have_text("Sent to the programme.")
    assert stub.wait_for(wire.INCOMING_MESSAGES)[0]["text"] == "ຢຸດ"


def test_a_phone_opts_out_of_sms_and_back_in(page, stub):
    page.locator("#opt-out").click()
    expect(page.locator("#opt-out")).to_have_text("Allow SMS again")
    assert stub.wait_for(wire.OPT_OUTS)[0]["phoneNumber"] == MOTHER
    page.locator("#opt-out").click()
    expect(page.locator("#opt-out")).to_have_text("Opt out of SMS")


def open_callers(page: Page) -> None:
    page.locator("#callers").evaluate("details => { details.open = true; }")


def test_another_caller_has_another_phone(page, stub, sdk):
    sdk.send("For the aunt", [AUNT])
    key(page, "call")
    screen(page, shown(MENU))
    open_callers(page)
    page.locator(f"input[value='{AUNT}']").check()
    expect(page.locator("#screen")).to_contain_text("+856 20 5550 0002")
    expect(page.locator(".sms-body")).to_have_text("For the aunt")
    (left,) = stub.wait_for(wire.USSD_EVENTS)
    assert (left["phoneNumber"], left["status"]) == (MOTHER, "Incomplete")
    key(page, "call")
    assert stub.wait_for(wire.USSD, 2)[1]["phoneNumber"] == AUNT


def test_any_number_can_call(page, stub):
    open_callers(page)
    page.locator("#other-number").fill("020 9555 1234")
    page.locator("#other-number").press("Tab")
    key(page, "call")
    screen(page, shown(MENU))
    assert stub.wait_for(wire.USSD)[0]["phoneNumber"] == "+8562095551234"
    expect(page.locator("#operator")).to_have_text("Unitel")


def test_a_number_that_is_none_is_said_to_be_none(page, stub):
    open_callers(page)
    page.locator("#other-number").fill("12")
    page.locator("#other-number").press("Tab")
    key(page, "call")
    screen(page, "This is not a phone number.")
    assert stub.at(wire.USSD) == []


@at_both_widths
def test_nothing_is_wider_than_the_window(page, sdk):
    sdk.send("a" * 300, [MOTHER])
    expect(page.locator(".sms")).to_be_visible()
    key(page, "call")
    open_callers(page)
    screen(page, shown(MENU))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@at_both_widths
def test_the_whole_phone_is_in_the_window_at_once(page):
    edge = page.locator("[data-key='#']").evaluate("key => key.getBoundingClientRect().bottom")
    assert edge <= page.viewport_size["height"]


def test_a_screen_is_announced_and_every_control_has_a_name(page):
    assert page.locator("#screen").get_attribute("aria-live") == "polite"
    names = page.locator("button, input, textarea, meter").evaluate_all(
        """controls => controls.map(control => control.getAttribute("aria-label")
            || control.labels?.[0]?.textContent.trim() || control.textContent.trim())"""
    )
    assert len(names) > 25
    assert all(names)
