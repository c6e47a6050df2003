"""A session as the engine sees it: plain data, one value a hop, JSON by msgspec."""

import msgspec

TRAIL_LENGTH = 60  # a caller who presses more keys than fit 180 s is a machine


class Notice(msgspec.Struct, frozen=True):
    """A line above the screen: why the last key did nothing, or what has changed."""

    msgid: str
    params: dict[str, str] = {}


class Interrupted(msgspec.Struct, frozen=True):
    """Where an earlier session of the same number was cut off."""

    state: str
    history: tuple[str, ...]
    answers: dict[str, str]


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dial to END.

    `history` is what Back goes through, `trail` every state entered (for drop-off analysis).
    `answers` hold what choices and hosts said; never a PIN.
    """

    state: str
    locale: str
    page: int = 0
    history: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    notice: Notice | None = None
    ended: bool = False
    interrupted: Interrupted | None = None


def entering(session: Session, state: str, **changes: object) -> Session:
    """`session` moved to the first page of `state`, with nothing left to explain."""
    trail = (*session.trail, state)[-TRAIL_LENGTH:]
    return msgspec.structs.replace(
        session, **{"state": state, "page": 0, "trail": trail, "notice": None, **changes}
    )


def with_answers(session: Session, answers: dict[str, str]) -> Session:
    """`session` knowing `answers` too; an answer named "locale" changes its language."""
    if not answers:
        return session
    merged = {**session.answers, **answers}
    locale = merged.get("locale", session.locale)
    return msgspec.structs.replace(session, answers=merged, locale=locale)


def with_notice(session: Session, msgid: str, **params: str) -> Session:
    return msgspec.structs.replace(session, notice=Notice(msgid, params))
