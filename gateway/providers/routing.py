"""Which provider carries an SMS: that of the number's operator, else the one that takes the rest.

Lao numbers cannot be ported, so the prefix is the operator, for good. Every number has exactly one
route, and a message that was handed to a provider stays with it: no handset gets the same message
by two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from gateway.core.msisdn import OPERATORS, Operator
from gateway.providers.base import SmsProvider
from gateway.providers.http import Timeouts
from gateway.providers.provider import THE_REST, Provider
from gateway.settings import Settings, SettingsError

LAO = "+856"
NUMBERING_PLAN = get_args(Operator)


@dataclass(frozen=True, slots=True)
class Scope:
    """The numbers of one provider, as beginnings of E.164: `within` these, or `beyond` those."""

    within: tuple[str, ...] | None = None
    beyond: tuple[str, ...] = ()

    def covers(self, msisdn: str) -> bool:
        inside = self.within is None or msisdn.startswith(self.within)
        return inside and not msisdn.startswith(self.beyond)


EVERY_NUMBER = Scope()


class Routing:
    """`carriers` names a provider for operators of the numbering plan; `default` has the others."""

    def __init__(self, default: str, carriers: Mapping[str, str]) -> None:
        others = {operator: name for operator, name in carriers.items() if name != default}
        self.default = default
        self._scopes = {default: Scope(beyond=_prefixes(others))}
        for provider in others.values():
            its = [operator for operator, name in others.items() if name == provider]
            self._scopes[provider] = Scope(within=_prefixes(its))

    @property
    def providers(self) -> tuple[str, ...]:
        """Every provider that carries something, the default first."""
        return tuple(self._scopes)

    def scope_of(self, provider: str) -> Scope:
        """The numbers that `provider` carries; raises KeyError where it is in no route."""
        return self._scopes[provider]

    def provider_of(self, msisdn: str) -> str:
        """The one provider that carries SMS to `msisdn` (E.164)."""
        return next(name for name, scope in self._scopes.items() if scope.covers(msisdn))


def routing_of(settings: Settings, providers: Sequence[Provider]) -> Routing:
    """The routes that the providers' `carries` make.

    Raises SettingsError where a number would have two routes, or none.
    """
    default = settings.sms_provider or providers[0].name
    carriers: dict[str, str] = {}
    rest = ""
    for provider in providers:
        carried_by = provider.carries(settings)
        _check_operators(carried_by)
        its_rest = [name for name, carried in carried_by.items() if THE_REST in carried]
        if provider.name == default:
            rest = _one_of(its_rest, default)
        for name, carried in carried_by.items():
            for operator in (one for one in carried if one != THE_REST):
                if carriers.setdefault(operator, name) != name:
                    raise SettingsError(f"{name} and {carriers[operator]} both carry {operator!r}.")
    return Routing(rest, carriers)


def senders_of(
    settings: Settings, providers: Iterable[Provider], routing: Routing, timeouts: Timeouts
) -> tuple[SmsProvider, ...]:
    """What sends for each of the routes, the default first; only who is in one is asked for it."""
    senders: dict[str, SmsProvider] = {}
    for provider in providers:
        if not set(routing.providers).isdisjoint(provider.carries(settings)):
            senders |= provider.senders(settings, timeouts)
    return tuple(senders[name] for name in routing.providers)


def _check_operators(carried_by: Mapping[str, Iterable[str]]) -> None:
    for name, carried in carried_by.items():
        for operator in carried:
            if operator not in {THE_REST, *NUMBERING_PLAN}:
                raise SettingsError(f"{name} carries {operator!r}: nobody in Laos is called that.")


def _one_of(its_rest: Sequence[str], default: str) -> str:
    if len(its_rest) != 1:
        raise SettingsError(
            f"SMS_PROVIDER={default!r}: one of its operators must carry {THE_REST!r}, and "
            f"{len(its_rest)} do."
        )
    return its_rest[0]


def _prefixes(operators: Iterable[str]) -> tuple[str, ...]:
    wanted = set(operators)
    return tuple(LAO + prefix for prefix, name in OPERATORS.items() if name in wanted)
