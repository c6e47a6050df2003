"""`python -m tests.simulation [--people N] [--workers N] ... [--calibrate] [--json FILE]`."""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.simulation.case import NEVER, Case
from tests.simulation.costs import ASSUMED, MEASURED
from tests.simulation.report import by_hour, side_by_side, summary, table
from tests.simulation.week import Week

NUMBERS = ("people", "workers", "web", "database_cores", "rate", "paydays", "seed")
SMALL = 3_000


def main() -> None:
    options = _options()
    if options.calibrate:
        _say(table([_real(), _played()]))
        return
    case = Case(**{name: getattr(options, name) for name in NUMBERS})
    week = Week(case).play()
    found, hours = summary(week), by_hour(week)
    _say(f"{side_by_side([found])}\n\n{table(hours)}")
    if options.json:
        costs = {name: one._asdict() for name, one in (MEASURED | ASSUMED).items()}
        written = {"seed": case.seed, "summary": found, "hours": hours, "costs": costs}
        Path(options.json).write_text(json.dumps(written, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    for name in NUMBERS:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=getattr(Case, name))
    parser.add_argument("--json", help="a file to write")
    parser.add_argument(
        "--calibrate", action="store_true", help="3,000 SMS through real processes, and played"
    )
    return parser.parse_args()


def _real() -> dict[str, Any]:
    row = import_module("bench.bad_operator").wave("0 %", {})
    return {"": "real processes"} | {name: row[name] for name in ("messages", "calls", "seconds")}


def _played() -> dict[str, Any]:
    """The same: two workers of two lanes, an answer after 300 ms, no limit, no misfortune."""
    week = Week(Case(
        people=SMALL, workers=2, rate=0, quiet_hours=False,
        operator_down=NEVER, host_dead=NEVER, redis_away=NEVER, database_away=NEVER,
    ))  # fmt: skip
    seconds = week.play_at_once(SMALL)
    calls = week.sending.count["calls so far"]
    return {"": "played", "messages": SMALL, "calls": calls, "seconds": round(seconds, 1)}


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the table is the result


if __name__ == "__main__":
    main()
