"""What a handset may be connected to: the bare engine, and an operator's callbacks."""

from gateway.core.msisdn import parse
from gateway.dialogue.backend import Asked
from gateway.dialogue.host import DialogueSettings
from gateway.dialogue.new_input import as_meant, digest, split
from gateway.dialogue.sql_backend import SqlBackend
from gateway.ussd import engine
from gateway.ussd.drawing import World, page
from gateway.ussd.screens import Need
from gateway.ussd.session import Session
from tests.service import Service


class AfricasTalkingLine:
    """The webhook, as Africa's Talking calls it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def send(self, session_id: str, msisdn: str, text: str, metadata: str) -> tuple[str, str]:
        answer = self._service.post(
            "ussd",
            {
                "sessionId": session_id,
                "phoneNumber": msisdn,
                "networkCode": "45703",
                "serviceCode": "*123#",
                "text": text,
            },
            headers={"at-ussd-hop-metadata": metadata} if metadata else {},
        )
        assert answer.status_code == 200
        assert answer.mimetype == "text/plain"
        return answer.text, answer.headers.get("at-ussd-hop-metadata", "")

    def forget(self) -> None:
        self._service.flush_redis()


class EngineLine:
    """The engine alone, stepped from the dial through all input so far, with no session kept."""

    def __init__(self, rules: DialogueSettings, registry: SqlBackend, now) -> None:
        self._rules = rules
        self._registry = registry
        self._now = now

    def send(self, session_id: str, msisdn: str, text: str, _metadata: str) -> tuple[str, str]:
        number = parse(msisdn).e164
        facts = self._registry.at_dial("engine", session_id, number, self._now()).caller
        rules = self._rules
        today = self._now().astimezone(rules.zone).date()
        self._world = World(rules.tree, facts, today, rules.gettext, rules.budget)
        self._asked = ("engine", session_id, number)
        session = self._settled(engine.begin(self._world, facts.locale), "")
        for token in split(as_meant(text)) if text else ():
            session = self._pressed(session, token)
        drawn = page(self._world, session)
        return ("END " if drawn.closes else "CON ") + drawn.text, ""

    def forget(self) -> None:
        """It remembers nothing."""

    def _pressed(self, session: Session, token) -> Session:
        outcome = engine.step(self._world, session, token.text)
        if isinstance(outcome, Need):
            results = self._registry.answer(self._key(token.consumed), outcome)
            outcome = engine.step(self._world, session, token.text, results)
            assert not isinstance(outcome, Need)
        return self._settled(outcome, token.consumed)

    def _settled(self, step: engine.Step, consumed: str) -> Session:
        if step.event is None:
            return step.session
        results = self._registry.record(self._key(consumed), step.event)
        return engine.tell(self._world, step.session, results)

    def _key(self, consumed: str) -> Asked:
        provider, session_id, msisdn = self._asked
        hashed = digest(self._rules.inputs_key, consumed)
        return Asked(provider, session_id, msisdn, f"{session_id}:{hashed}", self._now())
