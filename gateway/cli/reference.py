"""`flask reference`: the pages of docs/reference/ that are made from the code."""

from collections.abc import Iterator, Mapping
from datetime import date
from inspect import cleandoc
from io import BytesIO
from pathlib import Path

import click
from flask import current_app
from openpyxl import load_workbook

from gateway.cli.api_check import openapi_page
from gateway.cli.changes_page import changes_page
from gateway.cli.glossary import glossary_page
from gateway.cli.person_data_page import person_data_page
from gateway.console.kit import words
from gateway.console.kit.audit_words import ACTIONS
from gateway.core.kinds import EVENTS, NEEDS
from gateway.core.texts import without_context
from gateway.registry.imports import vocabulary
from gateway.registry.imports.examples import example
from gateway.registry.imports.template import write_template

EXAMPLES_ON = date(2026, 11, 26)  # the console gives them as of the day of the download
PAGES = Path(__file__).parent.parent.parent / "docs" / "reference"
# Flask brings these itself; they stand in its own documentation.
FLASKS_OWN = frozenset({"routes", "run", "shell"})


@click.group()
def reference() -> None:
    """The pages of docs/reference/ that are made from the code."""


@reference.command()
def write() -> None:
    """Bring them up to the code."""
    for name, text in pages(current_app.cli).items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for kind in vocabulary.FILES:
        path, made = PAGES / "examples" / f"{kind}.xlsx", template_of(kind)
        if not path.exists() or cells_of(path) != cells_of(made):  # a workbook holds its own date
            path.write_bytes(made.getvalue())


def template_of(kind: str) -> BytesIO:
    """The workbook to fill in, as the console gives it but for the names of visits."""
    file = BytesIO()
    write_template(kind, EXAMPLES_ON, file)
    return file


def cells_of(file: Path | BytesIO) -> list[list[tuple[object, ...]]]:
    """What stands in a workbook, sheet by sheet."""
    book = load_workbook(file)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def pages(root: click.Group) -> dict[str, str]:
    """{file name: Markdown} of every page that is made from the code."""
    return {
        "changes.md": changes_page(),
        "commands.md": commands_page(root),
        "glossary.md": glossary_page(),
        "import-files.md": import_files_page(),
        "openapi.json": openapi_page(),
        "person-data.md": person_data_page(),
        "words.md": words_page(),
        **{f"examples/{kind}.csv": _example(kind) for kind in vocabulary.FILES},
    }


def _example(kind: str) -> str:
    rows = [vocabulary.FILES[kind], *example(kind, EXAMPLES_ON)]
    return "".join(f"{','.join(row)}\n" for row in rows)


def import_files_page() -> str:
    """The columns of each import file, with their Lao titles and the words they take."""
    return "\n".join([_FILES_HEAD, *(_columns(kind) for kind in vocabulary.FILES)])


def _columns(kind: str) -> str:
    rows = [
        f"| `{column}` | {', '.join(vocabulary.TITLES[column])} | {_accepted(kind, column)} |"
        for column in vocabulary.FILES[kind]
    ]
    heads = ["| column | Lao titles | values |", "|---|---|---|"]
    file = (
        f"[An example](examples/{kind}.csv), [a workbook to fill in](examples/{kind}.xlsx); "
        "the console offers both under *Import*."
    )
    return "\n".join([f"## {kind}", "", file, "", *heads, *rows, ""])


def _accepted(kind: str, column: str) -> str:
    words = vocabulary.WORDS.get((kind, column))
    if words is None:
        return "may be absent" if column in vocabulary.OPTIONAL else ""
    return "; ".join(", ".join((f"`{code}`", *said)) for code, said in words.items())


_FILES_HEAD = """\
# Import files

Made from the code by `flask reference write` (`make reference`); a test compares. What a file may
look like otherwise, and what is refused: [the console](../console.md#import-files).
"""


def words_page() -> str:
    """The closed vocabularies of tables and files, with what staff read for each word."""
    tables: list[tuple[str, Mapping[str, str]]] = [
        ("States of a message", {key: text for key, (text, _tone) in words.MESSAGE_STATES.items()}),
        ("Reasons of a message", words.REASONS),
        ("Categories of a message", words.CATEGORIES),
        ("Statuses of a beneficiary", {key: text for key, (text, _) in words.STATUSES.items()}),
        ("Kinds of a case", words.CASE_KINDS),
        ("Kinds of events", {kind: meaning.word for kind, meaning in EVENTS.items()}),
        ("Kinds of needs, and what each asks", _needs()),
        ("Actions of the audit log", ACTIONS),
    ]
    return "\n".join([_WORDS_HEAD, *(_words(title, entries) for title, entries in tables)])


def _needs() -> dict[str, str]:
    return {
        kind: f"{meaning.question} Answers: {', '.join(sorted(meaning.answers))}"
        for kind, meaning in NEEDS.items()
    }


def _words(title: str, entries: Mapping[str, str]) -> str:
    rows = [f"| `{key}` | {_cell(without_context(text))} |" for key, text in entries.items()]
    return "\n".join([f"## {title}", "", "| word | what staff read |", "|---|---|", *rows, ""])


_WORDS_HEAD = """\
# Words

Made from the code by `flask reference write` (`make reference`); a test compares. What tables,
files and metrics hold, and what the console says for it. A reason that is not here is the
provider's own word, kept as it came.
"""


def commands_page(root: click.Group) -> str:
    """Every command below `root` as Markdown: usage, what it does, arguments and options."""
    parts = [_HEAD]
    for name in sorted(root.commands.keys() - FLASKS_OWN):
        parts += _sections(root.commands[name], ("flask", name))
    return "\n".join(parts)


_HEAD = """\
# Commands

Made from the code by `flask reference write` (`make reference`); a test compares. Run `flask` in
the checkout, as the service's user and with its settings ([operating](../operating.md)). A command
that finds a fault prints a sentence and exits with 1; `--help` behind any of them says what stands
here.
"""


def _sections(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield f"## {' '.join(path)}\n\n{_help(command)}\n"
        for name in sorted(command.commands):
            yield from _sections(command.commands[name], (*path, name))
    else:
        yield _section(command, path)


def _section(command: click.Command, path: tuple[str, ...]) -> str:
    context = click.Context(command, info_name=" ".join(path))
    usage = " ".join([*path, *command.collect_usage_pieces(context)])
    rows = [
        row
        for one in command.params
        if isinstance(one, click.Option) and (row := one.get_help_record(context))
    ]
    lines = [f"### {' '.join(path)}", "", f"    {usage}", "", _help(command), ""]
    if rows:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in rows]
        lines.append("")
    return "\n".join(lines)


def _help(command: click.Command) -> str:
    return cleandoc(command.help or "").replace("\b\n", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
