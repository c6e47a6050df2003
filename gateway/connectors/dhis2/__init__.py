"""DHIS2's tracker: the health visits that health workers record there."""

from gateway.connectors.dhis2.settings import Dhis2Settings
from gateway.connectors.dhis2.visits import make
from gateway.connectors.driver import Driver

DRIVER = Driver(name="dhis2", title="DHIS2", settings=Dhis2Settings, make=make)

__all__ = ["DRIVER"]
