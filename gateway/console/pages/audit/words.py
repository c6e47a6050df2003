"""What the columns of the download are called."""

from gateway.core.texts import _, in_context

COLUMNS = (
    _("When"), in_context("actor", "Who"), _("What"), _("About"), _("Changes"), _("From address"),
)  # fmt: skip
