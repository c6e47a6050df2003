"""The pages that are made from the code are those that are checked in."""

import pytest

from gateway.cli.reference import PAGES, cells_of, pages, template_of
from gateway.registry.imports.vocabulary import FILES
from wsgi import app

MADE = pages(app.cli)


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_page_is_what_the_code_makes(name):
    assert (PAGES / name).read_text(encoding="utf-8") == MADE[name], "run `make reference`"


@pytest.mark.parametrize("kind", FILES)
def test_the_workbook_is_what_the_code_makes(kind):
    made = cells_of(template_of(kind))
    assert cells_of(PAGES / "examples" / f"{kind}.xlsx") == made, "run `make reference`"
