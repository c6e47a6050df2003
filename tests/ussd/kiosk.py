"""A menu about nothing in particular: the engine's tests must not know the programme."""

from datetime import date
from enum import StrEnum

from gateway.ussd.drawing import World
from gateway.ussd.pager import Budget
from gateway.ussd.screens import (
    RESUME,
    Ask,
    Asks,
    Branch,
    Choice,
    Context,
    Each,
    Emits,
    End,
    Menu,
    MenuTree,
    Route,
    Slot,
)

TODAY = date(2026, 11, 24)


class Kiosk(StrEnum):
    """What the kiosk can be told and asked."""

    ORDERED = "ordered"
    OPEN = "open"


def _door(typed: str) -> str | None:
    return typed if typed in {"1234", "9999"} else None


def _opened(context: Context) -> str:
    return {"yes": "inside", "no": "door"}[context.answers["opened"]]


def _fruits(context: Context) -> list[tuple[str, dict[str, str]]]:
    return [(fruit, {"fruit": fruit}) for fruit in context.facts["fruits"]]


def _ordered(context: Context) -> dict[str, str]:
    return {"fruit": context.answers["fruit"]}


STATES = (
    Menu(
        "main",
        "",
        heading="Kiosk",
        choices=(
            Choice("Fruit", to=Branch(lambda c: "fruit" if c.facts["fruits"] else "sold_out",
                                      ("fruit", "sold_out"))),
            Choice("Door", to="door"),
            Choice("Secret", to="inside", when=lambda c: c.facts["vip"]),
            Choice("Colour", to="colours"),
        ),
    ),
    Menu("fruit", "", heading="Which?", choices=(
        Each("%(fruit)s", of=_fruits, widths={"fruit": 8}, sets="fruit", to="order", most=20),
    ), pages=4),
    Menu("order", "One %(fruit)s?", slots={"fruit": Slot(8, lambda c: c.answers["fruit"])},
         choices=(Choice("Yes", to="ordered"), Choice("No", to="main"))),
    End("ordered", "Order %(number)s is coming.",
        slots={"number": Slot(4, lambda c: c.answers["number"])},
         emits=Emits(Kiosk.ORDERED, _ordered)),
    End("sold_out", "Sold out."),
    Ask("door", "Code?", accepts=_door, malformed="Four digits.", error="Wrong: %(left)s left.",
        error_slots={"left": Slot(1, lambda c: c.answers["left"])}, secret=True,
        needs=Asks(Kiosk.OPEN, lambda _c, typed: {"code": typed}),
        to=Branch(_opened, ("inside", "door"))),
    Menu("inside", "You are in.", choices=(Choice("Look around", to="story"),)),
    End("story", " ".join(str(number) for number in range(1000, 1100)), pages=3),
    Menu("colours", "Pick:", choices=(
        Choice("Red", to="hop", sets={"colour": "red"}),
        Choice("Lao", to="hop", sets={"locale": "lo"}),
    )),
    Route("hop", Branch(lambda _c: "painted", ("painted",))),
    Menu("painted", "Done.", choices=(Choice("Bye", to="sold_out"),)),
    Menu("resume", "Cut off.", choices=(Choice("Go on", to=RESUME), Choice("Anew", to="main"))),
)  # fmt: skip

KIOSK = MenuTree("kiosk", STATES, start="main", home="main", resume="resume")


def world(fruits=("apple", "banana"), *, vip=False, tree=KIOSK, budget=None) -> World:
    return World(
        tree=tree,
        facts={"fruits": list(fruits), "vip": vip},
        today=TODAY,
        gettext={"en": str, "lo": lambda text: text.upper()},
        budget=budget or Budget(),
    )
