"""A handset on a real Kannel: what it presses goes over SMPP, and so does what it sees."""

from redis import Redis

from tests.kannel.smsc import Smsc, Submitted

DIAL, ANSWER, ASK, CLOSE = 1, 18, 2, 17


class KannelLine:
    """`tests.handset.Line` over SMPP: of all input so far only the newest is sent."""

    def __init__(self, smsc: Smsc, redis: Redis) -> None:
        self.smsc = smsc
        self._redis = redis
        self._sent: dict[str, str] = {}
        self._sessions: dict[str, bytes] = {}

    def send(self, session_id: str, msisdn: str, text: str, metadata: str) -> tuple[str, str]:
        seen = self.hop(session_id, msisdn, text)
        return ("END " if seen.op == CLOSE else "CON ") + seen.text, ""

    def hop(self, session_id: str, msisdn: str, text: str) -> Submitted:
        """What the SMSC was given for the handset."""
        before = self._sent.get(session_id)
        self._sent[session_id] = text
        number = len(self._sessions).to_bytes(2, "big")
        session = self._sessions.setdefault(session_id, number)
        count = len(self.smsc.submitted())
        digits = msisdn.removeprefix("+")
        if before is None:
            dialled = f"*123*{text}#" if text else "*123#"
            self.smsc.ussd(digits, dialled, op=DIAL, session=session)
        else:
            newest = text[len(before) :].removeprefix("*") if before else text
            self.smsc.ussd(digits, newest, op=ANSWER, session=session)
        return self.smsc.wait_for(count + 1)[count]

    def forget(self) -> None:
        self._redis.flushall()
