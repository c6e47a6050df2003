"""The routes of payments."""

from gateway.console.pages.payments.views import (
    calendar,
    changing,
    cycles,
    marking,
    moving,
    payment,
    sheets,
)

__all__ = ["calendar", "changing", "cycles", "marking", "moving", "payment", "sheets"]
