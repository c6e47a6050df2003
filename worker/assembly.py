"""Composition root of the workers: settings and adapters become what a job works with.

Made once in the parent, before RQ forks: no connection is opened here, so none is shared.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from redis import Redis

from gateway.catalogues import load_gettext
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.demo.environment import with_demo_defaults
from gateway.messaging.dispatch import Dispatcher, Rules, utc_now
from gateway.messaging.rate import Rate, SharedRate, Unlimited
from gateway.messaging.rendering import Language
from gateway.messaging.sweeper import Patience
from gateway.messaging.wakeups import Wakeups
from gateway.providers.africastalking_sms import CONNECT_SECONDS, READ_SECONDS, AfricasTalkingSms
from gateway.providers.base import SmsProvider
from gateway.registry.database import Database
from gateway.sessions import connect
from gateway.settings import Settings, read_settings


@dataclass(frozen=True)
class Assembly:
    """What jobs and the scheduler share."""

    settings: Settings
    database: Database
    redis: "Redis"  # RQ's own, with its patience
    quick_redis: "Redis"  # fails fast: for what can be done without
    provider: SmsProvider
    language: Language
    hours: SendingHours
    clock: Callable[[], datetime] = utc_now

    @property
    def wakeups(self) -> Wakeups:
        return Wakeups(self.quick_redis)

    def dispatcher(self) -> Dispatcher:
        settings = self.settings
        rate: Rate = Unlimited()
        if settings.sms_per_second:
            rate = SharedRate(self.redis, self.provider.name, settings.sms_per_second)
        return Dispatcher(
            database=self.database,
            provider=self.provider,
            rate=rate,
            language=self.language,
            rules=Rules(
                sender=settings.at_sender_id or None,
                batch_size=settings.sms_batch_size,
                lease=timedelta(seconds=settings.claim_lease_seconds),
                hours=self.hours,
            ),
            clock=self.clock,
        )

    def patience(self) -> Patience:
        reporting = {self.provider.name} if self.provider.reports_reliably else set()
        return Patience(
            unknown_wait=timedelta(seconds=self.settings.unknown_wait_seconds),
            reporting=frozenset(reporting),
        )


def assemble(settings: Settings) -> Assembly:
    """Opens no connection."""
    holidays = lao_holidays(PROGRAMME.holidays)
    return Assembly(
        settings=settings,
        database=Database(settings.database_url),
        redis=Redis.from_url(settings.redis_url),
        quick_redis=connect(settings.redis_url),
        provider=_provider(settings),
        language=Language(
            gettext=load_gettext(),
            default_locale=settings.default_locale,
            zone=settings.zone,
            hotline=settings.hotline,
            service_code=settings.ussd_service_code,
        ),
        hours=SendingHours(zone=settings.zone, quiet=settings.quiet, is_holiday=holidays),
    )


def _provider(settings: Settings) -> SmsProvider:
    # A call must be over well before its lease: its rows would turn unknown behind its back.
    most = settings.claim_lease_seconds / 4
    return AfricasTalkingSms(
        settings.at_username,
        settings.at_api_key,
        settings.at_base_url,
        timeouts=(min(CONNECT_SECONDS, most), min(READ_SECONDS, most)),
    )


@cache
def assembled() -> Assembly:
    """The assembly of this process, from its environment."""
    return assemble(read_settings(with_demo_defaults(os.environ)))
