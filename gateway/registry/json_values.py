"""JSON that the database makes: what one question needs of several tables, in one value.

The two engines have other names for the same; moments and truths differ (`0` or `false`), so what
is made here is decoded by msgspec with `strict=False`.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Array(FunctionElement[Any]):
    """`[a, b, c]` of a row's columns."""

    inherit_cache = True


class _Listed(FunctionElement[Any]):
    inherit_cache = True


class Nested(FunctionElement[Any]):
    """A column or a subquery that is JSON already: SQLite forgets that on the way."""

    inherit_cache = True


class UuidText(FunctionElement[str]):
    """A UUID as it is written everywhere: SQLite keeps it without its hyphens."""

    inherit_cache = True
    type = String()


def listed(rows: FromClause) -> ColumnElement[Any]:
    """`[row, row]` of the one column of a subquery, which is JSON; `[]` where there is none."""
    (row,) = rows.c
    return Nested(select(_Listed(Nested(row))).scalar_subquery())


def all_of(rows: Select[Any]) -> ColumnElement[Any]:
    """The same of a SELECT whose one column is an Array, in any order."""
    (row,) = rows.selected_columns
    return Nested(rows.with_only_columns(_Listed(row)).scalar_subquery())


@compiles(Array, "postgresql")
def _array_postgresql(element: Array, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **options)})"


@compiles(Array, "sqlite")
def _array_sqlite(element: Array, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **options)})"


@compiles(_Listed, "postgresql")
def _listed_postgresql(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **options)}), '[]')"


@compiles(_Listed, "sqlite")
def _listed_sqlite(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(Nested, "postgresql")
def _nested_postgresql(element: Nested, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Nested, "sqlite")
def _nested_sqlite(element: Nested, compiler: SQLCompiler, **options: Any) -> str:
    return f"json({compiler.process(element.clauses, **options)})"


@compiles(UuidText, "postgresql")
def _uuid_postgresql(element: UuidText, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(UuidText, "sqlite")
def _uuid_sqlite(element: UuidText, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    parts = (f"substr({column}, {at}, {length})" for at, length in _PARTS)
    return "({})".format(" || '-' || ".join(parts))


_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
