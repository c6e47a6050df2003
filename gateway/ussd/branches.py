"""The branches of a menu: which choice of the home screen a state belongs to."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.ussd.screens import End, Menu, MenuTree, Route, edges, targets


@dataclass(frozen=True)
class Branches:
    """`of_state` is {state: key of its branch}; `labels` {key: msgid}, in the order of the menu.

    A screen that several choices lead to (of a number that nobody knows) is a branch of its own,
    without a label. What lies below several branches belongs to none, nor does a last screen that
    one choice may lead to at once and another further down.
    """

    of_state: Mapping[str, str]
    labels: Mapping[str, str]

    def asked(self, trail: Iterable[str]) -> frozenset[str]:
        """The branches that a conversation went through."""
        return frozenset(self.of_state[state] for state in trail if state in self.of_state)


def branches_of(tree: MenuTree) -> Branches:
    """A branch's key is the first state that its choice alone leads to."""
    home = tree.by_name[tree.home]
    entries: dict[str, list[str]] = {}
    if isinstance(home, Menu):
        for choice in home.choices:
            entries.setdefault(choice.label, []).extend(_entered(tree, targets(choice.to)))
    shared = {
        name
        for name, ways in Counter(name for ways in entries.values() for name in set(ways)).items()
        if ways > 1
    }
    own = {label: [name for name in ways if name not in shared] for label, ways in entries.items()}
    keys = {label: ways[0] for label, ways in own.items() if ways}
    of_state = {name: name for name in shared}
    of_state |= {name: keys[label] for label, ways in own.items() for name in ways}
    below = [(keys[label], _below(tree, own[label], of_state)) for label in keys]
    times = Counter(name for _key, names in below for name in names)
    for key, names in below:
        of_state |= {name: key for name in names if times[name] == 1}
    for name in _dead_ends_of_others(tree, own, keys):
        del of_state[name]
    return Branches(of_state, {key: label for label, key in keys.items()})


def _dead_ends_of_others(
    tree: MenuTree, own: Mapping[str, Collection[str]], keys: Mapping[str, str]
) -> set[str]:
    """Last screens that a choice leads to at once, and another one's branch too."""
    found = set()
    for label in keys:
        ends = {name for name in own[label] if isinstance(tree.by_name.get(name), End)}
        for other in keys:
            if other != label and ends:
                known = {name: "" for name in own[label] if name not in ends}
                found |= ends & _below(tree, own[other], known)
    return found


def _entered(tree: MenuTree, names: Collection[str]) -> Iterator[str]:
    """`names`, and where those lead that show nothing."""
    for name in names:
        yield name
        state = tree.by_name.get(name)
        if isinstance(state, Route):
            yield from _entered(tree, targets(state.to))


def _below(tree: MenuTree, start: Collection[str], known: Mapping[str, str]) -> set[str]:
    """Every state reached from `start` that is not known, not through one of another branch."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        state = tree.by_name.get(waiting.pop())
        if state is None:
            continue
        for _label, name in edges(state):
            if name not in known and name not in found and name not in {tree.home, tree.resume}:
                found.add(name)
                waiting.append(name)
    return found
