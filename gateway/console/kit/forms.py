"""Forms: WTForms with our words. Labels are msgids, translated where the macro draws them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField, ValidationError
from wtforms.validators import DataRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from gateway.console.kit.language import gettext
from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import is_blank
from gateway.core.msisdn import Msisdn, parse
from gateway.core.texts import _

Validator = Callable[[Any, Field], None]

MISSING = _("Fill this in.")
TOO_LONG = _("Use at most %(count)s characters; there are %(given)s.")
CHANGED_MEANWHILE = _(
    "This was changed after you opened it. What you typed is kept below: compare it with what is "
    "stored now, then save again."
)


_NO_CHOICE = _("Not a valid choice.")


class _Words:
    """WTForms' own sentences through our catalogues, where they are in them; those about several
    choices repeat ids."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        text = singular if n == 1 else plural
        return gettext(_NO_CHOICE if "valid choice" in text else text)


_OWN_SENTENCES = (
    _NO_CHOICE,
    _("Not a valid date value."),
    _("Not a valid integer value."),
    _("Invalid Choice: could not coerce."),
)


def _readable(_form: Any, field: Field) -> None:
    """Before any other validator: none sees what is no value of the field, or has no end."""
    if field.process_errors and any(field.raw_data or ()):
        raise StopValidation
    longest, given = field.meta.longest, len(field.data) if isinstance(field.data, str) else 0
    if given > longest:
        raise StopValidation(gettext(TOO_LONG, count=longest, given=given))


class ConsoleForm(FlaskForm):  # type: ignore[misc]
    """Base of every form; the CSRF token is a field of it. No field is longer than `longest`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        longest = 5000  # characters; most fields say less

        def get_translations(self, _form: Any) -> _Words:
            return _Words()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            field = super().bind_field(form, unbound_field, options)
            field.validators = (_readable, *field.validators)
            return field


class SelectMultipleBoxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilterForm(ConsoleForm):
    """The filters over a list: a GET form whose fields are read from the address."""

    class Meta(ConsoleForm.Meta):
        csrf = False
        longest = 200  # of what is looked for

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(formdata=request.args, **kwargs)

    def given(self) -> dict[str, Any]:
        """{field: value} of what is filled in and valid; the rest is marked where it is drawn."""
        self.validate()
        for one in self:
            if not request.args.get(one.name):
                one.errors = ()
        return {one.name: one.data for one in self if one.data and not one.errors}


class EditForm(ConsoleForm):
    """A form over a stored row: it knows which state of the row its reader saw."""

    seen_at = HiddenField()

    def open(self, updated_at: datetime) -> None:
        """Called when the form is drawn anew, with the row's `updated_at`."""
        self.seen_at.data = updated_at.isoformat()

    def is_stale(self, updated_at: datetime) -> bool:
        """True, and an error on the form, where the row was changed since; saving again goes
        through, now that its reader has been told."""
        if self.seen_at.data == updated_at.isoformat():
            return False
        self.seen_at.data = updated_at.isoformat()
        self.form_errors.append(gettext(CHANGED_MEANWHILE))
        return True


class _Seen(DataRequired):  # type: ignore[misc]
    """As DataRequired; invisible signs alone are nothing either."""

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and is_blank(field.data):
            raise StopValidation(self.message)


def required(message: str = MISSING) -> Validator:
    """A validator: nothing, blanks and signs that nobody sees are refused with `message`."""
    validator: Validator = _Seen(message)
    return validator


def at_most(count: int) -> Validator:
    """At most `count` characters."""

    def check(_form: Any, field: Field) -> None:
        given = len(field.data or "")
        if given > count:
            raise ValidationError(gettext(TOO_LONG, count=count, given=given))

    return check


def choices(
    words: Mapping[Any, str] | Mapping[str, str | tuple[str, str]], *, unchosen: str | None = None
) -> dict[str, str]:
    """Words of a `words` module as choices in the reader's language; of a pair its first.

    `unchosen` is the msgid of a choice in front of them whose value is "": "All", "Nobody".
    """
    named = {key: text if isinstance(text, str) else text[0] for key, text in words.items()}
    first = {} if unchosen is None else {"": unchosen}
    return {key: gettext(text) for key, text in (first | named).items()}


def phone_number(_form: Any, field: Field) -> None:
    """Any usual form of a number; an empty field passes. `msisdn_of` gives the parsed one."""
    if field.data:
        try:
            parse(field.data)
        except InvalidMsisdn as error:
            raise ValidationError(gettext(error.reason)) from None


def msisdn_of(field: Field) -> Msisdn | None:
    """The number of a field that `phone_number` let pass; None of an empty one."""
    return parse(field.data) if field.data else None


def stripped(value: str | None) -> str | None:
    """A filter of a text field: `filters=[stripped]`."""
    return value.strip() if value else value
