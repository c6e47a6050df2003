"""Every driver there is: the only place that names them."""

from gateway.connectors import dhis2, openimis
from gateway.connectors.dci import driver as dci
from gateway.connectors.driver import Driver

DRIVERS: tuple[Driver, ...] = (
    dhis2.DRIVER,
    dci.DRIVER,
    openimis.DRIVER,
)
