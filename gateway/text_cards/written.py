"""What the catalogues say of each text that a handset shows, beside the text itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from gateway.catalogues import LOCALES, key_of, read_catalogue
from gateway.core.texts import without_context

HANDSETS = "lo_Latn"  # this catalogue holds what handsets show, and nothing else
REVIEW, BACK = "REVIEW:", "BACK:"  # begin a translator's comment


@dataclass(frozen=True)
class Written:
    """A text: `places` are its sources; `remarks` {locale: what to look at}, "" for a text that is
    confirmed; `back` what the Lao says word for word, in English.
    """

    key: str
    places: tuple[str, ...]
    remarks: Mapping[str, str]
    back: str

    @property
    def id(self) -> str:
        """As `id_of`."""
        return id_of(self.key)

    @property
    def english(self) -> str:
        """The text of the sources."""
        return without_context(self.key)


def id_of(key: str) -> str:
    """Ten hex digits that a file and an address can carry."""
    return sha256(key.encode()).hexdigest()[:10]


@cache
def written() -> Mapping[str, Written]:
    """{key: what is written of it}, in the order of the sources."""
    comments = {locale: dict(_comments(locale)) for locale in LOCALES}
    found = {}
    for message in read_catalogue(HANDSETS):
        if message.id:
            key = key_of(message)
            remarks = {locale: said_in(by[key], REVIEW) for locale, by in comments.items()}
            places = tuple(path for path, _line in message.locations)
            found[key] = Written(key, places, remarks, said_in(comments["lo"][key], BACK))
    return found


def _comments(locale: str) -> Iterator[tuple[str, list[str]]]:
    for message in read_catalogue(locale):
        if message.id:
            yield key_of(message), message.user_comments


def said_in(comments: Iterable[str], word: str) -> str:
    """What stands behind `word`, which begins a comment of one line or several; "" without it."""
    said, taken = False, []
    for line in comments:
        begins = next((one for one in (REVIEW, BACK) if line.startswith(one)), "")
        said = begins == word if begins else said
        if said:
            taken.append(line.removeprefix(word).strip())
    return " ".join(taken)
