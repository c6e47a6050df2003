"""What things cost, in one place: `MEASURED` by real runs, `ASSUMED` by nobody."""

from typing import NamedTuple


class Figure(NamedTuple):
    value: float
    source: str


_CALL = "docs/scale.md, `python -m bench call`, on a busy machine"
_SMS = "docs/scale.md, `python -m bench sms`"

# CPU in seconds unless said otherwise.
MEASURED = {
    "dial, web": Figure(0.00066, _CALL),  # 0.84 ms, of which PostgreSQL 0.18
    "dial, database": Figure(0.00018, _CALL),
    "key press, web": Figure(0.00050, _CALL),
    "SMS, worker and database": Figure(0.00042, _SMS + ", two workers"),
    "recipients of a call": Figure(52, "docs/scale.md, A bad operator: 3,000 SMS in 58 calls"),
}
ASSUMED = {
    "SMS, database's share": Figure(0.5, "half of what worker and database take"),
    "receipt, web": Figure(0.00066, "as much as a dial"),
    "receipt, database": Figure(0.00018, "as much as a dial"),
    "operator's answer": Figure(0.3, "seconds; what the runs with a bad operator use"),
    "segments of a reminder": Figure(2, "Lao, more than 70 characters"),
    "women who dial": Figure(0.5, "of those told, evenly in two hours: 28 a second for 400,000"),
    "callers who ask for an SMS": Figure(0.1, "choice"),
    "seconds between keys": Figure(6, "mean, exponential"),
    "network's patience": Figure(10, "seconds it waits for a screen"),
    "seconds to the next dial": Figure(60, "of a caller who was refused; three dials at most"),
    "receipt's repetition": Figure(60, "seconds, where it was not taken"),
    "receipts never sent": Figure(0.02, "choice"),
    "receipts of phones that were off": Figure(0.1, "choice; mean of three hours"),
    "receipts at once": Figure(15, "seconds, mean"),
}


def cost(name: str) -> float:
    return (MEASURED.get(name) or ASSUMED[name]).value
