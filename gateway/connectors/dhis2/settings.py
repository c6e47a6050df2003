"""What connections.toml says of a DHIS2."""

from typing import Annotated, Literal

import msgspec

from gateway.connectors.driver import ConnectionSettings

Uid = Annotated[str, msgspec.Meta(pattern="^[A-Za-z][A-Za-z0-9]{10}$")]
EventStatus = Literal["ACTIVE", "COMPLETED", "VISITED", "SCHEDULE", "OVERDUE", "SKIPPED"]


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program stage is a visit of the programme's schedules; where `data_element` is set, only
    where that holds `value`."""

    stage: Uid
    visit: str
    data_element: Uid | None = None
    value: str | None = None


class Dhis2Settings(ConnectionSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is what stands before /api. The registration number stands in an attribute of the
    tracked entity, or in a data element of each event: one of the two is set.

    `token_env` names the variable with a personal access token. `zone` is the server's: DHIS2
    writes no zone to its moments.
    """

    url: str
    token_env: str
    program: Uid
    visits: tuple[Stage, ...]
    registration_attribute: Uid | None = None
    registration_element: Uid | None = None
    org_units: tuple[Uid, ...] = ()
    done: tuple[EventStatus, ...] = ("COMPLETED", "VISITED", "ACTIVE")
    zone: str = "Asia/Vientiane"
    # The people of a page are asked for in one address, and servers take none beyond 8 KB.
    page_size: Annotated[int, msgspec.Meta(ge=1, le=500)] = 200
    overlap_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 15
