"""The worker's part of an import: one at a time, never twice, and never lost."""

from uuid import UUID

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from gateway.registry.imports import ImportReport
from gateway.uploads.store import claim, next_waiting, settle
from gateway.uploads.tables import imports
from tests.console.conftest import Staff
from tests.console.happenings import run_import, upload
from tests.console.uploads import GOOD, checked, newest, pieces, send
from tests.service import Service


def jobs(client: Redis) -> list[tuple[str | None, tuple]]:
    queue = Queue("gateway", connection=client, serializer=JSONSerializer)
    return [(job.func_name, tuple(job.args)) for job in queue.jobs]


def test_an_upload_wakes_a_worker_with_its_id_alone(
    service: Service, staff: Staff, redis_client: Redis
):
    send(staff("operator"), GOOD)

    assert jobs(redis_client) == [("worker.jobs.run_import", (str(newest(service).id),))]


def test_without_redis_the_file_waits_for_the_sweeper(service_without_redis: Service):
    service = service_without_redis
    import_id = upload(service, GOOD)

    with service.database.reading() as connection:
        assert next_waiting(connection, now=service.clock()) == import_id


def test_one_file_is_worked_on_at_a_time(service: Service):
    first, second = upload(service, GOOD), upload(service, GOOD)
    claim_it(service, first)

    run_import(service, second)

    assert state_of(service, second) == "checking"
    with service.database.reading() as connection:
        assert next_waiting(connection, now=service.clock()) is None


def test_a_worker_that_died_is_followed_by_another(service: Service):
    import_id = upload(service, GOOD)
    claim_it(service, import_id)

    run_import(service, import_id)
    assert state_of(service, import_id) == "checking"
    service.clock.move(minutes=4)
    run_import(service, import_id)

    assert state_of(service, import_id) == "ready"


def test_a_job_that_comes_twice_does_nothing_twice(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)
    import_id = newest(service).id
    run_import(service, import_id)
    operator.submit(f"imports/{import_id}/confirm")
    run_import(service, import_id)
    run_import(service, import_id)

    assert state_of(service, import_id) == "done"
    assert newest(service).new == 1


def test_work_that_breaks_off_three_times_is_given_up(service: Service):
    import_id = upload(service, GOOD, kind="nonsense")

    for _ in range(3):
        assert state_of(service, import_id) == "checking"
        run_import(service, import_id)
        service.clock.move(minutes=1)

    assert (state_of(service, import_id), pieces(service)) == ("failed", 0)


def claim_it(service: Service, import_id: UUID):
    with service.database.writing() as connection:
        claimed = claim(connection, import_id, now=service.clock())
    assert claimed is not None
    return claimed


def state_of(service: Service, import_id: UUID) -> str:
    with service.database.reading() as connection:
        wanted = select(imports.c.state).where(imports.c.id == import_id)
        return connection.execute(wanted).scalar_one()


def test_whoever_lost_the_file_settles_nothing(service: Service, staff: Staff):
    operator = staff("operator")
    checked(service, operator, GOOD)
    import_id = newest(service).id
    operator.submit(f"imports/{import_id}/confirm")
    slow = claim_it(service, import_id)
    service.clock.move(minutes=4)
    quick = claim_it(service, import_id)

    with service.database.writing() as connection:
        late = settle(connection, slow, "done", ImportReport(new=1), now=service.clock())
        in_time = settle(connection, quick, "done", ImportReport(new=2), now=service.clock())

    assert (late, in_time) == (False, True)
    assert newest(service).new == 2
