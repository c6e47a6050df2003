"""`python -m bench [NAME...]`: tables on standard output, JSON under var/bench/."""

import json
import sys
from importlib import import_module
from pathlib import Path

BENCHES = (
    "ussd", "call", "sms", "bad_operator", "console", "nation", "connectors", "api", "kannel",
)  # fmt: skip


def main(names: list[str]) -> None:
    folder = Path("var/bench")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or BENCHES:
        rows = import_module(f"bench.{name}").run()
        (folder / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
        print(f"\n{name}\n{_table(rows)}")  # noqa: T201 - the table is the result


def _table(rows: list[dict[str, object]]) -> str:
    columns = list(rows[0])
    cells = [columns, *([str(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
             for line in cells]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
