"""People in a file who may be somebody that is known under another registration number.

Candidates come by SQL, from what two rows share: a phone; a district, the day of birth and either
the village or the name in Latin letters; of people of the registry the latter in two districts, as
a woman who moved has them. Whether the names are alike is decided here.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    literal,
    select,
    union_all,
)

from gateway.core.names import without_title
from gateway.registry.imports.likeness import likeness
from gateway.registry.imports.limits import MOST_LISTED
from gateway.registry.imports.report import Alike
from gateway.registry.tables import beneficiaries, districts, villages

_ALIKE = 0.75
_MOST_TRIED = 50_000  # pairs
_AT_ONCE = 1000  # of them in memory
_SHARED = ("phone", "birth", "village")


def possible_duplicates(
    connection: Connection, stage: Table, district_id: int | None = None
) -> tuple[Alike, ...]:
    """Of the new people in `stage`, by line, at most MOST_LISTED; of those in the registry they are
    compared with the ones of `district_id`, where it is given."""
    new = _new(stage).cte("new_ones")
    known, other = _known(district_id).cte("known_ones"), _new(stage).cte("other_ones")
    found: dict[tuple[int, str], Alike] = {}
    pairs = chain(_pairs(connection, new, known), _pairs(connection, new, other))
    for alike in filter(None, map(_compared, pairs)):
        found.setdefault((alike.line, alike.other), alike)
        if len(found) == MOST_LISTED:
            break
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.other)))


def alike_to(
    connection: Connection, record: Mapping[str, object], district_id: int | None = None
) -> tuple[Alike, ...]:
    """The people of the registry, or of `district_id`, who may be the one new person of `record`:
    the columns of a file, and her name in Latin letters."""
    known = beneficiaries.c
    types = {name: known[name].type for name in ("registration_no", "name", "name_latin", "msisdn")}
    types |= {"province": String(), "district": String(), "village": String()}
    born = record["child_dob"] if record["category"] == "child" else record["edd"]
    new = select(
        literal(1).label("line"),
        *(literal(record[name], kind).label(name) for name, kind in types.items()),
        literal(born, known.edd.type).label("born"),
    ).subquery("new_one")
    pairs = _pairs(connection, new, _known(district_id).subquery("known_ones"), moved=True)
    found: dict[str, Alike] = {}
    for alike in filter(None, map(_compared, pairs)):
        found.setdefault(alike.other, alike)
    return tuple(found[other] for other in sorted(found))


def alike_in(connection: Connection, district_id: int) -> Iterator[Alike]:
    """Pairs of people of the registry, the first of whom lives in the district; the other one too,
    or she has the same phone, or name and day of birth. A pair within the district comes twice."""
    ones, near = _known(district_id, line=1).cte("ones"), _known(district_id).cte("near_ones")
    far = _known(None).where(beneficiaries.c.district_id != district_id).subquery("far_ones")
    pairs = chain(
        _pairs(connection, ones, near), _pairs(connection, ones, far, moved=True, near=False)
    )
    return filter(None, map(_compared, pairs))


def shared_by(one: Any, other: Any) -> tuple[str, ...]:
    """What two rows of `beneficiaries` share, of a like name, phone, birth, village."""
    born = [row.child_dob if row.category == "child" else row.edd for row in (one, other)]
    findings = (
        ("name", likeness(without_title(one.name), without_title(other.name)) >= _ALIKE),
        ("phone", one.msisdn is not None and one.msisdn == other.msisdn),
        ("birth", born[0] is not None and born[0] == born[1]),
        ("village", one.village_id == other.village_id),
    )
    return tuple(name for name, found in findings if found)


def _new(stage: Table) -> Select[Any]:
    columns = stage.c
    return (
        select(
            columns.line,
            columns.registration_no,
            columns.name,
            columns.name_latin,
            columns.msisdn,
            _born(columns).label("born"),
            columns.province,
            columns.district,
            columns.village,
        )
        .outerjoin(beneficiaries, beneficiaries.c.registration_no == columns.registration_no)
        .where(beneficiaries.c.id.is_(None))
    )


def _known(district_id: int | None, line: int = 0) -> Select[Any]:
    columns = beneficiaries.c
    found = (
        select(
            literal(line).label("line"),
            columns.registration_no,
            columns.name,
            columns.name_latin,
            columns.msisdn,
            _born(columns).label("born"),
            districts.c.province,
            districts.c.name.label("district"),
            villages.c.name.label("village"),
        )
        .join(districts, districts.c.id == columns.district_id)
        .join(villages, villages.c.id == columns.village_id)
    )
    return found if district_id is None else found.where(columns.district_id == district_id)


def _born(columns: Any) -> ColumnElement[Any]:
    """The day of birth, or the one that is expected."""
    return case((columns.category == "child", columns.child_dob), else_=columns.edd)


def _pairs(
    connection: Connection,
    new: FromClause,
    other: FromClause,
    *,
    near: bool = True,
    moved: bool = False,
) -> Iterator[Any]:
    """Of one phone; `near`: of one district; `moved`: also of two."""
    one, two = new.c, other.c
    here = and_(one.born == two.born, one.province == two.province, one.district == two.district)
    shared: list[ColumnElement[bool]] = [one.msisdn == two.msisdn]
    if near:
        shared.append(and_(here, one.village == two.village))
    if near or moved:
        where = and_(one.born == two.born, one.name_latin == two.name_latin)
        shared.append(where if moved else and_(here, where))
    # Within a file the pair is the later line's.
    apart = and_(one.registration_no != two.registration_no, two.line < one.line)
    branches = (
        select(
            one.line,
            one.registration_no,
            one.name,
            two.line.label("other_line"),
            two.registration_no.label("other"),
            two.name.label("other_name"),
            (one.msisdn == two.msisdn).label("phone"),
            (one.born == two.born).label("birth"),
            and_(one.district == two.district, one.village == two.village).label("village"),
        )
        .select_from(new.join(other, same))
        .where(apart)
        for same in shared
    )
    rows = union_all(*branches).limit(_MOST_TRIED).execution_options(yield_per=_AT_ONCE)
    with connection.execute(rows) as found:  # closed also where nobody reads to the end
        yield from found


def _compared(row: Any) -> Alike | None:
    shared = tuple(name for name in _SHARED if getattr(row, name))
    alike = likeness(without_title(row.name), without_title(row.other_name)) >= _ALIKE
    if not alike and not {"phone", "birth"} <= set(shared):
        return None
    reasons = ("name", *shared) if alike else shared
    return Alike(row.line, row.registration_no, row.other, row.other_line, reasons)
