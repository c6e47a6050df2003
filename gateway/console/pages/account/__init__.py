"""Signing in and out, one's own password, the language."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
