"""The forms of signing in and of one's own password."""

from typing import Any

from wtforms import EmailField, Field, PasswordField, ValidationError

from gateway.console.kit.forms import ConsoleForm, at_most, required
from gateway.console.kit.language import gettext
from gateway.core.texts import _
from gateway.staff.passwords import LONGEST, SHORTEST, TOO_LONG, fault_of


class SignInForm(ConsoleForm):
    email = EmailField(_("Email"), validators=[required(), at_most(120)])
    password = PasswordField(_("Password"), validators=[required(), at_most(LONGEST)])


class PasswordForm(ConsoleForm):
    old = PasswordField(_("Your password until now"), validators=[required(), at_most(LONGEST)])
    new = PasswordField(_("New password"), validators=[required()])
    again = PasswordField(_("New password, once more"), validators=[required()])

    def __init__(self, email: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._email = email

    def validate_new(self, field: Field) -> None:
        fault = fault_of(field.data, self._email)
        if fault is not None:
            raise ValidationError(gettext(fault, count=LONGEST if fault == TOO_LONG else SHORTEST))
        if field.data == self.old.data:
            raise ValidationError(gettext(_("Choose one that differs from the old one.")))

    def validate_again(self, field: Field) -> None:
        if field.data != self.new.data:
            raise ValidationError(gettext(_("The two new passwords differ.")))
