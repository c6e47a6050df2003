"""Every edge leads somewhere, every state can be reached and left, and what ends is asked about."""

from collections.abc import Iterator, Mapping

from gateway.ussd.check.findings import Finding
from gateway.ussd.screens import (
    RESUME,
    Confirm,
    End,
    MenuTree,
    Route,
    Screen,
    edges,
    targets,
)


def check_edges(tree: MenuTree) -> Iterator[Finding]:
    names = [state.name for state in tree.states]
    for name in {name for name in names if names.count(name) > 1}:
        yield Finding(name, "is defined twice")
    for state in tree.states:
        for _label, target in edges(state):
            if target not in tree.by_name and target != RESUME:
                yield Finding(state.name, f"leads to {target!r}, which does not exist")
    for entry in filter(None, (tree.start, tree.home, tree.resume)):
        if entry not in tree.by_name:
            yield Finding(tree.name, f"begins at {entry!r}, which does not exist")


def check_reachability(tree: MenuTree) -> Iterator[Finding]:
    ahead = {state.name: {target for _label, target in edges(state)} for state in tree.states}
    reached = _closure({tree.start, tree.home, tree.resume} - {""}, ahead)
    behind: dict[str, set[str]] = {}
    for name, following in ahead.items():
        for target in following:
            behind.setdefault(target, set()).add(name)
    ending = _closure({state.name for state in tree.states if isinstance(state, End)}, behind)
    for name in tree.by_name:
        if name not in reached:
            yield Finding(name, "cannot be reached")
        elif name not in ending:
            yield Finding(name, "cannot reach an END")


def check_unasked(tree: MenuTree) -> Iterator[Finding]:
    """Whatever ends, stops or gives up something is reached through a Confirm, and no other way."""
    stops = {
        state.name
        for state in tree.states
        if isinstance(state, Screen) and state.emits and state.emits.kind in tree.stopping
    }
    ends_it = stops | {
        state.name
        for state in tree.states
        if isinstance(state, Route) and stops & _through_routes(tree, state.name)
    }
    for entry in {tree.start, tree.home, tree.resume} & ends_it:
        yield Finding(entry, "ends something, and nobody is asked")
    for state in tree.states:
        ending = [target for _label, target in edges(state) if target in ends_it]
        if isinstance(state, Confirm):
            doing = [one for one in state.choices if ends_it & set(targets(one.to))]
            if (len(doing), len(ending), len(state.choices) > 1, state.pages) != (1, 1, True, 1):
                yield Finding(state.name, "must ask, on one page, whether to end one thing or not")
        elif isinstance(state, Screen):
            for name in ending:
                yield Finding(name, f"ends something, and {state.name!r} leads there unasked")


def _through_routes(tree: MenuTree, name: str) -> set[str]:
    """Where the Route `name` leads, behind other Routes too."""
    ahead = {
        state.name: {target for _label, target in edges(state)}
        for state in tree.states
        if isinstance(state, Route)
    }
    return _closure({name}, ahead)


def _closure(start: set[str], following: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for name in following.get(waiting.pop(), set()) - reached:
            reached.add(name)
            waiting.append(name)
    return reached
