"""A menu drawn as Mermaid text; pure."""

from gateway.ussd.drawing import Gettext
from gateway.ussd.screens import Ask, End, MenuTree, Route, Screen, State, edges


def mermaid(tree: MenuTree, gettext: Gettext) -> str:
    """The menu map: a box a state, an arrow an edge, labels in the language of `gettext`."""
    lines = ["flowchart TD"]
    lines += [f"    {state.name}{_shape(state, gettext)}" for state in tree.states]
    for state in tree.states:
        for label, target in edges(state):
            arrow = f"-->|{_quoted(gettext(label))}|" if label else "-->"
            lines.append(f"    {state.name} {arrow} {target.lstrip('@')}")
    return "\n".join(lines) + "\n"


def _shape(state: State, gettext: Gettext) -> str:
    if isinstance(state, Route):
        return "{{" + _quoted(state.name) + "}}"
    text = _quoted(_text(state, gettext))
    if isinstance(state, End):
        return f"([{text}])"
    return f"[/{text}/]" if isinstance(state, Ask) else f"[{text}]"


def _text(state: Screen, gettext: Gettext) -> str:
    return "\n".join(gettext(text) for text in (state.heading, state.text) if text)


def _quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace('"', "#quot;").replace("<", "&lt;")
    return '"' + escaped.replace("%(", "").replace(")s", "").replace("\n", "<br>") + '"'
