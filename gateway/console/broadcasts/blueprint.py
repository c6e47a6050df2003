"""The broadcasts' blueprint, which the modules of their pages share."""

from flask import Blueprint

blueprint = Blueprint("broadcasts", __name__, url_prefix="/broadcasts", template_folder="templates")
