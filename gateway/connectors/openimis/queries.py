"""What is asked of openIMIS: lists by when something was touched, each with its own moment.

A person who is corrected touches no beneficiary, a payroll that is approved touches no benefit: so
each kind of row has two lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from gateway.connectors.openimis.shape import PERSON, Shape

Part = Literal["beneficiary", "individual", "benefit", "payroll", "due"]
# Those that a pull reads, in this order.
PARTS: tuple[Part, ...] = ("individual", "beneficiary", "payroll", "benefit")

_PLACE = "location { name type parent { name type parent { name type parent { name type } } } }"
_BENEFICIARY = f"""uuid status jsonExt isDeleted dateUpdated
      individual {{ {PERSON} isDeleted {_PLACE} }}"""
_WHO = "uuid jsonExt"
_PAYMENT = """id isDeleted
      payroll { uuid status isDeleted dateUpdated paymentCycle { startDate } paymentPoint { name } }
      benefit { uuid code status amount dateDue isDeleted dateUpdated %s }"""


@dataclass(frozen=True)
class List:
    """`filter` is what its moment is compared by, `order` and `path` where it stands."""

    field: str
    plan: str
    filter: str
    order: tuple[str, str]
    path: tuple[str, ...]
    since: Literal["DateTime", "Date"] = "DateTime"


LISTS: dict[Part, List] = {
    "beneficiary": List(
        "beneficiary", "benefitPlan_Id", "dateUpdated_Gte", ("date_updated", "id"), ("dateUpdated",)
    ),
    "individual": List(
        "beneficiary", "benefitPlan_Id", "individual_DateUpdated_Gte",
        ("individual__date_updated", "id"), ("individual", "dateUpdated"),
    ),
    "benefit": List(
        "payrollBenefitConsumption", "benefitPlanUuid", "benefit_DateUpdated_Gte",
        ("benefit__date_updated", "id"), ("benefit", "dateUpdated"),
    ),
    "payroll": List(
        "payrollBenefitConsumption", "benefitPlanUuid", "payroll_DateUpdated_Gte",
        ("payroll__date_updated", "id"), ("payroll", "dateUpdated"),
    ),
    "due": List(
        "payrollBenefitConsumption", "benefitPlanUuid", "benefit_DateDue_Gte",
        ("benefit__date_due", "id"), ("benefit", "dateDue"), "Date",
    ),
}  # fmt: skip


def query_of(part: Part, shape: Shape, plan: UUID) -> str:
    """Ids stand in the text: releases call their type UUID, ID or String."""
    asked = LISTS[part]
    node = _BENEFICIARY if asked.field == "beneficiary" else _PAYMENT % shape.recipient
    return f"""query Changed(
  $since: {asked.since}, $after: String, $first: Int, $order: [String]
) {{
  list: {asked.field}(
    {asked.plan}: "{plan}", {asked.filter}: $since, orderBy: $order, first: $first, after: $after
  ) {{
    totalCount pageInfo {{ hasNextPage endCursor }}
    edges {{ cursor node {{ {node} }} }}
  }}
}}"""


def people_query(ids: Sequence[UUID]) -> str:
    """Their jsonExt, as p0, p1, …"""
    lists = " ".join(
        f'p{number}: individual(id: "{one}", first: 1) {{ edges {{ cursor node {{ {_WHO} }} }} }}'
        for number, one in enumerate(ids)
    )
    return f"query People {{ {lists} }}"


def moment_of(part: Part, node: dict[str, Any]) -> str:
    """When what the list is ordered by was touched; "" where the server does not say."""
    held: Any = node
    for name in LISTS[part].path:
        held = held.get(name) if isinstance(held, dict) else None
    return held if isinstance(held, str) else ""
