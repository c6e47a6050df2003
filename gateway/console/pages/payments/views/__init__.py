"""The routes of payments."""

from gateway.console.pages.payments.views import calendar, changing, marking, moving, sheets

__all__ = ["calendar", "changing", "marking", "moving", "sheets"]
