"""One rule: a page is its text, its choices and its footer, and together they fit the budget.

The prefix that says whether the session goes on is the operator's protocol, not part of a page.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.core.encoding import septets, ucs2_units
from gateway.core.errors import MenuError
from gateway.ussd.syllables import BLANKS, break_points, may_break

_MARK = "\u200b"  # where an author allows a break; it is not sent


@dataclass(frozen=True, slots=True)
class Size:
    """`used` of `of` septets where all of a page is GSM-7, else of UCS-2 units."""

    used: int
    of: int
    septets: bool


@dataclass(frozen=True, slots=True, order=True)
class Budget:
    """What one page holds: 160 octets are 80 UCS-2 units or 182 septets (3GPP TS 23.038)."""

    ucs2_units: int = 80
    septets: int = 182

    def fits(self, text: str) -> bool:
        length = septets(text)
        return ucs2_units(text) <= self.ucs2_units if length is None else length <= self.septets

    def measure(self, text: str) -> Size:
        """How much of a page `text` takes, longer than the page or not."""
        length = septets(text)
        if length is None:
            return Size(ucs2_units(text), self.ucs2_units, septets=False)
        return Size(length, self.septets, septets=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its text as it goes out, and which of the choices (counted from 0) stand on it.

    `begins_at` is the offset in the text where it begins, beyond the text's end where it holds
    nothing but choices; `more` where another page follows.
    """

    text: str
    choices: range
    begins_at: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Footer:
    """Labels with their keys, translated: "0 Back". `home` is shown where it costs no page."""

    back: str | None
    more: str
    home: str | None

    def line(self, *, more: bool, home: bool) -> str:
        parts = (self.back, self.home if home else None, self.more if more else None)
        return " ".join(part for part in parts if part)


def paginate(
    text: str, choices: tuple[str, ...], footer: Footer, budget: Budget
) -> tuple[Sheet, ...]:
    """`text`, `choices` ("1 Label") and the footer as the fewest pages that fit `budget`.

    Where no page is lost by it, a page ends with a line, else with a word, else at the author's
    U+200B (never sent), else with a syllable; a choice is never divided. Raises MenuError when a
    choice or the footer is too long for a page.
    """
    text = text.strip(BLANKS)
    body = "\n".join((text, *choices) if text else choices)
    for home in (True, False) if footer.home else (False,):
        page = _page(body, footer.line(more=False, home=home))
        if budget.fits(page):
            return (Sheet(page, range(len(choices))),)
    flow = _Flow(body, len(text), _breaks(text, choices), len(choices), footer, budget)
    return tuple(flow.sheets())


def fill_up(
    text: str, choices: tuple[str, ...], footer: Footer, budget: Budget, *, most: int
) -> tuple[Sheet, ...]:
    """At most `most` pages, each as full as it gets, to see how much room there is.

    The last of `most` holds all the rest, within `budget` or not; a page that even its first
    choice does not fit is the last one here, with that choice on it.
    """
    text = text.strip(BLANKS)
    body = "\n".join((text, *choices) if text else choices)
    flow = _Flow(body, len(text), _breaks(text, choices), len(choices), footer, budget)
    return tuple(flow.filled(most))


def with_notice(
    sheets: tuple[Sheet, ...],
    number: int,
    notice: str,
    *,
    text: str,
    choices: tuple[str, ...],
    footer: Footer,
    budget: Budget,
) -> tuple[Sheet, ...]:
    """`sheets` (of `text` and `choices`) with `notice` on top of the page `number`.

    The pages before it stay; from there on what follows flows anew, so nothing is lost to the
    line that came in. Raises MenuError as `paginate` does.
    """
    first = sheets[number]
    before = first.choices.start
    rest = text.strip(BLANKS)[first.begins_at :].strip(BLANKS)
    following = paginate(f"{notice}\n{rest}", choices[before:], footer, budget)
    return sheets[:number] + tuple(
        replace(one, choices=range(one.choices.start + before, one.choices.stop + before))
        for one in following
    )


def _page(content: str, line: str) -> str:
    content = content.strip(BLANKS).replace(_MARK, "")
    return f"{content}\n{line}" if content and line else content or line


def _breaks(text: str, choices: tuple[str, ...]) -> list[int]:
    """Offsets in the body where a page may end, ascending; the last is the body's end."""
    breaks = break_points(text)
    end = -1
    for part in (text, *choices) if text else choices:
        end += len(part) + 1
        breaks.append(end)
    return breaks


@dataclass(frozen=True, slots=True)
class _Flow:
    """A body that needs several pages; its first `prose` characters are text, the rest choices."""

    body: str
    prose: int
    breaks: list[int]
    choices: int
    footer: Footer
    budget: Budget
    ends: dict[int, int] = field(default_factory=dict)  # of filled pages, by where they begin

    def sheets(self) -> Iterator[Sheet]:
        start, pages_left = 0, self._count(0)
        while start < len(self.body):
            pages_left -= 1
            end = self._best(start, pages_left)
            page = self._drawn(start, end, home=True)
            text = page if self.budget.fits(page) else self._drawn(start, end)
            shown = range(self._ended(start), self._ended(end))
            yield Sheet(text, shown, start, more=end < len(self.body))
            start = end

    def filled(self, most: int) -> Iterator[Sheet]:
        start, number, fits = 0, 0, True
        while fits and (start < len(self.body) or not number):
            number += 1
            try:
                end = self._furthest(start)
            except MenuError:
                end, fits = self.breaks[bisect_right(self.breaks, start)], False
            end = len(self.body) if number == most else end
            shown = range(self._ended(start), self._ended(end))
            yield Sheet(self._drawn(start, end), shown, start, more=end < len(self.body))
            start = end

    def _ended(self, at: int) -> int:
        """How many choices end at the offset `at` or before it."""
        ends = self.breaks[len(self.breaks) - self.choices :]
        return bisect_right(ends, at)

    def _drawn(self, start: int, end: int, *, home: bool = False) -> str:
        line = self.footer.line(more=end < len(self.body), home=home)
        return _page(self.body[start:end], line)

    def _fits(self, start: int, end: int) -> bool:
        return self.budget.fits(self._drawn(start, end))

    def _count(self, start: int) -> int:
        """The fewest pages that hold the body from `start` on."""
        count = 0
        while start < len(self.body):
            start, count = self._furthest(start), count + 1
        return count

    def _furthest(self, start: int) -> int:
        """Where a page that begins at `start` ends when it is filled."""
        if start not in self.ends:
            self.ends[start] = self._filled(start)
        return self.ends[start]

    def _filled(self, start: int) -> int:
        if self._fits(start, len(self.body)):
            return len(self.body)
        ends = self.breaks[bisect_right(self.breaks, start) : -1]
        fitting = bisect_left(ends, True, key=lambda end: not self._fits(start, end))
        return ends[fitting - 1] if fitting else self._inside_a_word(start)

    def _inside_a_word(self, start: int) -> int:
        """The last resort where text has no break: between two characters."""
        stop = min(self.prose, start + self.budget.septets)
        ends = [
            end
            for end in range(start + 1, stop)
            if may_break(self.body, end) and self._fits(start, end)
        ]
        if not ends:
            raise MenuError("a choice, or the footer, is longer than a page")
        return ends[-1]

    def _best(self, start: int, pages_left: int) -> int:
        """The strongest break in the page's second half that still leaves the rest its pages."""
        furthest = self._furthest(start)
        if furthest == len(self.body):
            return furthest
        half = start + (furthest - start) // 2
        ends = self.breaks[bisect_right(self.breaks, half) : bisect_right(self.breaks, furthest)]
        for separator in ("\n", " ", _MARK):
            end = next((end for end in reversed(ends) if separator in self._gap(end)), None)
            if end is not None and self._count(end) <= pages_left:
                return end
        return furthest

    def _gap(self, end: int) -> str:
        """The blanks around the offset `end`."""
        before = self.body[:end]
        return before[len(before.rstrip(BLANKS)) :] + self.body[end : end + 1]
