"""What the phone fills in, as people read and type it: [due_on] for %(due_on)s."""

import re

_STORED = re.compile(r"%\((\w+)\)s")
_SHOWN = re.compile(r"\[([a-z_]+)\]")


def shown(text: str) -> str:
    """`text` for people."""
    return _STORED.sub(r"[\1]", text)


def stored(typed: str) -> str:
    """What somebody typed, as the catalogues have it."""
    return _SHOWN.sub(r"%(\1)s", typed)
