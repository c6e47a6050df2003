"""What the sign-in service is called on a page."""

from urllib.parse import urlsplit

from gateway.console.kit.context import settings


def service_name() -> str:
    """By its setting, else by its host; "" where none is in use."""
    return settings().oidc_name or urlsplit(settings().oidc_issuer).hostname or ""
