"""The kiosk's texts, some of them in Lao, and people who word them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.core.villages import VILLAGE
from gateway.messaging.wordings import OPTED_OUT, PAYMENT
from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.ussd.check.texts import msgids
from gateway.ussd.pager import Budget
from gateway.wordings.ground import FULL_PAGE, Ground, Repository, Texts
from gateway.wordings.keys import TextId
from gateway.wordings.proposals import Proposal, propose, read_proposal
from gateway.wordings.publishing import publish
from gateway.wordings.versions import conflicts, ground_of
from tests.ussd.kiosk import KIOSK

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
NOY, KEO, PHET = Actor("noy@x.la"), Actor("keo@x.la"), Actor("phet@x.la")

LAO = {
    "Kiosk": "ຮ້ານ",
    "Fruit": "ໝາກໄມ້",
    "Sold out.": "ໝົດແລ້ວ.",
    "You are in.": "ທ່ານຢູ່ໃນແລ້ວ.",
    "One %(fruit)s?": "%(fruit)s ໜຶ່ງບໍ່?",
    "Please dial again.": "ກະລຸນາກົດໃໝ່.",
    "being checked": "ກຳລັງກວດ",
    PAYMENT.full: "ເງິນ %(amount)s ວັນທີ %(due_on)s ທີ່ %(place)s. ຖືບັດມາ.",
    OPTED_OUT.full: "ຢຸດ SMS ແລ້ວ. ສິດຮັບເງິນຍັງຄືເກົ່າ.",
    VILLAGE: "ບ້ານ%(village)s",
}
KEYS = {*(key for _state, key in msgids(KIOSK)), *LAO}

FRUIT, SOLD_OUT, ORDER = (TextId("lo", key) for key in ("Fruit", "Sold out.", "One %(fruit)s?"))
DOOR = TextId("en", "Door")


def catalogues(lao: Mapping[str, str] | None = None) -> Texts:
    """The repository's; what is not in `lao` stays English."""
    english = {key: key for key in KEYS if key}
    latin = {key: f"{key}s" for key in english}  # Lao or not, none is read so
    return {"lo": english | dict(LAO if lao is None else lao), "lo_Latn": latin, "en": english}


BASE = catalogues()


def ground(published: Texts | None = None, page: Budget = FULL_PAGE, **tree: Any) -> Ground:
    return Ground(tree.get("tree", KIOSK), BASE, published or {}, page)


class Desk:
    """What people do to the texts, each in a transaction of its own."""

    def __init__(self, database: Database, base: Texts = BASE, page: Budget = FULL_PAGE) -> None:
        self.database = database
        self.repository = Repository(KIOSK, base, page)

    def ground(self) -> Ground:
        with self.database.reading() as connection:
            return ground_of(connection, self.repository)

    def say(self, verb, *words: Any, **options: Any) -> Any:
        options = {"now": NOW} | options
        with self.database.writing() as connection:
            return verb(connection, *words, **options)

    def ask(self, question, *words: Any) -> Any:
        with self.database.reading() as connection:
            return question(connection, *words)

    def propose(self, text: TextId, wording: str, by: Actor = NOY, **options: Any) -> Proposal:
        made = self.say(propose, self.ground(), text, wording, actor=by, **options)
        return self.read(made)

    def read(self, proposal_id: Any) -> Proposal:
        found: Proposal = self.ask(read_proposal, proposal_id)
        return found


class Press(Desk):
    """The desk, and a second person who agrees."""

    def print(self, *proposals: Proposal, by: Actor = KEO, **options: Any) -> int:
        seen = {one.id: one.revision for one in proposals}
        return publish(self.database, self.repository, seen, actor=by, now=NOW, **options)

    def published(self, *texts: tuple[TextId, str]) -> int:
        """The number of a publication of these, written by one and approved by another."""
        return self.print(*(self.propose(text, wording) for text, wording in texts))

    def press(self, verb, *words, by: Actor = KEO) -> int:
        number: int = verb(self.database, self.repository, *words, actor=by, now=NOW)
        return number

    def upgraded(self, lao: Mapping[str, str]) -> "Press":
        """After another catalogue was put in place."""
        return Press(self.database, catalogues(lao), self.repository.page)

    def narrowed(self, page: Budget) -> "Press":
        return Press(self.database, self.repository.base, page)

    def standing(self, text: TextId) -> str | None:
        return self.ground().standing(text)

    def in_the_way(self) -> list[tuple[str, TextId, str]]:
        found = self.ask(conflicts, self.repository.base)
        return [(one.kind, one.text, one.wording) for one in found]
