"""Marks a text for the catalogue; the text itself is its English msgid."""


def _(msgid: str) -> str:
    return msgid


def plural(one: str, many: str, count: int) -> str:
    """`one` for a count of 1, `many` for any other, 0 as well: two msgids, or two texts.

    Lao has one form, and translates both alike.
    """
    return one if count == 1 else many
