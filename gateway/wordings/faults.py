"""What is said where a text cannot be taken: sentences for the catalogue, and what fills them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.core.texts import _
from gateway.wordings.keys import TextId

Gettext = Callable[[str], str]

WITH_A_LINE = _("%(said)s So it is with this line on top: %(notice)s")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a wording: a msgid, its values, and the line on top with which
    it is so, "" where there is none.
    """

    sentence: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    notice: str = ""

    def tell(self, gettext: Gettext) -> str:
        """The sentence in the reader's language."""
        said = gettext(self.sentence) % self.params
        if self.notice:
            return gettext(WITH_A_LINE) % {"said": said, "notice": self.notice}
        return said

    def plain(self) -> dict[str, object]:
        """As a row keeps it."""
        return {"sentence": self.sentence, "params": dict(self.params), "notice": self.notice}


Refusal = Literal[
    "unfit", "no_such_text", "no_such_proposal", "no_such_publication", "state", "open", "changed",
    "same", "own", "too_close", "nothing_left", "moved",
]  # fmt: skip
SENTENCES: Mapping[Refusal, str] = {
    "unfit": _("The wording cannot stay like this."),
    "no_such_text": _("There is no such text in this language."),
    "no_such_proposal": _("There is no such proposal."),
    "no_such_publication": _("There is no such publication."),
    "state": _("That proposal has been decided, or waits for its author."),
    "open": _("Somebody has proposed another wording of this text: go on with that one."),
    "changed": _("It was changed meanwhile: read it again."),
    "same": _("This is the wording that stands there now."),
    "own": _("A second person has to approve it, who did not write in it."),
    "too_close": _(
        "One of its authors made or changed your account less than %(hours)s hours ago: "
        "somebody else has to approve it."
    ),
    "nothing_left": _("None of its wordings stands any more."),
    "moved": _(
        "When it was proposed “%(before)s” stood there, now “%(now)s” does: say that it is to "
        "stand there all the same."
    ),
}


class WordingError(ValueError):
    """What was asked is not possible now: `refusal` says why; `faults` what is wrong with which
    wording where it is "unfit", and `of` which, where it is said of several.
    """

    def __init__(
        self,
        refusal: Refusal,
        faults: Iterable[Fault] = (),
        of: Mapping[TextId, tuple[Fault, ...]] | None = None,
        **params: str | int,
    ) -> None:
        self.refusal = refusal
        self.of = of or {}
        every = [*faults, *(one for those in self.of.values() for one in those)]
        self.faults = tuple(one for at, one in enumerate(every) if one not in every[:at])
        self.params = params
        super().__init__(self.tell(str))

    def tell(self, gettext: Gettext) -> str:
        """Why, in the reader's language; with every fault of the wording."""
        said = gettext(SENTENCES[self.refusal]) % self.params
        return " ".join((said, *(fault.tell(gettext) for fault in self.faults)))
