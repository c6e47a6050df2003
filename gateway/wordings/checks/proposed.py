"""One wording to be looked at, and what would stand around it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.encoding import to_gsm7
from gateway.core.lao_text import compose
from gateway.messaging.wordings import WORDINGS
from gateway.wordings.ground import Ground, Texts
from gateway.wordings.keys import TextId

# The texts of SMS, but for what is filled into them.
OF_SMS = frozenset(text for wording in WORDINGS.values() for text in wording.texts)


@dataclass(frozen=True)
class Proposed:
    """`texts` are all in every language as they would stand, this one among them."""

    ground: Ground
    text: TextId
    wording: str
    texts: Texts

    @property
    def messages(self) -> Mapping[str, str]:
        """Those of its language."""
        return self.texts[self.text.locale]

    @property
    def locale(self) -> str:
        return self.text.locale

    @property
    def base(self) -> str:
        """The catalogue's wording."""
        return self.ground.base_text(self.text) or ""

    @property
    def lao(self) -> bool:
        return self.locale == "lo"


def tidied(text: TextId, wording: str) -> str:
    """As it would be sent: the shortest spelling in Lao, GSM-7's signs for typographic ones in
    Latin letters, without what stands around it, one blank between words.
    """
    lines = re.sub("[ \t\xa0]+", " ", wording.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return compose(lines) if text.locale == "lo" else to_gsm7(lines)
