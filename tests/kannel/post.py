"""Sends SMS through Kannel, and tells which handset has got what."""

from collections import Counter

from gateway.providers.kannel.sms import KannelSms
from tests.kannel.gateway import Gateway
from tests.kannel.patience import until
from tests.kannel.smsc import Smsc

PEOPLE = [f"+856209{number:07d}" for number in range(1000)]


def send_all(gateway: Gateway, provider: KannelSms) -> None:
    """Sends as the workers do: again and again, while anything is queued."""
    dispatcher = gateway.dispatcher(provider)

    def drain() -> int:
        dispatcher.drain(seconds=5)
        return gateway.states()["queued"] + gateway.states()["claimed"]

    until(drain, lambda left: left == 0, seconds=60)


def received_by(smsc: Smsc) -> Counter[str]:
    """How many SMS each handset has got: what the SMSC has taken."""
    taken = [one for one in smsc.submitted() if one.message_id is not None]
    return Counter(f"+{one.destination}" for one in taken)
