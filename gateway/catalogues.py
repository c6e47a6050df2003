"""Catalogues, read once from the .po files under locales/: no build step, none out of date."""

from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from gateway.core.texts import in_context, without_context

LOCALES = ("lo", "lo_Latn", "en")
FOLDER = Path(__file__).parent.parent / "locales"


def read_catalogue(locale: str, folder: Path = FOLDER) -> Catalog:
    """The .po file of `locale`; raises FileNotFoundError where there is none.

    Babel knows no `lo_Latn` and would silently make it `lo`, so the locale is not passed on.
    """
    with _path(locale, folder).open("rb") as file:
        return read_po(file)


def _path(locale: str, folder: Path) -> Path:
    return folder / locale / "LC_MESSAGES" / "messages.po"


def read_messages(locale: str, folder: Path = FOLDER) -> dict[str, str]:
    """key -> translation, "" where there is none; for the checks."""
    path = _path(locale, folder)
    return dict(_read_messages(path, path.stat().st_mtime_ns))


@cache
def _read_messages(path: Path, _written_at: int) -> Mapping[str, str]:
    with path.open("rb") as file:
        messages = read_po(file)
    return {key_of(message): str(message.string or "") for message in messages if message.id}


def key_of(message: Message) -> str:
    """What the sources look `message` up by: its msgid, or what `in_context` makes of it."""
    msgid = str(message.id)
    return in_context(message.context, msgid) if message.context else msgid


@cache
def load_gettext(folder: Path = FOLDER) -> Mapping[str, Callable[[str], str]]:
    """For every locale the function that translates a msgid, or one in its context."""
    return {locale: lookup_in(texts) for locale, texts in load_texts(folder).items()}


@cache
def load_texts(folder: Path = FOLDER) -> Mapping[str, Mapping[str, str]]:
    """{locale: {key: text}}, to be read only.

    What is not translated stays English, without its context.
    """
    return {locale: _compiled(read_catalogue(locale, folder)) for locale in LOCALES}


def _compiled(catalogue: Catalog) -> dict[str, str]:
    """What Babel's Translations reads, as one dictionary: a hop looks up eight texts."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    gettext = Translations(compiled).gettext
    keys = [key_of(message) for message in catalogue if message.id]
    return {key: without_context(gettext(key)) for key in keys}


def lookup_in(texts: Mapping[str, str]) -> Callable[[str], str]:
    """The function that translates by `texts`; a key that they lack stays English."""

    def lookup(key: str) -> str:
        text = texts.get(key)
        return without_context(key) if text is None else text

    return lookup
