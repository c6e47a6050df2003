"""`flask api`: the API's description against one that other systems were given."""

import json
from pathlib import Path
from typing import Any, cast

import click

from gateway.api.compatibility import broken
from gateway.api.openapi import describe
from gateway.api.resources import OPERATIONS, PREFIX

COMMITTED = Path(__file__).parent.parent.parent / "docs" / "reference" / "openapi.json"


@click.group()
def api() -> None:
    """The API for other systems."""


@api.command()
@click.argument(
    "file", default=COMMITTED, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check(file: Path) -> None:
    """Whether the API still keeps what FILE (an earlier openapi.json) promises."""
    try:
        before = json.loads(file.read_text(encoding="utf-8"))
        found = broken(before, description())
    except (ValueError, KeyError, AttributeError, TypeError):
        raise click.ClickException(f"{file} is no description of this API.") from None
    for one in found:
        click.echo(one)
    if found:
        raise click.ClickException("What was written for it breaks.")
    click.echo("Everything is kept.")


def description() -> dict[str, Any]:
    """As it is served."""
    return cast("dict[str, Any]", json.loads(json.dumps(describe(OPERATIONS, PREFIX))))


def openapi_page() -> str:
    """docs/reference/openapi.json"""
    return json.dumps(description(), indent=1, ensure_ascii=False) + "\n"
