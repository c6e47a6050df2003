"""What docs/ leaves out, and what it names that is not there."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import chain
from pathlib import Path
from typing import get_args

import click
import pytest
from redis import Redis

import gateway.figures.tables
import gateway.staff.factor_tables
import gateway.text_cards.tables
import gateway.uploads.tables
import gateway.webhooks.tables
import gateway.wordings.tables  # noqa: F401 - puts their tables on the metadata
from gateway.catalogues import read_messages
from gateway.console.kit import words as kit_words
from gateway.console.kit.audit_words import ACTIONS
from gateway.core.message_states import MessageState
from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.health.readiness import Readiness
from gateway.metrics import exposition
from gateway.providers.known import PROVIDERS
from gateway.providers.routing import Routing
from gateway.registry.database import Database
from gateway.registry.tables import metadata
from gateway.settings import Settings
from tests.docs.pages import DOCS, ROOT, page
from tests.service import DEAD_REDIS
from wsgi import app

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)")
TOP = {path.name for path in ROOT.iterdir()}
# Of a hop and of any other callback; the first four by gateway/dialogue.
OUTCOMES = {
    "continue", "end", "retry", "overtaken", "lost", "diverged", "foreign", "too_long",
    "bad_request", "fault", "busy", "stored",
}  # fmt: skip
PROCESS_ONLY = {"PORT", "HOST", "PROMETHEUS_MULTIPROC_DIR"}


def settings() -> set[str]:
    own = (one.settings.variables() for one in PROVIDERS)
    return {*Settings.variables()}.union(*own) | PROCESS_ONLY


def metrics() -> set[str]:
    """Those of the processes, and those that are read when they are asked for."""
    redis = Redis.from_url(DEAD_REDIS)
    always = SendingHours(zone=UTC, quiet=None, is_holiday=no_holidays)
    read = Readiness(Database("sqlite://"), redis, Routing("x", {}), always).readings()
    exposed = exposition(lambda: {name: {"any": 1.0} for name in read}).decode()
    families = re.findall(r"^# TYPE (\S+) \S+$", exposed, re.MULTILINE)
    return {one.removesuffix("_total") for one in families if not one.endswith("_created")}


def tables() -> set[str]:
    return set(metadata.tables)


def rules() -> set[str]:
    """Every key of the programme file."""
    file = tomllib.loads((ROOT / "gateway/core/programme.toml").read_text(encoding="utf-8"))
    keys = set(file["rules"]) | set(file["holidays"])
    for table in chain(file["districts"], file["schedules"]):
        keys |= set(table)
    visits = chain.from_iterable(group["visits"] for group in file["schedules"])
    return keys | set(chain.from_iterable(visits))


def stored_words() -> set[str]:
    """States, reasons, kinds of cases, actions of the audit log."""
    words = kit_words.MESSAGE_STATES, kit_words.REASONS, kit_words.CASE_KINDS, ACTIONS
    return set(chain.from_iterable(words)) | set(get_args(MessageState))


def in_first_column(text: str) -> set[str]:
    """What stands in backquotes in the first column of the page's tables."""
    cells = re.findall(r"^\|([^|]*)\|", text, re.MULTILINE)
    return {name for cell in cells for name in CODE.findall(cell)}


def undocumented_settings(real: Iterable[str], text: str) -> list[str]:
    return sorted(set(real) - set(CODE.findall(text)))


def unknown_settings(real: Iterable[str], text: str) -> list[str]:
    return sorted({name for name in in_first_column(text) if name.isupper()} - set(real))


def undocumented_rows(real: Iterable[str], text: str) -> list[str]:
    return sorted(set(real) - in_first_column(text))


undocumented_metrics = undocumented_outcomes = undocumented_tables = undocumented_rows
undocumented_words = undocumented_rows
undocumented_rules = undocumented_settings


def test_every_setting_is_documented():
    assert undocumented_settings(settings(), page("settings.md")) == []


def test_every_documented_setting_exists():
    assert unknown_settings(settings(), page("settings.md")) == []


def test_every_metric_is_documented():
    assert undocumented_metrics(metrics(), page("reference/metrics.md")) == []


def test_every_outcome_is_documented():
    assert undocumented_outcomes(OUTCOMES, page("reference/metrics.md")) == []


def test_every_table_is_documented():
    assert undocumented_tables(tables(), page("data-model.md")) == []


def test_every_documented_table_exists():
    assert in_first_column(page("data-model.md")) - tables() == set()


def test_every_rule_of_the_programme_is_documented():
    assert undocumented_rules(rules(), page("reference/programme.md")) == []


def test_every_word_that_is_stored_is_documented():
    assert undocumented_words(stored_words(), page("reference/words.md")) == []


def test_the_changelog_says_each_thing_once():
    """A merge that keeps both sides of it brings back what was put in order: take one side."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    unreleased = changelog.partition("## Unreleased")[2].partition("\n## ")[0]
    lines = Counter(line for line in unreleased.splitlines() if line.startswith("- "))

    assert [line for line, times in lines.items() if times > 1] == []


@pytest.mark.parametrize("guide", ["staff-guide.md", "staff-guide.lo.md"])
def test_the_staffs_guide_says_what_the_console_says(guide):
    catalogue = read_messages("lo")
    texts = set(catalogue.values()) if ".lo." in guide else set(catalogue)
    bold = re.findall(r"\*\*([^*]+)\*\*", page(guide))

    # A bold sentence names a task, other bold words stand on the console.
    assert [words for words in bold if words not in texts and not words.endswith(".")] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_only_what_is_there(path: Path):
    assert sorted(missing(path.read_text(encoding="utf-8"), path.parent)) == []


def missing(text: str, folder: Path) -> Iterator[str]:
    """What `text`, a page in `folder`, names that is not there."""
    for target in LINK.findall(text):
        if "://" not in target and not (folder / target).exists():
            yield f"link {target}"
    for name in CODE.findall(text):
        yield from _missing_file(name)
        yield from _missing_command(name)


def _missing_file(name: str) -> Iterator[str]:
    top, slash, _rest = name.partition("/")
    if slash and top in TOP and "<" not in name and "*" not in name and " " not in name:
        file = name.partition("::")[0].rstrip("/")
        if not (ROOT / file).exists() and top != "var":
            yield f"file {name}"


def _missing_command(name: str) -> Iterator[str]:
    words = name.split()
    if words[:1] != ["flask"] or len(words) < 2:
        return
    command: click.Command | None = app.cli
    for word in words[1:]:
        if not isinstance(command, click.Group):
            break
        if not re.fullmatch(r"[a-z-]+", word):
            break
        command = command.commands.get(word)
    if command is None:
        yield f"command {name}"
