"""Payments on a calendar; another day or place for a village, and the SMS that says so."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("payments", __name__, url_prefix="/payments")
MENU = Entry(_("Payments"), "console.payments.index", "payment.see")
