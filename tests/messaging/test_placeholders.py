"""What looks like mail merge is found; what people write is not."""

import pytest

from gateway.messaging.broadcasts.placeholders import placeholder_in


@pytest.mark.parametrize(
    "sign",
    [
        "{name}", "{{name}}", "{{ first name }}", "{0}", "{}", "((name))", "((ຊື່))",
        "%(name)s", "%(amount)d", "%s", "%NAME%", "«First Name»", "«ຊື່»", "$name", "[name]",
        "[Ban 1]", "<name>", "<ຊື່>",
    ],
)  # fmt: skip
def test_signs_that_other_programs_fill_in_are_found(sign: str):
    assert placeholder_in(f"ສະບາຍດີ {sign}, ມື້ອື່ນ") == sign


@pytest.mark.parametrize(
    "text",
    [
        "ນ້ຳຖ້ວມ (ບ້ານໂພນແກ້ວ)", "50 % of it", "Call 1234 (free)", "US$ 5", "5 < 6 and 7 > 6",
        "[1] first", "(1) (2)", "08:00-16:00", "ໂທ *123#", "50%", "ເດັກ <5 ປີ",
        "<b>bold</b>",
    ],
)  # fmt: skip
def test_what_people_write_is_none(text: str):
    assert placeholder_in(text) is None
