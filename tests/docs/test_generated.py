"""The pages that are made from the code are those that are checked in."""

import pytest

from gateway.cli.reference import PAGES, pages
from wsgi import app

MADE = pages(app.cli)


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_page_is_what_the_code_makes(name):
    assert (PAGES / name).read_text(encoding="utf-8") == MADE[name], "run `make reference`"
