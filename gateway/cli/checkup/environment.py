"""What the environment says: misspelt variables, files that others can read, a demo in public."""

import re
import stat
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, unknown, warning
from gateway.providers.provider import Provider
from gateway.secret_files import SUFFIX, may_be_files
from gateway.settings import Settings

# Read by single processes and programs beside the service (docs/settings.md, deploy/).
BESIDE = frozenset({
    "HOST", "PORT", "PROMETHEUS_MULTIPROC_DIR", "SIMULATOR_PORT", "KANNEL_STATUS_URL",
    "KANNEL_STATUS_PASSWORD", "KANNEL_STATUS_PASSWORD_FILE", "KANNEL_DOCTOR",
})  # fmt: skip
# Whose begin is ours alone; what else stands in an environment is nobody's business.
_PREFIXES = (
    "USSD_", "SMS_", "CALLBACK_", "DATABASE_", "OIDC_", "AT_", "GATEWAY_", "REPLIES_", "KANNEL_",
)  # fmt: skip
_KANNELS = "KANNEL_"  # kannel.env of deploy/ has more of its own
_SHELLS = frozenset({"HOSTNAME", "HOSTTYPE"})  # only look like ours
# Written for each service of a cluster beside this one, whatever it is called.
_OF_CLUSTERS = re.compile(r"_SERVICE_(HOST|PORT)|_PORT_\d|_PORT$")
_ALIKE = 0.82
ENVIRONMENT_FILE = Path("/etc/gateway.env")
# Only the container's user is there to read it.
_OF_CONTAINERS = "/run/secrets/"
_DEMOS_HOSTS = ("http://127.0.0.1", "http://localhost")


def settings(installation: Installation) -> Iterator[Finding]:
    """A faulty value has stopped the command before it came here."""
    known = known_variables(installation.providers)
    for name in sorted(set(installation.environ) - known):
        if _OF_CLUSTERS.search(name):
            continue
        meant = get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if meant and (name.startswith(_PREFIXES) or name not in _SHELLS):
            yield warning(
                f"{name} is no setting, so nobody reads it.",
                f"{meant[0]} may be meant: rename it, then restart (docs/settings.md).",
            )
        elif name.startswith(_PREFIXES) and not name.startswith(_KANNELS):
            yield warning(
                f"{name} is no setting, so nobody reads it.",
                "Take it out, or write it as docs/settings.md has it.",
            )
    own = installation.settings
    if own.demo and own.public_url and not own.public_url.startswith(_DEMOS_HOSTS):
        yield fault(
            "GATEWAY_ENV is demo and PUBLIC_URL is not this machine: the phone page, the demo's "
            "logins and its keys are open to whoever comes by.",
            "Set GATEWAY_ENV=production and secrets of your own, then restart.",
        )


def files(installation: Installation) -> Iterator[Finding]:
    """Files of secrets."""
    named = [
        Path(installation.environ[name + SUFFIX])
        for name in may_be_files(one.settings for one in installation.providers)
        if name + SUFFIX in installation.environ
    ]
    for path in sorted({*named, *([ENVIRONMENT_FILE] if ENVIRONMENT_FILE.exists() else [])}):
        yield from _file(path)


def _file(path: Path) -> Iterator[Finding]:
    if str(path).startswith(_OF_CONTAINERS):
        return
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield unknown(f"{path} cannot be looked at: {type(error).__name__}.")
        return
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        yield fault(
            f"{path} holds secrets, and every user of this machine can read it.",
            f"chmod o= {path}; replace what stood in it if others have accounts here "
            "(docs/operating.md, Replacing a key).",
        )


def known_variables(providers: Sequence[Provider]) -> frozenset[str]:
    """Every variable that something of the service reads."""
    kinds = [one.settings for one in providers]
    names = set(Settings.variables()).union(*(kind.variables() for kind in kinds))
    return BESIDE | names | {name + SUFFIX for name in may_be_files(kinds)}
