"""Every text of a menu is translated, with the placeholders that the screen fills."""

import re
from collections.abc import Iterator, Mapping
from itertools import product

from gateway.core.texts import named
from gateway.ussd.check.findings import Finding
from gateway.ussd.screens import (
    BACK,
    HOME,
    MENU_CHANGED,
    MORE,
    NO_SUCH_CHOICE,
    NOT_A_CHOICE,
    NOT_A_NUMBER,
    Ask,
    Menu,
    MenuTree,
    Screen,
    State,
)

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
Messages = Mapping[str, str]  # msgid -> translation, "" or absent where there is none


EVERY_SCREEN = "(every screen)"


def msgids(tree: MenuTree) -> Iterator[tuple[str, str]]:
    """(state, msgid) of every text a caller may see; EVERY_SCREEN for those of no one state."""
    for text in (BACK, MORE, HOME, NO_SUCH_CHOICE, NOT_A_CHOICE, NOT_A_NUMBER, MENU_CHANGED):
        yield EVERY_SCREEN, text
    for state in tree.states:
        for text in _texts_of(state):
            if text:
                yield state.name, text


def _texts_of(state: State) -> Iterator[str]:
    if isinstance(state, Screen):
        yield from (state.heading, state.text)
    if isinstance(state, Menu):
        yield from (choice.label for choice in state.choices)
    if isinstance(state, Ask):
        yield from (state.malformed, state.error)


def check_texts(tree: MenuTree, catalogues: Mapping[str, Messages]) -> Iterator[Finding]:
    """One finding for a state and a language: its first text at fault, and how many more."""
    texts: dict[str, list[str]] = {}
    for name, msgid in dict.fromkeys(msgids(tree)):
        texts.setdefault(name, []).append(msgid)
    for (name, of_it), (locale, messages) in product(texts.items(), catalogues.items()):
        problems = list(filter(None, (_problem(msgid, messages) for msgid in of_it)))
        if problems:
            more = f"; so it is with {len(problems) - 1} more of its texts"
            yield Finding(name, problems[0] + (more if problems[1:] else ""), locale)


def _problem(msgid: str, messages: Messages) -> str:
    translation = messages.get(msgid, "")
    if not translation:
        return f"{named(msgid)} is not translated"
    if set(_PLACEHOLDER.findall(msgid)) != set(_PLACEHOLDER.findall(translation)):
        return f"{named(msgid)} has other placeholders"
    return ""


def check_slots(tree: MenuTree) -> Iterator[Finding]:
    """A screen fills the placeholders of its text, and no others."""
    for state in tree.states:
        if isinstance(state, Screen):
            used = set(re.findall(r"%\((\w+)\)s", state.text))
            if used != set(state.slots):
                names = f"its text names {sorted(used)}, its slots {sorted(state.slots)}"
                yield Finding(state.name, names)
