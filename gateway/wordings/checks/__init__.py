"""What a wording must hold before anybody may read it on a phone.

A check is a function of one `Proposed` that yields a `Fault` for each thing wrong; it stands in
CHECKS, in the order in which its sentences are read. Pure: what is asked of is the `Ground`.
"""

from collections.abc import Callable, Iterator, Mapping

from gateway.wordings.checks.glossary import check_glossary
from gateway.wordings.checks.letters import (
    check_length,
    check_letters,
    check_placeholders,
    check_shape,
)
from gateway.wordings.checks.privacy import check_conditions, check_privacy
from gateway.wordings.checks.proposed import Proposed
from gateway.wordings.checks.screens import check_codes, check_screens, check_width
from gateway.wordings.checks.sms import check_sms
from gateway.wordings.checks.twins import check_twin
from gateway.wordings.faults import Fault
from gateway.wordings.ground import Ground, over
from gateway.wordings.keys import TextId

Check = Callable[[Proposed], Iterator[Fault]]
# A wording that fails one of the first cannot be drawn: the others are not asked then.
FIRST: tuple[Check, ...] = (check_length, check_letters, check_placeholders)
CHECKS: tuple[Check, ...] = (
    check_shape,
    check_privacy,
    check_conditions,
    check_glossary,
    check_width,
    check_screens,
    check_codes,
    check_sms,
    check_twin,
)

# What an upgrade or a smaller page may make untrue of a wording that held when it was published.
FITTING: tuple[Check, ...] = (check_width, check_screens, check_codes, check_sms)


Wordings = Mapping[TextId, str]


def check_wording(
    ground: Ground, text: TextId, wording: str, beside: Wordings | None = None
) -> tuple[Fault, ...]:
    """What is wrong with `wording` (tidied) where all else stays; empty: nothing. What stands
    `beside` it is proposed too, and not looked at.
    """
    return check_together(ground, {text: wording}, beside=beside).get(text, ())


def check_together(
    ground: Ground,
    wordings: Wordings,
    checks: tuple[Check, ...] = CHECKS,
    beside: Wordings | None = None,
) -> dict[TextId, tuple[Fault, ...]]:
    """The faults of each, where all of them stand at once; without those that have none.

    Whatever `checks` are asked for, the FIRST are asked before.
    """
    found = {text: _first_faults(ground, text, wording) for text, wording in wordings.items()}
    sound = {text: wording for text, wording in wordings.items() if not found[text]}
    texts = over(ground.texts, {**(beside or {}), **sound})
    for text, wording in sound.items():
        proposed = Proposed(ground, text, wording, texts)
        found[text] = tuple(fault for check in checks for fault in check(proposed))
    return {text: faults for text, faults in found.items() if faults}


def _first_faults(ground: Ground, text: TextId, wording: str) -> tuple[Fault, ...]:
    proposed = Proposed(ground, text, wording, {})
    return tuple(fault for check in FIRST for fault in check(proposed))
