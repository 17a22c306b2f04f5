"""The one blueprint of the workshop's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("workshop", __name__, url_prefix="/workshop")
