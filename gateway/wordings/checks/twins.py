"""Lao and its Latin letters say the same: a wording of one comes with its other."""

from collections.abc import Iterator

from gateway.core.glossary import read_aloud
from gateway.core.texts import _
from gateway.wordings.checks.proposed import Proposed
from gateway.wordings.faults import Fault
from gateway.wordings.ground import Texts
from gateway.wordings.twins import LAO, LATIN, drift, twin_of

NOT_AS_READ = _(
    "The Latin letters “%(latin)s” are not those of the Lao text, which is read “%(read)s”."
)


def check_twin(proposed: Proposed) -> Iterator[Fault]:
    """Where they say different things already, it is not this wording's fault."""
    key = proposed.text.key
    if twin_of(proposed.text) and not drift(proposed.ground.texts, key):
        yield from drifted(proposed.texts, key)


def drifted(texts: Texts, key: str) -> Iterator[Fault]:
    """What is wrong with the pair as it stands in `texts`."""
    if drift(texts, key):
        params = {"latin": texts[LATIN][key], "read": read_aloud(texts[LAO][key])}
        yield Fault(NOT_AS_READ, params)
