"""Whom these tests call as, and what they expect to see in English."""

from gateway.catalogues import load_gettext
from gateway.dialogue.host import DIAL_AGAIN
from tests.keys import HELP

MOTHER = "+8562055500001"
TWO_ON_ONE_PHONE = "+8562055500003"
WITH_PIN = "+8562055500004"
UNKNOWN = "+8562055512399"
GETTEXT = load_gettext()
EN = GETTEXT["en"]
AGAIN = f"END {EN(DIAL_AGAIN)}"


def is_main_menu(body: str) -> bool:
    """Under its heading or under a notice."""
    return body.startswith("CON ") and body.endswith(f"\n{HELP} {EN('Help')}")


def offers_to_go_on(body: str) -> bool:
    return body.startswith(f"CON {EN('You were cut off.')}")
