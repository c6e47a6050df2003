"""Forms that show what `gateway.people` says is wrong."""

from collections.abc import Iterable

from gateway.console.kit.forms import ConsoleForm
from gateway.console.kit.language import gettext
from gateway.people.faults import Fault


class WithFaults(ConsoleForm):
    def refuse(self, faults: Iterable[Fault]) -> None:
        """Each sentence beside its field, or above all of them."""
        for fault in faults:
            sentence = gettext(fault.reason, **fault.params)
            field = self._fields.get(fault.field)
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = (*field.errors, sentence)
