"""May she be entitled? Three answers weighed against the rules; staff decide, never this.

Where answers are uncertain the outcome is the kind one: a walk to the health centre in vain costs
less than a grant not asked for. Health checks play no part: the grant has no conditions.
"""

from datetime import date, timedelta
from typing import Literal

import msgspec

from gateway.core.programme import Rules

Outcome = Literal["may_be_entitled", "not_yet", "too_late", "not_in_area"]
NextStep = Literal["register", "ask", "come_back"]
# An age in completed months, or what was answered to "is your child not yet N months old?",
# N being `Rules.child_entry_months`; "none" where there is no child.
Child = int | Literal["none", "young", "older", "unknown"]

A_MONTH_OF_PREGNANCY = timedelta(weeks=4)


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """`pregnancy_month` 1 to 10, of four weeks each, None where she cannot tell.

    `district` is a key of the programme file, None for any other district.
    """

    pregnant: bool
    pregnancy_month: int | None = None
    child: Child = "none"
    district: str | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What came out and what to do next.

    `register` at the health centre with the Pink Book; `ask` there, since the answers do not
    settle it; `come_back` on `from_on`, in the month of pregnancy `from_month`.
    """

    outcome: Outcome
    next_step: NextStep
    from_month: int | None = None
    from_on: date | None = None


# The kindest first: a mother who is both pregnant and has a child gets the better of the two.
ENTITLED = Assessment(outcome="may_be_entitled", next_step="register")
UNCERTAIN = Assessment(outcome="may_be_entitled", next_step="ask")
NEITHER = Assessment(outcome="not_yet", next_step="ask")
TOO_LATE = Assessment(outcome="too_late", next_step="ask")
ELSEWHERE = Assessment(outcome="not_in_area", next_step="ask")

_KINDEST = (
    ("may_be_entitled", "register"),
    ("may_be_entitled", "ask"),
    ("not_yet", "come_back"),
    ("too_late", "ask"),
    ("not_yet", "ask"),
)


def assess(answers: Answers, *, on: date, rules: Rules) -> Assessment:
    """Weighs the answers as of the day `on`; `rules` are those in force on it."""
    if answers.district is None or not rules.serves(answers.district):
        return ELSEWHERE
    ways = (_by_pregnancy(answers, on, rules), _by_child(answers.child, rules))
    return min(ways, key=lambda way: _KINDEST.index((way.outcome, way.next_step)))


def _by_pregnancy(answers: Answers, on: date, rules: Rules) -> Assessment:
    month = answers.pregnancy_month
    if not answers.pregnant:
        return NEITHER
    if month is None:
        return UNCERTAIN
    missing = rules.pregnancy_from_month - month
    if missing <= 0:
        return ENTITLED
    return Assessment(
        outcome="not_yet",
        next_step="come_back",
        from_month=rules.pregnancy_from_month,
        from_on=on + missing * A_MONTH_OF_PREGNANCY,
    )


def _by_child(child: Child, rules: Rules) -> Assessment:
    """An age of just the limit is uncertain: the completed month hides the day."""
    if isinstance(child, int):
        if child == rules.child_entry_months:
            return UNCERTAIN
        child = "young" if child < rules.child_entry_months else "older"
    return {"none": NEITHER, "young": ENTITLED, "older": TOO_LATE, "unknown": UNCERTAIN}[child]
