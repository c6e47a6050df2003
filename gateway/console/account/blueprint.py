"""The blueprint of the pages about oneself."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, template_folder="templates")
