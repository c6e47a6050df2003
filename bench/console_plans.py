"""By which indexes a page reads the large tables: EXPLAIN ANALYZE of what it asks the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

LARGE = ("messages", "beneficiaries", "payments", "visits", "events", "ussd_sessions", "receipts",
         "figures")  # fmt: skip
_FEW = 1_000  # rows that may be read one after the other

Asked = tuple[str, Any]


def scans(engine: Engine, open_page: Callable[[], object]) -> str:
    """ "messages by ix_messages_created_at (51)": each large table, its index, the rows it gave.

    "whole" is a table read from end to end: there should be none.
    """
    with _listening(engine) as asked:
        open_page()
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for statement, parameters in asked:
            explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
            (plans,) = connection.exec_driver_sql(explain, parameters).one()
            for name, rows in _reads(plans[0]["Plan"]):
                found[name] = max(found.get(name, 0), rows)
    return ", ".join(f"{name} ({rows:,})" for name, rows in sorted(found.items()))


@contextmanager
def _listening(engine: Engine) -> Iterator[list[Asked]]:
    """The questions that are sent meanwhile."""
    asked: list[Asked] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def _reads(node: dict[str, Any], table: str = "") -> Iterator[tuple[str, int]]:
    table = node.get("Relation Name", table)
    rows = round(node["Actual Rows"] * node["Actual Loops"])
    if table in LARGE and "Index Name" in node:
        yield f"{table} by {node['Index Name']}", rows
    elif table in LARGE and node["Node Type"].endswith("Seq Scan") and rows > _FEW:
        yield f"{table} whole", rows
    for child in node.get("Plans", ()):
        yield from _reads(child, table)
