"""Alert rules and dashboard ask for what there is, and the runbook knows each alert."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.callbacks.forms import hop
from tests.docs.pages import page
from tests.prometheus.rules import alerts, metrics_of, queries

SECTION = re.compile(r"^## (\w+)$", re.MULTILINE)


@pytest.fixture
def exposed(service) -> set[str]:
    """Every name in the application's own answer, samples and those without any yet."""
    service.post("ussd", hop())
    service.post("opt-outs", {"phoneNumber": "x"})
    told = service.app.test_client().get("/metrics").text
    families = list(text_string_to_metric_families(told))
    return {one.name for one in families} | {s.name for one in families for s in one.samples}


def test_every_metric_that_is_asked_for_is_told(exposed):
    asked = [alert["expr"] for alert in alerts()] + queries()
    wanted = set().union(*map(metrics_of, asked))
    assert {"ussd_hops_total", "ussd_hop_seconds_bucket", "processes_alive"} <= wanted
    assert wanted <= exposed


def test_a_name_that_is_not_told_would_be_found(exposed):
    assert metrics_of('max(ussd_hop_total{name="a_b"}) > 0') - exposed == {"ussd_hop_total"}


def test_every_alert_has_its_section_in_the_runbook_and_no_section_is_without_one():
    named = [alert["alert"] for alert in alerts()]
    assert SECTION.findall(page("runbook.md")) == named


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_each_leads_to_its_section_and_says_how_urgent_it_is(alert):
    assert alert["annotations"]["runbook_url"] == f"docs/runbook.md#{alert['alert'].lower()}"
    assert alert["labels"]["severity"] in {"page", "look"}
    assert alert["annotations"]["summary"]
