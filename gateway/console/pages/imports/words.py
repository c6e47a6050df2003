"""What imports are called, and what stays as it was set here."""

from collections.abc import Iterable, Mapping

from gateway.console.kit.language import language
from gateway.core.texts import _
from gateway.registry.imports.vocabulary import TITLES, WORDS

KINDS: dict[str, str] = {
    "beneficiaries": _("Beneficiaries"),
    "payments": _("Payments"),
    "visits": _("Health visits"),
    "payment_results": _("Payments made or missed"),
}

STATES: dict[str, tuple[str, str]] = {
    "checking": (_("Being checked"), "busy"),
    "ready": (_("Waits for you"), "warn"),
    "faulty": (_("Has faults"), "bad"),
    "importing": (_("Being imported"), "busy"),
    "done": (_("Imported"), "good"),
    "undoing": (_("Being taken back"), "busy"),
    "undone": (_("Taken back"), "quiet"),
    "cancelled": (_("Not imported"), "quiet"),
    "failed": (_("Broke off"), "bad"),
}

# What stays as the person or staff set it: see Kept in gateway.registry.imports.
KEPT: dict[str, str] = {
    "msisdn": _("phone number"),
    "locale": _("language"),
    "consent_payment": _("payment messages"),
    "consent_health": _("health messages"),
    "phone_owner": _("whose phone it is"),
    "status": _("status"),
    "pin": _("PIN"),
    "merged": _("merged into another number: changes nothing"),
    "merged_paid": _("merged into another number, and paid: her payment counts as paid"),
    "paid_twice": _("paid under both of her numbers: see “People who may be one”"),
    "later_visit": _("a later day of this visit is on record"),
    "name": _("name"),
    "category": _("pregnant, or with a child"),
    "edd": _("birth expected on"),
    "helper_msisdn": _("helper's phone"),
    "child_dob": _("day of birth"),
    "village": _("village and other places"),
    "due_on": _("payday"),
    "amount": _("amount"),
    "pay_point": _("pay point"),
    "course": _("health messages have ended"),
}

# Places that an import makes.
PLACES: dict[str, str] = {
    "province": _("Province"),
    "district": _("District"),
    "village": _("Village"),
    "health_centre": _("Health centre"),
    "pay_point": _("Pay point"),
}

NEW_ROW = _("new")

# Why a row that an import wrote cannot be taken back: see gateway.uploads.taking_back.
LEFT: dict[str, str] = {
    "touched": _("changed again since, by a person or another file"),
    "in_use": _("something hangs on it: payments, visits, calls, messages or cases"),
    "elsewhere": _("lies in another district by now"),
    "no_place": _("the place it had before is no more"),
    "gone": _("is not there any more"),
}

# What an import writes beside the columns of its file.
BESIDE: dict[str, str] = {
    "name_latin": _("name in Latin letters"),
    "enrolled_on": _("enrolled on"),
    "msisdn_disowned_at": _("number is not hers, since"),
    "status_before": _("status in the registry"),
}

# What two people share who may be the same.
SHARED: dict[str, str] = {
    "name": _("a like name"),
    "phone": _("phone number"),
    "birth": _("day of birth"),
    "village": _("village"),
}

HIDDEN = frozenset({"name_key"})  # ours alone: what a name is found by


def titled(column: str) -> str:
    """The heading of a column; what is none stands as it is."""
    return TITLES.get(column, (column,))[0] if language() == "lo" else column


def coded(kind: str, column: str, value: str) -> str:
    """The word for a code that stands in the `column` of a `kind` of files, else the value."""
    if language() != "lo":
        return value
    # A result says paid or missed, and what was before it is a payment's.
    words = WORDS.get(("payments" if kind == "payment_results" else kind, column), {})
    return words.get(value, (value,))[0]


def titled_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by the heading of their column."""
    return {titled(column): rows for column, rows in counts.items() if column not in HIDDEN}


def worded(
    kind: str, lines: Iterable[tuple[int, str, str, str, str]]
) -> list[tuple[int, str, str, str, str]]:
    """(line, registration number, column, before, after) with the words of the template."""
    return [
        (line, number, titled(column), coded(kind, column, was), coded(kind, column, becomes))
        for line, number, column, was, becomes in lines
    ]
