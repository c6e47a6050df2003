"""The menus as a phone sees them: every transcript on everything that can answer a phone.

tests/transcripts/*.txt: a `# title`, `caller:` and maybe `locale:` (the language the number has
chosen) and `redis: on` (it tells of what only a session store can do), then keys and screens.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.registry.choices import set_caller_locale
from tests.handset import TRANSCRIPTS, Handset
from tests.lines import AfricasTalkingLine, EngineLine


@dataclass(frozen=True)
class Transcript:
    title: str
    caller: str
    locale: str
    needs_redis: bool
    text: str


def _read(path: Path) -> list[Transcript]:
    return [_transcript(part) for part in path.read_text(encoding="utf-8").split("\n# ")]


def _transcript(part: str) -> Transcript:
    head, _blank, text = part.partition("\n\n")
    title, *fields = head.removeprefix("# ").splitlines()
    values = dict(field.split(": ", 1) for field in fields)
    return Transcript(
        title, values["caller"], values.get("locale", "en"), values.get("redis") == "on", text
    )


ALL = [transcript for path in sorted(TRANSCRIPTS.glob("*.txt")) for transcript in _read(path)]
WITHOUT_REDIS = [transcript for transcript in ALL if not transcript.needs_redis]


def _id(transcript: Transcript) -> str:
    return transcript.title.replace(" ", "_")


def _play(transcript: Transcript, service, line, *, echoes=True):
    with service.database.writing() as connection:
        set_caller_locale(connection, transcript.caller, transcript.locale, service.clock())
    Handset(line, transcript.caller, echoes=echoes).play(transcript.text)


@pytest.mark.parametrize("transcript", ALL, ids=_id)
def test_through_africas_talking(transcript, service):
    _play(transcript, service, AfricasTalkingLine(service))


@pytest.mark.parametrize("transcript", WITHOUT_REDIS, ids=_id)
def test_with_redis_switched_off(transcript, service_without_redis):
    _play(transcript, service_without_redis, AfricasTalkingLine(service_without_redis))


@pytest.mark.parametrize("transcript", WITHOUT_REDIS, ids=_id)
def test_with_redis_off_on_a_network_that_echoes_nothing(transcript, service_without_redis):
    line = AfricasTalkingLine(service_without_redis)
    _play(transcript, service_without_redis, line, echoes=False)


@pytest.mark.parametrize("transcript", WITHOUT_REDIS, ids=_id)
def test_on_the_bare_engine(transcript, service_without_redis):
    rules, registry = service_without_redis.app.extensions["engine"]
    line = EngineLine(rules, registry, service_without_redis.clock)
    _play(transcript, service_without_redis, line)
