"""Her data as a page, on paper and as a file; erasures, asked for and decided."""

from gateway.console.pages.own_data.views import erasing, taking

__all__ = ["erasing", "taking"]
