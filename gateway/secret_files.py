"""Secrets that are files, as container engines and systemd hand them over: NAME_FILE for NAME."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gateway.settings import ProviderSettings, Settings, SettingsError

SUFFIX = "_FILE"
LARGEST = 16384  # bytes: two RSA keys
PEM = "-----BEGIN "


def may_be_files(kinds: Iterable[type[ProviderSettings]]) -> frozenset[str]:
    """The variables that hold a secret, or an address with a password in it."""
    parts: tuple[type[Settings | ProviderSettings], ...] = (Settings, *kinds)
    return frozenset(
        name
        for kind in parts
        for name, field in kind.variables().items()
        if field in kind.secrets | kind.urls | {"callback_key"}
    )


def with_files(environ: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """`environ`, with NAME read from the file that NAME_FILE names, for each of `names`.

    The file is one line, or PEM; its end, and blanks around, do not count. Raises SettingsError
    where both are set, and where the file is missing, not readable, empty, too large, or no line of
    UTF-8.
    """
    found = dict(environ)
    for name in sorted(names):
        path = environ.get(name + SUFFIX)
        if not path:
            continue
        if name in environ:
            raise SettingsError(f"{name} and {name}{SUFFIX} are both set; keep one of them.")
        found[name] = _line_of(Path(path), f"{name}{SUFFIX}={path!r}")
    return found


def _line_of(file: Path, what: str) -> str:
    try:
        content = _beginning_of(file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise SettingsError(f"{what} cannot be read: {reason}.") from None
    if content is None:
        raise SettingsError(f"{what} is no file.")
    if len(content) > LARGEST:
        raise SettingsError(f"{what} is larger than {LARGEST} bytes.")
    try:
        line = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise SettingsError(f"{what} is not UTF-8.") from None
    if line.startswith(PEM):
        line = "".join(line.splitlines())
    if not line:
        raise SettingsError(f"{what} is empty.")
    if not line.isprintable():
        raise SettingsError(f"{what} holds more than one line, or a character that none shows.")
    return line


def _beginning_of(file: Path) -> bytes | None:
    """None for a folder, a pipe, a device: they could keep the start waiting."""
    if file.exists() and not file.is_file():
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)
