"""Every test of the registry that asks for it gets an importer, or a desk where PINs are tried."""

from tests.registry.importer import importer
from tests.registry.pin_desk import pin_desk

__all__ = ["importer", "pin_desk"]
