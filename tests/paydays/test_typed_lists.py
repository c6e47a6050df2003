"""A list as it is pasted from the paying clerk's sheet."""

import pytest
from uuid_utils.compat import uuid7

from gateway.paydays.sheets import Woman
from gateway.paydays.typed_lists import NO_NUMBER, NOBODY, SEVERAL, TWICE, read_list


def woman(number: str) -> Woman:
    return Woman(
        beneficiary_id=uuid7(), registration_no=number, name="", name_latin="", village_id=1,
        village="", village_latin="", payment_ids=(uuid7(),), cycles=("2026-11",), amount=300_000,
        status="scheduled",
    )  # fmt: skip


SHEET = [woman(number) for number in ("26000001", "26000002", "26000102", "26990002")]


def named(text: str) -> list[str]:
    return [one.registration_no for one in read_list(text, SHEET).women]


@pytest.mark.parametrize(
    "line",
    ["26000001", " 26 000 001 ", "26-000-001", "໒໖໐໐໐໐໐໑", "3. 26000001 ນາງ ບຸນມີ", "001", "…0001"],
)
def test_a_number_is_read_however_it_is_written(line: str):
    assert named(line) == ["26000001"]


def test_lines_follow_each_other_and_blank_ones_name_nobody():
    assert named("26000102\r\n\n  \n001\n") == ["26000102", "26000001"]


@pytest.mark.parametrize(
    ("line", "reason", "params"),
    [
        ("99999999", NOBODY, {}),
        ("002", SEVERAL, {"count": 2}),
        ("02", NO_NUMBER, {}),
        ("ນາງ ບຸນມີ", NO_NUMBER, {}),
        ("260000010", NO_NUMBER, {}),
        ("Ann 1 and Bea 2", NO_NUMBER, {}),
        ("\0", NO_NUMBER, {}),
    ],
)
def test_a_line_that_names_nobody_for_certain_is_a_fault(line: str, reason: str, params: dict):
    [fault] = read_list(f"26000001\n{line}", SHEET).faults

    assert (fault.line, fault.reason, fault.params) == (2, reason, params)


def test_a_woman_who_stands_there_twice_is_a_fault():
    [fault] = read_list("26000001\n\n001", SHEET).faults

    assert (fault.line, fault.reason, fault.params) == (3, TWICE, {"line": 1})
