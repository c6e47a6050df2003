"""Who may open a view. Every view of the console carries one of these marks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.exceptions import Forbidden

from gateway.console.kit.context import audit, current_staff, settings, signed_in, writing
from gateway.staff.accounts import StaffUser
from gateway.staff.rights import RIGHTS, Right

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
_OWN_PASSWORD = "console.account.password"  # noqa: S105 - the name of a view
_OWN_FACTOR = "console.account.second_factor"
# What is open to whoever has to set up a second factor first.
_SETTING_UP = {
    _OWN_PASSWORD, _OWN_FACTOR, "console.account.add_app", "console.account.add_key",
    "console.account.sessions", "console.account.end_session", "console.account.end_other_sessions",
    "console.account.see",
}  # fmt: skip


def needs(right: Right) -> Callable[[View], View]:
    """The view is for those who have `right`: others get 403, nobody is asked to sign in.

    Raises KeyError when the module is loaded and the right is not in the table.
    """
    _ = RIGHTS[right]

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            staff = signed_in()
            if staff is None:
                return _ask_to_sign_in()
            if must_change_password(staff) and request.endpoint != _OWN_PASSWORD:
                return redirect(url_for(_OWN_PASSWORD))
            if current_user.owes_factor and request.endpoint not in _SETTING_UP:
                return redirect(url_for(_OWN_FACTOR))
            try:
                if not staff.may(right):
                    abort(403)
                return cast("ResponseReturnValue", view(*args, **kwargs))
            except Forbidden:
                _record_refusal()
                raise

        guarded.needs = right  # type: ignore[attr-defined]
        return cast("View", guarded)

    return mark


def public(view: View) -> View:
    """The view is for everybody, signed in or not."""
    view.needs = PUBLIC  # type: ignore[attr-defined]
    return view


def must_change_password(staff: StaffUser) -> bool:
    """Told to, or a password of the demo where it is real."""
    return staff.must_change_password or (staff.demo_password and not settings().demo)


def safe_next(target: str | None, fallback: str) -> str:
    """`target` if it is a path of the console: nobody is sent to another site by a link of ours."""
    if not target or "\\" in target or not target.startswith("/console/"):
        return fallback
    if not target.isprintable():  # no header holds a line break
        return fallback
    parts = urlsplit(target)
    return fallback if parts.netloc or parts.scheme else target


def check_marks(app: Flask) -> None:
    """Raises RuntimeError naming a console view that says nothing of who may open it."""
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("console.") and not hasattr(view, "needs"):
            raise RuntimeError(f"{endpoint} has neither @needs nor @public")


def _record_refusal() -> None:
    """Who asked for what they have no right to; the page by its address, without what was typed."""
    asked = f"{request.method} {request.path}"[:200]
    with writing() as connection:
        audit(
            connection, "staff.refused", district_id=current_staff().district_id,
            changes={"page": (None, asked)},
        )  # fmt: skip


def _ask_to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("console.account.sign_in", next=wanted))
