"""Closed vocabularies of the published texts, with the words that staff read for them."""

from collections.abc import Mapping
from typing import Literal

from gateway.core.texts import _

ProposalState = Literal["draft", "submitted", "approved", "rejected", "withdrawn"]
PROPOSAL_STATES: Mapping[ProposalState, str] = {
    "draft": _("Being written"),
    "submitted": _("Waits for a second person"),
    "approved": _("Published"),
    "rejected": _("Turned down"),
    "withdrawn": _("Taken back"),
}
OPEN: tuple[ProposalState, ...] = ("draft", "submitted")

# put_back: by the gateway, because it does not fit any more.
PublicationKind = Literal["published", "rolled_back", "kept", "dropped", "put_back"]
PUBLICATION_KINDS: Mapping[PublicationKind, str] = {
    "published": _("New wording"),
    "rolled_back": _("Former wording again"),
    "kept": _("Kept over a changed catalogue"),
    "dropped": _("The catalogue's wording again"),
    "put_back": _("Put back, because it did not fit any more"),
}

Capacity = Literal["language_reader", "programme", "ministry_of_health", "tried_with_mothers"]
CAPACITIES: Mapping[Capacity, str] = {
    "language_reader": _("Reader of the language"),
    "programme": _("For the programme"),
    "ministry_of_health": _("For the Ministry of Health"),
    "tried_with_mothers": _("Tried with mothers"),
}

ConflictKind = Literal["removed", "base_changed", "does_not_fit"]
CONFLICTS: Mapping[ConflictKind, str] = {
    "removed": _("The text is not in the catalogue any more."),
    "base_changed": _("The catalogue has another wording than the one this was laid over."),
    "does_not_fit": _("It did not fit any more: the catalogue's wording stands there."),
}
