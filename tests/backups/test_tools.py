"""What PostgreSQL's programs are given."""

from gateway.backups.tools import Tools, said


def test_a_password_is_no_argument_and_every_host_is_tried():
    tools = Tools("postgresql://gateway:se%20cret@one:5432,two:5433/x?target_session_attrs=any")
    assert "cret" not in tools.conninfo
    assert "host=one,two" in tools.conninfo
    assert tools.environ["PGPASSWORD"] == "se cret"


def test_of_what_they_complain_the_line_that_may_hold_a_row_is_left_out():
    lines = ["ERROR:  duplicate key", "DETAIL:  Key (msisdn)=(+8562055500001) exists."]
    assert said(lines) == "ERROR:  duplicate key"
    assert said([]) == "it failed without a word"
