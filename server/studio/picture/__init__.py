"""A diagram as a picture (SVG): what was approved, to keep beside its release."""

from server.studio.picture.drawing import draw

__all__ = ["draw"]
