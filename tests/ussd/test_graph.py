"""The menu map names every state and every edge, in the language asked for."""

from gateway.ussd.graph import mermaid
from gateway.ussd.screens import edges
from tests.ussd.kiosk import KIOSK


def test_every_state_and_every_edge_is_drawn():
    drawn = mermaid(KIOSK, str)
    for state in KIOSK.states:
        assert f"    {state.name}" in drawn
        for label, target in edges(state):
            words = label.replace("%(", "").replace(")s", "")
            arrow = f'-->|"{words}"|' if words else "-->"
            assert f"    {state.name} {arrow} {target.lstrip('@')}\n" in drawn


def test_texts_are_in_the_language_asked_for():
    assert 'door[/"CODE?"/]' in mermaid(KIOSK, str.upper)


def test_what_mermaid_would_read_as_markup_is_escaped():
    drawn = mermaid(KIOSK, lambda text: f'<b>"{text}"&')
    assert "<b>" not in drawn
    assert "&lt;b>#quot;Code?#quot;&amp;" in drawn
