"""A view says who may open it, or the application does not start."""

import pytest
from flask import Flask

from gateway.console.kit.guards import check_marks, needs, public
from gateway.staff.rights import RIGHTS, ROLES, may


def _view() -> str:
    return ""


def _app(view) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "console.page.index", view)
    return app


def test_a_view_that_says_nothing_stops_the_start():
    with pytest.raises(RuntimeError, match=r"console\.page\.index"):
        check_marks(_app(_view))


@pytest.mark.parametrize("mark", [public, needs("case.see")])
def test_a_view_that_says_who_does_not(mark):
    check_marks(_app(mark(_view)))


def test_a_right_there_is_not_is_found_when_the_module_is_loaded():
    with pytest.raises(KeyError, match=r"case\.eat"):
        needs("case.eat")  # type: ignore[arg-type]  # that is what is tested


@pytest.mark.parametrize("right", RIGHTS)
def test_an_administrator_has_every_right(right):
    assert may("admin", right)


@pytest.mark.parametrize("right", RIGHTS)
def test_a_viewer_changes_nothing(right):
    seeing = right.endswith(".see")

    assert not may("viewer", right) or seeing


def test_nobody_who_writes_broadcasts_only_approves_them():
    assert not may("operator", "broadcast.approve")
    assert not may("approver", "broadcast.write")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_console(role):
    assert may(role, "console.see")
