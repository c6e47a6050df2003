"""The figures of a week: a summary, and the hours in which anything happened."""

from array import array
from collections.abc import Iterable
from typing import Any

from tests.simulation.load import moment
from tests.simulation.week import Week

NAMES = ("replies", "reminders", "broadcasts")


def quantiles(values: Iterable[float]) -> tuple[float, float, float, float]:
    """p50, p95, p99 and the longest; noughts of none."""
    found = sorted(values)
    if not found:
        return 0.0, 0.0, 0.0, 0.0
    at = [found[min(int(len(found) * share), len(found) - 1)] for share in (0.5, 0.95, 0.99)]
    return at[0], at[1], at[2], found[-1]


def summary(week: Week) -> dict[str, Any]:
    """Delays of SMS in minutes from the moment they might go out; callers' waits in ms."""
    case, sending, callers = week.case, week.sending, week.callers
    row: dict[str, Any] = {
        "people": case.people, "workers": case.workers, "web": case.web,
        "database cores": case.database_cores, "segments/s": case.rate,
        "paying days": case.paydays, "SMS": len(week.ledger.state),
    }  # fmt: skip
    for priority, name in enumerate(NAMES):
        delays = array("d")
        for (_hour, which), some in sending.delays.items():
            if which == priority:
                delays.extend(some)
        p50, p95, _p99, longest = quantiles(delays)
        row[f"{name}, delay"] = f"{p50 / 60:.1f} / {p95 / 60:.1f} / {longest / 60:.1f} min"
        row[f"{name}, most waiting"] = max((one.waiting[priority] for one in week.hours), default=0)
    p50, _p95, p99, longest = quantiles(callers.waits)
    row["dials"] = sum(callers.dials.values())
    row["dials a second, busiest hour"] = round(max(callers.dials.values(), default=0) / 3600, 1)
    row["screen, wait"] = f"{p50 * 1000:.1f} / {p99 * 1000:.1f} / {longest * 1000:.0f} ms"
    row |= {f"dials {how}" if how == "refused" else f"calls {how}": callers.ended[how]
            for how in ("refused", "given up", "cut", "done")}  # fmt: skip
    row["receipts waited for, most"] = max((one.receipts_due for one in week.hours), default=0)
    row["receipts repeated"] = sending.count["receipts repeated"]
    row |= {f"SMS {what}": sending.count[what] for what in ("unknown", "twice", "in quiet hours")}
    for station in ("web", "workers", "database"):
        busiest = max((one.busy[station] for one in week.hours), default=0.0)
        row[f"{station} busy, busiest hour"] = f"{busiest:.1%}"
    return row | {f"ends {state}": count for state, count in week.ledger.states.items() if count}


def by_hour(week: Week) -> list[dict[str, Any]]:
    """A line for each hour in which something waits or began."""
    lines = []
    for hour in week.hours:
        line: dict[str, Any] = {"hour": f"{moment(hour.number * 3600):%a %H}"}
        for priority, name in enumerate(NAMES):
            delays = week.sending.delays.get((hour.number, priority), ())
            p50, p95, _p99, longest = quantiles(delays)
            line[name] = hour.waiting[priority]
            line[f"{name}' min"] = f"{p50 / 60:.1f}/{p95 / 60:.1f}/{longest / 60:.1f}"
        line |= {"dials": week.callers.dials[hour.number], "no receipt": hour.receipts_due}
        line |= {"unknown": hour.unknown}
        line |= {name: f"{share:.1%}" for name, share in hour.busy.items()}
        if line["dials"] or sum(hour.waiting.values()):
            lines.append(line)
    return lines


def table(rows: list[dict[str, Any]]) -> str:
    cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    )


def side_by_side(rows: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return table([{"": name} | {str(at): row.get(name, "") for at, row in enumerate(rows)}
                  for name in names])  # fmt: skip
