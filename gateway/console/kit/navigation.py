"""The pages of the console, and the menu that leads to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from flask import Blueprint, request

from gateway.console.kit.context import signed_in
from gateway.staff.rights import Right


@dataclass(frozen=True)
class Entry:
    """A line of the menu: a msgid, the endpoint it leads to, the right that shows it."""

    title: str
    endpoint: str
    right: Right


def page_modules(root: str, names: Sequence[str]) -> list[ModuleType]:
    """The packages `names` below `root`, with their views loaded.

    Each has a `blueprint`, and a `MENU` entry where it stands in the menu.
    """
    for name in names:
        import_module(f"{root}.{name}.views")
    return [import_module(f"{root}.{name}") for name in names]


def blueprint_of(module: ModuleType) -> Blueprint:
    found: Blueprint = module.blueprint
    return found


def entries_of(modules: Sequence[ModuleType]) -> list[Entry]:
    return [module.MENU for module in modules if hasattr(module, "MENU")]


def visible(entries: Sequence[Entry]) -> list[tuple[Entry, bool]]:
    """The menu of who is signed in; True marks the page that is open."""
    staff = signed_in()
    if staff is None:
        return []
    return [(entry, _is_open(entry)) for entry in entries if staff.may(entry.right)]


def _is_open(entry: Entry) -> bool:
    return (request.endpoint or "").rpartition(".")[0] == entry.endpoint.rpartition(".")[0]
