"""The guide's file as a part of a page."""

from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

_DOCS = Path(__file__).parents[4] / "docs"
_FILES = {"en": "staff-guide.md", "lo": "staff-guide.lo.md"}


@cache
def guide(language: str) -> Markup:
    """The guide in `language` as HTML, from its `h1` on, read once.

    What is quoted (`>`) in the file is for whoever reads or translates the file, and left out.
    """
    lines = (_DOCS / _FILES[language]).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(">"))
    parser = MarkdownIt("commonmark", {"html": False})
    return Markup(parser.render(text))  # noqa: S704 - our own file, and no HTML gets through
