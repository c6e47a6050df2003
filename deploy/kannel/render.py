#!/usr/bin/python3
"""Print the configuration of bearerbox and smsbox: kannel.conf and operators/*.conf of this
folder, with the environment's values put in. Needs nothing but Python.

    set -a; . /etc/kannel/kannel.env; ./render.py > /run/kannel/kannel.conf
"""

import os
import string
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

UNFIT = frozenset('"\n\r\\')


class _Values(dict[str, str]):
    """Refuses what is missing, empty, or would end Kannel's quotes."""

    def __missing__(self, name: str) -> str:
        raise SystemExit(f"{name} is not set.")

    def __getitem__(self, name: str) -> str:
        value = super().__getitem__(name)
        if not value or UNFIT & set(value):
            raise SystemExit(f"{name} must be set, without quotes, backslashes or line ends.")
        return _in_an_url(value) if name == "CALLBACK_KEY" else value


def _in_an_url(key: str) -> str:
    """ASCII becomes "%2F" and the like; "%C3" would be an escape of Kannel's own."""
    if not key.isascii():
        raise SystemExit("CALLBACK_KEY must be letters, digits and signs of ASCII.")
    return quote(key, safe="")


def render(folder: Path, environ: Mapping[str, str]) -> str:
    """The whole configuration; raises SystemExit with a sentence that names the variable."""
    files = [folder / "kannel.conf", *sorted((folder / "operators").glob("*.conf"))]
    values = _Values(environ)
    return "\n".join(string.Template(file.read_text()).substitute(values) for file in files)


if __name__ == "__main__":
    sys.stdout.write(render(Path(__file__).parent, os.environ))
