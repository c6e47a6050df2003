"""Looking for places; another name; the place to merge into."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from gateway.console.kit.forms import (
    CHANGED_MEANWHILE,
    ConsoleForm,
    FilterForm,
    choices,
    required,
    stripped,
)
from gateway.console.kit.language import gettext
from gateway.console.pages.places.words import KINDS, WHO_IS_TOLD
from gateway.core.texts import _
from gateway.places.faults import PlaceError
from gateway.places.naming import Names, names_of
from gateway.places.records import Place

NOT_SURE = _("Tick this if it is so.")
_SHORT = ("short_name", "short_name_latin")


class PlaceFilter(FilterForm):
    kind = SelectField(_("Kind"))
    q = StringField(_("Name, in either script"), filters=[stripped])
    district = SelectField(_("District"), coerce=lambda value: int(value) if value else None)

    def offer(self, served: dict[str, str]) -> None:
        """Fills in the choices; `served` are the reader's districts, {id: name}."""
        self.kind.choices = choices(KINDS)
        self.district.choices = {"": gettext(_("All"))} | served


class _Telling(ConsoleForm):
    """A change that is shown before it is made; what is confirmed is what was shown."""

    tell = RadioField(_("Who gets an SMS about it"), validate_choice=False)
    previewed = HiddenField()

    def offer_telling(self, otherwise: bool) -> None:
        """Who is told where nothing was chosen yet: those to whom it is another place now."""
        self.tell.choices = choices(WHO_IS_TOLD)
        if self.tell.data not in WHO_IS_TOLD:
            self.tell.data = "told" if otherwise else "nobody"

    def seen(self) -> None:
        self.previewed.data = self._choice()

    def is_confirmed(self) -> bool:
        shown: str | None = self.previewed.data
        return request.form.get("confirmed") == "yes" and self._choice() == shown

    @property
    def tells(self) -> bool:
        return bool(self.tell.data == "told")

    def refuse(self, error: PlaceError) -> None:
        """The sentence beside its field, or above all of them."""
        sentence = gettext(error.reason, **error.params)
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = (*field.errors, sentence)

    def _choice(self) -> str:
        raise NotImplementedError


class RenameForm(_Telling):
    name = StringField(_("Name in Lao letters"), [required()], filters=[stripped])
    name_latin = StringField(_("Name in Latin letters"), [required()], filters=[stripped])
    short_name = StringField(_("Short name for SMS, in Lao letters"), filters=[stripped])
    short_name_latin = StringField(_("Short name for SMS, in Latin letters"), filters=[stripped])
    stored = HiddenField()

    def open(self, place: Place) -> None:
        """The names as they are, where nothing was sent."""
        if place.kind != "pay_point":
            for name in _SHORT:
                delattr(self, name)
        if not self.is_submitted():
            names = vars(names_of(place))
            self.process(data=names | {"stored": _written(names), "tell": ""})

    def is_stale(self, place: Place) -> bool:
        """True, and an error, where somebody has renamed it since; the next press goes through."""
        names = _written(vars(names_of(place)))
        if self.stored.data == names:
            return False
        self.stored.data = names
        self.form_errors.append(gettext(CHANGED_MEANWHILE))
        return True

    def names(self) -> Names:
        given = {name: self[name].data for name in _SHORT if name in self}
        return Names(name=self.name.data, name_latin=self.name_latin.data, **given)

    def _choice(self) -> str:
        return _written(vars(self.names()) | {"tell": self.tell.data})


class MergeForm(_Telling):
    into = SelectField(_("Which is the same place, and stays"), coerce=int)
    sure = BooleanField(_("The two are one place. This cannot be undone."))

    def offer(self, others: Mapping[int, str]) -> None:
        self.into.choices = others

    def is_sure(self) -> bool:
        """Whether it is ticked; an error where not."""
        if not self.sure.data:
            self.sure.errors = (gettext(NOT_SURE),)
        return bool(self.sure.data)

    def _choice(self) -> str:
        return str(self.into.data)


def _written(values: Mapping[str, Any]) -> str:
    return "|".join(f"{name}={value or ''}" for name, value in sorted(values.items()))
