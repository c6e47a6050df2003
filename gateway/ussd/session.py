"""A session as the engine sees it: plain data, one value a hop, JSON by msgspec."""

import msgspec

TRAIL_LENGTH = 60  # a caller who presses more keys than fit 180 s is a machine


class Notice(msgspec.Struct, frozen=True):
    """A line on top of a page: why the last key did nothing, or what has changed."""

    msgid: str
    params: dict[str, str] = {}
    page: int = 0


class Interrupted(msgspec.Struct, frozen=True):
    """Where an earlier session of the same number was cut off."""

    state: str
    history: tuple[str, ...]
    answers: dict[str, str]


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dial to END.

    `keys` are those that the page shown takes besides 0 and 00, None before it is drawn.
    `history` is what Back goes through, `trail` every state entered (for drop-off analysis).
    `answers` hold what choices and hosts said; never a PIN.
    """

    state: str
    locale: str
    page: int = 0
    keys: tuple[str, ...] | None = None
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
        session,
        **{"state": state, "page": 0, "keys": None, "trail": trail, "notice": None, **changes},
    )


def with_answers(session: Session, answers: dict[str, str]) -> Session:
    """`session` knowing `answers` too; an answer named "locale" changes its language."""
    if not answers:
        return session
    merged = {**session.answers, **answers}
    locale = merged.get("locale", session.locale)
    return msgspec.structs.replace(session, answers=merged, locale=locale)


def turned(session: Session, page: int) -> Session:
    """`session` on another page; what flowed on behind a notice stays where it flowed to."""
    notice = session.notice
    kept = notice if notice is not None and notice.page < page else None
    return msgspec.structs.replace(session, page=page, keys=None, notice=kept)


def with_notice(session: Session, msgid: str, **params: str) -> Session:
    """`session` with a word on the page it is on."""
    notice = Notice(msgid, params, session.page)
    return msgspec.structs.replace(session, keys=None, notice=notice)
