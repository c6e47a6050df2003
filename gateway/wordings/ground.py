"""What a wording is checked on: the menu, the catalogues with what is published, the pages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gateway.menu_map.atlas import numbers
from gateway.ussd.check.texts import EVERY_SCREEN, msgids
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree
from gateway.wordings.keys import TextId

Texts = Mapping[str, Mapping[str, str]]  # {locale: {key: text}}
HANDSETS = "lo_Latn"  # its catalogue holds what handsets show, and nothing else
FULL_PAGE, NARROW_PAGE = Budget(80, 182), Budget(72, 160)  # of the networks


def over(texts: Texts, wordings: Mapping[TextId, str | None]) -> dict[str, dict[str, str]]:
    """`texts` with `wordings` in them; None takes one away."""
    found = {locale: dict(those) for locale, those in texts.items()}
    for (locale, key), wording in wordings.items():
        if wording is not None:
            found.setdefault(locale, {})[key] = wording
        else:
            found.get(locale, {}).pop(key, None)
    return found


@dataclass(frozen=True)
class Repository:
    """What code and settings bring: the menu, the catalogues, the page."""

    tree: MenuTree
    base: Texts
    page: Budget = FULL_PAGE


@dataclass(frozen=True)
class Ground:
    """`base` are the catalogues of the repository, `published` lies over them; `page` is that of
    the settings.
    """

    tree: MenuTree
    base: Texts
    published: Texts
    page: Budget = FULL_PAGE

    @property
    def pages(self) -> tuple[Budget, ...]:
        """The sizes at which a screen must hold: a full page's first."""
        return tuple(dict.fromkeys((FULL_PAGE, NARROW_PAGE, self.page)))

    @cached_property
    def texts(self) -> Texts:
        """What stands now."""
        return {
            locale: {**base, **self.published.get(locale, {})} for locale, base in self.base.items()
        }

    def may_be_worded(self, text: TextId) -> bool:
        """Whether it is a text of handsets: what staff read is the repository's alone."""
        return text.key in self.base[HANDSETS] and bool(self._base_of(text))

    def standing(self, text: TextId) -> str | None:
        """What stands there now; None where it is no text of handsets."""
        return self.texts[text.locale][text.key] if self.may_be_worded(text) else None

    def base_text(self, text: TextId) -> str | None:
        """The catalogue's; None where it has none."""
        return self._base_of(text) or None

    def handset_texts(self) -> list[TextId]:
        """Every text that a handset shows, in each language."""
        texts = [TextId(locale, key) for locale in self.base for key in self.base[HANDSETS]]
        return [text for text in texts if self.may_be_worded(text)]

    def counts(self) -> dict[str, int]:
        """{locale: how many texts a handset shows}."""
        return dict(Counter(text.locale for text in self.handset_texts()))

    def states_of(self, key: str) -> frozenset[str] | None:
        """The states on whose screens it stands in its own right; None: on every screen."""
        found = self._places.get(key, frozenset())
        return None if EVERY_SCREEN in found else found

    def number_of(self, state: str) -> str:
        """Of a screen, as on the menu map."""
        return self._numbers.get(state, state)

    @cached_property
    def _numbers(self) -> Mapping[str, str]:
        return numbers(self.tree, str)

    def _base_of(self, text: TextId) -> str:
        return self.base.get(text.locale, {}).get(text.key, "")

    @cached_property
    def _places(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for state, key in msgids(self.tree):
            found.setdefault(key, set()).add(state)
        return {key: frozenset(states) for key, states in found.items()}
