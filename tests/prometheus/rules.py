"""The alert rules as they are shipped, and the dashboard's queries."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "deploy/prometheus/rules.yml"
DASHBOARD = ROOT / "deploy/grafana/dashboard.json"
_STRING = re.compile(r'"[^"]*"')
_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b(?!\s*\()")
_FUNCTIONS = {"max_over_time", "histogram_quantile"}
# Of other exporters: their rules are silent where those are not there.
ELSEWHERE = {
    "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "probe_ssl_earliest_cert_expiry",
}  # fmt: skip


def alerts() -> list[dict]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def queries() -> list[str]:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def metrics_of(expression: str) -> set[str]:
    """The names of the metrics that `expression` asks for."""
    return set(_NAME.findall(_STRING.sub("", expression))) - _FUNCTIONS - ELSEWHERE
