"""Which provider carries an SMS: that of the number's operator, else the one that takes the rest.

Lao numbers cannot be ported, so the prefix is the operator, for good. Every number has exactly one
route, and a message that was handed to a provider stays with it: no handset gets the same message
by two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from gateway.core.msisdn import OPERATORS, Operator
from gateway.providers.kannel.operators import FAMILY, KannelOperator
from gateway.settings import SettingsError

THE_REST = "*"
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


def routing_of(operators: Iterable[KannelOperator], default: str) -> Routing:
    """The routes of operators.toml; `default` is the setting SMS_PROVIDER.

    Raises SettingsError where a number would have two routes, or none.
    """
    carriers: dict[str, str] = {}
    for operator in operators:
        for carried in operator.carries:
            if carried != THE_REST and carried not in NUMBERING_PLAN:
                raise SettingsError(f"operators.toml: nobody in Laos is called {carried!r}.")
            if carriers.setdefault(carried, operator.provider) != operator.provider:
                raise SettingsError(f"operators.toml: two tables carry {carried!r}.")
    rest = carriers.pop(THE_REST, None)
    if default == FAMILY:
        if rest is None:
            raise SettingsError('operators.toml: one table must carry "*".')
        default = rest
    return Routing(default, carriers)


def _prefixes(operators: Iterable[str]) -> tuple[str, ...]:
    wanted = set(operators)
    return tuple(LAO + prefix for prefix, name in OPERATORS.items() if name in wanted)
