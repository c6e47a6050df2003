"""Every test of the registry that asks for it gets an office, or a desk where PINs are tried."""

from tests.registry.office import office
from tests.registry.pin_desk import door

__all__ = ["door", "office"]
