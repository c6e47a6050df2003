"""`flask reminders`, `broadcasts`, `messages`: what the console does, for scripts."""

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import parse
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.messaging.audience import UnknownAudienceError, audience_of
from gateway.messaging.broadcasts import (
    BroadcastError,
    approve_broadcast,
    cancel_broadcast,
    create_broadcast,
    pause_broadcast,
    read_broadcast,
    results_of,
    resume_broadcast,
    start_broadcast,
)
from gateway.messaging.looking import Wanted, count_states, find_messages
from gateway.messaging.preview import Preview, preview_broadcast
from gateway.messaging.reminders import run_reminders
from gateway.messaging.resolving import resolve_unknown
from gateway.messaging.wakeups import Wakeups
from gateway.sessions import connect
from gateway.staff.accounts import authenticate
