"""Why something cannot be done with a broadcast: a word for the console, a sentence for scripts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

Fault = Literal[
    "no_such",
    "state",
    "no_text",
    "no_name",
    "too_many_segments",
    "placeholder",
    "own",
    "too_close",
    "not_counted",
    "changed",
    "in_the_past",
    "too_far",
    "ends_first",
    "too_long",
    "no_time",
    "over",
    "no_reason",
    "no_such_text",
    "too_many_trials",
    "restored",
    "not_own",
    "tells_amount",
    "tells_health",
]
SENTENCES: Mapping[Fault, str] = {
    "no_such": "there is no such broadcast",
    "state": "a broadcast that is %(state)s cannot be told to %(verb)s",
    "no_text": "the text in %(locale)s is missing",
    "too_many_segments": "the text in %(locale)s is %(count)s SMS for each person: write at most "
    "%(most)s",
    "no_name": "it needs a name of at most %(most)s letters",
    "placeholder": "%(found)s stays as it is, nothing is filled in: "
    "write a text that is the same for everybody",
    "own": "a second person has to approve it, who did not write in it",
    "too_close": "one of its authors made or changed your account less than %(hours)s hours ago: "
    "somebody else has to approve it",
    "not_counted": "the recipients are not counted yet",
    "changed": "it was changed meanwhile: read it again",
    "in_the_past": "%(at)s is in the past",
    "too_far": "%(at)s is too far ahead: start it by %(latest)s",
    "ends_first": "it would end before it starts",
    "too_long": "it would end on %(at)s: let it end by %(latest)s",
    "no_time": "nothing may go out between %(start)s and %(end)s, for quiet hours or holidays; "
    "the first time is %(first)s",
    "no_reason": "say why it is sent back",
    "no_such_text": "it has no text in %(locale)s",
    "not_own": "the number is in the registry: a test goes to the phone of whoever tries it",
    "tells_amount": "it names an amount, %(word)s: others may read the phone",
    "tells_health": "it speaks of health, %(word)s: others may read the phone",
    "too_many_trials": "%(most)s test SMS in an hour are the most",
    "restored": "the database was restored: broadcasts are held until they are released "
    "(flask messages after-restore)",
    "over": "its time is over since %(end)s, or leaves no allowed minute: give it a new end",
}


class BroadcastError(ValueError):
    """What was asked is not possible now; `fault` and `params` say why, moments in local time."""

    def __init__(self, fault: Fault, **params: object) -> None:
        written = {key: _written(value) for key, value in params.items()}
        super().__init__(SENTENCES[fault] % written)
        self.fault = fault
        self.params = params


def _written(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
