"""Every page in a real browser: axe-core finds nothing, nothing overflows, in Lao and at 360 px."""

import pytest

from tests.console.happenings import MOTHER, STRANGER, open_a_case
from tests.service import Service

pytestmark = pytest.mark.chromium

PAGES = [
    "password", "districts/", "districts/3/pause", "staff/", "staff/new", "audit/", "settings/",
    "cases/", "cases/1", "cases/2", "nowhere",
]  # fmt: skip


@pytest.fixture
def busy(service: Service) -> None:
    open_a_case(service, MOTHER)
    open_a_case(service, STRANGER, "sms", text="ຂ້ອຍຍັງບໍ່ໄດ້ຮັບເງິນເທື່ອ. ຊ່ວຍແດ່", known=False)
    open_a_case(service, MOTHER, "number_disowned")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_a_page_is_fit_for_everybody(browser, locale: str, width: int):
    admin = browser("admin", width=width, locale=locale)
    for path in PAGES:
        admin.open(path)
        admin.shoot(f"{path.replace('/', '-').strip('-')}-{locale}-{width}")
        admin.check()
