"""What is wrong with DATABASE_URL before anybody tries it."""

import re


def splits_a_password(url: str) -> bool:
    """A part of it would be taken for the host, and stand in the log as one that is not found."""
    rest = url.partition("://")[2]
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    path = rest[len(authority) :].partition("?")[0]
    return authority.count("@") > 1 or "@" in path or ("@" in rest and "@" not in authority)
