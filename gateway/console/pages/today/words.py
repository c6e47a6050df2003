"""What alerts say."""

from gateway.connectors.staleness import CONNECTION_STALE
from gateway.core.texts import _
from gateway.messaging.receiving.allowance import REPLIES_HELD
from gateway.messaging.restored.holding import ALERT as RESTORED

# What an alert says to staff, by its kind; its `detail` fills the names in, `count` says how many.
ALERTS = {
    "provider_stopped": _("%(provider)s stopped: %(reason)s"),
    "clock_wrong": _(
        "The clock of %(host)s is wrong by %(apart)s: nothing is planned, expired or deleted "
        "there. Tell the administrator."
    ),
    RESTORED: _(
        "The database was restored: what happened from %(since)s to %(until)s is missing, and "
        "nothing but answers goes out."
    ),
    CONNECTION_STALE: _(
        "Nothing has been read from the connection %(connection)s since %(since)s: what is new or "
        "withdrawn there is not known here."
    ),
    REPLIES_HELD: _("A phone asks again and again: its answers are held back."),
}
# What many of a kind say together; of others each says its own.
MANY_ALERTS = {
    REPLIES_HELD: _("%(count)s phones ask again and again: their answers are held back."),
}

Labels = tuple[str, str]  # of one, of many

TO_APPROVE: Labels = (_("broadcast to approve"), _("broadcasts to approve"))
UNKNOWN: Labels = (_("message with unknown outcome"), _("messages with unknown outcome"))
OPEN_CASES: Labels = (_("open case"), _("open cases"))
ERASURES: Labels = (_("erasure to decide"), _("erasures to decide"))
OVERDUE: Labels = (_("case that is overdue"), _("cases that are overdue"))
NOT_REACHED: Labels = (_("number that no message reaches"), _("numbers that no message reaches"))
GUESSED: Labels = (_("PIN that strangers tried to guess"), _("PINs that strangers tried to guess"))
