"""Composition root of the workers: settings and adapters become what a job works with.

Made once in the parent, before RQ forks: no connection is opened here, so none is shared.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from redis import Redis

from gateway.api.webhook_bodies import draw
from gateway.catalogues import load_texts
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.demo.environment import with_demo_defaults
from gateway.messaging.recovery.sweeper import Patience
from gateway.messaging.sending.dispatcher import Dispatcher, SendingSettings
from gateway.messaging.sending.ledger_share import share_of
from gateway.messaging.sending.rate import Rate, SharedRate, Unlimited
from gateway.messaging.sending.rendering import Language
from gateway.messaging.wakeups import Wakeups
from gateway.providers.base import LANES, SmsProvider
from gateway.providers.http import CONNECT_SECONDS, READ_SECONDS, Timeouts
from gateway.providers.known import PROVIDERS, read_settings
from gateway.providers.provider import Provider
from gateway.providers.routing import Routing, routing_of, senders_of
from gateway.redis_client import connect, connect_patiently
from gateway.registry.clock import ClockReader, database_clock, read_clock
from gateway.registry.database import Database
from gateway.settings import Settings
from gateway.ussd.pager import Budget
from gateway.webhooks.calling import Calls
from gateway.webhooks.sealing import Seal
from gateway.webhooks.sending import Courier
from gateway.wordings.editions import Editions
from gateway.wordings.ground import Repository
from menus import build_menu

Role = Literal["worker", "scheduler", "webhooks"]
ANSWER_SECONDS = 4.0  # what a worker waits for Redis: longer than it waits for a job at a time


@dataclass(frozen=True)
class Assembly:
    """What jobs and the scheduler share."""

    settings: Settings
    database: Database
    redis: "Redis"  # RQ's own, with its patience
    quick_redis: "Redis"  # fails fast: for what can be done without
    providers: tuple[SmsProvider, ...]  # each carries what the routing gives it
    routing: Routing
    repository: Repository
    editions: Editions
    language: Language
    hours: SendingHours
    clock: ClockReader = database_clock

    def now(self) -> datetime:
        """The moment by the database's clock, read from it."""
        return read_clock(self.database, self.clock)

    @property
    def wakeups(self) -> Wakeups:
        return Wakeups(self.quick_redis)

    def dispatchers(self) -> list[Dispatcher]:
        """One for each provider."""
        return [self._dispatcher(provider) for provider in self.providers]

    def _dispatcher(self, provider: SmsProvider) -> Dispatcher:
        settings = self.settings
        rate: Rate = Unlimited()
        if settings.sms_per_second:
            rate = SharedRate(
                self.database, provider.name, settings.sms_per_second, clock=self.clock
            )
        return Dispatcher(
            database=self.database,
            provider=provider,
            share=share_of(provider.name, self.routing),
            rate=rate,
            language=self.language,
            settings=SendingSettings(
                batch_size=settings.sms_batch_size,
                lease=timedelta(seconds=settings.claim_lease_seconds),
                hours=self.hours,
                lanes=LANES,
            ),
            clock=self.clock,
        )

    def courier(self) -> Courier:
        """Who tells receivers of webhooks what is learnt."""
        return Courier(
            database=self.database,
            calls=Calls(private=self.settings.calls_private),
            seal=Seal(self.settings.keeping_keys("webhooks")),
            draw=draw,
            chance=random.random,
            clock=self.clock,
        )

    def patience(self) -> Patience:
        reporting = {one.name for one in self.providers if one.reports_reliably}
        return Patience(
            unknown_wait=timedelta(seconds=self.settings.unknown_wait_seconds),
            reporting=frozenset(reporting),
        )


def assemble(
    settings: Settings, providers: Sequence[Provider] = PROVIDERS, *, role: Role = "worker"
) -> Assembly:
    """Opens no connection. Raises SettingsError."""
    holidays = lao_holidays(PROGRAMME.holidays)
    routing = routing_of(settings, providers)
    database = Database(settings.database_url, name=f"gateway {role}", prepared=settings.prepares)
    editions = Editions(database, load_texts())
    return Assembly(
        settings=settings,
        database=database,
        redis=connect_patiently(settings.redis_url, seconds=ANSWER_SECONDS),
        quick_redis=connect(settings.redis_url),
        providers=senders_of(settings, providers, routing, _timeouts(settings)),
        routing=routing,
        repository=Repository(
            build_menu(settings.hotline),
            load_texts(),
            Budget(settings.ussd_ucs2_units, settings.ussd_septets),
        ),
        editions=editions,
        language=Language(
            gettext=editions.gettext,
            default_locale=settings.default_locale,
            zone=settings.zone,
            hotline=settings.hotline,
            service_code=settings.ussd_service_code,
        ),
        hours=SendingHours(zone=settings.zone, quiet=settings.quiet, is_holiday=holidays),
    )


def _timeouts(settings: Settings) -> Timeouts:
    """A call must be over well before its lease: its rows would turn unknown behind its back."""
    most = settings.claim_lease_seconds / 4
    return min(CONNECT_SECONDS, most), min(READ_SECONDS, most)


@cache
def assembled(role: Role = "worker") -> Assembly:
    """The assembly of this process, from its environment."""
    return assemble(read_settings(with_demo_defaults(os.environ)), role=role)
