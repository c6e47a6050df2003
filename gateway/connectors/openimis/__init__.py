"""openIMIS: beneficiaries of a benefit plan and the payments of its payrolls."""

from gateway.connectors.driver import Driver
from gateway.connectors.openimis.reconciliation import make_sink
from gateway.connectors.openimis.registry import make
from gateway.connectors.openimis.settings import OpenimisSettings

DRIVER = Driver(
    name="openimis", title="openIMIS", settings=OpenimisSettings, make=make, sink=make_sink
)

__all__ = ["DRIVER"]
