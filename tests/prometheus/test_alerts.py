"""Each alert fires on the series that a fault leaves, and is silent without it; by promtool."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.prometheus.rules import RULES, alerts

PROMTOOL = shutil.which("promtool")
UP = {'up{job="gateway",instance="a"}': "1x2000", 'processes_alive{name="worker"}': "2x2000",
      "jobs_waiting": "0x2000", 'processes_alive{name="scheduler"}': "1x2000",
      'backup_age_seconds{name="last"}': "3600x2000"}  # fmt: skip
HOP = 'ussd_hops_total{{provider="x",state="main",outcome="{}"}}'.format
FINE = {HOP("continue"): "0+600x2000", 'ussd_hop_seconds_bucket{le="0.01"}': "0+600x2000",
        'ussd_hop_seconds_bucket{le="5.0"}': "0+600x2000",
        'ussd_hop_seconds_bucket{le="+Inf"}': "0+600x2000"}  # fmt: skip
# What is different from a service that is well: one sample a minute. None: the series is not there.
FAULTS: dict[str, dict[str, str | None]] = {
    "ServiceDown": {'up{job="gateway",instance="b"}': "0x2000"},
    "NothingAnswers": {'up{job="gateway",instance="a"}': "0x2000"},
    "HopsFail": {HOP("fault"): "0+1x2000"},
    "HopsBusy": {HOP("busy"): "0+60x2000"},
    "HopsLost": {HOP("diverged"): "0+60x2000"},
    "HopsSlow": {'ussd_hop_seconds_bucket{le="0.01"}': "0+500x2000"},
    "CallbacksNotStored": {
        'callbacks_total{provider="x",kind="delivery-reports",outcome="fault"}': "0+1x2000"
    },
    "OutcomeUnknown": {'sms_messages{name="unknown"}': "3x2000"},
    "AnswersWait": {'sms_reply_wait_seconds{name="x"}': "301x2000"},
    "QueueOld": {'sms_wait_seconds{name="x"}': "21601x2000"},
    "ProviderStopped": {'sms_provider_state{name="x"}': "2x2000"},
    "ProviderOff": {'sms_provider_state{name="x"}': "3x2000"},
    "JobsWait": {'jobs_waiting{name="gateway"}': "101x2000"},
    "NoWorker": {'processes_alive{name="worker"}': "0x2000"},
    "WorkerMissing": {'processes_alive{name="worker"}': "2x1600 1x400"},
    "WorkerHung": {'workers_hung{name="all"}': "1x2000"},
    "NoScheduler": {'processes_alive{name="scheduler"}': "0x2000"},
    "DatabaseSilent": {'processes_alive{name="worker"}': None,
                       'processes_alive{name="scheduler"}': None},
    "RedisDown": {"jobs_waiting": None},
    "WebhooksWait": {'webhook_wait_seconds{name="due"}': "601x2000"},
    "WebhooksFail": {'webhook_wait_seconds{name="failing"}': "3601x2000"},
    "WebhooksParked": {'webhook_deliveries{name="parked"}': "1x2000"},
    "RestoredHeld": {'restored_held{name="all"}': "1x2000"},
    "BackupOld": {'backup_age_seconds{name="last"}': "93601x2000"},
    "NoBackup": {'backup_age_seconds{name="last"}': None},
    "ConnectionStale": {'alerts_open{name="connection_stale"}': "1x2000"},
    "ClockOff": {'clock_ahead_seconds{name="scheduler"}': "-6x2000"},
    "DiskFilling": {'node_filesystem_avail_bytes{mountpoint="/"}': "9x2000",
                    'node_filesystem_size_bytes{mountpoint="/"}': "100x2000"},
    "CertificateEnds": {"probe_ssl_earliest_cert_expiry": "1209000x2000"},
}  # fmt: skip
AT = "1700m"
pytestmark = pytest.mark.long


@pytest.fixture
def fired(tmp_path: Path):
    """The names of the alerts that fire at last on `series`."""
    if PROMTOOL is None:
        assert "REQUIRE_ALL" not in os.environ, "promtool of Debian's prometheus is missing"
        pytest.skip("promtool of Debian's prometheus is missing")

    def fired(series: dict[str, str | None]) -> set[str]:
        given = [{"series": k, "values": v} for k, v in series.items() if v is not None]
        expected = [
            {"expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": AT,
             "exp_samples": []}
        ]  # fmt: skip
        test = {
            "rule_files": [str(RULES)],
            "evaluation_interval": "1m",
            "tests": [{"interval": "1m", "input_series": given, "promql_expr_test": expected}],
        }
        file = tmp_path / "rules.test.yml"
        file.write_text(yaml.safe_dump(test), encoding="utf-8")
        run = subprocess.run(  # noqa: S603 - our own file
            [PROMTOOL, "test", "rules", str(file)], capture_output=True, text=True, check=False
        )
        told = run.stdout + run.stderr
        got = told.partition("got:")[2]
        assert run.returncode == 0 or got, told
        return {one["alert"] for one in alerts() if f'alertname="{one["alert"]}"' in got}

    return fired


def test_each_alert_has_its_fault():
    assert list(FAULTS) == [alert["alert"] for alert in alerts()]


def test_a_service_that_is_well_is_silent(fired):
    assert fired(UP | FINE) == set()


# With the last process of them all the one is down too.
WITH: dict[str, set[str]] = {"NothingAnswers": {"ServiceDown"}}


@pytest.mark.parametrize("name", FAULTS)
def test_each_alert_fires_on_its_fault_alone(fired, name):
    assert fired(UP | FINE | FAULTS[name]) == {name} | WITH.get(name, set())
