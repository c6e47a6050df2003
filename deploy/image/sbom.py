"""What the image holds, as CycloneDX 1.5: run inside it by `deploy/image/build`.

Debian's packages as dpkg has them, Python's as their own metadata has them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import quote

SITE = "/srv/gateway/.venv/lib/python*/site-packages"
_FIELDS = "${Package}\t${Version}\t${Architecture}\n"
_RELEASE = dict(
    line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
)


def debian() -> Iterator[dict[str, object]]:
    listed = subprocess.run(  # noqa: S603 - dpkg
        ["/usr/bin/dpkg-query", "--show", f"--showformat={_FIELDS}"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    codename = _RELEASE.get("VERSION_CODENAME", "unknown")
    for line in listed.splitlines():
        name, version, architecture = line.split("\t")
        place = f"{quote(name)}@{quote(version)}?arch={architecture}&distro={codename}"
        yield component(name, version, f"pkg:deb/debian/{place}")


def python() -> Iterator[dict[str, object]]:
    folders = [str(folder) for folder in Path("/").glob(SITE.lstrip("/"))]
    for one in distributions(path=folders):
        name = one.metadata["Name"]
        found = component(name, one.version, f"pkg:pypi/{name.lower()}@{quote(one.version)}")
        if license_ := license_of(one):
            found["licenses"] = [{"license": {"name": license_}}]
        yield found


def license_of(one: Distribution) -> str:
    """Its expression, or the first line of what it says; most have one of the two."""
    said = one.metadata.get("License-Expression") or one.metadata.get("License") or ""
    return said.strip().partition("\n")[0]


def component(name: str, version: str, purl: str) -> dict[str, object]:
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
    }  # fmt: skip


def bill(version: str) -> dict[str, object]:
    found = sorted([*debian(), *python()], key=lambda one: str(one["purl"]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "container", "bom-ref": "gateway", "name": "gateway", "version": version,
            },
        },
        "components": found,
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bill(sys.argv[1]), sys.stdout, indent=1)
