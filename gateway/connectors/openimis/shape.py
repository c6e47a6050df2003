"""Which of the two releases' BenefitConsumption a server has: asked once, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.connectors.openimis.session import Session
from gateway.connectors.source import Fault, SourceError

TYPE = "BenefitConsumptionGQLType"
_ASK = """query Shape($name: String!) {
  __type(name: $name) { fields { name type { kind ofType { kind } } } } }"""
_NEEDED = frozenset({"uuid", "code", "status", "amount", "dateDue", "isDeleted", "dateUpdated"})
PERSON = """uuid firstName lastName jsonExt dateUpdated"""


@dataclass(frozen=True)
class Shape:
    """`recipient` is what a query asks of the benefit to know whose it is."""

    kind: Literal["individual", "recipient"]
    recipient: str


def shape_of(session: Session) -> Shape:
    """Raises SourceError(UNKNOWN_SHAPE) where it is neither."""
    told = session.ask(_ASK, {"name": TYPE}, "introspection").get("__type")
    listed = told.get("fields") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise SourceError(Fault.UNKNOWN_SHAPE, f"no {TYPE}")
    fields = {str(one.get("name")): one.get("type") for one in listed if isinstance(one, dict)}
    lacking = sorted(_NEEDED - fields.keys())
    if lacking:
        raise SourceError(Fault.UNKNOWN_SHAPE, f"{TYPE} lacks {', '.join(lacking)}")
    if "individual" in fields:
        return Shape("individual", f"individual {{ {PERSON} }}")
    if {"recipientId", "recipientType"} <= fields.keys():
        model = " { model }" if _is_object(fields["recipientType"]) else ""
        return Shape("recipient", f"recipientId recipientType{model}")
    raise SourceError(Fault.UNKNOWN_SHAPE, f"{TYPE} has no individual and no recipient")


def _is_object(kind: Any) -> bool:
    kinds: Mapping[str, Any] = kind if isinstance(kind, dict) else {}
    inner = kinds.get("ofType") or {}
    return "OBJECT" in {kinds.get("kind"), inner.get("kind")}
