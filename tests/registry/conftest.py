"""Every test of the registry that asks for it gets an office."""

from tests.registry.office import office

__all__ = ["office"]
