"""Every driver there is: the only place that names them."""

from gateway.connectors.driver import Driver

DRIVERS: tuple[Driver, ...] = ()
