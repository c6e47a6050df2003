"""Forms that show what `gateway.people` says is wrong."""

from collections.abc import Iterable, Mapping
from datetime import date

from gateway.console.kit.filters import day
from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.language import gettext
from gateway.people.faults import Fault


def _in_words(params: Mapping[str, object]) -> dict[str, object]:
    return {name: day(one) if isinstance(one, date) else one for name, one in params.items()}


class WithFaults(ConsoleForm):
    def refuse(self, faults: Iterable[Fault]) -> None:
        """Each sentence beside its field, or above all of them."""
        for fault in faults:
            sentence = gettext(fault.reason, **_in_words(fault.params))
            field = self._fields.get(fault.field)
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = (*field.errors, sentence)
