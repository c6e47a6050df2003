"""What docs/ leaves out, and what it names that is not there."""

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
import msgspec
import pytest

import gateway.figures.tables
import gateway.uploads.tables  # noqa: F401 - puts its tables on the metadata
from gateway.metrics import exposition
from gateway.registry.tables import metadata
from gateway.settings import Settings
from tests.docs.pages import DOCS, ROOT, page
from wsgi import app

PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)")
TOP = {path.name for path in ROOT.iterdir()}
PROCESS_ONLY = {"PORT", "PROMETHEUS_MULTIPROC_DIR"}


def _settings() -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(Settings)} | PROCESS_ONLY


def _in_first_column(text: str) -> set[str]:
    """What stands in backquotes in the first column of the page's tables."""
    cells = re.findall(r"^\|([^|]*)\|", text, re.MULTILINE)
    return {name for cell in cells for name in CODE.findall(cell)}


def test_every_setting_is_documented():
    assert _settings() - set(CODE.findall(page("settings.md"))) == set()


def test_every_documented_setting_exists():
    named = {name for name in _in_first_column(page("settings.md")) if name.isupper()}

    assert named - _settings() == set()


def test_every_metric_is_documented():
    families = re.findall(
        r"^# TYPE (\S+) (\S+)$", exposition(_some_readings).decode(), re.MULTILINE
    )
    named = _in_first_column(page("reference/metrics.md"))

    exposed = {
        name.removesuffix("_total") for name, _type in families if not name.endswith("_created")
    }
    assert exposed - named == set()


def _some_readings():
    return {"sms_messages": {"queued": 1.0}, "jobs_waiting": {"dispatch": 0.0}}


def test_every_table_is_documented():
    assert set(metadata.tables) - _in_first_column(page("data-model.md")) == set()


def test_every_documented_table_exists():
    assert _in_first_column(page("data-model.md")) - set(metadata.tables) == set()


def test_every_rule_of_the_programme_is_documented():
    file = tomllib.loads((ROOT / "gateway/core/programme.toml").read_text(encoding="utf-8"))
    named = set(CODE.findall(page("reference/programme.md")))
    keys = set(file["rules"]) | set(file["holidays"])
    for table in chain(file["districts"], file["schedules"]):
        keys |= set(table)
    keys |= set(
        chain.from_iterable(visit for group in file["schedules"] for visit in group["visits"])
    )

    assert keys - named == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_only_what_is_there(path: Path):
    assert sorted(_missing(path)) == []


def _missing(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if "://" not in target and not (path.parent / target).exists():
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
