"""What callers and workers did, for the console to show: through the code that does it for them.

For a row with a state or an age of the test's own take `ledger`, which writes it.
"""

from io import BytesIO
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from gateway.core.keys import peppers_of
from gateway.core.kinds import CaseKind
from gateway.messaging.receiving.allowance import Allowance, Question, allow
from gateway.messaging.tables import replies_held
from gateway.paydays.marking import Became, mark
from gateway.registry.cases import open_case
from gateway.registry.tables import beneficiaries, payments
from gateway.staff.accounts import by_email
from gateway.staff.tables import ready_answers
from gateway.uploads.running import Runner
from gateway.uploads.store import Upload, keep
from tests.console.conftest import add_account
from tests.console.html import Page, text_of
from tests.paydays.desks import desk_at
from tests.service import TODAY, Service

MOTHER = "+8562055500001"  # of Sanamxay, one beneficiary
STRANGER = "+8562055599999"

_KEYS = count(1)


def beneficiary_of(service: Service, msisdn: str) -> UUID | None:
    """The first beneficiary with this number."""
    with service.database.reading() as connection:
        found = select(beneficiaries.c.id).where(beneficiaries.c.msisdn == msisdn)
        return connection.execute(found.order_by(beneficiaries.c.id)).scalars().first()


def open_a_case(
    service: Service,
    msisdn: str,
    kind: str = "call_back",
    *,
    text: str | None = None,
    known: bool = True,
) -> int:
    """A case from this number; `known`: the caller spoke for her beneficiary."""
    whom = beneficiary_of(service, msisdn) if known else None
    with service.database.writing() as connection:
        return open_case(
            connection,
            event_key=f"test:{next(_KEYS)}",
            kind=CaseKind(kind),
            msisdn=msisdn,
            beneficiary_id=whom,
            text=text,
            now=service.clock(),
        )


def hold_back(service: Service, msisdn: str, times: int = 1) -> UUID:
    """The row of a number that asked `times` too often within the hour."""
    allowance = Allowance(per_hour=1)
    with service.database.writing() as connection:
        for _time in range(times + 1):
            question = Question(event_id=uuid7(), msisdn=msisdn, about="ask", at=service.clock())
            allow(connection, question, allowance)
        held: UUID = connection.execute(
            select(replies_held.c.id).where(replies_held.c.msisdn == msisdn)
        ).scalar_one()
    return held


def upload(
    service: Service, content: bytes, district: str | None = None, kind: str = "visits"
) -> UUID:
    """A file on its way to be checked, brought by an account of its own."""
    email = f"uploader{next(_KEYS)}@example.la"
    add_account(service, "operator", district, email=email)
    with service.database.writing() as connection:
        staff = by_email(connection, email)
        assert staff is not None
        wanted = Upload(
            kind=kind,
            file_name="file.csv",
            district_id=staff.district_id,
            staff_id=staff.id,
            who=email,
        )
        return keep(connection, wanted, BytesIO(content), now=service.clock())


def mark_one(service: Service, msisdn: str) -> tuple[UUID, UUID]:
    """A list and its one payment, whose day has come: it is marked as what it is not."""
    with service.database.writing() as connection:
        row = connection.execute(
            select(payments.c.id, payments.c.status)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(beneficiaries.c.msisdn == msisdn, payments.c.due_on <= TODAY)
        ).first()
        assert row is not None
        became: Became = "missed" if row.status == "paid" else "paid"
        marked = mark(connection, {row.id: became}, desk_at(service.clock()))
    assert marked.list_id is not None
    return marked.list_id, row.id


def run_import(service: Service, import_id: UUID) -> None:
    """What a worker does about it."""
    Runner(
        database=service.database,
        peppers=peppers_of("a secret"),
        zone=ZoneInfo("Asia/Vientiane"),
        clock=service.clock,
    ).run(import_id)


def keep_answer(service: Service, lo: str = "ຂອບໃຈ", *, district_id: int | None = None) -> UUID:
    """An answer of the staff's own that stands ready."""
    answer_id, at = uuid7(), service.clock()
    with service.database.writing() as connection:
        connection.execute(
            insert(ready_answers).values(
                id=answer_id,
                district_id=district_id,
                texts={"lo": lo, "lo_Latn": "Khopchai", "en": "Thank you"},
                created_at=at,
                updated_at=at,
            )
        )
    return answer_id


def story_of(page: Page) -> list[str]:
    """The lines of a page's timeline."""
    return [text_of(line) for line in page.all(".//ul[@class='timeline']/li")]
