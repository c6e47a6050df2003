"""People, payments and visits as another system writes them over HTTP."""

from typing import Any

import pytest
from sqlalchemy import func, select

from gateway.registry.imports.cells import NOT_KNOWN_VALUE
from gateway.registry.tables import beneficiaries, districts, payments, visits
from tests.registry.files import BENEFICIARY
from tests.service import Service

NEW = "26999001"
WOMAN: dict[str, Any] = {
    **{name: value for name, value in BENEFICIARY.items() if name != "registration_no"},
    "edd": None,
    "pin": None,
    "consent_payment": True,
    "consent_health": True,
}
MONEY = {
    "due_on": "2026-12-04",
    "amount": 300000,
    "pay_point": WOMAN["pay_point"],
    "status": "scheduled",
}


def people(service: Service) -> int:
    with service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(beneficiaries)).scalar_one()


@pytest.fixture
def registry(system: Any) -> Any:
    """A system that may write people, payments and visits; she is on record."""
    mine = system("beneficiaries:write", "payments:write", "visits:write")
    assert mine("PUT", f"/beneficiaries/{NEW}", WOMAN).json["result"] == "new"
    return mine


def test_a_woman_is_put_on_record_and_read_back(registry: Any):
    read = registry.get(f"/beneficiaries/{NEW}").json

    again = registry("PUT", f"/beneficiaries/{NEW}", WOMAN)

    assert (read["registration_no"], read["msisdn"]) == (NEW, "+8562055512345")
    assert read["child_dob"] == "2026-07-20"
    assert again.status_code == 200
    assert again.json == {"result": "unchanged", "kept": [], "warnings": [], "places": []}


def test_one_field_changes_alone(registry: Any):
    before = registry.get(f"/beneficiaries/{NEW}").json

    assert registry("PATCH", f"/beneficiaries/{NEW}", {"status": "suspended"}).json["result"] == (
        "changed"
    )

    after = registry.get(f"/beneficiaries/{NEW}").json
    assert {name for name in after if after[name] != before[name]} <= {"status", "updated_at"}
    assert after["status"] == "suspended"


def test_every_field_that_is_wrong_is_named(registry: Any):
    wrong = WOMAN | {"status": "enroled", "child_dob": "2026-02-30", "msisdn": "12"}

    refused = registry("PUT", f"/beneficiaries/{NEW}", wrong)

    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert {one["field"] for one in refused.json["errors"]} == {"status", "child_dob", "msisdn"}
    (status,) = [one for one in refused.json["errors"] if one["field"] == "status"]
    assert status["reason"].startswith(NOT_KNOWN_VALUE.partition("%")[0])
    assert status["value"] == "enroled"


@pytest.mark.parametrize(
    "body",
    [
        {"consent_payment": "yes"},
        {"amount": 1},
        {"name": ["a"]},
        {"name": {"a": 1}},
        {"edd": 20261104},
        [],
        "text",
        None,
        {"name": "a\x00b"},
        {"district": "x" * 100_000},
    ],
    ids=repr,
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_no_such_field_or_value_is_refused(registry: Any, method: str, body: Any):
    before = registry.get(f"/beneficiaries/{NEW}").json

    assert registry(method, f"/beneficiaries/{NEW}", body).status_code in {400, 415, 422}
    assert registry.get(f"/beneficiaries/{NEW}").json == before


@pytest.mark.parametrize("number", ["1", "2600000a", "260000011", "\u0ec1", "%00", "%ff"])
def test_what_is_no_registration_number_is_refused(registry: Any, number: str):
    assert registry("PUT", f"/beneficiaries/{number}", WOMAN).status_code in {404, 422}
    assert registry("PATCH", f"/beneficiaries/{number}", {}).status_code == 404


def test_who_is_not_on_record_cannot_be_changed(registry: Any):
    assert registry("PATCH", "/beneficiaries/26999009", {"status": "exited"}).status_code == 404


class TestTwoWhoEdit:
    def test_the_second_is_told(self, registry: Any):
        etag = registry.get(f"/beneficiaries/{NEW}").headers["ETag"]
        first = registry(
            "PATCH", f"/beneficiaries/{NEW}", {"status": "suspended"}, headers={"If-Match": etag}
        )

        second = registry(
            "PATCH", f"/beneficiaries/{NEW}", {"status": "exited"}, headers={"If-Match": etag}
        )

        assert (first.status_code, second.status_code) == (200, 412)
        now = registry.get(f"/beneficiaries/{NEW}")
        assert now.json["status"] == "suspended"
        assert now.headers["ETag"] == first.headers["ETag"]

    def test_whoever_is_not_there_is_not_as_she_was(self, registry: Any):
        refused = registry(
            "PUT", "/beneficiaries/26999002", WOMAN, headers={"If-Match": '"anything"'}
        )

        assert refused.status_code == 412
        assert registry.get("/beneficiaries/26999002").status_code == 404


def test_a_repeated_write_gets_the_same_answer(registry: Any, service: Service):
    headers = {"Idempotency-Key": "the same"}
    first = registry("PUT", "/beneficiaries/26999002", WOMAN, headers=headers)
    again = registry("PUT", "/beneficiaries/26999002", WOMAN, headers=headers)

    assert first.json["result"] == again.json["result"] == "new"
    assert first.headers["ETag"] == again.headers["ETag"]
    other = registry(
        "PUT", "/beneficiaries/26999002", WOMAN | {"status": "exited"}, headers=headers
    )
    assert other.status_code == 422


class TestMany:
    def rows(self) -> list[dict[str, Any]]:
        return [
            WOMAN | {"registration_no": "26999001", "status": "suspended"},
            WOMAN | {"registration_no": "26999002"},
            WOMAN | {"registration_no": "26999003", "category": "mother"},
        ]

    def test_each_has_its_own_result(self, registry: Any, service: Service):
        before = people(service)

        done = registry("POST", "/beneficiaries/bulk", {"mode": "each", "rows": self.rows()}).json

        assert [one["result"] for one in done["rows"]] == ["changed", "new", "refused"]
        assert [one["field"] for one in done["rows"][2]["errors"]] == ["category"]
        assert (done["new"], done["changed"], done["refused"]) == (1, 1, 1)
        assert people(service) == before + 1

    def test_or_all_or_nothing(self, registry: Any, service: Service):
        before = people(service)

        refused = registry("POST", "/beneficiaries/bulk", {"mode": "all", "rows": self.rows()})

        assert refused.status_code == 422
        assert [(one["row"], one["field"]) for one in refused.json["errors"]] == [(3, "category")]
        assert people(service) == before

    @pytest.mark.parametrize("rows", [0, 1001])
    def test_there_are_one_to_a_thousand(self, registry: Any, rows: int):
        many = [WOMAN | {"registration_no": f"{26_900_000 + at}"} for at in range(rows)]

        assert registry("POST", "/beneficiaries/bulk", {"rows": many}).status_code == 422

    def test_payments_and_visits_likewise(self, registry: Any):
        paid = registry("POST", "/payments/bulk", {
            "mode": "each",
            "rows": [
                MONEY | {"registration_no": NEW, "cycle": "2026-11"},
                MONEY | {"registration_no": "26999009", "cycle": "2026-11"},
            ],
        })  # fmt: skip
        made = {"registration_no": NEW, "visit": "penta1", "done_on": "2026-09-02"}
        visited = registry("POST", "/visits/bulk", {"mode": "all", "rows": [made, made]})

        assert [one["result"] for one in paid.json["rows"]] == ["new", "refused"]
        assert [(one["row"], one["field"]) for one in visited.json["errors"]] == [(2, "visit")]


def test_a_payment_is_written_read_withdrawn_and_listed(registry: Any):
    assert registry("PUT", f"/payments/{NEW}/2026-11", MONEY).json["result"] == "new"
    withdrawn = registry("PUT", f"/payments/{NEW}/2026-11", MONEY | {"status": "cancelled"})

    read = registry.get(f"/payments/{NEW}/2026-11")
    assert withdrawn.json["result"] == "changed"
    assert (read.json["status"], read.json["amount"]) == ("cancelled", 300000)
    assert read.headers["ETag"] == withdrawn.headers["ETag"]
    listed = registry.get(f"/payments?registration_no={NEW}").json
    assert listed == {"items": [read.json], "next": None}


def test_a_visit_is_written_listed_and_taken_back(registry: Any, service: Service):
    path = f"/visits/{NEW}/penta1"
    assert registry("PUT", path, {"done_on": "2026-09-02"}).json["result"] == "new"
    (listed,) = registry.get(f"/visits?registration_no={NEW}").json["items"]
    assert (listed["visit"], listed["child"], listed["done_on"]) == ("penta1", 1, "2026-09-02")

    gone = registry("DELETE", path)

    assert (gone.status_code, gone.data) == (204, b"")
    assert registry("DELETE", path).status_code == 404
    assert registry.get(f"/visits?registration_no={NEW}").json["items"] == []


@pytest.mark.parametrize("path", ["/payments", "/visits", "/beneficiaries"])
def test_a_list_goes_on_where_it_ended(registry: Any, path: str):
    whole = registry.get(f"{path}?limit=1000").json
    assert whole["next"] is None

    pages: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = registry.get(f"{path}?limit=7{after and f'&after={after}'}").json
        pages += page["items"]
        after = page["next"]

    assert pages == whole["items"]
    assert len(pages) > 7


class TestTestKeys:
    def test_they_are_answered_alike_and_write_nothing(self, system: Any, service: Service):
        tester = system("beneficiaries:write", "payments:write", "visits:write", kind="test")
        live = system("beneficiaries:write")
        before = people(service)

        tried = tester("PUT", f"/beneficiaries/{NEW}", WOMAN)
        many = tester("POST", "/beneficiaries/bulk", {"rows": [WOMAN | {"registration_no": NEW}]})

        assert people(service) == before
        assert many.json["new"] == 1
        assert tried.json == live("PUT", f"/beneficiaries/{NEW}", WOMAN).json

    def test_nor_do_they_take_a_visit_back(self, registry: Any, system: Any, service: Service):
        registry("PUT", f"/visits/{NEW}/penta1", {"done_on": "2026-09-02"})

        assert (
            system("visits:write", kind="test")("DELETE", f"/visits/{NEW}/penta1").status_code
            == 204
        )
        assert len(registry.get(f"/visits?registration_no={NEW}").json["items"]) == 1


class TestDistricts:
    @pytest.fixture
    def elsewhere(self, registry: Any, system: Any, service: Service) -> Any:
        """A key of another district than hers."""
        registry("PUT", f"/payments/{NEW}/2026-11", MONEY)
        registry("PUT", f"/visits/{NEW}/penta1", {"done_on": "2026-09-02"})
        with service.database.reading() as connection:
            other = select(districts.c.id).where(districts.c.name != WOMAN["district"]).limit(1)
            district_id = connection.execute(other).scalar_one()
        scopes = ("beneficiaries:write", "payments:write", "visits:write")
        return system(*scopes, district_id=district_id)

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("PUT", f"/beneficiaries/{NEW}", WOMAN),
            ("PUT", f"/payments/{NEW}/2026-11", MONEY),
            ("PUT", f"/visits/{NEW}/penta1", {"done_on": "2026-09-03"}),
        ],
        ids=["person", "payment", "visit"],
    )
    def test_nobody_of_another_one_is_written(
        self, elsewhere: Any, method: str, path: str, body: Any
    ):
        refused = elsewhere(method, path, body)

        assert refused.status_code == 422
        assert "registration_no" in {one["field"] for one in refused.json["errors"]}

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", f"/beneficiaries/{NEW}"),
            ("PATCH", f"/beneficiaries/{NEW}"),
            ("GET", f"/payments/{NEW}/2026-11"),
            ("DELETE", f"/visits/{NEW}/penta1"),
        ],
    )
    def test_nor_told_of(self, elsewhere: Any, method: str, path: str):
        assert elsewhere(method, path, {} if method == "PATCH" else None).status_code == 404

    @pytest.mark.parametrize("path", ["/payments", "/visits"])
    def test_nor_listed(self, elsewhere: Any, path: str):
        assert elsewhere.get(f"{path}?registration_no={NEW}").json["items"] == []


def test_what_was_written_is_what_the_console_would_show(registry: Any, service: Service):
    registry("PUT", f"/payments/{NEW}/2026-11", MONEY)
    registry("PUT", f"/visits/{NEW}/penta1", {"done_on": "2026-09-02"})

    with service.database.reading() as connection:
        hers = select(beneficiaries.c.id).where(beneficiaries.c.registration_no == NEW)
        whose = connection.execute(hers).scalar_one()
        for table in (payments, visits):
            mine = select(func.count()).where(table.c.beneficiary_id == whose)
            assert connection.execute(mine).scalar_one() == 1
