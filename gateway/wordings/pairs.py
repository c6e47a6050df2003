"""Texts are worded anew: Lao with its Latin letters, whatever is proposed of them already.

What waits is gone on with; who writes in it is one of its authors. The two scripts of a text are
decided together.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from gateway.staff.audit import Actor
from gateway.wordings.checks.proposed import tidied
from gateway.wordings.faults import Fault, WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId
from gateway.wordings.proposals import Proposal, open_proposals, propose, rewrite, withdraw
from gateway.wordings.twins import LAO, is_read_so, read_draft, twin_of

# already: it waits as it is; undone: the wording that stands is good, what waited is withdrawn.
Outcome = Literal["proposed", "bettered", "already", "undone"]
Wordings = Mapping[TextId, str]


def word(
    connection: Connection,
    ground: Ground,
    wordings: Wordings,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    seen: Mapping[TextId, int] | None = None,
) -> dict[TextId, Outcome]:
    """What became of each; the Latin letters of a Lao text are added where none are given.

    `seen` are the revisions that were read of what waits; None: whatever waits. Raises WordingError
    as `propose` and `rewrite` do, "same" where nothing is new; `of` it are the faults by text.
    """
    waiting = {one.text: one for one in open_proposals(connection)}
    whole = with_latin(ground, wordings, waiting)
    found: dict[TextId, Outcome] = {}
    faults: dict[TextId, tuple[Fault, ...]] = {}
    for text in whole:
        try:
            became = _word(
                connection, ground, text, whole, waiting,
                note=note, seen=seen, actor=actor, now=now,
            )  # fmt: skip
        except WordingError as error:
            if not error.faults:
                raise
            faults[text] = error.faults
        else:
            found |= {text: became} if became else {}
    if faults:
        raise WordingError("unfit", of=faults)
    if not found:
        raise WordingError("same")
    return found


def _word(
    connection: Connection,
    ground: Ground,
    text: TextId,
    whole: Wordings,
    waiting: Mapping[TextId, Proposal],
    *,
    note: str,
    seen: Mapping[TextId, int] | None,
    actor: Actor,
    now: datetime,
) -> Outcome | None:
    """Of `whole` the wording of one text; None: it stands there, and goes with the other script."""
    wording, one = whole[text], waiting.get(text)
    beside = _beside(text, whole, waiting)
    goes_along = wording == ground.standing(text) and len(whole) > 1
    if one is None:
        if goes_along:
            return None
        propose(connection, ground, text, wording, note=note, beside=beside, actor=actor, now=now)
        return "proposed"
    if one.wording == wording and one.state == "submitted":
        return "already"
    if goes_along:
        withdraw(connection, one.id, actor=actor, now=now)
        return "undone"
    rewrite(
        connection, ground, one.id, wording,
        seen=one.revision if seen is None else seen.get(text, 0),
        note=note or None, beside=beside, actor=actor, now=now,
    )  # fmt: skip
    return "bettered"


def with_latin(
    ground: Ground, wordings: Wordings, waiting: Mapping[TextId, Proposal]
) -> dict[TextId, str]:
    """`wordings` tidied, with the Latin letters of each Lao text that would have none."""
    whole = {text: tidied(text, wording) for text, wording in wordings.items()}
    for text in [one for one in whole if one.locale == LAO]:
        twin = twin_of(text)
        if twin is None or whole.get(twin) or not ground.standing(twin):
            continue
        whole.pop(twin, None)
        stands = waiting[twin].wording if twin in waiting else ground.standing(twin) or ""
        if not is_read_so(text.key, whole[text], stands):
            whole[twin] = tidied(twin, read_draft(whole[text], ground.standing(twin) or ""))
    return whole


def partner(connection: Connection, proposal: Proposal) -> Proposal | None:
    """What waits of the same text in the other script."""
    twin = twin_of(proposal.text)
    return next((one for one in open_proposals(connection) if one.text == twin), None)


def _beside(text: TextId, whole: Wordings, waiting: Mapping[TextId, Proposal]) -> Wordings:
    """What would stand in the other script."""
    twin = twin_of(text)
    if twin is None:
        return {}
    said = whole.get(twin) or (waiting[twin].wording if twin in waiting else "")
    return {twin: said} if said else {}
