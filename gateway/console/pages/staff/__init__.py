"""Accounts of the staff: add, roles, new passwords, taking an account away and giving it back."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
MENU = Entry(_("Staff"), "console.staff.index", "staff.manage")
