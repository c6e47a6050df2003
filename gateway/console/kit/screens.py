"""Screens of the menu as staff know them: by the words they begin with."""

import re

from gateway.console.kit.language import gettext
from gateway.ussd.screens import MenuTree, Screen

_PLACEHOLDER = re.compile(r"%\(\w+\)s")


def begins(menu: MenuTree, state: str) -> str:
    """The first words of a screen for this reader; its name where the menu has it no more."""
    screen = menu.by_name.get(state)
    if not isinstance(screen, Screen):
        return state
    words = gettext(screen.heading or screen.text).split("\n", 1)[0]
    return _PLACEHOLDER.sub("…", words)
