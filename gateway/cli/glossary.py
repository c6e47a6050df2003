"""A part of `flask catalogue check`: one word for one thing, and Latin letters as Lao is read."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from gateway.catalogues import FOLDER, read_messages
from gateway.core.glossary import (
    Said,
    Slip,
    glossary,
    read_aloud,
    slips,
    spared_for_nothing,
    spelt_as_read,
)
from gateway.core.glossary_file import Language, Spared, Term
from gateway.core.texts import named

FILE = "gateway/core/glossary.toml"


def word_faults(folder: Path = FOLDER) -> Iterator[str]:
    """A sentence for each text that calls a thing otherwise or spells it otherwise."""
    texts = _texts(folder)
    for said in _every(texts):
        yield from (
            f"{said.language}: {named(said.key)} {_otherwise(slip, said)}" for slip in slips(said)
        )
    for key, latin in texts["lo_Latn"].items():
        if not spelt_as_read(texts["lo"][key], latin):
            read = read_aloud(texts["lo"][key].text)
            yield f"lo_Latn: {named(key)} is {latin.text!r}, and its Lao is read {read!r}"


def spared_lines(folder: Path = FOLDER) -> Iterator[str]:
    """A sentence for each entry of the glossary that spares a text for nothing. No fault: a text
    that was bettered by those who speak the language needs it no more.
    """
    yield from map(_for_nothing, spared_for_nothing(_every(_texts(folder))))


def _texts(folder: Path) -> dict[Language, dict[str, Said]]:
    """What is translated, by key: the rest is another fault."""
    handset, lao = read_messages("lo_Latn", folder), read_messages("lo", folder)
    return {
        language: {
            key: Said(key, text, language, key in handset)
            for key, text in read_messages(language, folder).items()
            if text and lao.get(key)
        }
        for language in get_args(Language)
    }


def _every(texts: Mapping[Language, Mapping[str, Said]]) -> list[Said]:
    return [said for of_it in texts.values() for said in of_it.values()]


def _otherwise(slip: Slip, said: Said) -> str:
    name, word, chosen = slip.term.name, slip.word, slip.term.chosen(said.language)[0]
    return {
        "missing": f"has not {word!r}, the word for {name!r}",
        "never": f"says {word!r}: the word for {name!r} is {chosen!r}",
        "else": f"says {word!r}, the word for {name!r}, which its English does not have",
    }[slip.kind] + f" ({FILE})"


def _for_nothing(one: Spared) -> str:
    what = repr(one.term) if one.term else "its spelling"
    return f"{FILE} spares {one.text!r} {what} for nothing: take the entry out"


def glossary_page() -> str:
    """The glossary as Markdown: terms, texts that say otherwise, spellings."""
    words = glossary()
    terms = [f"| {' | '.join(_term(term))} |" for term in words.term]
    spared = [
        f"| {_cell(one.text)} | {one.term or 'its spelling'} | {one.reason} |"
        for one in words.spared
    ]
    spelt = [f"| {one.lo} | {one.latin} | {one.reason} |" for one in words.spelling]
    return "\n".join(
        [
            _HEAD,
            "| term | where | Lao | Latin | not | why, or what to ask |",
            "|---|---|---|---|---|---|",
            *terms,
            "\n## Texts that say otherwise\n",
            "| text | term | why |",
            "|---|---|---|",
            *spared,
            "\n## Latin letters otherwise than Lao is read\n",
            "| Lao | Latin | why |",
            "|---|---|---|",
            *spelt,
            "",
        ]
    )


def _term(term: Term) -> tuple[str, ...]:
    never = ", ".join(f"`{_cell(one)}`" for one in (*term.never_lo, *term.never_latin))
    return (
        term.name, term.of, ", ".join(term.lo), ", ".join(term.latin), never, term.note,
    )  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "⏎")


_HEAD = """\
# Glossary of the texts

Made from `gateway/core/glossary.toml` by `flask reference write` (`make reference`); a test
compares. The first word of a cell is the chosen one, the others say the same. `flask catalogue
check` looks both ways: where the English has the term the translation has the word, and what is
under "not" (patterns) stands nowhere. No native reader has confirmed the choices yet.
"""
