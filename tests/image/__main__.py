"""`python -m tests.image ARCHIVE [--previous ARCHIVE]`: what docs/containers.md says, seen.

With the archive of the release before, also the upgrade and the way back. Prints what it saw.
"""

import argparse
import json
import re
import secrets
import time
from contextlib import closing
from pathlib import Path

from gateway.demo.ports import wait_for_answer
from tests.image.containers import GRACE_SECONDS, USER, Engine, Gateway
from tests.image.surroundings import Surroundings, surroundings
from tests.ports import free_port
from tests.worker.processes import until

ROLES = ("web", "worker", "webhooks", "scheduler")
START_SECONDS = 180.0  # on a machine that has much else to do


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m tests.image", description=__doc__)
    given.add_argument("archive", type=Path)
    given.add_argument("--previous", type=Path, help="the archive of the release before")
    asked = given.parse_args()
    with closing(Engine()) as engine, surroundings() as around:
        image = engine.load(asked.archive)
        say(f"{image}: {engine.inspect(image)['Size'] / 1e6:.0f} MB, loaded without a network")
        new = Gateway(engine, image, around.environ, around.secrets)
        if asked.previous:
            # Both may have the same name: the older one keeps its id.
            old_image = engine.inspect(engine.load(asked.previous))["Id"]
            image = engine.inspect(engine.load(asked.archive))["Id"]
            new = Gateway(engine, image, around.environ, around.secrets)
            old = Gateway(engine, old_image, around.environ, around.secrets)
            upgrade_and_back(old, new, around)
        else:
            life(new, around)
            wrong_starts(new)
            demo(new)


def life(gateway: Gateway, around: Surroundings) -> None:
    """From an empty database to an SMS that has arrived, and to the end of all containers."""
    migrate(gateway)
    start(gateway, around)
    one = gateway.finish("staff", "add", "you@example.la", "--role", "admin")
    assert one.returncode == 0, one.stdout + one.stderr
    call(around)
    sms(gateway, around)
    confined(gateway, around)
    stop(gateway)


def migrate(gateway: Gateway) -> None:
    began = time.monotonic()
    done = gateway.finish("migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    say(f"migrate: {time.monotonic() - began:.1f} s")


def start(gateway: Gateway, around: Surroundings) -> None:
    began = time.monotonic()
    for role in ROLES:
        gateway.start(role, role)
    seen = {path: answered(gateway, around, path) - began for path in ("/healthz", "/readyz")}
    say("start: " + ", ".join(f"{path} after {seconds:.1f} s" for path, seconds in seen.items()))


def answered(gateway: Gateway, around: Surroundings, path: str) -> float:
    try:
        until(lambda: around.answers(path), seconds=START_SECONDS)
    except AssertionError as error:
        raise AssertionError("\n".join(map(gateway.log, ROLES))) from error
    return time.monotonic()


def call(around: Surroundings) -> None:
    session = secrets.token_hex(8)
    page = around.dial(session=session)
    assert page.text.startswith("CON "), page.text
    further = around.dial("4", session=session)
    assert further.text.startswith(("CON ", "END ")), further.text
    assert further.text != page.text
    assert around.dial(session=session, key="wrong").status_code == 403
    say("a dial and a key: answered; with a wrong key: 403")


def sms(gateway: Gateway, around: Surroundings) -> None:
    handset, ledger = len(around.inbox()), delivered(gateway)
    began = time.monotonic()
    around.write_sms("HELP")
    until(lambda: len(around.inbox()) > handset)
    taken = time.monotonic() - began
    until(lambda: delivered(gateway) > ledger, seconds=START_SECONDS)
    say(f"an SMS: asked for by SMS, on the handset after {taken:.1f} s, its receipt stored")


def delivered(gateway: Gateway) -> int:
    said = gateway.inside("web", "flask", "messages", "show", "--limit", "1").stdout
    found = re.search(r"^delivered +(\d+)$", said, re.MULTILINE)
    return int(found[1]) if found else 0


def confined(gateway: Gateway, around: Surroundings) -> None:
    """No privilege, nothing to write to, and no secret where the engine shows it."""
    assert gateway.inside("web", "id", "-u").stdout.strip() == str(USER)
    for folder in ("/", "/srv/gateway", "/srv/gateway/var", "/usr/bin"):
        assert gateway.inside("web", "touch", f"{folder}/x").returncode, (
            f"{folder} can be written to"
        )
    assert gateway.inside("web", "deploy/entrypoint", "probe", "/healthz").returncode == 0
    assert gateway.inside("web", "deploy/entrypoint", "probe", "/nowhere").returncode
    shown = json.dumps([gateway.engine.inspect(role) for role in ROLES])
    logged = "".join(map(gateway.log, ROLES))
    assert not [name for name, value in around.values.items() if value in shown + logged]
    say(f"user {USER}, read-only, and no secret in `podman inspect` or in the logs")


def stop(gateway: Gateway) -> None:
    taken = {role: gateway.stop(role) for role in reversed(ROLES)}
    said = ", ".join(f"{role} {seconds:.1f} s" for role, seconds in taken.items())
    say(f"stop: {said} (of {GRACE_SECONDS} s each)")


def wrong_starts(gateway: Gateway) -> None:
    """A sentence that names what is wrong, and an exit code."""
    for role in ROLES[1:]:
        lost = gateway.finish(role, SECRET_KEY_FILE="/run/secrets/nowhere")
        assert lost.returncode == 1
        assert "SECRET_KEY_FILE='/run/secrets/nowhere' cannot be read" in lost.stderr
    unknown = gateway.finish("webb")
    assert unknown.returncode == 2
    assert "No such command 'webb'" in unknown.stderr
    say("a secret's file that is not there, a role that is none: said by name, exit 1 and 2")


def demo(gateway: Gateway) -> None:
    began, port = time.monotonic(), free_port()
    engine = gateway.engine
    engine.run(
        "run", "--detach", "--name=demo", "--network=host",
        f"--env=PORT={port}", "--env=HOST=127.0.0.1", gateway.image, "demo",
    )  # fmt: skip
    wait_for_answer(port)
    say(f"demo: answers after {time.monotonic() - began:.1f} s")
    say(f"demo: stopped in {gateway.stop('demo'):.1f} s")


def upgrade_and_back(old: Gateway, new: Gateway, around: Surroundings) -> None:
    """The new schema under the old release, the new release, and the old one once more."""
    migrate(old)
    start(old, around)
    call(around)
    migrate(new)
    call(around)
    sms(old, around)
    say("the release before, under the new schema: dialled, an SMS delivered")
    stop(old)
    start(new, around)
    call(around)
    sms(new, around)
    stop(new)
    start(old, around)
    call(around)
    sms(old, around)
    stop(old)
    say("upgraded, and rolled back by one release")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what was seen


if __name__ == "__main__":
    main()
