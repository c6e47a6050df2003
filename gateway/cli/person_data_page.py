"""The page of docs/reference/ about one person's data: made from what is declared of the tables."""

from gateway.own_data.collecting import FORMAT
from gateway.own_data.holding import Holding
from gateway.own_data.holdings import HOLDINGS, NOTHING

_HEAD = f"""\
# One person's data

Made from the code by `flask reference write` (`make reference`); a test compares. What
`flask beneficiaries data NUMBER`, and *As a file (JSON)* on the console's page of her data, write:

    {{
      "format": "{FORMAT}",
      "made_at": "2026-11-24T02:00:00+00:00",
      "phone_is_shared": false,
      "places": {{"province": …, "district": …, "village": …, "health_centre": …, "pay_point": …}},
      "held": {{"payments": [{{"cycle": "2026-11", "due_on": "2026-12-01", …}}], …}}
    }}

`held` has a list for each table below, empty where there is nothing. Moments are ISO 8601 in UTC,
days `YYYY-MM-DD`, amounts whole LAK, numbers E.164; words are those of [words](words.md). Fields
may be added under the same `format`; none goes, and none changes its meaning. Where
`phone_is_shared`, calls and SMS that nobody can tell to be hers are left out.

At an erasure rows of a table go (`delete`), stay without anything of her (`strip`), or stay as they
are (`keep`).

| table | what it is | fields | at an erasure | why it stays |
|---|---|---|---|---|
"""


def person_data_page() -> str:
    """Every table that holds something of a person, and those that hold nothing."""
    nothing = [f"| `{name}` | {why} |" for name, why in NOTHING.items()]
    rows = "\n".join(map(_row, HOLDINGS))
    rest = "\n".join(["Nothing of a person is in:", "", "| table | why |", "|---|---|", *nothing])
    return f"{_HEAD}{rows}\n\n{rest}\n"


def _row(one: Holding) -> str:
    fields = ", ".join(f"`{name}`" for name in one.taken)
    return f"| `{one.name}` | {one.word} | {fields} | {one.fate} | {one.why} |"
