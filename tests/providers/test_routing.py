"""One number, one route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.msisdn import Msisdn
from gateway.providers.kannel.operators import KannelOperator
from gateway.providers.routing import EVERY_NUMBER, Routing, Scope, routing_of
from gateway.settings import SettingsError


def operator(name: str, *carries: str) -> KannelOperator:
    return KannelOperator(name=name, sms=name, ussd=f"{name}-ussd", carries=carries or (name,))


LAOS = routing_of(
    [operator("unitel", "unitel", "*"), operator("laotel"), operator("etl", "etl", "best")],
    "kannel",
)


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
    alone = routing_of([], "africastalking")
    assert alone.providers == ("africastalking",)
    assert alone.scope_of("africastalking") == EVERY_NUMBER


def test_operators_may_have_their_own_way_beside_another_default():
    mixed = routing_of([operator("unitel")], "africastalking")
    assert mixed.provider_of("+8562095512345") == "kannel-unitel"
    assert mixed.provider_of("+8562055512345") == "africastalking"
    assert mixed.providers == ("africastalking", "kannel-unitel")


def test_the_default_comes_first_and_nobody_twice():
    assert LAOS.providers == ("kannel-unitel", "kannel-laotel", "kannel-etl")


def test_a_provider_without_numbers_has_no_scope():
    with pytest.raises(KeyError):
        LAOS.scope_of("africastalking")


@pytest.mark.parametrize(
    ("tables", "default", "sentence"),
    [
        pytest.param([operator("unitel")], "kannel", r"must carry", id="nobody takes the rest"),
        pytest.param(
            [operator("unitel", "*"), operator("etl", "*")],
            "kannel",
            r"two tables carry '\*'",
            id="two do",
        ),
        pytest.param(
            [operator("unitel"), operator("etl", "unitel")],
            "africastalking",
            "two tables carry 'unitel'",
            id="one operator carried twice",
        ),
        pytest.param(
            [operator("vodafone")], "africastalking", "nobody in Laos", id="an unknown operator"
        ),
    ],
)
def test_numbers_with_two_routes_or_none_stop_the_start(tables, default, sentence):
    with pytest.raises(SettingsError, match=sentence):
        routing_of(tables, default)


def test_a_scope_is_what_begins_within_it_and_not_beyond():
    scope = Scope(within=("+85620",), beyond=("+856209",))
    assert scope.covers("+8562055512345")
    assert not scope.covers("+8562095512345")
    assert not scope.covers("+856305551234")
