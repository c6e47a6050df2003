"""What the checks of the pages name when something new is planted that no page has."""

import pytest

from gateway.cli.reference import PAGES, pages
from tests.docs import test_pages as checks
from tests.docs.pages import ROOT, page
from tests.docs.test_urls import URLS, unnamed_addresses
from wsgi import app

WORDS = pages(app.cli)["words.md"]


@pytest.mark.parametrize(
    ("kind", "missing", "real", "text"),
    [
        ("setting", checks.undocumented_settings, checks.settings(), page("settings.md")),
        ("metric", checks.undocumented_metrics, checks.metrics(), page("reference/metrics.md")),
        ("outcome", checks.undocumented_outcomes, checks.OUTCOMES, page("reference/metrics.md")),
        ("table", checks.undocumented_tables, checks.tables(), page("data-model.md")),
        ("rule", checks.undocumented_rules, checks.rules(), page("reference/programme.md")),
        ("word", checks.undocumented_words, checks.stored_words(), WORDS),
        ("address", unnamed_addresses, set(), URLS),
    ],
)
def test_one_more_that_no_page_names_is_caught(kind, missing, real, text):
    planted = f"/planted/{kind}" if kind == "address" else f"planted_{kind}"

    assert missing(real, text) == [], "all that is there is documented"
    assert missing({*real, planted}, text) == [planted]


def test_a_new_command_and_a_new_column_change_the_page_that_is_made_of_them(monkeypatch):
    import click  # noqa: PLC0415 - for this test alone

    from gateway.registry.imports import vocabulary  # noqa: PLC0415 - likewise

    root = click.Group(commands={**app.cli.commands, "planted": click.Command("planted")})
    columns = {**vocabulary.FILES, "visits": (*vocabulary.FILES["visits"], "pin")}
    monkeypatch.setattr(vocabulary, "FILES", columns)

    made = pages(root)

    assert "### flask planted" in made["commands.md"]
    for name in ("commands.md", "import-files.md"):
        assert made[name] != (PAGES / name).read_text(encoding="utf-8"), "test_generated fails"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see `gateway/planted.py`", ["file gateway/planted.py"]),
        ("run `flask planted now`", ["command flask planted now"]),
        ("run `flask db planted`", ["command flask db planted"]),
        ("see [it](planted.md)", ["link planted.md"]),
        ("`RETENTION_DAYS=1` and `gateway/app.py`, `flask db upgrade`", []),
    ],
)
def test_what_is_not_there_is_named(text, names):
    assert sorted(checks.missing(text, ROOT)) == names


def test_a_setting_that_does_not_exist_is_named():
    assert checks.unknown_settings(checks.settings(), "| `PLANTED` | - | - |") == ["PLANTED"]
