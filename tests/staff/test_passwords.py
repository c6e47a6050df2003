"""What may be a password, and which belongs to a hash."""

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

EMAIL = "khamla@example.la"


@pytest.mark.parametrize(
    ("label", "password", "fault"),
    [
        ("eleven characters", "abcdefg hij", TOO_SHORT),
        ("twelve characters", "abcdefg hijk", None),
        ("several words", "seven quiet buffaloes", None),
        ("words in Lao", "ຄວາຍເຈັດໂຕງຽບໆ", None),
        ("as long as may be", "ab cd ef gh " * 10 + "ijklmnop", None),
        ("longer than may be", "ab cd ef gh " * 10 + "ijklmnopq", TOO_LONG),
        ("one letter again and again", "a" * 20, TOO_EASY),
        ("five letters again and again", "abcde" * 4, TOO_EASY),
        ("a word that everybody knows", "my password is", TOO_EASY),
        ("the same in capitals", "MY PASSWORD IS", TOO_EASY),
        ("digits in a row", "12345678 and more", TOO_EASY),
        ("the name in the email", "khamla and her dog", TOO_EASY),
    ],
)
def test_what_may_be_a_password(label: str, password: str, fault: str | None):
    assert fault_of(password, EMAIL) == fault, label


def test_a_short_name_in_the_email_forbids_no_word_that_has_it():
    assert fault_of("the bright banana", "bri@example.la") is None


def test_the_longest_is_as_long_as_it_says():
    assert len("ab cd ef gh " * 10 + "ijklmnop") == LONGEST


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
