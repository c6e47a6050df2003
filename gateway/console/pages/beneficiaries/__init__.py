"""Beneficiaries: find people, see what is known and what happened, put it right."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("beneficiaries", __name__, url_prefix="/beneficiaries")
MENU = Entry(_("Beneficiaries"), "console.beneficiaries.index", "beneficiary.see")
