"""deploy/compose and deploy/kubernetes, by what the image, application and settings know."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.providers.known import PROVIDERS
from gateway.secret_files import SUFFIX, may_be_files
from gateway.settings import Settings
from tests.worker.processes import ROOT
from wsgi import app

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
COMPOSE = DEPLOY / "compose"
STACK = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
OURS = {name: one for name, one in SERVICES.items() if "GATEWAY_IMAGE" in one["image"]}
ENTRYPOINT = DEPLOY / "entrypoint"
ROLES = set(re.findall(r"^    ([a-z]+)\)", ENTRYPOINT.read_text(), re.MULTILINE))
(USER,) = set(re.findall(r"^USER (\d+):\d+$", (ROOT / "Containerfile").read_text(), re.MULTILINE))


def documents() -> list[dict[str, Any]]:
    texts = (file.read_text(encoding="utf-8") for file in MANIFESTS)
    return [one for text in texts for one in yaml.safe_load_all(text)]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, the pod's template) of whatever runs."""
    for one in documents():
        if one["kind"] in {"Deployment", "Job"}:
            yield one["metadata"]["name"], one["spec"]["template"]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in documents() if one["kind"] == kind}


def known_variables() -> set[str]:
    kinds = [provider.settings for provider in PROVIDERS]
    names = {*Settings.variables()}.union(*(one.variables() for one in kinds))
    return names | {name + SUFFIX for name in may_be_files(kinds)}


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=lambda one: str(one)[:20])
def test_a_pod_runs_a_role_of_the_image_without_any_privilege(name: str, pod: dict):
    (container,) = pod["spec"]["containers"]
    (role,) = container["args"]
    assert role in ROLES
    assert role == pod["metadata"]["labels"]["role"]
    assert pod["spec"]["securityContext"]["runAsUser"] == int(USER)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["spec"]["volumes"]
    }
    assert "memory" in container["resources"]["limits"]


def test_every_role_that_goes_on_runs_in_both_stacks():
    going_on = {"web", "worker", "webhooks", "scheduler", "migrate"}
    assert going_on == {pod["spec"]["containers"][0]["args"][0] for _name, pod in pods()}
    assert going_on == {one["command"][0] for one in OURS.values()}


def test_probes_ask_what_is_behind_the_web_server_at_its_start_only():
    asked = {
        (name, probe["httpGet"]["path"])
        for _name, pod in pods()
        for name, probe in pod["spec"]["containers"][0].items()
        if isinstance(probe, dict) and "httpGet" in probe
    } | {("healthcheck", OURS["web"]["healthcheck"]["test"][-1])}
    paths = {path for _name, path in asked}
    assert asked == {("startupProbe", "/readyz/web")} | {
        (name, "/healthz") for name in ("readinessProbe", "livenessProbe", "healthcheck")
    }
    assert paths <= {rule.rule for rule in app.url_map.iter_rules()}


def test_every_setting_of_a_stack_is_one():
    (configuration,) = of_kind("ConfigMap").values()
    assert set(configuration["data"]) <= known_variables()
    for one in OURS.values():
        assert set(one["environment"]) <= known_variables()


def test_every_secret_that_a_setting_names_is_there():
    (configuration,) = of_kind("ConfigMap").values()
    (secret,) = of_kind("Secret").values()
    files = [value for name, value in configuration["data"].items() if name.endswith(SUFFIX)]
    assert {Path(file).name for file in files} == set(secret["stringData"])
    for one in OURS.values():
        named = [value for name, value in one["environment"].items() if name.endswith(SUFFIX)]
        assert {Path(file).name for file in named} == set(one["secrets"])


def test_what_is_to_be_kept_apart_and_spread_is_what_runs():
    labels = {name: pod["metadata"]["labels"] for name, pod in pods()}
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert budget["spec"]["selector"]["matchLabels"] == labels[name]
        replicas = of_kind("Deployment")[name]["spec"]["replicas"]
        assert replicas > budget["spec"]["minAvailable"]
    assert set(of_kind("PodDisruptionBudget")) == set(of_kind("Deployment"))
    (service,) = of_kind("Service").values()
    assert service["spec"]["selector"] == labels["gateway-web"]


def test_only_nginx_has_a_port_and_everything_has_its_bounds():
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["nginx"]
    for name, one in SERVICES.items():
        assert {"mem_limit", "restart", "networks"} <= set(one), name
        assert "no-new-privileges:true" in one["security_opt"], name
    for one in OURS.values():
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])


def test_whoever_is_waited_for_can_say_that_it_is_well():
    for one in SERVICES.values():
        for other, until in one.get("depends_on", {}).items():
            healthy = until["condition"] == "service_healthy"
            assert healthy == ("healthcheck" in SERVICES[other])


def test_the_files_of_the_stack_are_there(tmp_path: Path):
    for one in SERVICES.values():
        for volume in one.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (COMPOSE / source).exists(), source
    for variable in (COMPOSE / "env.example").read_text().splitlines():
        name = variable.partition("=")[0]
        assert not name.isupper() or f"${{{name}" in (COMPOSE / "compose.yaml").read_text()


def test_secrets_are_made_once_and_those_of_the_stack_are_all_there(tmp_path: Path):
    shutil.copy(COMPOSE / "make-secrets", tmp_path)
    recorder = tmp_path / "chown"
    recorder.write_text("#!/bin/sh\n")  # not everybody who runs the tests may give files away
    recorder.chmod(0o755)
    made = []
    for _time in range(2):
        subprocess.run(  # noqa: S603 - our own
            [tmp_path / "make-secrets"], check=True, capture_output=True,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        )  # fmt: skip
        files = (tmp_path / "secrets").iterdir()
        made.append({file.name: file.read_text() for file in files})
    assert made[0] == made[1]
    assert set(made[0]) == set(STACK["secrets"])
    assert {f"secrets/{name}" for name in made[0]} == {
        one["file"] for one in STACK["secrets"].values()
    }
    assert made[0]["gateway_password"].strip() in made[0]["database_url"]


@pytest.fixture
def said(tmp_path: Path):
    """What the entrypoint starts: the programs are stand-ins that print their arguments."""
    for program in ("granian", "python", "flask"):
        recorder = tmp_path / program
        recorder.write_text('#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\n')
        recorder.chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }

    def said(*command: str) -> list[str]:
        done = subprocess.run(  # noqa: S603 - our own
            [ENTRYPOINT, *command], env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    return said


@pytest.mark.parametrize(
    ("command", "starts"),
    [
        (["worker"], ["python", "-m", "worker"]),
        (["webhooks"], ["python", "-m", "worker", "webhooks"]),
        (["scheduler"], ["python", "-m", "worker", "cron"]),
        (["migrate"], ["flask", "db", "upgrade"]),
        (["demo"], ["python", "-m", "gateway.demo"]),
        (["staff", "add", "a b@example.la"], ["flask", "staff", "add", "a b@example.la"]),
        (["flask", "doctor", "secrets"], ["flask", "doctor", "secrets"]),
    ],
)
def test_the_image_starts_what_its_first_argument_names(command, starts, said):
    assert said(*command) == starts


def test_the_images_web_server_has_the_options_of_the_units(said):
    unit = (DEPLOY / "gateway-web.service").read_text().replace("\\\n", "")
    (line,) = re.findall(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    # What an administrator may set otherwise stands in GRANIAN_... there.
    ours = re.sub(r"--(host|port|workers|blocking-threads) \S+", "", line).split()
    assert said("web") == said() == ["granian", *ours]
