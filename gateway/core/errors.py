"""The errors the core raises.

GatewayError
├── InvalidMsisdn      a number that no phone can have; `reason` is a msgid
└── MenuError          a menu, or a stored session, that the engine cannot follow
"""


class GatewayError(Exception):
    """Base of every error of our own."""


class InvalidMsisdn(GatewayError):
    """Carries why, never the number: the text may reach a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MenuError(GatewayError):
    """Names the state and what is wrong with it."""
