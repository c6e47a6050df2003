"""What a caller did becomes a row and its effect, in one transaction, once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection


def record_event(
    connection: Connection,
    *,
    key: str,
    provider: str,
    session_id: str | None,
    msisdn: str,
    kind: str,
    data: Mapping[str, str],
    now: datetime,
    default_locale: str = "lo",
) -> dict[str, str]:
    """Writes the event under its unique `key` and applies its effect; the result is the screen's.

    The same key again returns the stored result and changes nothing. Kinds and their data:
    language_chosen{locale}, reminders_set{category, value "on"|"off", beneficiary_id?},
    course_stopped{beneficiary_id}, case_opened{kind, beneficiary_id?} -> {"case_number": "123"},
    number_disowned{}, summary_requested{beneficiary_id}, screened{...}, resume_offered{}.
    Runs in the caller's writing transaction; an unknown kind is only stored.
    """
    raise NotImplementedError
