"""What mothers pressed: played on the menu as it is, kept, and told of each task and screen."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select
from uuid_utils.compat import uuid7

from gateway.menu_map.made_up import caller, dial, press
from gateway.staff.audit import Actor, record
from gateway.text_cards.cards import Service
from gateway.text_cards.tables import text_trials
from gateway.text_cards.trial import LOCALE, TASKS, Task
from gateway.ussd.drawing import World, page

GAVE_UP = "-"
MOST_PRESSED = 100  # characters of a line of the sheet
_KEY = re.compile(r"\d+")
# Keys, and what people write between and around them; a dash alone where she gave up.
_LINE = re.compile(r"[\d\s,.*#>-]*")


@dataclass(frozen=True)
class Played:
    """`steps` are the screens with what was pressed on each, "" where she gave up."""

    reached: bool
    steps: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> int:
        return sum(bool(key) for _state, key in self.steps)


@dataclass
class OfTask:
    """How a task went: `reached` of `tried`, and what was pressed, as it was written."""

    tried: int = 0
    reached: int = 0
    pressed: list[str] = field(default_factory=list)


@dataclass
class OfScreen:
    """How often mothers came to a screen, what they pressed on it, how many gave up there."""

    seen: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    gave_up: int = 0


def tidied(pressed: str) -> str:
    """With digits as keys have them: Lao and full-width ones are the same keys."""
    return "".join(str(unicodedata.digit(one, one)) for one in pressed.strip())


def is_pressed(pressed: str) -> bool:
    """Whether it says keys, or that she gave up, and nothing else."""
    said = tidied(pressed)
    return bool(_LINE.fullmatch(said)) and (said == GAVE_UP or any(map(str.isdigit, said)))


def keys_of(pressed: str) -> list[str]:
    """`1 9 2`, `1*9*2`, or `192`: a row of digits is a key each."""
    pressed = tidied(pressed)
    found = _KEY.findall(pressed)
    return list(found[0]) if len(found) == 1 else found


def play(service: Service, task: Task, pressed: str) -> Played:
    """What came of the keys, until the task was done or the call was over."""
    world = World(
        service.tree,
        caller(task.who, service.on, LOCALE),
        service.on,
        service.gettext,
        service.budget,
    )
    session = dial(world)
    steps: list[tuple[str, str]] = []
    for key in [*keys_of(pressed), ""]:
        if task.done_at(service.tree.state(session.state), session.locale):
            return Played(True, tuple(steps))
        steps.append((session.state, key))
        if not key or page(world, session).closes:
            break
        session = press(world, session, key)
    return Played(False, tuple(steps))


def keep(
    connection: Connection,
    service: Service,
    pressed: Mapping[str, str],
    *,
    tried_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Keeps what one mother pressed, by task; empty ones were not asked. How many were."""
    rows = []
    for task in TASKS:
        said = tidied(pressed.get(task.name, ""))[:MOST_PRESSED]
        if said:
            played = play(service, task, said)
            rows.append(
                {
                    "id": uuid7(),
                    "tried_on": tried_on,
                    "task": task.name,
                    "pressed": said,
                    "reached": played.reached,
                    "keys": played.keys,
                    "steps": [list(step) for step in played.steps],
                    "entered_by": actor.name,
                    "entered_at": now,
                }
            )
    if rows:
        connection.execute(insert(text_trials), rows)
        record(
            connection, actor, "text.tried", now=now, kind="text",
            changes={"tasks": (None, len(rows))},
        )  # fmt: skip
    return len(rows)


@dataclass(frozen=True)
class Entry:
    """One line of a sheet as it was entered."""

    id: UUID
    tried_on: date
    pressed: str
    reached: bool


def entries(connection: Connection) -> Mapping[str, list[Entry]]:
    """{task: its entries}, the newest first."""
    found: dict[str, list[Entry]] = {}
    for row in connection.execute(select(text_trials).order_by(text_trials.c.id.desc())):
        entry = Entry(row.id, row.tried_on, row.pressed, row.reached)
        found.setdefault(row.task, []).append(entry)
    return found


def take_out(connection: Connection, entry_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Takes one entry out that was entered wrongly, to be entered anew; whether it was there."""
    mine = text_trials.c.id == entry_id
    row = connection.execute(select(text_trials).where(mine)).one_or_none()
    if row is None:
        return False
    connection.execute(delete(text_trials).where(mine))
    record(
        connection, actor, "text.untried", now=now, kind="text",
        changes={"task": (row.task, None), "pressed": (row.pressed, None)},
    )  # fmt: skip
    return True


def by_task(connection: Connection) -> Mapping[str, OfTask]:
    """Every task, tried or not."""
    found = {task.name: OfTask() for task in TASKS}
    for row in connection.execute(select(text_trials).order_by(text_trials.c.id)):
        one = found.setdefault(row.task, OfTask())
        one.tried += 1
        one.reached += row.reached
        one.pressed.append(row.pressed)
    return found


def by_screen(connection: Connection, states: Sequence[str]) -> Mapping[str, OfScreen]:
    """Of these screens, those that some mother came to."""
    found: dict[str, OfScreen] = {}
    for steps in connection.execute(select(text_trials.c.steps)).scalars():
        for state, key in steps:
            if state in states:
                one = found.setdefault(state, OfScreen())
                one.seen += 1
                one.keys.update([key] if key else [])
                one.gave_up += not key
    return found
