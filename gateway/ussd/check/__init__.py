"""Proves a menu before it is shipped: edges, reachability, texts, pages, time, taught codes; pure.

Every finding is a sentence that names the state, so that whoever wrote it finds the place; of a
state and a language there is one, the worst.
"""

from collections.abc import Mapping

from gateway.ussd.check.findings import Finding, worst
from gateway.ussd.check.room import check_pages
from gateway.ussd.check.shape import check_edges, check_reachability, check_unasked
from gateway.ussd.check.texts import Messages, check_slots, check_texts
from gateway.ussd.check.ways import check_codes, check_time
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree

PAGES_OF_NETWORKS = (Budget(80, 182), Budget(72, 160))  # 160 octets, and 144 where no more is sure
_SHAPE = (check_edges, check_reachability, check_unasked, check_slots)


def check(
    tree: MenuTree, catalogues: Mapping[str, Messages], budget: Budget, session_seconds: int
) -> list[Finding]:
    """Everything wrong with `tree`; an empty list is the proof."""
    found = [one for examine in _SHAPE for one in examine(tree)]
    found += check_texts(tree, catalogues)
    if not found:  # pages of a broken menu prove nothing
        found += check_pages(tree, catalogues, budget)
        found += check_time(tree, session_seconds)
        found += check_codes(tree, catalogues, (budget, *PAGES_OF_NETWORKS))
    return worst(found)
