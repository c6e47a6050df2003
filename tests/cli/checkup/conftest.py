"""One check of the doctor's, on an installation that is really set up wrong."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.checkup.checks import CHECKS
from gateway.cli.checkup.examining import Installation, examine
from gateway.core.findings import Finding, Level
from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.known import PROVIDERS
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.service import DEAD_REDIS

PAGE = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
# No lookup waits for a network that a test has not.
STRONG = {
    "gateway_env": "production",
    "secret_key": "b8f2c6d4e0a197535c1d9e07f3a8b246",
    "pin_pepper": "0c9a7e31d5f84b62a1e6d8730f5b49c2",
    "redis_url": DEAD_REDIS,
    "sms_provider": "africastalking",
    "of_providers": (AfricasTalkingSettings(), KannelSettings()),
}


@dataclass
class Doctor:
    """`doctor(check, setting=...)`: what it finds."""

    url: str = "sqlite:///nowhere/gateway.sqlite"
    options: dict[str, Any] = field(default_factory=dict)

    def __call__(self, check: str, /, *, environ: Any = None, more: Any = None, **settings: Any):
        given = {"database_url": self.url, **STRONG, **settings}
        own = Settings(**given)
        database = Database(own.database_url, prepared=own.prepares)
        here = Installation(
            own, environ or {}, database, PROVIDERS, **{**self.options, **(more or {})}
        )
        (looked,) = [one for one in CHECKS if one.name == check]
        try:
            (result,) = examine([looked], here)
        finally:
            database.dispose()
        return result.findings


@pytest.fixture
def doctor() -> Doctor:
    """Without a database."""
    return Doctor()


@pytest.fixture
def sql_doctor(postgresql: Database, postgresql_url: str) -> Doctor:
    """With PostgreSQL, migrated and empty."""
    assert postgresql
    return Doctor(postgresql_url)


def says(findings: tuple[Finding, ...], level: Level, words: str) -> None:
    """That and nothing else is found; somebody can look it up, and is told what to do."""
    assert [one.level for one in findings] == [level], findings
    assert words in findings[0].wrong
    assert findings[0].do
    assert f"| {words}" in PAGE, f"docs/doctor.md does not have: {words}"
