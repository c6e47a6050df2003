"""What may be a password, and which belongs to a hash."""

import subprocess
import sys
import unicodedata

import pytest

from gateway.staff.passwords import (
    LONGEST,
    TOO_EASY,
    TOO_LONG,
    TOO_SHORT,
    fault_of,
    hash_password,
    is_password,
    random_password,
)
from tests.worker.processes import ROOT

EMAIL = "khamla@example.la"
LONG = ("seven quiet buffaloes cross the wide river " * 3)[:LONGEST]


@pytest.mark.parametrize(
    ("label", "password", "fault"),
    [
        ("eleven characters", "abcdefg hij", TOO_SHORT),
        ("twelve characters", "four wet eel", None),
        ("several words", "seven quiet buffaloes", None),
        ("words in Lao", "ຄວາຍເຈັດໂຕງຽບໆ", None),
        ("as long as may be", LONG, None),
        ("longer than may be", LONG + "x", TOO_LONG),
        ("one letter again and again", "a" * 20, TOO_EASY),
        ("five letters again and again", "abcde" * 4, TOO_EASY),
        ("a word that everybody knows", "my password is", TOO_EASY),
        ("the same in capitals", "MY PASSWORD IS", TOO_EASY),
        ("what the audit got through with", "iloveyou-12345", TOO_EASY),
        ("two well-known words and a sign", "qwerty-dragon-1", TOO_EASY),
        ("signs between digits", "11-22-33-44-55-66", TOO_EASY),
        ("letters written as signs", "p@ssw0rd-p@ssw0rd", TOO_EASY),
        ("keys beside each other", "qazwsx-edcrfv-1", TOO_EASY),
        ("the name in the email", "khamla1990-khamla", TOO_EASY),
        ("the email itself", "khamla@example.la", TOO_EASY),
        ("the name in the email and enough besides", "khamla flies four kites", None),
        ("the programme", "mother-child-grant-2026", TOO_EASY),
        ("the programme in Lao", "ເງິນອຸດໜູນແມ່ເດັກ", TOO_EASY),
        ("a district and a year", "Sanamxay-2026-Nong", TOO_EASY),
        ("a long one that repeats itself", "ab cd ef gh " * 10, TOO_EASY),
        ("a date", "24-11-2026 24-11-2026", TOO_EASY),
        ("letters and signs that a program made", "kT4@8(x{[<3z69!1|q0$5+7%2", None),
    ],
)
def test_what_may_be_a_password(label: str, password: str, fault: str | None):
    assert fault_of(password, EMAIL) == fault, label


def test_a_short_name_in_the_email_forbids_no_word_that_has_it():
    assert fault_of("the bright banana", "bri@example.la") is None


def test_whose_email_it_is_decides():
    assert fault_of("khamla1990-khamla", "somchai@example.la") is None
    assert fault_of("khamla1990-khamla", "khamla.s@example.la") == TOO_EASY


def test_the_longest_is_as_long_as_it_says():
    assert len(LONG) == LONGEST


def test_a_hash_belongs_to_its_password_only():
    hashed = hash_password("seven quiet buffaloes")

    assert is_password("seven quiet buffaloes", hashed)
    assert not is_password("seven quiet buffaloe", hashed)


def test_two_hashes_of_one_password_differ():
    assert hash_password("seven quiet buffaloes") != hash_password("seven quiet buffaloes")


@pytest.mark.parametrize("hashed", [None, "", "plain", "$argon2id$v=19$broken"])
def test_no_password_belongs_to_what_is_no_hash(hashed: str | None):
    assert not is_password("", hashed)
    assert not is_password("plain", hashed)


def test_two_keyboards_that_write_a_vowel_differently_sign_in_alike():
    hashed = hash_password(unicodedata.normalize("NFC", "un café très noir"))

    assert is_password(unicodedata.normalize("NFD", "un café très noir"), hashed)


def test_random_passwords_may_be_passwords_and_differ():
    made = {random_password() for _one in range(200)}

    assert len(made) == 200
    assert [one for one in made if fault_of(one, EMAIL)] == []
    assert not set("".join(made)) & set("ilo01")


def test_a_hash_of_the_service_takes_what_rfc_9106_recommends():
    """In a process of its own: in this one hashes are cheap."""
    asked = "from gateway.staff.passwords import hash_password; print(hash_password('buffaloes'))"
    said = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
