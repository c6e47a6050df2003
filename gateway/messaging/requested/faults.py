"""Why an SMS that a system asks for is refused: which field, a word for programs, a sentence."""

from collections.abc import Mapping
from typing import Literal

from gateway.core.consent import Reason
from gateway.core.message_words import REASONS
from gateway.core.texts import _
from gateway.core.written_sms import TextFault

Field = Literal["registration_no", "msisdn", "template", "text", "category"]
Fault = (
    Reason
    | Literal[
        "whom",  # neither a registration number nor a phone number, or both
        "what",  # neither a template nor a text, or both
        "malformed",  # no registration number, no phone number
        "unknown",  # nobody whom this key may see
        "no_number",
        "not_listed",  # a team's key writes to the numbers on its list only
        "no_category",  # a text says whether it is about money or health
        "has_category",  # a template's is its own
        "nothing_due",
        "no_text",
        "placeholder",
        "too_long",
        "tells_amount",
        "tells_health",
    ]
)

WHOM = _("Name a registration number or a phone number, one of the two.")
WHAT = _("Name a template or write a text, one of the two.")
NOBODY = _("Nobody whom this key may see has this registration number.")
NOBODY_THERE = _("Nobody whom this key may see has this phone number.")
NO_CATEGORY = _("Say whether the text is about payment or health: each has a consent of its own.")
HAS_CATEGORY = _("A template has a category of its own.")
NO_PAYMENT_DUE = _("No payment is planned for her.")
NO_VISIT_DUE = _("No visit is due within %(weeks)s weeks.")
NO_TEXT = _("This is no text that a phone can show.")
PLACEHOLDER = _("%(found)s would stay as it is: nothing is filled in.")


class RequestError(ValueError):
    """One SMS that is not sent. `sentence` is a msgid with `params` for its placeholders; no
    number is among them."""

    def __init__(self, field: Field, reason: Fault, sentence: str, **params: object) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.sentence = sentence
        self.params: Mapping[str, object] = params


def held_back(field: Field, reason: Fault) -> RequestError:
    """In the words by which staff read why a message did not go."""
    return RequestError(field, reason, REASONS[reason])


def of_text(fault: TextFault) -> RequestError:
    """In the words by which staff are told what no SMS of theirs may say."""
    return RequestError("text", fault.reason, fault.sentence, **fault.params)
