"""What alerts say."""

from gateway.core.texts import _
from gateway.messaging.receiving.allowance import REPLIES_HELD

# What an alert says to staff, by its kind; its `detail` fills the names in.
ALERTS = {
    "provider_stopped": _("%(provider)s stopped: %(reason)s"),
    "clock_wrong": _(
        "The clock of %(host)s is %(seconds)s seconds wrong: nothing is planned, expired or "
        "deleted there. Tell the operator."
    ),
    REPLIES_HELD: _("A phone asks again and again: its answers are held back."),
}
