"""docs/api.md: its calls are made as they stand there, one after the other, by curl."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import key_of
from tests.docs.pages import page
from tests.service import Service
from tests.serving import serving

CALL = re.compile(r"```sh\n(?P<call>.*?)\n```\n\n```json\n(?P<answer>.*?)\n```", re.DOTALL)
CALLS = [found.groups() for found in CALL.finditer(page("api.md"))]
SCOPES = ("beneficiaries:write", "payments:write", "messages:write", "changes:read")


def _curl() -> str:
    found = shutil.which("curl")
    if found is None:
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail("curl is missing")
        pytest.skip("curl is missing")
    return str(Path(found).parent)


@pytest.fixture
def environ(service: Service) -> Iterator[dict[str, str]]:
    path = f"{_curl()}:/usr/bin:/bin"
    with serving(service.app) as url:
        yield {"PATH": path, "API": f"{url}/api/v1", "KEY": key_of(service, *SCOPES)}


def test_each_call_is_answered_as_the_page_says(environ: dict[str, str]):
    assert len(CALLS) >= 7
    for call, expected in CALLS:
        ran = subprocess.run(  # noqa: S603 - our own page
            ["/bin/bash", "-euc", call], env=environ, capture_output=True, text=True, timeout=30,
            check=True,
        )  # fmt: skip
        pattern = ".*".join(map(re.escape, expected.split("…")))
        assert re.fullmatch(pattern, ran.stdout.strip(), re.DOTALL), (call, ran.stdout)


def test_the_key_of_the_page_is_made_with_these_scopes():
    said = re.search(r"flask api-keys add registry (.*)", page("api.md"))

    assert said is not None
    assert tuple(re.findall(r"--scope (\S+)", said[1])) == SCOPES
