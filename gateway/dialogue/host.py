"""The host of the menu engine: reads a request, steps, writes events, then session, then reply.

Order is what makes it safe: an event's row first, under a key made of the input consumed; then
the session, if nobody was faster; then the reply. A retry, a race or a replay repeats the same
keys and changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec

from gateway.core.caller import Caller, fingerprint
from gateway.core.errors import MenuError
from gateway.core.kinds import EventKind
from gateway.core.msisdn import pseudonym
from gateway.core.texts import _
from gateway.dialogue.backend import Asked, Backend, Speaking
from gateway.dialogue.new_input import (
    LONGEST_INPUT,
    Hints,
    NoStep,
    Token,
    as_meant,
    conversation_id,
    digest,
    new_tokens,
    split,
    starts_over,
)
from gateway.providers.base import UssdReply, UssdRequest
from gateway.sessions import SCHEMA, SessionStore, StoredSession, UnavailableError
from gateway.ussd import engine
from gateway.ussd.drawing import Gettext, Page, World, page
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MENU_CHANGED, Event, MenuTree, Need
from gateway.ussd.session import Interrupted, Session, turned, with_notice
from gateway.wordings.editions import Edition, Editions

DIAL_AGAIN = _("Please dial again.")
LAO_NUMBERS_ONLY = _("This service is for Lao mobile numbers.")

LONGEST_SESSION = 3600.0  # seconds; operators end one after minutes
CLOCKS_APART = 60.0  # seconds between two of our own machines

_encode = msgspec.json.encode
_decode_facts = msgspec.json.Decoder(Caller).decode


@dataclass(frozen=True)
class DialogueSettings:
    """The settings a dialogue depends on."""

    tree: MenuTree
    editions: Editions
    budget: Budget
    inputs_key: bytes
    pseudonyms_key: bytes
    zone: ZoneInfo
    default_locale: str

    @property
    def gettext(self) -> Mapping[str, Gettext]:
        """What is spoken now, to those who have no session."""
        return self.editions.gettext

    @cached_property
    def place(self) -> str:
        """Changes with the menu's shape and the page's size; 8 hex digits."""
        shape = f"{self.tree.version} {self.budget.ucs2_units}/{self.budget.septets}"
        return hashlib.blake2b(shape.encode(), digest_size=4).hexdigest()

    def menu_of(self, edition: Edition) -> str:
        """All that decides what a page looks like, as session and hop metadata name it."""
        return self.place + edition.version

    def edition_of(self, menu: str) -> Edition | None:
        """The edition of a session that `menu_of` named; None of another menu or page, or where
        this process has no such edition.
        """
        if not menu.startswith(self.place):
            return None
        return self.editions.find(menu[len(self.place) :])


class Hop(msgspec.Struct, frozen=True):
    """A reply, and what is counted about it."""

    reply: UssdReply
    state: str
    outcome: str


class _Turn(msgspec.Struct, frozen=True):
    """One request being answered; `stored` is the session as it was found, if it was.

    `again` counts the conversations that its session id has had before this one; `cut_off` names
    the session that the number was in last, where nothing is typed yet and that was cut off; then
    `owner`, the number's pseudonym, is known.
    """

    request: UssdRequest
    now: datetime
    stored: StoredSession | None
    cut_off: bytes | None
    again: int = 0
    owner: str | None = None

    @property
    def conversation(self) -> str:
        return conversation_id(self.request.session_id, self.again)


class _Dial(msgspec.Struct, frozen=True):
    """What stays the same from the dial to the END."""

    started_at: int
    facts: Caller
    raw_facts: msgspec.Raw
    facts_print: str
    resumed: bool
    edition: Edition


class Dialogue:
    def __init__(
        self, settings: DialogueSettings, sessions: SessionStore, backend: Backend
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._backend = backend

    @property
    def tree(self) -> MenuTree:
        return self._settings.tree

    def in_locale(self, locale: str | None) -> "Dialogue":
        """A dialogue that speaks `locale` to everyone from the dial on; for trying out."""
        if locale is None:
            return self
        return Dialogue(self._settings, self._sessions, Speaking(self._backend, locale))

    def answer(self, request: UssdRequest, now: datetime) -> Hop:
        """The reply to one request; raises whatever the database raises."""
        if not request.msisdn.is_lao:
            return self._refuse(LAO_NUMBERS_ONLY, "foreign")
        if len(request.text) > LONGEST_INPUT:
            return self._refuse(DIAL_AGAIN, "too_long")
        request = msgspec.structs.replace(request, text=as_meant(request.text))
        owner = None if request.text else self._owner(request)
        stored, cut_off = self._load(request, owner)
        turn = _Turn(request, now, stored, cut_off, _again(request, stored), owner)
        if stored is None or turn.again > stored.again:
            return self._from_the_start(turn)
        tokens = new_tokens(request, stored, self._settings.inputs_key)
        if tokens is NoStep.DIVERGED:
            return self._refuse(DIAL_AGAIN, "diverged", stored.session.locale)
        if tokens is NoStep.SAME_AGAIN or stored.closes:
            return _stored_reply(stored, "retry")
        return self._go_on_from(turn, stored, tokens)

    def _go_on_from(self, turn: _Turn, stored: StoredSession, tokens: Sequence[Token]) -> Hop:
        """From the stored session, in its own words; a deploy may have left it behind."""
        try:
            facts = _decode_facts(stored.facts)
        except msgspec.ValidationError:
            return self._refuse(DIAL_AGAIN, "lost", stored.session.locale)
        known = self._settings.edition_of(stored.menu)
        dial = _Dial(
            stored.started_at,
            facts,
            stored.facts,
            stored.facts_print,
            stored.resumed,
            known or self._settings.editions.current,
        )
        if known is not None:
            return self._go_on(turn, dial, stored.session, tokens)
        world = self._world(dial)
        try:
            if page(world, stored.session).text == stored.reply:
                return self._go_on(turn, dial, stored.session, tokens)
            # Its keys meant something else, and its pages may have ended elsewhere.
            shown = with_notice(turned(stored.session, 0), MENU_CHANGED)
            return self._go_on(turn, dial, shown, ())
        except (MenuError, LookupError):
            begun = engine.restart(world, stored.session)
            return self._go_on(turn, dial, begun.session, ())

    def _load(
        self, request: UssdRequest, owner: str | None
    ) -> tuple[StoredSession | None, bytes | None]:
        provider, session_id = request.provider, request.session_id
        try:
            if owner is not None:
                return self._sessions.load_at_dial(provider, session_id, owner)
            return self._sessions.load(provider, session_id), None
        except UnavailableError:
            return None, None

    def _from_the_start(self, turn: _Turn) -> Hop:
        """A dial, a deep dial, or a session that Redis lost: all start at the start."""
        request = turn.request
        hints = Hints.read(request.hop_metadata) if request.text else None
        found = self._backend.at_dial(
            request.provider, turn.conversation, request.msisdn.e164, turn.now
        )
        facts = found.caller
        facts_print = fingerprint(facts)
        edition = self._settings.editions.at_dial()
        menu = self._settings.menu_of(edition)
        as_it_was = hints is None or (
            self._is_of_now(hints, turn.now) and (hints.menu, hints.facts) == (menu, facts_print)
        )
        if not (as_it_was and _can_replay(request, hints, found.resumed)):
            return self._refuse(DIAL_AGAIN, "lost", facts.locale)
        started_at = hints.started_at if hints else int(turn.now.timestamp())
        cut_off = self._cut_off(request, turn.cut_off, facts_print) if turn.cut_off else None
        raw_facts = msgspec.Raw(_encode(facts))
        dial = _Dial(started_at, facts, raw_facts, facts_print, cut_off is not None, edition)
        if cut_off is not None:
            self._backend.record(self._asked(turn, ""), Event(EventKind.RESUME_OFFERED, {}))
        world = self._world(dial)
        session = self._with_event(turn, world, "", engine.begin(world, facts.locale, cut_off))
        return self._go_on(turn, dial, session, split(request.text) if request.text else ())

    def _is_of_now(self, hints: Hints, now: datetime) -> bool:
        """Whether a replay would be of the same day."""
        return 0 <= now.timestamp() - hints.started_at + CLOCKS_APART < LONGEST_SESSION

    def _cut_off(
        self, request: UssdRequest, cut_off: bytes, facts_print: str
    ) -> Interrupted | None:
        """Where the number's last session broke off, if it had gone anywhere and still holds."""
        try:
            last = self._sessions.load_cut_off(cut_off)
        except UnavailableError:
            return None
        if last is None or last.closes or last.msisdn != request.msisdn.e164:
            return None
        if last.facts_print != facts_print:  # an import may have taken away whom she had chosen
            return None
        was, tree = last.session, self._settings.tree
        if was.state == tree.resume:
            return was.interrupted
        if tree.answers_at(was.state) or not was.history:
            return None
        return Interrupted(was.state, was.history, was.answers)

    def _go_on(self, turn: _Turn, dial: _Dial, session: Session, tokens: Sequence[Token]) -> Hop:
        world = self._world(dial)
        drawn: Page | None = None
        for token in tokens:
            if drawn is not None and drawn.closes:
                break
            session, drawn = _draw(world, self._step(turn, world, session, token))
        if drawn is None:
            session, drawn = _draw(world, session)
        request, stored = turn.request, turn.stored
        begins = stored is not None and turn.again > stored.again
        text = request.text if request.accumulated else ""
        number = stored.turn + 1 if stored else len(tokens)
        new = StoredSession(
            schema=SCHEMA,
            menu=self._settings.menu_of(dial.edition),
            msisdn=request.msisdn.e164,
            owner=stored.owner if stored and not begins else turn.owner or self._owner(request),
            started_at=dial.started_at,
            session=session,
            facts=dial.raw_facts,
            facts_print=dial.facts_print,
            resumed=dial.resumed,
            consumed=len(text),
            digest=digest(self._settings.inputs_key, text),
            turn=number,
            reply=drawn.text,
            closes=drawn.closes,
            request_key=request.request_key,
            again=turn.again,
            began=number if begins else stored.began if stored else 0,
        )
        return self._keep(turn, new)

    def _keep(self, turn: _Turn, new: StoredSession) -> Hop:
        """Store and answer; whoever stored a later turn first has answered for both."""
        request, stored = turn.request, turn.stored
        held = stored.turn if stored else None
        try:
            winner = self._sessions.save(request.provider, request.session_id, new, held)
        except UnavailableError:
            winner = None
        if winner is not None and winner.msisdn == new.msisdn:
            return _stored_reply(winner, "overtaken")
        return _stored_reply(new, "end" if new.closes else "continue")

    def _step(self, turn: _Turn, world: World, session: Session, token: Token) -> Session:
        outcome = engine.step(world, session, token.text)
        if isinstance(outcome, Need):
            results = self._backend.answer(self._asked(turn, token.consumed), outcome)
            outcome = engine.step(world, session, token.text, results)
        if isinstance(outcome, Need):
            raise MenuError(f"{session.state} asks again for what it was told")
        return self._with_event(turn, world, token.consumed, outcome)

    def _with_event(self, turn: _Turn, world: World, consumed: str, step: engine.Step) -> Session:
        if step.event is None:
            return step.session
        results = self._backend.record(self._asked(turn, consumed), step.event)
        return engine.tell(world, step.session, results)

    def _asked(self, turn: _Turn, consumed: str) -> Asked:
        conversation, msisdn = turn.conversation, turn.request.msisdn.e164
        # The number is part of it: what another phone sends under the same session is its own.
        typed = digest(self._settings.inputs_key, f"{msisdn}:{consumed}")
        key = f"{turn.request.provider}:{conversation}:{typed}"
        return Asked(turn.request.provider, conversation, msisdn, key, turn.now)

    def _owner(self, request: UssdRequest) -> str:
        return pseudonym(request.msisdn, self._settings.pseudonyms_key)

    def _world(self, dial: _Dial) -> World:
        rules = self._settings
        today = datetime.fromtimestamp(dial.started_at, UTC).astimezone(rules.zone).date()
        return World(rules.tree, dial.facts, today, dial.edition.gettext, rules.budget)

    def _refuse(self, msgid: str, outcome: str, locale: str | None = None) -> Hop:
        """An END that leaves every stored thing as it is."""
        gettext = self._settings.gettext[locale or self._settings.default_locale]
        return Hop(UssdReply(gettext(msgid), closes=True), "", outcome)


def _again(request: UssdRequest, stored: StoredSession | None) -> int:
    """How many conversations have ended under this session id before the one of `request`."""
    if stored is not None:
        return stored.again + starts_over(request, stored)
    hints = Hints.read(request.hop_metadata) if request.text else None
    return hints.again if hints else 0


def _can_replay(request: UssdRequest, hints: Hints | None, resumed: bool) -> bool:
    if request.kind == "dial":
        return True
    if request.text and not request.accumulated:
        return False
    return not (resumed if hints is None else hints.resumed)


def _draw(world: World, session: Session) -> tuple[Session, Page]:
    """The page the session is on, and the session that knows its keys."""
    drawn = page(world, session)
    return msgspec.structs.replace(session, keys=drawn.keys), drawn


def _stored_reply(stored: StoredSession, outcome: str) -> Hop:
    hints = Hints(
        stored.started_at,
        stored.menu,
        stored.facts_print,
        stored.turn,
        stored.resumed,
        stored.session.state,
        stored.again,
    )
    reply = UssdReply(stored.reply, stored.closes, hints.write())
    return Hop(reply, stored.session.state, outcome)
