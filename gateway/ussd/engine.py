"""One rule: a session, a token and the facts give the next session, and nothing else happens.

The host asks `begin` for a first session and `step` for each token; it answers a Need by
stepping again with `results`, and writes down the events before it shows the screen. A choice
acts only where its key stands on the page shown; a host that draws that page keeps its keys in
the session, else it is drawn here. 0 and 00 only lead back, so they act on every page.
"""

from collections.abc import Mapping

import msgspec

from gateway.core.errors import MenuError
from gateway.ussd.drawing import World, options, page
from gateway.ussd.screens import (
    BACK_KEY,
    HOME_KEY,
    MENU_CHANGED,
    MORE_KEY,
    NO_SUCH_CHOICE,
    NOT_A_CHOICE,
    NOT_A_NUMBER,
    RESUME,
    Ask,
    Branch,
    End,
    Event,
    Menu,
    Need,
    Route,
    Screen,
)
from gateway.ussd.session import (
    Interrupted,
    Session,
    entering,
    turned,
    with_answers,
    with_notice,
)

MOST_ROUTES = 8  # a longer chain of screenless states is a loop
LONGEST_KEY_SHOWN = 2  # a longer one may be a PIN in the wrong place


class Step(msgspec.Struct, frozen=True):
    """What a token did: the session as it is now, and the event to write down first."""

    session: Session
    event: Event | None = None


def begin(world: World, locale: str, interrupted: Interrupted | None = None) -> Step:
    """The first session of a dial: at the start, or at the offer to go on."""
    session = Session(state="", locale=locale, interrupted=interrupted)
    offered = interrupted is not None and world.tree.resume
    return _enter(world, session, offered or world.tree.start)


def step(
    world: World,
    session: Session,
    token: str,
    results: Mapping[str, str] | None = None,
) -> Step | Need:
    """Press `token`; `results` answer the Need of the same token.

    Raises MenuError where the menu itself is at fault.
    """
    state = world.tree.by_name.get(session.state)
    if not isinstance(state, Screen):
        return restart(world, session)
    moved = _navigate(world, session, token)
    if moved is not None:
        return moved
    if isinstance(state, Menu):
        return _choose(world, session, state, token)
    if isinstance(state, Ask):
        return _take(world, session, state, token, results)
    return Step(with_notice(session, NOT_A_NUMBER))  # an End that has more pages


def tell(world: World, session: Session, results: Mapping[str, str]) -> Session:
    """The session once its event is written down and answered: it may lead to another screen."""
    told = with_answers(session, dict(results))
    state = world.tree.by_name.get(session.state)
    if not isinstance(state, Screen) or state.told is None:
        return told
    target = _resolve(world, told, state.told)
    ended = isinstance(world.tree.by_name[target], End)
    return told if target == state.name else entering(told, target, ended=ended)


def restart(world: World, session: Session) -> Step:
    """To the start with a word of explanation: the stored state is not in this menu."""
    fresh = Session(state="", locale=session.locale, trail=session.trail)
    begun = _enter(world, fresh, world.tree.start)
    return Step(with_notice(begun.session, MENU_CHANGED), begun.event)


def _navigate(world: World, session: Session, token: str) -> Step | None:
    """More, Back and Home, where they mean something here."""
    if token == MORE_KEY and MORE_KEY in _shown(world, session):
        return Step(turned(session, session.page + 1))
    if token == BACK_KEY and session.page:
        return Step(turned(session, session.page - 1))
    if token == BACK_KEY and session.history:
        return _back(world, session)
    if token == HOME_KEY and session.history:
        return _enter(world, msgspec.structs.replace(session, history=()), world.tree.home)
    return None


def _shown(world: World, session: Session) -> tuple[str, ...]:
    """The keys of the page that the caller has before her."""
    return page(world, session).keys if session.keys is None else session.keys


def _back(world: World, session: Session) -> Step:
    """To the screen before, past a PIN: nobody wants to go back to being asked."""
    history = session.history
    while len(history) > 1 and _is_secret(world, history[-1]):
        history = history[:-1]
    if not isinstance(world.tree.by_name.get(history[-1]), Screen):
        return restart(world, session)
    return Step(entering(session, history[-1], history=history[:-1], ended=False))


def _is_secret(world: World, name: str) -> bool:
    state = world.tree.by_name.get(name)
    return isinstance(state, Ask) and state.secret


def _choose(world: World, session: Session, state: Menu, token: str) -> Step:
    if token not in _shown(world, session):
        return Step(_refused(session, token))
    context = world.context(session)
    option = next((one for one in options(state, context) if one.key == token), None)
    if option is None:
        raise MenuError(f"the choice {token} of {session.state!r} is gone since it was shown")
    if option.to == RESUME:
        return _go_on(world, session)
    return _enter(world, with_answers(session, dict(option.sets)), option.to)


def _refused(session: Session, token: str) -> Session:
    if not (token.isascii() and token.isdigit()):
        return with_notice(session, NOT_A_NUMBER)
    if len(token) > LONGEST_KEY_SHOWN:
        return with_notice(session, NOT_A_CHOICE)
    return with_notice(session, NO_SUCH_CHOICE, key=token)


def _take(
    world: World, session: Session, state: Ask, token: str, results: Mapping[str, str] | None
) -> Step | Need:
    value = state.accepts(token)
    if value is None:
        return Step(with_notice(session, state.malformed))
    answers = {state.sets: value} if state.sets and not state.secret else {}
    asking = with_answers(session, answers)
    if state.needs is not None and results is None:
        return Need(state.needs.kind, state.needs.data(world.context(asking), value))
    answered = with_answers(asking, dict(results or {}))
    target = _resolve(world, answered, state.to)
    if target == state.name:
        params = {
            name: slot.value(world.context(answered)) for name, slot in state.error_slots.items()
        }
        return Step(with_notice(answered, state.error, **params))
    return _enter(world, answered, target)


def _go_on(world: World, session: Session) -> Step:
    """Continue where it broke off; behind a PIN, at the PIN: the phone may have changed hands."""
    was = session.interrupted
    if was is None:
        raise MenuError("there is nothing to go on with")
    path = (*was.history, was.state)
    for index, name in enumerate(path):
        if not isinstance(world.tree.by_name.get(name), Screen):
            return restart(world, session)
        if _is_secret(world, name):
            path = path[: index + 1]
            break
    resumed = msgspec.structs.replace(session, answers=was.answers, interrupted=None)
    ended = isinstance(world.tree.by_name[path[-1]], End)
    return Step(entering(resumed, path[-1], history=path[:-1], ended=ended))


def _enter(world: World, session: Session, to: str | Branch) -> Step:
    """Move to the screen that `to` leads to; the screen left is what Back returns to."""
    target = _resolve(world, session, to)
    left = session.state
    keep = bool(left) and target != world.tree.home and left != world.tree.resume
    history = (*session.history, left) if keep else ()
    state = world.tree.state(target)
    entered = entering(session, target, history=history, ended=isinstance(state, End))
    emits = state.emits if isinstance(state, Screen) else None
    if emits is None:
        return Step(entered)
    data = {**emits.words, **emits.data(world.context(entered))}
    return Step(entered, Event(emits.kind, data))


def _resolve(world: World, session: Session, to: str | Branch) -> str:
    """The screen behind `to`, through any Routes; refuses a state the Branch did not name."""
    context = world.context(session)
    for _hop in range(MOST_ROUTES):
        if isinstance(to, Branch):
            picked = to.pick(context)
            if picked not in to.to:
                raise MenuError(f"a branch of {session.state!r} picked {picked!r}, not of {to.to}")
            to = picked
        state = world.tree.state(to)
        if not isinstance(state, Route):
            return state.name
        to = state.to
    raise MenuError(f"{session.state!r} leads to routes without end")
