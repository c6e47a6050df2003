"""The part of openIMIS's GraphQL that is asked, as its modules declare it, over lists of dicts."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any

from graphql import GraphQLSchema, build_schema
from graphql.execution import execute_sync
from graphql.language import DocumentNode, parse
from graphql.validation import validate

INDIVIDUAL = "individual: IndividualGQLType"
RECIPIENT = "recipientType: ContentTypeGQLType recipientId: String benefitPlanId: String"
_LISTS = {
    "beneficiary": "BeneficiaryGQLType",
    "individual": "IndividualGQLType",
    "payrollBenefitConsumption": "PayrollBenefitConsumptionGQLType",
    "csvReconciliationUpload": "CsvReconciliationUploadGQLType",
}
_RIGHTS = {
    "beneficiary": "170001", "individual": "159001",
    "payrollBenefitConsumption": "202001", "csvReconciliationUpload": "206001",
}  # fmt: skip
_OFFSET = "arrayconnection:"
_LARGEST = 100  # RELAY_CONNECTION_MAX_LIMIT

_FILTERS = """first: Int after: String orderBy: [String] id: UUID isDeleted: Boolean
  dateUpdated_Gte: DateTime benefitPlan_Id: UUID individual_DateUpdated_Gte: DateTime
  benefitPlanUuid: String benefit_DateUpdated_Gte: DateTime payroll_DateUpdated_Gte: DateTime
  benefit_DateDue_Gte: Date benefit_DateDue_Lte: Date benefit_Status: String fileName: String"""


@cache
def schema_of(benefit: str) -> GraphQLSchema:
    """`benefit` is INDIVIDUAL or RECIPIENT: how BenefitConsumption says whose it is."""
    connections = "\n".join(
        f"""type {name}Connection {{ totalCount: Int pageInfo: PageInfo! edges: [{name}Edge]! }}
        type {name}Edge {{ node: {name} cursor: String! }}"""
        for name in _LISTS.values()
    )
    lists = "\n".join(f"{name}({_FILTERS}): {kind}Connection" for name, kind in _LISTS.items())
    return build_schema(f"""
      scalar UUID scalar DateTime scalar Date scalar JSONString scalar Decimal
      type PageInfo {{ hasNextPage: Boolean! endCursor: String }}
      type ContentTypeGQLType {{ model: String }}
      type LocationGQLType {{ uuid: String name: String type: String parent: LocationGQLType }}
      type IndividualGQLType {{ uuid: String firstName: String lastName: String dob: Date
        jsonExt: JSONString isDeleted: Boolean dateUpdated: DateTime location: LocationGQLType }}
      type BeneficiaryGQLType {{ uuid: String status: String jsonExt: JSONString
        isDeleted: Boolean dateUpdated: DateTime individual: IndividualGQLType }}
      type PaymentCycleGQLType {{ code: String startDate: Date endDate: Date }}
      type PaymentPointGQLType {{ uuid: String name: String }}
      type PayrollGQLType {{ uuid: String name: String status: String isDeleted: Boolean
        dateUpdated: DateTime paymentCycle: PaymentCycleGQLType paymentPoint: PaymentPointGQLType }}
      type BenefitConsumptionGQLType {{ uuid: String code: String status: String amount: Decimal
        dateDue: Date receipt: String type: String isDeleted: Boolean dateUpdated: DateTime
        {benefit} }}
      type PayrollBenefitConsumptionGQLType {{ id: ID! isDeleted: Boolean dateUpdated: DateTime
        payroll: PayrollGQLType benefit: BenefitConsumptionGQLType }}
      type CsvReconciliationUploadGQLType {{ uuid: String fileName: String status: String
        error: JSONString }}
      type Signed {{ token: String refreshExpiresIn: Int }}
      {connections}
      type Query {{ {lists} }}
      type Mutation {{ tokenAuth(username: String!, password: String!): Signed }}
    """)


def answer(
    schema: GraphQLSchema, asked: Mapping[str, Any], root: Callable[[str, Mapping[str, Any]], Any]
) -> dict[str, Any]:
    """The whole answer; `root` resolves a field of Query or Mutation by its arguments."""
    document, faults = _read(schema, asked["query"])
    if faults:
        return {"errors": [{"message": one} for one in faults]}

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        return root(info.field_name, arguments) if source is None else source.get(info.field_name)

    told = execute_sync(
        schema, document, variable_values=asked.get("variables"), field_resolver=resolve
    )
    return told.formatted  # type: ignore[return-value]


@cache
def _read(schema: GraphQLSchema, query: str) -> tuple[DocumentNode, tuple[str, ...]]:
    """The query, and what is wrong with it."""
    document = parse(query)
    return document, tuple(one.message for one in validate(schema, document))


def connection(rows: list[dict[str, Any]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """`rows` filtered, ordered and cut as graphene's offset connection does it."""
    rows = [one for one in rows if _fits(one, asked)]
    for name in reversed(asked.get("orderBy") or []):
        rows.sort(key=partial(_at, path=_path(name)))
    first = asked.get("first") or _LARGEST
    if first > _LARGEST:
        raise ValueError(f"Requesting {first} records exceeds the `first` limit of {_LARGEST}.")
    after = asked.get("after")
    begin = int(base64.b64decode(after).decode().removeprefix(_OFFSET)) + 1 if after else 0
    edges = [
        {"node": one, "cursor": base64.b64encode(f"{_OFFSET}{number}".encode()).decode()}
        for number, one in enumerate(rows)
    ][begin : begin + first]
    page = {
        "hasNextPage": begin + first < len(rows),
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"totalCount": len(rows), "pageInfo": page, "edges": edges}


def right_of(field: str) -> str:
    return _RIGHTS[field]


def json_string(value: Any) -> str | None:
    """As graphene writes a JSONField: text."""
    return None if value is None else json.dumps(value)


def _path(name: str) -> list[str]:
    """benefit__date_updated -> benefit, dateUpdated; the id of a row is its uuid."""
    parts = []
    for part in name.split("__"):
        first, *rest = part.split("_")
        parts.append("uuid" if part == "id" else first + "".join(one.title() for one in rest))
    return parts


def _at(row: Any, path: list[str]) -> str:
    for name in path:
        row = row.get(name) or ""
    return str(row)


def _fits(row: dict[str, Any], asked: Mapping[str, Any]) -> bool:
    return all(
        _fits_one(row, name, value)
        for name, value in asked.items()
        if name not in {"first", "after", "orderBy"} and value is not None
    )


def _fits_one(row: dict[str, Any], name: str, value: Any) -> bool:
    if name in {"benefitPlan_Id", "benefitPlanUuid"}:
        return str(row["plan"]) == str(value)
    if name == "id":
        return str(row["uuid"]) == str(value)
    *path, lookup = name.split("_")
    if lookup not in {"Gte", "Lte"}:
        path.append(lookup)
    held = _at(row, [part[0].lower() + part[1:] for part in path])
    if "Date" in name or name.startswith("date"):
        there, bound = datetime.fromisoformat(held), datetime.fromisoformat(str(value))
        return there >= bound if lookup == "Gte" else there <= bound
    return held == str(value)
