"""The shapes of rows that other systems write, and of what they are answered.

Fields are the columns of the import files; what a field may hold is checked, and worded, as there.
A field that is left out, or null, is an empty cell.
"""

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gateway.api.problems import FieldFault
from gateway.registry.imports.report import Became

MOST_ROWS = 1000  # of one request

Result = Literal[Became, "unchanged", "refused"]


_DAY: dict[str, Any] = {"format": "date"}
Text = str | UnsetType | None
Day = Annotated[str, Meta(extra_json_schema=_DAY)] | UnsetType | None
YesNo = bool | UnsetType | None


class Fields(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Of one row; what was left out is UNSET."""

    def given(self) -> dict[str, str]:
        """As the cells of a file, of what was given."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: written(value) for name, value in values if value is not UNSET}


class BeneficiaryFields(Fields):
    """One woman, or one child, of the programme."""

    name: Text = UNSET
    msisdn: Text = UNSET
    locale: Text = UNSET
    status: Text = UNSET
    category: Text = UNSET
    edd: Day = UNSET
    child_dob: Day = UNSET
    province: Text = UNSET
    district: Text = UNSET
    village: Text = UNSET
    health_centre: Text = UNSET
    pay_point: Text = UNSET
    consent_payment: YesNo = UNSET
    consent_health: YesNo = UNSET
    pin: Text = UNSET
    phone_owner: Text = UNSET
    helper_msisdn: Text = UNSET


class PaymentFields(Fields):
    """The payment of one woman in one cycle. `amount` in whole LAK."""

    due_on: Day = UNSET
    amount: int | UnsetType | None = UNSET
    pay_point: Text = UNSET
    status: Text = UNSET


class VisitFields(Fields):
    """A health visit that was made."""

    done_on: Day = UNSET


class BeneficiaryRow(BeneficiaryFields):
    """As in the file."""

    registration_no: Text = UNSET


class PaymentRow(PaymentFields):
    """As in the file."""

    registration_no: Text = UNSET
    cycle: Text = UNSET


class VisitRow(VisitFields):
    """As in the file."""

    registration_no: Text = UNSET
    visit: Text = UNSET


class NewPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that was made because a row names it; `like` is a known one that is much like it."""

    kind: str  # province, district, village, health_centre, pay_point
    name: str
    within: str
    like: str = ""


class RowResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row. `row` counts them from 1. `kept` are the fields that stay as the
    person or staff have set them, whatever the row says."""

    row: int
    result: Result
    kept: tuple[str, ...] = ()
    errors: tuple[FieldFault, ...] = ()
    warnings: tuple[FieldFault, ...] = ()


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one thing that was written. `kept` are the fields that stay as the person or
    staff have set them, whatever the request says."""

    result: Literal["new", "changed", "unchanged"]
    kept: tuple[str, ...] = ()
    warnings: tuple[FieldFault, ...] = ()
    places: tuple[NewPlace, ...] = ()


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request. With errors in mode `all` nothing was written, and every row
    without a fault is "unchanged"."""

    new: int
    changed: int
    unchanged: int
    refused: int
    rows: tuple[RowResult, ...]
    places: tuple[NewPlace, ...] = ()


Row = TypeVar("Row", bound=Fields)
Mode = Literal["each", "all"]
Rows = Annotated[list[Row], Meta(min_length=1, max_length=MOST_ROWS)]


class BeneficiaryRows(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`mode` each: faulty rows are refused, and the others written; all: nothing is written where
    any row is faulty."""

    rows: Rows[BeneficiaryRow]
    mode: Mode = "all"


class PaymentRows(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """As for beneficiaries."""

    rows: Rows[PaymentRow]
    mode: Mode = "all"


class VisitRows(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """As for beneficiaries."""

    rows: Rows[VisitRow]
    mode: Mode = "all"


def written(value: object) -> str:
    """A JSON value as a file writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
