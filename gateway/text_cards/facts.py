"""When each SMS goes out: facts of the programme, shown beside its words and not changed there."""

from collections.abc import Iterator
from datetime import date

from gateway.core.programme import PROGRAMME, Rules
from gateway.core.texts import _
from gateway.messaging.wordings import WORDINGS

_KINDS = {"vaccine": ("vaccine",), "postnatal": ("postnatal",), "health_check": ("antenatal",)}
Fact = tuple[str, dict[str, str]]  # a msgid and what fills it


def facts(template: str, on: date) -> tuple[Fact, ...]:
    """What decides when this SMS is sent; raises KeyError for a template that there is not."""
    WORDINGS[template]
    rules = PROGRAMME.rules_on(on)
    return tuple(_facts(template, rules))


def _facts(template: str, rules: Rules) -> Iterator[Fact]:
    starts = {"time": f"{rules.send_at:%H:%M}"}
    if template.startswith("payment_due"):
        for days in (rules.first_payment_reminder_days, rules.last_payment_reminder_days):
            yield (
                _("T-%(days)s: %(days)s days before the payday, from %(time)s."),
                {"days": str(days)} | starts,
            )
    elif template.startswith("payment_missed"):
        yield (
            _("From a payday that was missed, within %(days)s days, from %(time)s."),
            {"days": str(rules.missed_notice_days)} | starts,
        )
    elif template.startswith("payment_"):
        yield _("At once, when a payday that she was told of is no longer true."), {}
    elif template in _KINDS:
        leads = {str(one.lead_days) for one in rules.visits if one.kind in _KINDS[template]}
        yield (
            _("%(days)s days before a visit is due, from %(time)s."),
            {"days": ", ".join(sorted(leads))} | starts,
        )
    else:
        yield _("An answer, at once, to whoever asked."), {}
