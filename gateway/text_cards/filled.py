"""A workbook of cards that was filled in: all of it is taken, or nothing, and every fault named.

What a line says is checked as in the console: an x confirms, another wording is proposed, or
betters what waits; a comment is kept.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import Connection

from gateway.catalogues import load_gettext
from gateway.core.texts import _
from gateway.registry.imports.report import SheetError
from gateway.registry.imports.workbooks import open_workbook
from gateway.staff.audit import Actor
from gateway.text_cards.columns import FILLED, HEADINGS, LONGEST_ANSWER, RIGHT_SIGNS
from gateway.text_cards.placeholders import shown, stored
from gateway.text_cards.written import id_of
from gateway.wordings.comments import comment
from gateway.wordings.confirmations import confirm
from gateway.wordings.faults import SENTENCES, Fault, Gettext, WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import Capacity
from gateway.wordings.pairs import word

MOST_LINES = 2000
HEADINGS_WITHIN = 10  # lines
_NEEDED = ("key", "lao", "latin", *FILLED)
_LANGUAGES = (("lo", "lao", "better"), ("lo_Latn", "latin", "better_latin"))

_READ_FIRST = "lo"

TAKEN = _("Confirmed: %(confirmed)s. Proposed: %(proposed)s.")
ALREADY = _("Proposed already: %(already)s.")
COMMENTS = _("Comments kept with their texts: %(comments)s.")
AT_LINE = _("Line %(line)s: %(reason)s")
AT_CELL = _("Line %(line)s, “%(column)s”: %(reason)s")
KEYLESS = _("The key is missing: take it from the file as it was given out.")
UNKNOWN = _("There is no text with the key %(key)s: it was changed since, or the key was.")
CHANGED = _("The text was changed since this file was made: %(text)s")
TWICE = _("The key %(key)s stands in line %(line)s already: one text, one line.")
NO_SIGN = _("“%(said)s” is no answer: write x, or leave it empty.")
BOTH = _("It cannot be right and better otherwise: take the x or the wording away.")
LONG = _("Use at most %(count)s characters.")
FORMULA = _("A spreadsheet reads this as a formula: begin with another sign.")
NO_HEADINGS = _("This is no file of cards: a column is missing.")
TOO_MANY = _("The file has more than %(count)s lines.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the file as it was filled in, by column."""

    number: int
    cells: Mapping[str, str]

    def says(self, column: str) -> str:
        """Without what nobody sees, but for the breaks that a text may have."""
        said = self.cells.get(column, "")
        return "".join(one for one in said if unicodedata.category(one) != "Cf").strip()

    @property
    def empty(self) -> bool:
        return not any(self.says(name) for name in FILLED)


@dataclass(frozen=True)
class LineFault:
    """What is wrong with a line of the file; `line` counts from 1, with the headings. `column` is
    one of HEADINGS, "" where it is of the whole line.
    """

    line: int
    fault: Fault
    column: str = ""

    def tell(self, gettext: Gettext) -> str:
        """One sentence in the reader's language."""
        said = {"line": self.line, "reason": shown(self.fault.tell(gettext))}
        if not self.column:
            return gettext(AT_LINE) % said
        return gettext(AT_CELL) % {**said, "column": gettext(HEADINGS[self.column])}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many texts were confirmed, how many wordings proposed; how many of the file's wordings
    wait `already`, and how many comments are kept.
    """

    confirmed: int = 0
    proposed: int = 0
    already: int = 0
    comments: int = 0

    def tell(self, gettext: Gettext) -> str:
        """In the reader's language; what there is none of is left out."""
        params = asdict(self)
        said = [TAKEN, *([ALREADY] if self.already else []), *([COMMENTS] if self.comments else [])]
        return " ".join(gettext(one) % params for one in said)

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            confirmed=self.confirmed + other.confirmed,
            proposed=self.proposed + other.proposed,
            already=self.already + other.already,
            comments=self.comments + other.comments,
        )


class FaultyFile(ValueError):
    """Nothing of the file is taken; `faults` in the order of its lines."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


def read_lines(file: IO[bytes]) -> list[Line]:
    """The lines that somebody has written in. Raises FaultyFile where it is no file of cards."""
    try:
        return list(_lines(file))
    except SheetError as error:
        found = error.error
        fault = Fault(found.reason, {key: str(one) for key, one in found.params.items()})
        raise FaultyFile([LineFault(found.line, fault)]) from None


def take(
    connection: Connection,
    ground: Ground,
    lines: Sequence[Line],
    capacity: Capacity,
    *,
    actor: Actor,
    now: datetime,
) -> Taken:
    """What the lines say, in the transaction of `connection`, which whoever calls gives up where
    FaultyFile is raised: one fault, and nothing of it is to stay.
    """
    keys = {id_of(text.key): text.key for text in ground.handset_texts()}
    faults: list[LineFault] = []
    taken = Taken()
    first: dict[str, int] = {}
    for line in lines:
        wrong = list(_wrong(line, keys, first))
        if not wrong:
            key = keys[line.says("key")]
            try:
                taken += _take_line(
                    connection, ground, line, key, capacity=capacity, actor=actor, now=now
                )
            except WordingError as error:
                wrong = list(_refused(line, error))
        faults += wrong
    if faults:
        raise FaultyFile(faults)
    return taken


def _take_line(
    connection: Connection,
    ground: Ground,
    line: Line,
    key: str,
    *,
    capacity: Capacity,
    actor: Actor,
    now: datetime,
) -> Taken:
    """A comment stands with the Lao text, or with the wording that is proposed."""
    texts = {TextId(locale, key): columns for locale, *columns in _LANGUAGES}
    for text, (now_column, _better) in texts.items():
        standing = ground.standing(text) or ""
        if not _same(stored(line.says(now_column)), standing):
            raise WordingError("unfit", [Fault(CHANGED, {"text": shown(standing)})])
    note = line.says("comment")
    wordings = {text: stored(line.says(better)) for text, (_now, better) in texts.items()}
    wordings = {text: wording for text, wording in wordings.items() if wording}
    became = word(connection, ground, wordings, note=note, actor=actor, now=now) if wordings else {}
    already = sum(one == "already" for one in became.values())
    confirmed = texts if line.says("right") else ()
    for text in confirmed:
        confirm(
            connection, ground, text, ground.standing(text) or "", capacity, actor=actor, now=now
        )
    kept = note and not wordings
    if kept:
        comment(connection, ground, TextId(_READ_FIRST, key), note, capacity, actor=actor, now=now)
    return Taken(
        confirmed=len(confirmed),
        proposed=len(became) - already,
        already=already,
        comments=bool(kept),
    )


def _same(one: str, other: str) -> bool:
    """Spreadsheets end lines in their own way, and people leave blanks."""
    return one.split() == other.split()


def _wrong(line: Line, keys: Mapping[str, str], first: dict[str, int]) -> Iterator[LineFault]:
    """What is wrong with a line, whatever its text is; `first` is where each key stood first."""
    number, key, right = line.number, line.says("key"), line.says("right")
    if not key:
        yield LineFault(number, Fault(KEYLESS), "key")
    elif key not in keys:
        yield LineFault(number, Fault(UNKNOWN, {"key": key[:20]}), "key")
    elif first.setdefault(key, number) != number:
        yield LineFault(number, Fault(TWICE, {"key": key, "line": first[key]}), "key")
    if right and right.casefold() not in RIGHT_SIGNS:
        yield LineFault(number, Fault(NO_SIGN, {"said": right[:20]}), "right")
    if right and (line.says("better") or line.says("better_latin")):
        yield LineFault(number, Fault(BOTH))
    for name in FILLED:
        yield from (LineFault(number, fault, name) for fault in _wrong_in(line.says(name)))


def _wrong_in(said: str) -> Iterator[Fault]:
    if said.startswith("="):
        yield Fault(FORMULA)
    if len(said) > LONGEST_ANSWER:
        yield Fault(LONG, {"count": LONGEST_ANSWER})


def _refused(line: Line, error: WordingError) -> Iterator[LineFault]:
    """Each fault of a wording at the column where it can be mended: Latin letters that came of
    themselves are put right by writing others."""
    columns = {locale: better for locale, _now, better in _LANGUAGES}
    for text, faults in error.of.items():
        yield from (LineFault(line.number, fault, columns[text.locale]) for fault in faults)
    if not error.of:
        plain = [*error.faults] or [Fault(SENTENCES[error.refusal], error.params)]
        yield from (LineFault(line.number, fault) for fault in plain)


def _lines(file: IO[bytes]) -> Iterator[Line]:
    names: list[str] = []
    sheet = open_workbook(file, lambda cells: len({*_named(cells)} - {""}), lambda: None)
    for number, cells in sheet.rows:
        if not names:
            found = _named(cells)
            names = found if {*_NEEDED} <= {*found} else []
            if not names and number > HEADINGS_WITHIN:
                break
            continue
        if number > MOST_LINES:
            raise SheetError(number, TOO_MANY, count=MOST_LINES)
        line = Line(number=number, cells=dict(zip(names, cells, strict=False)))
        if not line.empty:
            yield line
    if not names:
        raise SheetError(1, NO_HEADINGS)


def _named(cells: list[str]) -> list[str]:
    """The column of each heading, in either language; "" for any other."""
    known = {
        translate(heading).casefold(): name
        for translate in load_gettext().values()
        for name, heading in HEADINGS.items()
    }
    return [known.get(cell.strip().casefold(), "") for cell in cells]
