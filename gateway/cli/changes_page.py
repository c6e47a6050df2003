"""The page of docs/reference/ with every kind of change: made from what is declared of them."""

from gateway.core.learnt import MEANINGS, Learnt

_HEAD = """\
# Changes

Made from the code by `flask reference write` (`make reference`); a test compares. Everything that
the gateway learns and tells other systems, under the same words in the change feed, in webhooks and
in write-backs. `data` holds ids and words of closed vocabularies ([words](words.md)), no text of a
person's. Kinds and fields may be added; none goes, and none changes its meaning.

| kind | what happened | data |
|---|---|---|
"""


def changes_page() -> str:
    """A line a kind."""
    return _HEAD + "".join(map(_row, Learnt))


def _row(kind: Learnt) -> str:
    meaning = MEANINGS[kind]
    data = "; ".join(f"`{name}`: {what}" for name, what in meaning.data.items())
    return f"| `{kind}` | {meaning.what} | {data} |\n"
