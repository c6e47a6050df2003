"""Broadcasts: one writes an SMS to many people, another approves it, both see what became of it."""

from gateway.console.broadcasts import deciding, looking, results, writing
from gateway.console.broadcasts.blueprint import blueprint
from gateway.console.navigation import Entry
from gateway.core.texts import _

MENU = Entry(_("Broadcasts"), "console.broadcasts.index", "broadcast.see")

__all__ = ["MENU", "blueprint", "deciding", "looking", "results", "writing"]
