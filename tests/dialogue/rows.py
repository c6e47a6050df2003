"""What a call has left in the tables."""

from sqlalchemy import select

from gateway.registry.tables import events


def count(service, table) -> int:
    with service.database.reading() as connection:
        return len(connection.execute(select(table)).all())


def event_rows(service):
    with service.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(events)).all()]
