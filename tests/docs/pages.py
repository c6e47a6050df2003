"""The pages of docs/, and what they name."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def page(name: str) -> str:
    """The text of docs/`name`."""
    return (DOCS / name).read_text(encoding="utf-8")
