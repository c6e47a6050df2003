"""One rule: a session and the facts give the pages a caller sees, cut to the budget."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from gateway.core.encoding import to_gsm7
from gateway.core.errors import MenuError
from gateway.ussd.pager import Budget, Footer, Sheet, paginate, with_notice
from gateway.ussd.screens import (
    BACK,
    HOME,
    MORE,
    MORE_KEY,
    Branch,
    Context,
    Each,
    End,
    Menu,
    MenuTree,
    Screen,
    Slots,
)
from gateway.ussd.session import Session
from gateway.ussd.syllables import cut

Gettext = Callable[[str], str]
_KEYS = tuple(str(n) for n in range(1, 1000) if n % 10 not in {0, 9})
_draw_once = lru_cache(maxsize=512)(
    paginate
)  # for what is the same for everybody, and names nobody


class World(msgspec.Struct, frozen=True):
    """Everything outside the session that a step or a screen may depend on."""

    tree: MenuTree
    facts: Any
    today: date
    gettext: Mapping[str, Gettext]  # by locale
    budget: Budget

    def context(self, session: Session) -> Context:
        return Context(
            self.facts, session.answers, session.locale, self.today, self.gettext[session.locale]
        )


class Page(msgspec.Struct, frozen=True):
    """What goes out: `closes` only on the last page of an End.

    `keys` are those of the choices that stand on it, and 9 where another page follows.
    """

    text: str
    closes: bool
    keys: tuple[str, ...]


class Option(msgspec.Struct, frozen=True):
    """A choice as this caller sees it: the key to press, the label's params, what it sets."""

    key: str
    label: str
    params: Mapping[str, str]
    to: str | Branch
    sets: Mapping[str, str]


def options(state: Menu, context: Context) -> list[Option]:
    """The choices this caller sees, numbered; 9 and 0 are the pager's, so numbers skip them."""
    keys = choice_keys()
    shown: list[Option] = []
    for choice in state.choices:
        if isinstance(choice, Each):
            shown += [
                Option(next(keys), choice.label, params, choice.to, {choice.sets: answer})
                for answer, params in choice.of(context)[: choice.most]
            ]
        elif choice.when is None or choice.when(context):
            shown.append(Option(next(keys), choice.label, {}, choice.to, choice.sets))
    return shown


def choice_keys() -> Iterator[str]:
    """1 to 8, 11 to 18, and so on: more than anybody pages through."""
    return iter(_KEYS)


def pages(world: World, session: Session) -> tuple[str, ...]:
    """Every page of the session's screen; raises MenuError where there is none."""
    sheets, _shown = _drawn(world, session)
    return tuple(sheet.text for sheet in sheets)


def page(world: World, session: Session) -> Page:
    """The page the session is on."""
    sheets, shown = _drawn(world, session)
    sheet = sheets[min(session.page, len(sheets) - 1)]
    keys = tuple(shown[at].key for at in sheet.choices)
    if sheet.more:
        return Page(sheet.text, closes=False, keys=(*keys, MORE_KEY))
    return Page(sheet.text, closes=session.ended, keys=keys)


def _drawn(world: World, session: Session) -> tuple[tuple[Sheet, ...], list[Option]]:
    state = world.tree.state(session.state)
    if not isinstance(state, Screen):
        raise MenuError(f"{session.state!r} is no screen")
    context = world.context(session)
    gettext = context.gettext
    shown = options(state, context) if isinstance(state, Menu) else []
    labels = tuple(f"{o.key} {gettext(o.label) % o.params}" for o in shown)
    notice = session.notice
    personal = state.slots or notice or any(option.params for option in shown)
    sheets = lay_out(
        state,
        gettext,
        values=fill(state.slots, context),
        labels=labels,
        notice=gettext(notice.msgid) % notice.params if notice else "",
        notice_page=notice.page if notice else 0,
        deep=len(session.history),
        budget=world.budget,
        latin=context.locale != "lo",
        draw=paginate if personal else _draw_once,
    )
    return sheets, shown


def fill(slots: Slots, context: Context) -> dict[str, str]:
    """The slots' values, cut to their room."""
    values = {}
    for name, slot in slots.items():
        value = slot.value(context)
        values[name] = value if slot.name else cut(value, slot.room(context.locale))
    return values


def lay_out(
    state: Screen,
    gettext: Gettext,
    *,
    values: Mapping[str, str],
    labels: tuple[str, ...],
    notice: str,
    deep: int,
    budget: Budget,
    latin: bool,
    notice_page: int = 0,
    draw: Callable[[str, tuple[str, ...], Footer, Budget], tuple[Sheet, ...]] = paginate,
) -> tuple[Sheet, ...]:
    """Text, choices and footer as pages.

    A notice stands on the page where its key was pressed: on the first it takes the heading's
    place, on a later one what stood there flows on behind it.
    """
    heading = "" if notice_page else notice
    heading = heading or (gettext(state.heading) if state.heading else "")
    text = gettext(state.text) % values if state.text else ""
    body = "\n".join(part for part in (heading, text) if part)
    closing = isinstance(state, End)
    footer = Footer(
        back=gettext(BACK) if deep and not closing else None,
        more=gettext(MORE),
        home=gettext(HOME) if deep > 1 and not closing else None,
    )
    if latin:  # one typographic quote would halve the page
        body, notice = to_gsm7(body), to_gsm7(notice)
        labels = tuple(to_gsm7(label) for label in labels)
    sheets = draw(body, labels, footer, budget)
    if not (notice and notice_page):
        return sheets
    number = min(notice_page, len(sheets) - 1)
    return with_notice(
        sheets, number, notice, text=body, choices=labels, footer=footer, budget=budget
    )
