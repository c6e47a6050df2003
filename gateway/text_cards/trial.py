"""Tried with mothers: eight things to find out by phone, and the fewest keys that lead there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.core.errors import MenuError
from gateway.core.kinds import CaseKind, EventKind
from gateway.core.texts import _
from gateway.menu_map.made_up import caller
from gateway.menu_map.walking import Step, walk
from gateway.ussd.drawing import Gettext, World
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree, Screen

LOCALE = "lo"  # what she is shown


@dataclass(frozen=True, kw_only=True)
class Task:
    """`asked` of a mother who calls as `who` of made_up.CALLERS. It is done at the screen `at`, or
    at one that `causes` an event; of a case that is about `case`; where `anew`, in other letters
    than those that she was shown.
    """

    name: str
    asked: str
    who: str
    at: tuple[str, ...] = ()
    causes: tuple[EventKind, ...] = ()
    case: CaseKind | None = None
    anew: bool = False

    def done_at(self, state: object, locale: str) -> bool:
        """Whether who has come to `state`, and reads it in the language `locale`, has done it."""
        if not isinstance(state, Screen) or (self.anew and locale == LOCALE):
            return False
        if state.name in self.at:
            return True
        emits = state.emits
        if emits is None or emits.kind not in self.causes:
            return False
        return self.case is None or self.case in emits.words.values()


TASKS: tuple[Task, ...] = (
    Task(
        name="payday",
        asked=_("When and where do you get your money?"),
        who="enrolled",
        at=("next_payment",),
    ),
    Task(
        name="not_paid",
        asked=_("You were there, and you did not get your money. Say so."),
        who="missed",
        causes=(EventKind.CASE_OPENED,),
        case=CaseKind.NOT_PAID,
    ),
    Task(
        name="stop_health",
        asked=_("You want no more SMS about health. Stop them."),
        who="enrolled",
        causes=(EventKind.COURSE_STOPPED, EventKind.REMINDERS_STOPPED),
    ),
    Task(
        name="language",
        asked=_("You cannot read these letters. Choose others."),
        who="enrolled",
        causes=(EventKind.LANGUAGE_CHOSEN,),
        anew=True,
    ),
    Task(
        name="registered",
        asked=_("Are you registered?"),
        who="applied",
        at=("status_applied",),
    ),
    Task(
        name="ask",
        asked=_("You have a question. Which number do you call?"),
        who="enrolled",
        at=("help",),
    ),
    Task(
        name="entitled",
        asked=_("Your sister is pregnant. Can she get the money?"),
        who="unknown",
        at=("eligibility_pregnant",),
    ),
    Task(
        name="not_mine",
        asked=_("SMS come to this phone that are for somebody else. Say so."),
        who="enrolled",
        causes=(EventKind.NUMBER_DISOWNED,),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Key:
    """The interviewer's key to a task: what is pressed after the dial, and the screens met."""

    task: Task
    keys: tuple[str, ...]
    states: tuple[str, ...]


def keys(
    tree: MenuTree, gettext: Mapping[str, Gettext], budget: Budget, on: date
) -> tuple[Key, ...]:
    """The fewest keys to each task; raises MenuError where the menu does not lead there."""
    return tuple(_key(tree, gettext, budget, on, task) for task in TASKS)


def _key(
    tree: MenuTree, gettext: Mapping[str, Gettext], budget: Budget, on: date, task: Task
) -> Key:
    world = World(tree, caller(task.who, on, LOCALE), on, gettext, budget)
    been: dict[tuple[str, ...], Step] = {}
    for step in walk(world):
        been[step.keys] = step
        if task.done_at(tree.state(step.session.state), step.session.locale):
            way = (step.keys[:count] for count in range(len(step.keys) + 1))
            states = tuple(been[keys].session.state for keys in way)
            return Key(task=task, keys=step.keys, states=states)
    raise MenuError(f"the menu does not lead to the task {task.name!r}")
