"""What a worker says that cannot start."""

import os
import subprocess
import sys

import pytest


def start(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "worker", *arguments]
    env = {**os.environ, **environ}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)  # noqa: S603, PLW1510 - our own command; its failure is the test


@pytest.mark.long
@pytest.mark.parametrize(
    "role", [(), ("webhooks",), ("cron",)], ids=["worker", "webhooks", "scheduler"]
)
def test_a_wrong_setting_is_one_sentence(role):
    ended = start(*role, GATEWAY_ENV="production", SECRET_KEY="")

    assert ended.returncode == 1
    assert ended.stderr == "SECRET_KEY must be set in production.\n"


def test_another_role_is_told_the_usage():
    ended = start("everything")

    assert (ended.returncode, ended.stderr) == (2, "usage: python -m worker [webhooks|cron]\n")
