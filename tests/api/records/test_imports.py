"""Files of another system over HTTP: the worker checks and imports them as it does staff's."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.registry.tables import beneficiaries
from gateway.uploads.tables import imports
from tests.api.records.test_resources import NEW, WOMAN
from tests.console.happenings import run_import
from tests.registry.files import beneficiary
from tests.service import Service

ROW = WOMAN | {"registration_no": NEW}


def ndjson(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def upload(
    service: Service, key: str, data: bytes, kind: str = "beneficiaries",
    media: str = "application/x-ndjson",
) -> Any:  # fmt: skip
    return service.app.test_client().post(
        f"/api/v1/imports/{kind}",
        data=data,
        content_type=media,
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"{kind} {hash(data)}"},
    )


def work(service: Service, path: str, registry: Any) -> Any:
    run_import(service, UUID(path.rsplit("/", 1)[1]))
    return registry.get(path).json


@pytest.fixture
def registry(system: Any) -> Any:
    return system("beneficiaries:write")


def on_record(service: Service, number: str = NEW) -> bool:
    hers = select(beneficiaries.c.id).where(beneficiaries.c.registration_no == number)
    with service.database.reading() as connection:
        return connection.execute(hers).first() is not None


def test_a_file_is_checked_confirmed_and_brought_in(registry: Any, service: Service):
    sent = upload(service, registry.key, ndjson(ROW))
    path = f"/imports/beneficiaries/{sent.json['id']}"
    checked = work(service, path, registry)
    asked = checked
    if checked["unconfirmed"]:
        assert registry("POST", f"{path}/confirm", {}).status_code == 409
        again = registry("POST", f"{path}/confirm", {"new_places": True})
        assert (again.status_code, again.json["state"]) == (202, "checking")
        asked = work(service, path, registry)
    confirmed = registry("POST", f"{path}/confirm", {})
    done = work(service, path, registry)

    assert (sent.status_code, sent.json["state"]) == (202, "checking")
    assert (asked["state"], asked["new"]) == ("ready", 1)
    assert (confirmed.status_code, confirmed.json["state"]) == (202, "importing")
    assert (done["state"], done["new"]) == ("done", 1)
    assert on_record(service)
    assert registry("POST", f"{path}/cancel").status_code == 409


def test_every_fault_is_listed_with_its_line(registry: Any, service: Service):
    rows = ROW, ROW | {"registration_no": "26999002", "status": "enroled", "msisdn": "0205551"}
    path = f"/imports/beneficiaries/{upload(service, registry.key, ndjson(*rows)).json['id']}"

    assert work(service, path, registry)["state"] == "faulty"

    first = registry.get(f"{path}/lines?limit=1").json
    second = registry.get(f"{path}/lines?after={first['next']}").json
    found = [*first["items"], *second["items"]]
    assert {(one["line"], one["field"]) for one in found} == {(2, "status"), (2, "msisdn")}
    assert all(one["reason"] for one in found)
    assert not on_record(service)


def test_a_file_can_be_dropped(registry: Any, service: Service):
    path = f"/imports/beneficiaries/{upload(service, registry.key, ndjson(ROW)).json['id']}"

    assert registry("POST", f"{path}/cancel").json["state"] == "cancelled"
    assert not on_record(service)


def test_a_repeated_upload_is_one_file(registry: Any, service: Service):
    first = upload(service, registry.key, ndjson(ROW))
    again = upload(service, registry.key, ndjson(ROW))

    assert (again.status_code, again.json) == (first.status_code, first.json)
    with service.database.reading() as connection:
        assert len(connection.execute(select(imports.c.id)).all()) == 1


def test_csv_is_taken_too(registry: Any, service: Service):
    row = beneficiary(NEW)
    data = f"{','.join(row)}\n{','.join(row.values())}\n".encode()
    path = (
        f"/imports/beneficiaries/{upload(service, registry.key, data, media='text/csv').json['id']}"
    )

    assert work(service, path, registry)["new"] == 1


def test_a_page_is_no_file(registry: Any, service: Service):
    assert upload(service, registry.key, b"{}", media="text/html").status_code == 415


@pytest.mark.parametrize("kind", ["payments", "visits", "payment_results"])
def test_an_import_needs_the_write_scope_of_its_kind(registry: Any, service: Service, kind: str):
    assert upload(service, registry.key, b"{}", kind).status_code == 403


def test_a_test_key_is_answered_alike_and_nothing_is_brought_in(system: Any, service: Service):
    tester = system("beneficiaries:write", kind="test")
    path = f"/imports/beneficiaries/{upload(service, tester.key, ndjson(ROW)).json['id']}"
    if work(service, path, tester)["unconfirmed"]:
        tester("POST", f"{path}/confirm", {"new_places": True})
        work(service, path, tester)

    assert tester("POST", f"{path}/confirm", {}).json["state"] == "importing"
    work(service, path, tester)
    assert not on_record(service)


def test_nobody_elsewhere_learns_of_it(registry: Any, system: Any, service: Service):
    path = f"/imports/beneficiaries/{upload(service, registry.key, ndjson(ROW)).json['id']}"
    elsewhere = system("beneficiaries:write", district_id=1)
    another = system("payments:write")

    assert elsewhere.get(path).status_code == 404
    assert another.get(path.replace("beneficiaries", "payments")).status_code == 404
    assert registry.get("/imports/beneficiaries/nothing").status_code == 404
