"""The keys of places in the real menu, read off the menu itself: another order moves no test.

Where what is typed does not mean a place (a wrong key, a retry, a menu made up), it is a literal.
"""

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

from gateway.ussd.drawing import choice_keys
from gateway.ussd.screens import BACK_KEY, HOME_KEY, MORE_KEY, Choice, Each, Menu, Route, targets
from menus import build_menu

MENU = build_menu("1500")
BACK, MORE, HOME = BACK_KEY, MORE_KEY, HOME_KEY


def key_of(at: str, to: str, **sets: str) -> str:
    """The key of the first choice on the menu `at` that may lead to `to` and sets all of `sets`."""
    return next(
        pressed
        for pressed, choice in _choices(at)
        if to in targets(choice.to)
        and (isinstance(choice, Each) or sets.items() <= choice.sets.items())
    )


def keys_to(*way: str) -> str:
    """The fewest keys from the dial to each state of `way` in turn: "6*2" to "help", "not_paid".

    Of a caller who sees every choice, all of a menu on one page. Raises LookupError where no
    choice leads: behind what is typed, or behind a list whose length is not the menu's.
    """
    steps = [_fewest(start, goal) for start, goal in pairwise((MENU.start, *way))]
    return "*".join(pressed for keys in steps for pressed in keys)


def deep(*keys: str, code: str = "*123#") -> str:
    """`code` with keys behind it: "*123*6*2#"."""
    return f"{'*'.join((code.removesuffix('#'), *filter(None, keys)))}#"


def texts(keys: str) -> list[str]:
    """All input so far, hop by hop, as networks that accumulate it send it: "", "6", "6*2"."""
    parts = keys.split("*") if keys else []
    return ["*".join(parts[:length]) for length in range(len(parts) + 1)]


def _choices(at: str) -> Iterator[tuple[str, Choice | Each]]:
    menu = MENU.state(at)
    choices = menu.choices if isinstance(menu, Menu) else ()
    for pressed, choice in zip(choice_keys(), choices, strict=False):
        yield pressed, choice
        if isinstance(choice, Each):
            return


def _fewest(start: str, goal: str) -> tuple[str, ...]:
    waiting, been = deque([(start, tuple[str, ...]())]), set[str]()
    while waiting:
        name, keys = waiting.popleft()
        if name == goal:
            return keys
        if name in been:
            continue
        been.add(name)
        state = MENU.state(name)
        if isinstance(state, Route):  # costs no key
            waiting.extendleft((to, keys) for to in targets(state.to))
        for pressed, choice in _choices(name):
            waiting += [(to, (*keys, pressed)) for to in targets(choice.to)]
    raise LookupError(f"no keys lead from {start} to {goal}")


WHO_CAN_GET_IT = keys_to("eligibility_pregnant")
SOMEONE_ELSE = keys_to("eligibility_registered", "eligibility_pregnant")
MONTHS = keys_to("eligibility_pregnant", "eligibility_months")
PREGNANT = f"{SOMEONE_ELSE}*{key_of('eligibility_pregnant', 'eligibility_months')}"
PAYDAY = keys_to("next_payment")
SUMMARY = keys_to("next_payment", "summary_sent")
AMOUNT = keys_to("payment_pin")
REGISTRATION = keys_to("status_enrolled")
OTHER_NUMBER = keys_to("status_enrolled", "look_up")  # of who is registered herself
LOOK_UP = keys_to("registration_unknown", "look_up")  # of a number that nobody knows
HEALTH = keys_to("health_choice")
LANGUAGE = keys_to("language")
IN_LAO = f"{LANGUAGE}*{key_of('language', 'language_set', locale='lo')}"
IN_ENGLISH = f"{LANGUAGE}*{key_of('language', 'language_set', locale='en')}"
HELP = keys_to("help")
CALL_BACK = keys_to("help", "call_back")
NOT_PAID = keys_to("help", "not_paid")
REMINDERS = keys_to("help", "reminders")
NOT_MY_NUMBER = keys_to("not_my_number")
