"""What becomes of what is held of a person."""

from gateway.core.texts import _

FATES: dict[str, tuple[str, str]] = {
    "delete": (_("Goes"), "bad"),
    "strip": (_("Stays without her"), "warn"),
    "keep": (_("Stays"), "quiet"),
}
STATES: dict[str, tuple[str, str]] = {
    "asked": (_("Waits for a second person"), "warn"),
    "withdrawn": (_("Taken back"), "quiet"),
    "done": (_("Erased"), "bad"),
}
