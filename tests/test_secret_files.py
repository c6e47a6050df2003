"""NAME_FILE in place of NAME, for whatever is secret."""

from pathlib import Path

import pytest

from gateway.providers.known import PROVIDERS, read_settings
from gateway.secret_files import LARGEST, may_be_files
from gateway.settings import Settings, SettingsError
from tests.test_settings import PRODUCTION

SECRET = "e19d2c5ab37f4086a5d1c0e7f2b89436"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def without(name: str) -> dict[str, str]:
    return {other: value for other, value in PRODUCTION.items() if other != name}


def test_a_production_whose_secrets_are_files_starts(tmp_path: Path):
    environ = {"GATEWAY_ENV": "production", "AT_USERNAME": "mecg"}
    for name in set(PRODUCTION) - set(environ):
        (tmp_path / name).write_text(PRODUCTION[name] + "\n")
        environ[f"{name}_FILE"] = str(tmp_path / name)

    assert read_settings(environ) == read_settings(PRODUCTION)


@pytest.mark.parametrize("name", sorted(may_be_files(one.settings for one in PROVIDERS)))
def test_whatever_is_secret_may_be_a_file(name: str, file: Path):
    value = "postgresql://a:b@c/d" if name.startswith("DATABASE_") else "redis://:b@c/0"
    file.write_text(value if name.endswith("_URL") else SECRET)
    rest = {"OIDC_ISSUER": "https://id.example.la", "OIDC_CLIENT_ID": "console"}
    rest = rest if name == "OIDC_CLIENT_SECRET" else {}

    read = read_settings({f"{name}_FILE": str(file), **rest})
    assert read == read_settings({name: file.read_text(), **rest})


def test_what_is_shown_to_nobody_is_among_them():
    found = may_be_files(one.settings for one in PROVIDERS)

    assert {field.upper() for field in Settings.secrets} <= found
    assert {"AT_API_KEY", "KANNEL_PASSWORD", "CALLBACK_KEY_KANNEL", "DATABASE_URL"} <= found
    assert "AT_USERNAME" not in found


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("no end of line", SECRET.encode()),
        ("an editor's", SECRET.encode() + b"\n"),
        ("Windows'", b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n"),
        ("Lao", "ຄວາຍເຈັດໂຕຂ້າມແມ່ນ້ຳຂອງຢ່າງງຽບໆຕອນເຊົ້າ\n".encode()),
    ],
)
def test_the_end_of_its_line_is_no_part_of_a_secret(label: str, content: bytes, file: Path):
    file.write_bytes(content)
    environ = {**without("SECRET_KEY"), "SECRET_KEY_FILE": str(file)}

    assert read_settings(environ).secret_key == content.decode("utf-8-sig").strip(), label


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"\xff\xfe" + SECRET.encode(), "is not UTF-8"),
        (f"{SECRET}\n{SECRET}".encode(), "more than one line"),
        (f"{SECRET}\0".encode(), "a character that none shows"),
        (b"x" * (LARGEST + 1), f"larger than {LARGEST} bytes"),
    ],
)
def test_a_file_that_holds_no_secret_stops_the_start(content: bytes, says: str, file: Path):
    file.write_bytes(content)

    with pytest.raises(SettingsError, match=f"SECRET_KEY_FILE=.*{says}"):
        read_settings({**without("SECRET_KEY"), "SECRET_KEY_FILE": str(file)})


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nowhere/secret", "No such file"),
        (".", "is no file"),
        ("/dev/zero", "is no file"),
        ("a\0b", "cannot be read"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_start(path: str, says: str, tmp_path: Path):
    with pytest.raises(SettingsError, match=f"SECRET_KEY_FILE=.*{says}"):
        read_settings({**without("SECRET_KEY"), "SECRET_KEY_FILE": str(tmp_path / path)})


def test_a_secret_and_its_file_at_once_are_refused(file: Path):
    file.write_text(SECRET)

    with pytest.raises(SettingsError, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        read_settings({**PRODUCTION, "SECRET_KEY_FILE": str(file)})


def test_an_empty_name_of_a_file_is_none():
    assert read_settings({**PRODUCTION, "SECRET_KEY_FILE": ""}) == read_settings(PRODUCTION)
