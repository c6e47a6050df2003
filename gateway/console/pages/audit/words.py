"""What the columns of the download are called."""

from gateway.core.texts import _

COLUMNS = (_("When"), _("Who"), _("What"), _("About"), _("Changes"), _("From address"))
