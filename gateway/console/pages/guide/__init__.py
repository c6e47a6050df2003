"""The staff's guide of docs/, in the reader's language."""

from flask import Blueprint

blueprint = Blueprint("guide", __name__, url_prefix="/guide")
