"""One word for one thing: what a text calls otherwise than `glossary.toml`. Pure.

A term is looked for both ways: where the English has it the translation has the chosen word, and
where the translation has a word that stands for nothing else, the English has the term. What is
never said for it is looked for in every text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from gateway.core.glossary_file import Glossary, Language, Spared, Term, parse
from gateway.core.lao_text import romanise
from gateway.core.texts import context_of, without_context

_PLACEHOLDER = re.compile(r"%\(\w+\)s")


@cache
def glossary() -> Glossary:
    return parse(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Said:
    """A text in one language: `key` as the sources look it up; `handset`: phones show it."""

    key: str
    text: str
    language: Language
    handset: bool

    @cached_property
    def english(self) -> str:
        return _PLACEHOLDER.sub(" ", without_context(self.key))

    @cached_property
    def plain(self) -> str:
        return _PLACEHOLDER.sub(" ", self.text).lower()


@dataclass(frozen=True)
class Slip:
    """`kind`: the chosen word is `missing`, another is `never` said, or the chosen one stands for
    something `else`. `word` is that word; the chosen one where it is missing.
    """

    term: Term
    kind: Literal["missing", "never", "else"]
    word: str


def slips(said: Said, words: Glossary | None = None) -> Iterator[Slip]:
    """What `said` calls otherwise, without what the glossary spares it."""
    words = words or glossary()
    spared = {one.term for one in words.spared if _is_about(one, said)}
    for slip in _all_slips(said, words):
        if slip.term.name not in spared:
            yield slip


def _all_slips(said: Said, words: Glossary) -> Iterator[Slip]:
    for term in words.term:
        if term.of == "everywhere" or (term.of == "handset") == said.handset:
            yield from _slips(said, term)


def _slips(said: Said, term: Term) -> Iterator[Slip]:
    never = (re.search(one, said.plain) for one in term.never(said.language))
    found = next(filter(None, never), None)
    chosen = term.chosen(said.language)
    meant = bool(chosen) and term.meant(said.english)
    if found:
        yield Slip(term, "never", found[0])
    elif meant and not any(word.lower() in said.plain for word in chosen):
        yield Slip(term, "missing", chosen[0])
    elif chosen and term.back and not meant and chosen[0].lower() in said.plain:
        yield Slip(term, "else", chosen[0])


def _is_about(one: Spared, said: Said) -> bool:
    return (one.text, one.context) == (without_context(said.key), context_of(said.key))


def spelt_as_read(lao: Said, latin: Said, words: Glossary | None = None) -> bool:
    """Whether the Latin letters are those of `romanise`, or are spared: letters and digits alone,
    since `romanise` knows no words.
    """
    words = words or glossary()
    if any(not one.term and _is_about(one, latin) for one in words.spared):
        return True
    return _letters(latin.text) == _letters(read_aloud(lao.text, words))


def read_aloud(lao: str, words: Glossary | None = None) -> str:
    """`romanise`, with the spellings of the glossary; words stand together as in Lao."""
    for one in (words or glossary()).spelling:
        lao = lao.replace(one.lo, one.latin)
    return romanise(lao)


def _letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", _PLACEHOLDER.sub("", text).lower())


def spared_for_nothing(texts: Iterable[Said], words: Glossary | None = None) -> tuple[Spared, ...]:
    """What the glossary spares although the text is gone, or says it as it should."""
    words = words or glossary()
    strict = Glossary(term=words.term, spelling=words.spelling)
    known = list(texts)
    lao = {said.key: said for said in known if said.language == "lo"}

    def needed(one: Spared, said: Said) -> bool:
        if one.term:
            return any(slip.term.name == one.term for slip in slips(said, strict))
        return said.language == "lo_Latn" and not spelt_as_read(lao[said.key], said, strict)

    return tuple(
        one
        for one in words.spared
        if not any(needed(one, said) for said in known if _is_about(one, said))
    )
