"""What `glossary.toml` looks like: its tables as frozen records, read and checked by `parse`."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from gateway.core.errors import GatewayError

Language = Literal["lo", "lo_Latn"]
Of = Literal["everywhere", "handset", "console"]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class GlossaryError(GatewayError):
    """The glossary's file is wrong; the sentence names what."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key it does not know is an error, not a silent nothing."""


class Term(_Table, frozen=True, kw_only=True):
    """`english` are patterns of whole words, `name` alone where there are none. Of `lo` and `latin`
    the first is the chosen word, the others say the same; `never_...` are patterns. `back`: the
    chosen word stands for nothing else.
    """

    name: Text
    english: tuple[Text, ...] = ()
    lo: tuple[Text, ...] = ()
    latin: tuple[Text, ...] = ()
    never_lo: tuple[Text, ...] = ()
    never_latin: tuple[Text, ...] = ()
    of: Of = "everywhere"
    back: bool = False
    note: str = ""

    def meant(self, english: str) -> bool:
        """Whether an English text has it."""
        patterns = self.english or (re.escape(self.name),)
        return bool(re.search(rf"\b(?:{'|'.join(patterns)})(?!\w)", english, re.IGNORECASE))

    def chosen(self, language: Language) -> tuple[str, ...]:
        return self.lo if language == "lo" else self.latin

    def never(self, language: Language) -> tuple[str, ...]:
        return self.never_lo if language == "lo" else self.never_latin


class Spared(_Table, frozen=True, kw_only=True):
    """A text that says otherwise, and why. `term` "" is the spelling of its Latin letters."""

    text: Text
    context: str = ""
    term: str
    reason: Text


class Spelling(_Table, frozen=True, kw_only=True):
    """A Lao word that people write otherwise in Latin letters than it is read."""

    lo: Text
    latin: Text
    reason: Text


class Glossary(_Table, frozen=True, kw_only=True):
    term: tuple[Term, ...]
    spared: tuple[Spared, ...] = ()
    spelling: tuple[Spelling, ...] = ()


def parse(text: str) -> Glossary:
    """The file's content; raises GlossaryError."""
    try:
        found = msgspec.convert(tomllib.loads(text), Glossary)
        for term in found.term:
            for pattern in (*term.english, *term.never_lo, *term.never_latin):
                re.compile(pattern)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise GlossaryError(f"glossary.toml: {error}") from error
    for fault in _faults(found):
        raise GlossaryError(f"glossary.toml: {fault}")
    return found


def _faults(found: Glossary) -> Iterator[str]:
    names = Counter(term.name for term in found.term)
    yield from (f"the term {name!r} stands there twice" for name in names if names[name] > 1)
    for term in found.term:
        if (term.never_lo and not term.lo) or (term.never_latin and not term.latin):
            yield f"no word is chosen for {term.name!r}"
    for one in found.spared:
        if one.term and one.term not in names:
            yield f"{one.text!r} is spared a term {one.term!r}"
