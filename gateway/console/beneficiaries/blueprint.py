"""The blueprint of the pages about people."""

from flask import Blueprint

blueprint = Blueprint(
    "beneficiaries", __name__, url_prefix="/beneficiaries", template_folder="templates"
)
