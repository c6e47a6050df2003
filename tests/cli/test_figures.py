"""flask figures count."""

import re

import pytest

from gateway.cli.figures import figures
from tests.service import Service


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 0, r"people:\d{4}-\d\d\ncalls:"),
        (["--month", "2099-01"], 1, "2099-01 has not begun"),
        (["--month", "2000-01"], 1, r"already purged; the oldest month kept is \d{4}-\d\d"),
        (["--month", "soon"], 2, "does not match the format"),
    ],
)
def test_a_month_is_counted_anew(service: Service, arguments: list[str], code: int, said: str):
    result = service.app.test_cli_runner().invoke(figures, ["count", *arguments])

    assert result.exit_code == code, result.output
    assert re.search(said, result.output)
