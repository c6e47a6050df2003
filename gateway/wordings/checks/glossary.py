"""One word for one thing: the glossary's, where the catalogue has it too."""

from collections.abc import Iterator
from typing import cast, get_args

from gateway.core.glossary import Said, Slip, slips
from gateway.core.glossary_file import Language
from gateway.core.texts import _
from gateway.wordings.checks.proposed import Proposed
from gateway.wordings.faults import Fault

MISSING = _("For “%(term)s” the word is “%(chosen)s” everywhere: it is missing.")
NEVER = _("“%(word)s” is not said: for “%(term)s” the word is “%(chosen)s” everywhere.")
ELSE = _("“%(word)s” is the word for “%(term)s”, which the English text does not have.")
_SENTENCES = {"missing": MISSING, "never": NEVER, "else": ELSE}


def check_glossary(proposed: Proposed) -> Iterator[Fault]:
    """Where it is no worse than before, it is not this wording's fault."""
    if proposed.locale not in get_args(Language):
        return
    before = {slip.term.name for slip in _slips(proposed, proposed.base)}
    for slip in _slips(proposed, proposed.wording):
        if slip.term.name not in before:
            yield Fault(_SENTENCES[slip.kind], _params(slip, proposed))


def _slips(proposed: Proposed, wording: str) -> Iterator[Slip]:
    language = cast("Language", proposed.locale)
    return slips(Said(proposed.text.key, wording, language, handset=True))


def _params(slip: Slip, proposed: Proposed) -> dict[str, str | int]:
    chosen = slip.term.chosen(cast("Language", proposed.locale))[0]
    return {"term": slip.term.name, "word": slip.word, "chosen": chosen}
