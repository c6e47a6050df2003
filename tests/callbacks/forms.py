"""What Africa's Talking posts, and what a caller may be shown in answer."""

import re
from typing import Any

from gateway.catalogues import LOCALES, load_gettext
from gateway.ussd.pager import Budget

MOTHER = "+8562055500001"
GETTEXT = load_gettext()
BUDGET = Budget()


def hop(**fields: Any) -> dict[str, Any]:
    """A dial, with `fields` changed; None leaves a field out."""
    form = {
        "sessionId": "ATUid_0123456789abcdef0123456789abcdef",
        "phoneNumber": MOTHER,
        "networkCode": "45703",
        "serviceCode": "*123#",
        "text": "",
    }
    return {name: value for name, value in (form | fields).items() if value is not None}


def is_a_screen(body: str) -> bool:
    """What a phone shows: a prefix, a text, and no more than one page."""
    return bool(re.match(r"(CON|END) \S", body)) and BUDGET.fits(body[4:])


def end(msgid: str, locale: str = "lo") -> str:
    return f"END {GETTEXT[locale](msgid)}"


def ends(msgid: str) -> set[str]:
    """The same END in every language."""
    return {end(msgid, locale) for locale in LOCALES}
