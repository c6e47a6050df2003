"""Files that somebody brings to the import page, and what a worker makes of them.

Through the page; `happenings.upload` is an upload without one.
"""

from io import BytesIO

from sqlalchemy import func, select

from gateway.registry.tables import visits
from gateway.uploads.tables import import_pieces, imports
from tests.console.happenings import MOTHER, beneficiary_of, run_import
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

GOOD = b"registration_no,visit,done_on\n26000001,mr1,2026-11-20\n26000001,bcg,2026-07-24\n"


def send(
    reader: PlainBrowser, content: bytes, kind: str = "visits", name: str = "file.csv"
) -> Page:
    return reader.submit("imports/", {"kind": kind, "file": (BytesIO(content), name)})


def newest(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(imports).order_by(imports.c.created_at.desc())).first()


def checked(service: Service, reader: PlainBrowser, content: bytes, **more: str) -> Page:
    """The page of a file after a worker has looked at it."""
    send(reader, content, **more)
    row = newest(service)
    run_import(service, row.id)
    return reader.get(f"imports/{row.id}")


def pieces(service: Service) -> int:
    with service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(import_pieces)).scalar_one()


def numbers(page: Page) -> list[str]:
    return [
        " ".join("".join(one.itertext()).split())
        for one in page.all(".//main//div")
        if (one.get("class") or "").startswith("figure ")
    ]


def visits_of(service: Service) -> set[str]:
    with service.database.reading() as connection:
        mine = visits.c.beneficiary_id == beneficiary_of(service, MOTHER)
        return set(connection.execute(select(visits.c.visit).where(mine)).scalars())
