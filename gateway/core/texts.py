"""Marks a text for the catalogue; the text itself is its English msgid."""

_END_OF_CONTEXT = "\x04"  # as gettext writes it between a text's context and its msgid


def _(msgid: str) -> str:
    return msgid


def in_context(context: str, msgid: str) -> str:
    """The key of a text that says something else where the same English stands elsewhere.

    It is looked up like any msgid. `context` is one word for whom or what it is: "handset".
    """
    return f"{context}{_END_OF_CONTEXT}{msgid}"


def without_context(key: str) -> str:
    """The English of a msgid or of what `in_context` made of one."""
    return key.rpartition(_END_OF_CONTEXT)[2]


def context_of(key: str) -> str:
    """What `in_context` put before the msgid; "" for a plain one."""
    return key.rpartition(_END_OF_CONTEXT)[0]


def named(key: str) -> str:
    """`key` as a sentence about it names it: 'Payday' (handset)."""
    context, _end, msgid = key.rpartition(_END_OF_CONTEXT)
    return f"{msgid!r} ({context})" if context else repr(msgid)


def plural(one: str, many: str, count: int) -> str:
    """`one` for a count of 1, `many` for any other, 0 as well: two msgids, or two texts.

    Lao has one form, and translates both alike.
    """
    return one if count == 1 else many
