"""Handsets on Kannel: one over SMPP through the real thing, one that calls as its smsbox calls."""

from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from redis import Redis

from tests.kannel.smsc import Smsc, Submitted

DIAL, ANSWER, ASK, CLOSE = 1, 18, 2, 17


class _Keypad:
    """A network without memory: of all input so far only the newest is sent."""

    def __init__(self) -> None:
        self._sent: dict[str, str] = {}
        self._sessions: dict[str, bytes] = {}

    def press(self, session_id: str, text: str) -> tuple[int, bytes, str]:
        """(operation, the operator's session, what goes over the air)."""
        before = self._sent.get(session_id)
        self._sent[session_id] = text
        number = len(self._sessions).to_bytes(2, "big")
        session = self._sessions.setdefault(session_id, number)
        if before is None:
            return DIAL, session, f"*123*{text}#" if text else "*123#"
        return ANSWER, session, text[len(before) :].removeprefix("*") if before else text

    def is_repeated(self, session_id: str, text: str) -> bool:
        return self._sent.get(session_id) == text


class SmppLine(_Keypad):
    """`tests.handset.Line`: what it presses and what it sees goes through a real Kannel."""

    def __init__(self, smsc: Smsc, redis: Redis) -> None:
        super().__init__()
        self._smsc = smsc
        self._redis = redis

    def send(self, session_id: str, msisdn: str, text: str, _metadata: str) -> tuple[str, str]:
        seen = self.hop(session_id, msisdn, text)
        return ("END " if seen.op == CLOSE else "CON ") + seen.text, ""

    def hop(self, session_id: str, msisdn: str, text: str) -> Submitted:
        """What the SMSC was given for the handset."""
        op, session, pressed = self.press(session_id, text)
        seen = self._smsc.exchange(msisdn, pressed, op=op, session=session)
        assert seen.op in {ASK, CLOSE}
        return seen

    def forget(self) -> None:
        self._redis.flushall()


class SmsboxLine(_Keypad):
    """The callback alone, called as smsbox calls it: with the same id where it repeats itself."""

    def __init__(self, app: Flask, key: str, redis: Redis) -> None:
        super().__init__()
        self._app = app
        self._key = key
        self._redis = redis
        self._query = ""

    def send(self, session_id: str, msisdn: str, text: str, _metadata: str) -> tuple[str, str]:
        if not self.is_repeated(session_id, text):
            self._query = self._request(msisdn, *self.press(session_id, text))
        answer = self._app.test_client().get(f"/callbacks/kannel/mo?{self._query}")
        assert answer.status_code == 200
        closes = f"ussd_service_op={CLOSE}&" in answer.headers["X-Kannel-Meta-Data"]
        return ("END " if closes else "CON ") + answer.text, ""

    def forget(self) -> None:
        self._redis.flushall()

    def _request(self, msisdn: str, op: int, session: bytes, pressed: str) -> str:
        info = "".join(f"%{octet:02X}" for octet in session)
        fields = {
            "key": self._key,
            "from": msisdn.removeprefix("+"),
            "to": "*123#",
            "text": pressed,
            "coding": "0",
            "charset": "UTF-8",
            "meta": f"?smpp?ussd_service_op=%{op:02X}&its_session_info={info}&",
            "id": str(uuid4()),
            "smsc": "unitel-ussd",
        }
        return urlencode(fields)
