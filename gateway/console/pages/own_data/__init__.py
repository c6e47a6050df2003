"""One person's data: all that is held of her, to take out for her, and to erase. From her page."""

from flask import Blueprint

blueprint = Blueprint("own_data", __name__, url_prefix="/own-data")
