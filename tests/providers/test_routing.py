"""One number, one route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.msisdn import Msisdn
from gateway.providers.http import Timeouts
from gateway.providers.provider import Provider
from gateway.providers.routing import EVERY_NUMBER, Routing, Scope, routing_of, senders_of
from gateway.settings import Settings, SettingsError


class AnyProvider(Provider):
    """Has the ways that it is given."""

    def __init__(self, name: str, ways: dict[str, list[str]]) -> None:
        self._name = name
        self._ways = ways

    @property
    def name(self) -> str:
        return self._name

    def carries(self, _settings: Settings):
        return self._ways


def routes(default: str, *, pigeons: dict[str, list[str]] | None = None, **ways: list[str]):
    """Of Africa's Talking, of Kannel with `ways`, and of a third where it has any."""
    providers = [
        AnyProvider("africastalking", {"africastalking": ["*"]}),
        AnyProvider("kannel", {f"kannel-{name}": carried for name, carried in ways.items()}),
        AnyProvider("pigeons", pigeons or {}),
    ]
    return routing_of(Settings(sms_provider=default), providers)


LAOS = routes("kannel", unitel=["unitel", "*"], laotel=["laotel"], etl=["etl", "best"])


@pytest.mark.parametrize(
    ("msisdn", "provider"),
    [
        pytest.param("+8562095512345", "kannel-unitel", id="Unitel 209"),
        pytest.param("+856304123456", "kannel-unitel", id="Unitel 0304"),
        pytest.param("+856309123456", "kannel-unitel", id="Unitel 0309"),
        pytest.param("+8562055512345", "kannel-laotel", id="Lao Telecom 205"),
        pytest.param("+8562077712345", "kannel-laotel", id="Lao Telecom 207"),
        pytest.param("+8562022212345", "kannel-etl", id="ETL 202"),
        pytest.param("+8562088712345", "kannel-etl", id="Best, carried by ETL"),
        pytest.param("+856301234567", "kannel-unitel", id="a prefix that is nobody's yet"),
        pytest.param("+66812345678", "kannel-unitel", id="abroad"),
    ],
)
def test_a_number_goes_by_its_operator_and_else_by_the_default(msisdn, provider):
    assert LAOS.provider_of(msisdn) == provider


lao_numbers = st.from_regex(
    r"\+856(20[23579][0-9]{7}|208[78][0-9]{6}|30[24579][0-9]{6})", fullmatch=True
)
any_routing = st.dictionaries(
    st.sampled_from(["unitel", "laotel", "etl", "best", "tplus"]),
    st.sampled_from(["a", "b", "rest"]),
).map(lambda by_operator: Routing("rest", by_operator))


@given(any_routing, lao_numbers)
def test_every_number_is_in_the_scope_of_exactly_one_provider(routing, msisdn):
    covering = [name for name in routing.providers if routing.scope_of(name).covers(msisdn)]
    assert covering == [routing.provider_of(msisdn)]


@given(any_routing, lao_numbers)
def test_a_scope_agrees_with_the_numbering_plan(routing, msisdn):
    provider = routing.provider_of(msisdn)
    known = Msisdn(msisdn).operator
    if provider != routing.default:
        assert known is not None
        assert routing.scope_of(provider).covers(msisdn)


def test_a_single_provider_carries_everything():
    alone = routes("africastalking")
    assert alone.providers == ("africastalking",)
    assert alone.scope_of("africastalking") == EVERY_NUMBER


def test_operators_may_have_their_own_way_beside_another_default():
    mixed = routes("africastalking", unitel=["unitel"])
    assert mixed.provider_of("+8562095512345") == "kannel-unitel"
    assert mixed.provider_of("+8562055512345") == "africastalking"
    assert mixed.providers == ("africastalking", "kannel-unitel")


def test_the_default_comes_first_and_nobody_twice():
    assert LAOS.providers == ("kannel-unitel", "kannel-laotel", "kannel-etl")


def test_a_provider_without_numbers_has_no_scope():
    with pytest.raises(KeyError):
        LAOS.scope_of("africastalking")


@pytest.mark.parametrize(
    ("default", "ways", "sentence"),
    [
        pytest.param("kannel", {"unitel": ["unitel"]}, "one .* must carry", id="none has the rest"),
        pytest.param("kannel", {"unitel": ["*"], "etl": ["*"]}, "and 2 do", id="two do"),
        pytest.param("pigeons", {}, "one .* must carry", id="a default that sends nothing"),
        pytest.param(
            "africastalking",
            {"unitel": ["unitel"], "etl": ["unitel"]},
            "kannel-etl and kannel-unitel both carry 'unitel'",
            id="one operator carried twice",
        ),
        pytest.param(
            "africastalking",
            {"unitel": ["unitel"], "pigeons": {"pigeons": ["unitel"]}},
            "both carry 'unitel'",
            id="by two providers",
        ),
        pytest.param(
            "africastalking", {"vodafone": ["vodafone"]}, "nobody in Laos", id="unknown operator"
        ),
    ],
)
def test_numbers_with_two_routes_or_none_stop_the_start(default, ways, sentence):
    with pytest.raises(SettingsError, match=sentence):
        routes(default, **ways)


def test_only_who_is_in_a_route_is_asked_for_what_sends():
    """The SDK of a provider that carries nothing is not even loaded."""

    class Unasked(AnyProvider):
        def senders(self, _settings: Settings, _timeouts: Timeouts):
            raise AssertionError

    class Asked(AnyProvider):
        def senders(self, _settings: Settings, _timeouts: Timeouts):
            return dict.fromkeys(self._ways, "a sender")

    settings = Settings(sms_provider="kannel")
    providers: list[Provider] = [
        Unasked("first", {"first": ["*"]}),
        Asked("kannel", {"kannel-unitel": ["*"]}),
    ]
    routing = routing_of(settings, providers)
    (sender,) = senders_of(settings, providers, routing, (1, 1))
    assert str(sender) == "a sender"


def test_a_scope_is_what_begins_within_it_and_not_beyond():
    scope = Scope(within=("+85620",), beyond=("+856209",))
    assert scope.covers("+8562055512345")
    assert not scope.covers("+8562095512345")
    assert not scope.covers("+856305551234")
