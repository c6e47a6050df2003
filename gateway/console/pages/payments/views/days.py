"""The day that an address names."""

from datetime import date

from flask import abort

from gateway.console.kit.dates import read_day


def day_or_404(text: str) -> date:
    on = read_day(text)
    if on is None:
        abort(404)
    return on
