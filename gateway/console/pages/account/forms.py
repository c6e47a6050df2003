"""The forms of signing in and of one's own account."""

from typing import Any

from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    StringField,
    ValidationError,
)

from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.console.kit.language import gettext
from gateway.core.texts import _
from gateway.staff.factors.store import LONGEST_NAME
from gateway.staff.names import one_line
from gateway.staff.passwords import LONGEST, SHORTEST, TOO_LONG, fault_of

_LONGEST_CODE = 40


class SignInForm(ConsoleForm):
    email = EmailField(_("Email"), validators=[required(), at_most(120)])
    password = PasswordField(_("Password"), validators=[required(), at_most(LONGEST)])


class CodeForm(ConsoleForm):
    code = StringField(_("Code"), [required(), at_most(_LONGEST_CODE)], filters=[stripped])


class _NewPassword(ConsoleForm):
    """Twice the same, and as good as a password of that e-mail address has to be."""

    def email_of_it(self) -> str:
        raise NotImplementedError

    def validate_new(self, field: Field) -> None:
        fault = fault_of(field.data, self.email_of_it())
        if fault is not None:
            raise ValidationError(gettext(fault, count=LONGEST if fault == TOO_LONG else SHORTEST))

    def validate_again(self, field: Field) -> None:
        if field.data != self.new.data:
            raise ValidationError(gettext(_("The two new passwords differ.")))


class PasswordForm(_NewPassword):
    old = PasswordField(_("Your password until now"), validators=[required(), at_most(LONGEST)])
    new = PasswordField(_("New password"), validators=[required()])
    again = PasswordField(_("New password, once more"), validators=[required()])

    def __init__(self, email: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._email = email

    def email_of_it(self) -> str:
        return self._email

    def validate_new(self, field: Field) -> None:
        super().validate_new(field)
        if field.data == self.old.data:
            raise ValidationError(gettext(_("Choose one that differs from the old one.")))


class ResetForm(_NewPassword):
    email = EmailField(_("Email"), validators=[required(), at_most(120)], filters=[stripped])
    code = StringField(
        _("Code that you were given"), [required(), at_most(_LONGEST_CODE)], filters=[stripped]
    )
    new = PasswordField(_("New password"), validators=[required()])
    again = PasswordField(_("New password, once more"), validators=[required()])

    def email_of_it(self) -> str:
        return str(self.email.data or "")


class ProofForm(ConsoleForm):
    """What changes how one signs in wants the password once more."""

    password = PasswordField(_("Your password"), validators=[required(), at_most(LONGEST)])


class FactorForm(ProofForm):
    name = StringField(
        _("Name of the device"), [required(), at_most(LONGEST_NAME)], filters=[stripped, one_line]
    )


class AuthenticatorForm(FactorForm):
    sealed = HiddenField()
    code = StringField(
        _("Code that the app shows"), [required(), at_most(_LONGEST_CODE)], filters=[stripped]
    )


class KeyForm(FactorForm):
    state = HiddenField()
    answer = HiddenField()


class KeyCodeForm(ConsoleForm):
    """A key's answer at the second step."""

    state = HiddenField()
    answer = HiddenField(validators=[required()])
