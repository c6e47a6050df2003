"""Decisions about a file as the row of its import keeps them."""

from collections.abc import Mapping
from typing import Any

from gateway.registry.imports.decisions import Decisions

TAKEABLE: Mapping[str, tuple[str, ...]] = {"payments": ("due_on", "amount", "pay_point")}


def stored(decisions: Decisions) -> dict[str, Any]:
    """As JSON."""
    return {
        "new": sorted(map(list, decisions.new)),
        "every_new": decisions.every_new,
        "take": sorted(decisions.take),
    }


def decisions_of(kept: Mapping[str, Any] | None, *, known_only: bool = False) -> Decisions:
    """What `stored` made of them; nothing where nobody has decided anything."""
    kept = kept or {}
    return Decisions(
        new=frozenset((column, within, name) for column, within, name in kept.get("new", ())),
        every_new=bool(kept.get("every_new")),
        known_only=known_only,
        take=frozenset(kept.get("take", ())),
    )
