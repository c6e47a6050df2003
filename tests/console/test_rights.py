"""Every route against every role and nobody, and against staff of another district."""

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from gateway.staff.rights import RIGHTS, ROLES, Role
from tests.console.conftest import Staff
from tests.console.examples import ELSEWHERE, EXAMPLES
from tests.console.plain_browser import PlainBrowser
from tests.console.routes import PUBLIC, ROUTES, Route
from tests.service import Service

SIGN_OUT = "console.account.sign_out"


def test_every_route_is_in_the_table(service: Service):
    assert {rule.endpoint for rule in _rules(service)} == ROUTES.keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_says_and_nothing_else(
    service: Service, staff: Staff, role: Role
):
    wrong = []
    reader = staff(role)
    for label, route, method, path in _calls(service):
        status = _status(reader, method, path)
        allowed = route.roles == PUBLIC or role in route.roles.split()
        if (status == 403) == allowed or status >= 500:
            wrong.append(f"{label}: {status}")

    assert wrong == []


def test_nobody_is_asked_to_sign_in_everywhere_else(service: Service, nobody: PlainBrowser):
    wrong = []
    for label, route, method, path in _calls(service):
        answer = _answer(nobody, method, path)
        asked = answer.status_code == 302 and "/console/sign-in" in answer.headers["Location"]
        if route.roles != PUBLIC and not asked:
            wrong.append(f"{label}: {answer.status}")

    assert wrong == []


def test_what_belongs_to_another_district_is_not_found(service: Service, staff: Staff):
    wrong = []
    confined: dict[str, PlainBrowser] = {role: staff(role, ELSEWHERE) for role in ROLES}
    for label, route, method, path in _calls(service):
        if route.example is None or not route.confined:
            continue
        for role in route.roles.split():
            status = _status(confined[role], method, path)
            if status != 404:
                wrong.append(f"{label} as {role}: {status}")

    assert wrong == []


def test_nothing_is_changed_without_the_token_of_the_session(service: Service, staff: Staff):
    wrong = []
    admin = staff("admin")
    for label, _route, method, path in _calls(service):
        if method == "POST":
            status = admin.raw("POST", path).status_code
            if status != 400:
                wrong.append(f"{label}: {status}")

    assert wrong == []


def test_every_right_is_somebodys():
    assert all(RIGHTS.values())


def _rules(service: Service) -> list[Rule]:
    return [
        rule for rule in service.app.url_map.iter_rules() if rule.endpoint.startswith("console.")
    ]


def _calls(service: Service) -> Iterator[tuple[str, Route, str, str]]:
    """(label, what the table says, method, path) of every route and method; signing out last."""
    adapter = service.app.url_map.bind("localhost")
    made: dict[str, dict] = {}
    for rule in sorted(_rules(service), key=lambda rule: rule.endpoint == SIGN_OUT):
        route = ROUTES[rule.endpoint]
        values = {}
        if route.example:
            if route.example not in made:
                made[route.example] = EXAMPLES[route.example](service)
            values = {name: made[route.example][name] for name in rule.arguments}
        path = adapter.build(rule.endpoint, values)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield f"{method} {rule.endpoint}", route, method, path


def _status(reader: PlainBrowser, method: str, path: str) -> int:
    return _answer(reader, method, path).status_code


def _answer(reader: PlainBrowser, method: str, path: str):
    return reader.send(path) if method == "POST" else reader.raw("GET", path)
