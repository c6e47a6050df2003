"""What other programs fill in for each reader; here nothing is filled in. Pure."""

import re

_WORD = r"[^\W\d_][^\[\]<>\n]{0,38}"  # begins with a letter
_PLACEHOLDER = re.compile(
    rf"\{{\{{?[^{{}}\n]{{0,40}}\}}\}}?"  # {name} {{name}} {0} {}
    rf"|\(\([^()\n]{{1,40}}\)\)"  # ((name))
    rf"|%\(\w+\)[sd]|%[sd]\b"  # %(name)s %s
    rf"|\$\w*[^\W\d]\w*\b"  # $name
    rf"|«[^«»\n]{{1,40}}»|%[^\W\d_]\w{{0,38}}%"  # «name» of Word, %NAME%
    rf"|\[{_WORD}\]|<{_WORD}>(?!.*</)",  # [name] <name>; a tag of HTML is just ugly
    re.DOTALL,
)


def placeholder_in(text: str) -> str | None:
    """The first sign that stands for a name or an amount in mail merge; None where there is none.

    Every phone would get it as it stands.
    """
    found = _PLACEHOLDER.search(text)
    return found[0] if found else None
