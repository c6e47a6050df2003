"""`flask staff`: accounts added, unlocked, and given back to their people."""

from datetime import UTC, datetime

import pytest
from click.testing import Result
from sqlalchemy import select

from gateway.registry.tables import health_centres
from gateway.staff.accounts import StaffUser, authenticate, by_email
from gateway.staff.resets import use
from gateway.staff.tables import audit_log
from gateway.staff.tries import MOST_FAILURES, NOWHERE
from tests.service import Service


def _run(service: Service, *words: str, command: str = "add") -> Result:
    return service.app.test_cli_runner().invoke(args=["staff", command, *words])


def _found(service: Service, email: str) -> StaffUser | None:
    with service.database.reading() as connection:
        return by_email(connection, email)


def test_the_password_it_prints_signs_in_and_must_be_changed(service: Service):
    result = _run(service, "Khamla@Example.la", "--role", "admin")

    email, password = result.output.split()
    staff = authenticate(service.database, email, password)
    assert email == "khamla@example.la"
    assert staff is not None
    assert (staff.role, staff.district_id, staff.must_change_password) == ("admin", None, True)


@pytest.mark.parametrize("name", ["Nong", "ນອງ"])
def test_a_district_is_known_by_either_name(service: Service, name: str):
    _run(service, "k@example.la", "--role", "operator", "--district", name)

    staff = _found(service, "k@example.la")
    assert staff is not None
    assert staff.district_id is not None


@pytest.mark.parametrize(
    ("label", "words", "sentence"),
    [
        ("an unknown district", ["k@example.la", "--role", "viewer", "--district", "Vientiane"],
         "No such district; there are: Nong, Phouvong, Sanamxay."),
        ("an unknown role", ["k@example.la", "--role", "boss"], "'boss' is not one of"),
        ("no role", ["k@example.la"], "Missing option '--role'"),
        ("no email", ["khamla", "--role", "viewer"], "not an email address"),
        ("a health worker of no place", ["k@example.la", "--role", "health_worker"],
         "A health worker needs --health-centre, or at least --district."),
        ("an operator of a health centre", ["k@example.la", "--role", "operator",
         "--health-centre", "Souksala Laho"],
         "Only a health worker belongs to a --health-centre."),
        ("an unknown health centre", ["k@example.la", "--role", "health_worker", "--district",
         "Nong", "--health-centre", "Souksala Vientiane"],
         "No such health centre; there are: "),
        ("a health centre of another district", ["k@example.la", "--role", "health_worker",
         "--district", "Sanamxay", "--health-centre", "Souksala Laho"],
         "No such health centre; there are: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_added(
    service: Service, label: str, words: list[str], sentence: str
):
    result = _run(service, *words)

    assert result.exit_code != 0, label
    assert sentence in result.output, label
    assert _found(service, "k@example.la") is None


def test_an_email_is_added_once(service: Service):
    _run(service, "k@example.la", "--role", "viewer")

    result = _run(service, "K@example.la", "--role", "admin")

    assert result.exit_code == 1
    assert result.output == "Error: There is an account for K@example.la.\n"
    staff = _found(service, "k@example.la")
    assert staff is not None
    assert staff.role == "viewer"


def test_it_is_in_the_audit_log(service: Service):
    _run(service, "k@example.la", "--role", "viewer")

    with service.database.reading() as connection:
        line = connection.execute(select(audit_log)).one()
    assert (line.who, line.action, line.changes) == (
        "flask staff add",
        "staff.add",
        {"role": [None, "viewer"]},
    )


def test_a_health_worker_gets_her_health_centre_and_its_district(service: Service):
    _run(service, "k@example.la", "--role", "health_worker", "--health-centre", "Souksala Laho")

    staff = _found(service, "k@example.la")
    assert staff is not None
    assert staff.health_centre_id is not None
    with service.database.reading() as connection:
        centre = select(health_centres).where(health_centres.c.id == staff.health_centre_id)
        assert connection.execute(centre).one().district_id == staff.district_id


def test_a_health_worker_may_have_a_whole_district(service: Service):
    result = _run(service, "k@example.la", "--role", "health_worker", "--district", "Nong")

    assert result.exit_code == 0
    staff = _found(service, "k@example.la")
    assert staff is not None
    assert (staff.district_id is None, staff.health_centre_id) == (False, None)


def test_unlocking_forgets_the_wrong_passwords(service: Service):
    email, password = _run(service, "k@example.la", "--role", "admin").output.split()
    for _guess in range(MOST_FAILURES):
        authenticate(service.database, email, "wrong")
    assert authenticate(service.database, email, password) is None

    result = _run(service, "K@example.la", command="unlock")

    assert result.output == f"k@example.la: {MOST_FAILURES} wrong passwords forgotten.\n"
    assert authenticate(service.database, email, password) is not None
    with service.database.reading() as connection:
        lines = connection.execute(select(audit_log).order_by(audit_log.c.id)).all()
    assert (lines[-1].who, lines[-1].action) == ("flask staff unlock", "staff.unlock")


def test_unlocking_nobody_says_so(service: Service):
    result = _run(service, "nobody@example.la", command="unlock")

    assert result.exit_code == 1
    assert "There is no account for nobody@example.la." in result.output


class TestReset:
    """For an installation with one administrator."""

    def test_the_code_that_it_prints_gives_a_new_password(self, service: Service):
        _run(service, "k@example.la", "--role", "admin")

        result = _run(service, "K@example.la", command="reset")

        email, code = result.stdout.split()
        assert email == "k@example.la"
        keys = service.app.extensions["console"].settings.factor_keys
        now = datetime.now(UTC)
        assert use(
            service.database, email, code, "four grey umbrellas", keys=keys, origin=NOWHERE, now=now
        )
        assert authenticate(service.database, email, "four grey umbrellas") is not None

    def test_a_newer_code_takes_the_place_of_an_older_one_and_both_are_in_the_log(
        self, service: Service
    ):
        _run(service, "k@example.la", "--role", "admin")

        codes = [_run(service, "k@example.la", *more, command="reset").stdout.split()[1]
                 for more in ([], ["--second-factor"])]  # fmt: skip

        with service.database.reading() as connection:
            lines = connection.execute(
                select(audit_log).where(audit_log.c.action == "staff.reset_confirmed")
            ).all()
        assert len(set(codes)) == 2
        assert {(line.who, line.changes["factors"][1]) for line in lines} == {
            ("flask staff reset", False), ("flask staff reset", True),
        }  # fmt: skip

    def test_nobodys_account_is_named(self, service: Service):
        result = _run(service, "x@example.la", command="reset")

        assert result.exit_code == 1
        assert "no account for x@example.la" in result.output
